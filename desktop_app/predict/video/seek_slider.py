"""The slider of a video: a click goes where it points, arrow keys go five seconds."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle, QWidget

STEP_S, PAGE_S = 5.0, 30.0


class SeekSlider(QSlider):
    """Its values are frame numbers. `asked` comes from a person only, never from `follow`."""

    asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("seek")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.valueChanged.connect(self.asked)

    def set_length(self, frames: int, per_second: float) -> None:
        with QSignalBlocker(self):
            self.setRange(0, max(0, frames - 1))
            self.setSingleStep(max(1, round(STEP_S * per_second)))
            self.setPageStep(max(1, round(PAGE_S * per_second)))
            self.setValue(0)
        self.setEnabled(frames > 1)

    def follow(self, number: int) -> None:
        """Stand where the video stands, unless somebody holds the handle."""
        if not self.isSliderDown():
            with QSignalBlocker(self):
                self.setValue(number)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The handle comes under the pointer, so that it can be dragged on from there."""
        if event.button() == Qt.MouseButton.LeftButton:
            handle = self.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength, None, self)
            room = max(1, self.width() - handle)
            place = round(event.position().x() - handle / 2)
            self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), place, room))
        super().mousePressEvent(event)
