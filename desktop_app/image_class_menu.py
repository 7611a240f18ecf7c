"""The class of the current image as a whole: what a classifier of whole images learns."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.document.document import Document
from desktop_app.document.edits import Edits

DIGITS = 9


class ImageClassMenu(QMenu):
    """Filled when it is opened; the canvas owns the keys, they are only shown here."""

    def __init__(self, document: Document, edits: Edits, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("&Class of the image"))
        self._document = document
        self._edits = edits
        self.aboutToShow.connect(self._fill)
        document.current_image_changed.connect(self._on_current_image_changed)
        self._on_current_image_changed(document.current_image)

    def _fill(self) -> None:
        self.clear()
        record = self._document.current_record
        own = None if record is None else record.class_id
        for place, known in enumerate(self._document.classes, start=1):
            keys = QKeySequence(f"Shift+{place}") if place <= DIGITS else QKeySequence()
            text = known.name.replace("&", "&&").replace("\t", " ")
            shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
            self._add(f"{text}\t{shown}" if shown else text, known.id, own)
        if self._document.classes:
            self.addSeparator()
            self._add(self.tr("&None"), None, own)
        else:
            self.addAction(self.tr("No classes yet: type a name in the panel Classes")).setEnabled(False)

    def _add(self, text: str, class_id: int | None, own: int | None) -> QAction:
        action = self.addAction(text)
        action.setCheckable(True)
        action.setChecked(class_id == own)
        action.triggered.connect(lambda: self._choose(class_id))
        return action

    def _choose(self, class_id: int | None) -> None:
        record = self._document.current_record
        if record is not None and record.class_id != class_id:  # the same again would take it away
            self._edits.set_image_class(class_id)

    def _on_current_image_changed(self, image: str) -> None:
        self.setEnabled(bool(image))
