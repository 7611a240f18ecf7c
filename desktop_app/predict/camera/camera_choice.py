"""Which camera: the number of a device or the address of a stream, and a search for devices."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from desktop_app.background import Job
from desktop_app.predict.camera.camera_finding import found_cameras
from desktop_app.small_widgets import icon_button
from desktop_app.words import filled


class CameraChoice(QWidget):
    """`text` is a number or an address as it was typed."""

    start_asked = Signal()  # Enter in the field
    told = Signal(str)  # a sentence about the search

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self.in_use: frozenset[int] = frozenset()
        self.field = QComboBox()
        self.field.setEditable(True)
        self.field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.field.setMinimumWidth(220)
        self.field.setAccessibleName(self.tr("Camera"))
        self.field.setToolTip(
            self.tr(
                "The number of a camera (0, 1, …), or the address of a stream: http://, https:// or rtsp://. "
                "It is remembered, without its password."
            )
        )
        edit = self.field.lineEdit()
        assert edit is not None
        self._edit = edit
        edit.setAccessibleName(self.tr("Camera"))
        edit.setPlaceholderText(self.tr("0 or rtsp://…"))
        edit.returnPressed.connect(self.start_asked)
        self.find_button: QToolButton = icon_button("search", self.tr("Look for cameras 0 to 9"), self.search)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.find_button)

    @property
    def text(self) -> str:
        return self.field.currentText().strip()

    def set_text(self, text: str) -> None:
        self.field.setEditText(text)
        self._edit.setCursorPosition(0)

    def search(self) -> None:
        if self._job is not None:
            return
        self.find_button.setEnabled(False)
        self.told.emit(self.tr("Looking for cameras…"))
        job = self._job = Job(partial(found_cameras, self.in_use))
        job.done.connect(self._on_found)
        job.failed.connect(self._on_ended)
        job.cancelled.connect(self._on_ended)
        job.start()

    def cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _on_found(self, numbers: list[int]) -> None:
        self._on_ended()
        typed = self.text
        self.field.clear()
        self.field.addItems([str(number) for number in numbers])
        self.field.setEditText(typed)
        if numbers:
            names = ", ".join(map(str, numbers))
            text = self.tr("Found camera %1") if len(numbers) == 1 else self.tr("Found cameras %1")
            self.told.emit(filled(text, names))
            self.field.showPopup()
        else:
            self.told.emit(self.tr("No camera was found at the devices 0 to 9."))

    def _on_ended(self, _reason: str = "") -> None:
        self._job = None
        self.find_button.setEnabled(True)
