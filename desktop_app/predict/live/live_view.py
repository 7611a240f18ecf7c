"""A moving picture with what the model says about it, as large as the view and drawn at most once per screen frame."""

from __future__ import annotations

import time
from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QTabBar, QWidget

from desktop_app.predict.live.answer_painting import (
    PLATE_TEXT,
    paint_bars,
    paint_boxes,
    paint_plate,
    plate_size,
    qt_colours,
)
from desktop_app.predict.live.rate_meter import RateMeter
from desktop_app.predict.live.shown_frame import ShownFrame
from desktop_app.predict.loaded_model import RGB
from desktop_app.style import theme

USUAL_HERTZ = 60.0
NOTE_MS = 2000
MARGIN = 10.0
RECORDING = QColor("#ff6b5e")
VEIL = QColor(0, 0, 0, 150)  # over a picture that is not the present one
LEAST = QSize(320, 240)


class LiveView(QWidget):
    """`meter` knows how many pictures came and how old they were when they were seen.

    A `sentence` stands in the middle: why there is no picture, or no newer one. `corner`, `mark` and notes are short.
    `about_model` stands at the bottom while there is no model.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.meter = RateMeter()
        self.shown: ShownFrame | None = None
        self.sentence = ""
        self.corner = ""
        self.mark = ""
        self.note = ""
        self.about_model = ""
        self._image = QImage()
        self._is_new = False
        self._min_score = 0.0
        self._colours: dict[int, QColor] = {}
        self._painted_at = 0.0
        self._next_paint = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._next_paint.timeout.connect(self.update)
        self._note_ends = QTimer(self, singleShot=True, interval=NOTE_MS)
        self._note_ends.timeout.connect(self._end_note)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(LEAST)

    # --- what is shown

    def show_frame(self, shown: ShownFrame) -> None:
        self.shown = shown
        height, width = shown.screen.shape[:2]
        # No copy: the array lives as long as `shown` does.
        self._image = QImage(shown.screen.data, width, height, shown.screen.strides[0], QImage.Format.Format_RGB32)
        self._is_new = True
        self.meter.came(time.monotonic())
        self._paint_soon()

    def clear(self) -> None:
        self._image, self.shown = QImage(), None
        self.meter.clear()
        self.update()

    def set_min_score(self, score: float) -> None:
        self._min_score = score
        self.update()

    def set_colours(self, colours: Mapping[int, RGB]) -> None:
        self._colours = qt_colours(colours)
        self.update()

    def set_sentence(self, sentence: str) -> None:
        if sentence != self.sentence:
            self.sentence = sentence
            self.setAccessibleDescription(sentence)
            self.update()

    def set_corner(self, text: str) -> None:
        if text != self.corner:
            self.corner = text
            self.update()

    def set_mark(self, text: str) -> None:
        if text != self.mark:
            self.mark = text
            self.update()

    def show_model(self, *, has_model: bool, is_loading: bool = False) -> None:
        """Without one it stands below the picture that nobody looks for anything in it."""
        coming, missing = (
            self.tr("The model is being loaded…"),
            self.tr("No model yet: train one, or choose one at the top."),
        )
        self.about_model = "" if has_model else coming if is_loading else missing
        self.update()

    def show_note(self, text: str) -> None:
        """For two seconds."""
        self.note = text
        self._note_ends.start()
        self.update()

    def shut_down(self) -> None:
        self._next_paint.stop()
        self._note_ends.stop()
        self.note = ""

    def _end_note(self) -> None:
        self.note = ""
        self.update()

    # --- painting

    def place(self) -> QRectF:
        """Where the picture lies: as large as it fits, in the middle."""
        if self._image.isNull():
            return QRectF()
        scale = self._scale()
        width, height = scale * self._image.width(), scale * self._image.height()
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def _scale(self) -> float:
        return min(self.width() / self._image.width(), self.height() / self._image.height())

    def _paint_soon(self) -> None:
        """Not before the screen can show it: what comes meanwhile takes its place."""
        screen = self.screen()
        interval = 1.0 / (screen.refreshRate() or USUAL_HERTZ)
        left_ms = int(1000 * (self._painted_at + interval - time.monotonic()))
        if left_ms <= 0:
            self.update()
        elif not self._next_paint.isActive():
            self._next_paint.start(left_ms)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._painted_at = time.monotonic()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme().backdrop))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._image.isNull():
            self._paint_picture(painter)
        self._paint_words(painter)
        painter.end()
        if self._is_new and self.shown is not None:
            self._is_new = False
            self.meter.seen(self.shown.frame.taken, time.monotonic())

    def _paint_picture(self, painter: QPainter) -> None:
        place = self.place()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._image)
        answer = self.shown.answer if self.shown is not None else None
        if answer is not None:
            boxes = [box for box in answer.boxes if box.score >= self._min_score]
            paint_boxes(painter, boxes, place, self._scale(), self._colours)
            paint_bars(painter, answer, self._min_score, place, self._colours)
        if self.sentence:
            painter.fillRect(place, VEIL)

    def _paint_words(self, painter: QPainter) -> None:
        width = float(self.width())
        if self.corner:
            wide, high = plate_size(painter, self.corner)
            paint_plate(painter, self.corner, QRectF(width - MARGIN - wide, MARGIN, wide, high))
        if self.mark:
            mark = f"● {self.mark}"
            wide, high = plate_size(painter, mark)
            paint_plate(painter, mark, QRectF(MARGIN, MARGIN, wide, high), RECORDING)
        if self.note:
            wide, high = plate_size(painter, self.note)
            paint_plate(painter, self.note, QRectF((width - wide) / 2, 2 * MARGIN + high, wide, high))
        if self.about_model:
            wide, high = plate_size(painter, self.about_model)
            at = QRectF((width - wide) / 2, self.height() - MARGIN - high, wide, high)
            paint_plate(painter, self.about_model, at)
        if self.sentence:
            self._paint_sentence(painter)

    def _paint_sentence(self, painter: QPainter) -> None:
        room = QRectF(self.rect()).adjusted(4 * MARGIN, 4 * MARGIN, -4 * MARGIN, -4 * MARGIN)
        is_over_picture = not self._image.isNull()
        painter.setPen(PLATE_TEXT if is_over_picture else QColor(theme().text))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room, flags, self.sentence)


def focus_unless_in_tabs(view: LiveView) -> None:
    """A page that comes takes the keys, but not from somebody who goes through the tabs with them."""
    if not isinstance(QApplication.focusWidget(), QTabBar):
        view.setFocus()
