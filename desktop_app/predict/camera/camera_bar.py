"""What a camera is started, turned and recorded with."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QToolButton, QVBoxLayout, QWidget

from desktop_app.document.document import Document
from desktop_app.icons import set_icon
from desktop_app.predict.camera.camera_choice import CameraChoice
from desktop_app.predict.camera.camera_memory import FASTEST, SLOWEST
from desktop_app.predict.camera.class_choice import ClassChoice
from desktop_app.small_widgets import icon_button, push_button, with_room_at_left

ICON = QSize(20, 20)


class CameraBar(QWidget):
    """Says what is wanted; the page does it."""

    start_asked = Signal()
    stop_asked = Signal()
    turn_asked = Signal()
    mirror_asked = Signal()
    brighten_asked = Signal(bool)
    snapshot_asked = Signal()
    hold_began = Signal()
    hold_ended = Signal()
    rate_changed = Signal(int)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_on = False
        self.camera = CameraChoice()
        self.camera.start_asked.connect(self.start_asked)
        self.start_button = push_button(self.tr("Start"), self._on_start, primary=True)
        self.mirror_button = _tool("mirror", self.tr("Mirror the picture"), self.mirror_asked.emit)
        self.mirror_button.setCheckable(True)
        self.turn_button = _tool("rotate", self.tr("Turn the picture a quarter clockwise"), self.turn_asked.emit)
        self.brighten_button = self._brighten_button()
        self.snapshot_button = _tool(
            "to-project", self.tr("Put a snapshot into the project (P)"), self.snapshot_asked.emit
        )
        self.snapshot_button.setText(self.tr("Snapshot"))
        self.snapshot_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.class_choice = ClassChoice(document)
        self.rate = self._rate_field()
        self.record_button = self._record_button()
        for button in (self.start_button, self.record_button, self.camera.find_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._lay_out()
        self.set_on(False)

    def set_on(self, is_on: bool) -> None:
        """The camera is in use, whether it gives pictures or not."""
        self._is_on = is_on
        self.start_button.setText(self.tr("Stop") if is_on else self.tr("Start"))
        self.start_button.setToolTip(
            self.tr("Let the camera go (Space)") if is_on else self.tr("Use the camera (Space)")
        )
        self.snapshot_button.setEnabled(is_on)
        self.record_button.setEnabled(is_on)

    def toggle(self) -> None:
        (self.stop_asked if self._is_on else self.start_asked).emit()

    def _on_start(self) -> None:
        self.toggle()

    def _brighten_button(self) -> QToolButton:
        button = QToolButton()
        name = self.tr("Brighten")
        button.setText(name)
        button.setAccessibleName(name)
        button.setToolTip(
            self.tr("Brighten a dark picture for you and for the model; what goes into the project stays as it is")
        )
        set_icon(button, "brighten")
        button.setIconSize(ICON)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.toggled.connect(self.brighten_asked)
        return button

    def _rate_field(self) -> QSpinBox:
        field = QSpinBox()
        with_room_at_left(field)
        field.setRange(SLOWEST, FASTEST)
        field.setSuffix(self.tr(" a second"))
        field.setAccessibleName(self.tr("Recorded pictures a second"))
        field.lineEdit().setAccessibleName(field.accessibleName())
        field.setToolTip(self.tr("How many pictures a second are recorded"))
        field.valueChanged.connect(self.rate_changed)
        return field

    def _record_button(self) -> QPushButton:
        button = QPushButton(self.tr("Hold to record"))
        button.setToolTip(self.tr("While you hold it, pictures go into the project as images of this class (hold R)"))
        set_icon(button, "record", "problem")
        button.pressed.connect(self.hold_began)
        button.released.connect(self.hold_ended)
        return button

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(4)
        camera_label = QLabel(self.tr("Camera"))
        camera_label.setBuddy(self.camera.field)
        first.addWidget(camera_label)
        first.addWidget(self.camera)
        first.addWidget(self.start_button)
        first.addSpacing(8)
        for tool in (self.mirror_button, self.turn_button, self.brighten_button):
            first.addWidget(tool)
        first.addStretch(1)
        first.addWidget(self.snapshot_button)
        label = QLabel(self.tr("Teach class"))
        for one in (camera_label, label):  # the fields below each other
            one.setMinimumWidth(label.sizeHint().width())
        label.setBuddy(self.class_choice)
        teaching: tuple[QWidget, ...] = (label, self.class_choice, self.rate, self.record_button)
        for part in teaching:
            second.addWidget(part)
        second.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        layout.addLayout(first)
        layout.addLayout(second)


def _tool(icon: str, name: str, handler: Callable[[], object]) -> QToolButton:
    button = icon_button(icon, name, handler)
    button.setIconSize(ICON)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
