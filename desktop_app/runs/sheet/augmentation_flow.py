"""From the sheet's Preview button to varied pictures, and back with what was chosen there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from desktop_app.runs.sheet.choice_editors import SeveralEditor
from desktop_app.runs.sheet.settings_form import SettingsForm
from training.dataset.dataset import LabelledImage
from training.run.settings import TrainingSettings


class AugmentationFlow(QObject):
    """`dialog` is the open one."""

    def __init__(self, form: SettingsForm, parent: QWidget) -> None:
        super().__init__(parent)
        self._form = form
        self._parent = parent
        self._settings: TrainingSettings | None = None
        self._images: Sequence[LabelledImage] = ()
        self.dialog: QDialog | None = None
        editor = form.editor("augmentations")
        assert isinstance(editor, SeveralEditor)
        self._button = editor.preview_button
        editor.preview_asked.connect(self._open)

    def show_for(self, settings: TrainingSettings | None, images: Sequence[LabelledImage]) -> None:
        """What would be trained with; None where nothing can be trained yet."""
        self._settings, self._images = settings, images
        self._button.setEnabled(settings is not None)

    def _open(self) -> None:
        # Not with the window: it loads the library that changes pictures.
        from desktop_app.runs.sheet.augmentation_dialog import AugmentationDialog

        if self._settings is None:
            return
        dialog = AugmentationDialog(self._settings, self._images, self._parent)
        dialog.accepted.connect(self._take)
        self.dialog = dialog
        dialog.open()

    def _take(self) -> None:
        from desktop_app.runs.sheet.augmentation_dialog import AugmentationDialog

        assert isinstance(self.dialog, AugmentationDialog)
        kinds = self.dialog.kinds
        self._form.set_values({"augment": bool(kinds), **({"augmentations": kinds} if kinds else {})})
