"""What a person does with models of the Use window: asks for others, and takes the one that answers elsewhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop_app.action_table import ActionRow, make_actions
from desktop_app.dialogs import file_choice
from desktop_app.settings import Settings

MODELS = "use_models_folder"  # the preference for where the last one was


class ModelActions(QObject):
    """They are the window's, which adds them."""

    chosen = Signal(Path)  # a zip, a .keras file or the folder of a run
    export_asked = Signal()

    def __init__(self, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._settings = settings
        self._window = window
        other_tip = self.tr("Use a model from elsewhere: an exported zip or a .keras file")
        run_tip = self.tr("Use the model of a run's folder")
        export_tip = self.tr("Make one file of this model to take it elsewhere")
        export = self.export_asked.emit
        rows = [
            ActionRow("other_model", self.tr("&Other model…"), self.ask_for_model, ("Ctrl+M",), "open", other_tip),
            ActionRow("other_run", self.tr("&Run folder…"), self.ask_for_run, ("Ctrl+Shift+M",), "runs", run_tip),
            ActionRow("export_model", self.tr("&Export model…"), export, ("Ctrl+Shift+E",), "export", export_tip),
        ]
        self._actions = make_actions(window, rows)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def all(self) -> list[QAction]:
        return list(self._actions.values())

    def ask_for_model(self) -> None:
        kinds = f"{self.tr('Models')} (*.zip *.keras);;{self.tr('All files')} (*)"
        for path in file_choice.choose_files(self._window, self.tr("Use another model"), self._start(), kinds)[:1]:
            self._on_chosen(path)

    def ask_for_run(self) -> None:
        path = file_choice.choose_folder(self._window, self.tr("Use the model of a run"), self._start())
        if path is not None:
            self._on_chosen(path)

    def _on_chosen(self, path: Path) -> None:
        self._settings.set_preference(MODELS, str(path.parent))
        self.chosen.emit(path)

    def _start(self) -> Path:
        last = self._settings.preference(MODELS)
        return Path(last) if last else Path.home()
