"""One picture as large as the page, with its boxes; the arrow keys go through all that are shown."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QPixmap, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.elided_label import ElidedLabel
from desktop_app.icons import set_icon
from desktop_app.predict.files import file_words
from desktop_app.predict.files.file_model import FileModel
from desktop_app.predict.files.numbered_pictures import NumberedPictures
from desktop_app.predict.live.answer_painting import paint_bars, paint_boxes
from desktop_app.small_widgets import icon_button, muted_label, push_button
from desktop_app.style import make_muted, theme
from desktop_app.words import filled

MARGIN = 10.0


class LargePicture(QWidget):
    closed = Signal()

    def __init__(self, model: FileModel, pictures: NumberedPictures, parent: QWidget | None = None) -> None:
        """A small picture is shown, enlarged, until the large one is there."""
        super().__init__(parent)
        self._model = model
        self._row = -1
        self.canvas = _Canvas(model, pictures)
        self.back = push_button(self.tr("Back to the list"), self.closed.emit)
        set_icon(self.back, "contact-sheet")
        self.back.setToolTip(self.tr("Back to the list (Esc)"))
        self.name = ElidedLabel()
        self.said = ElidedLabel(Qt.TextElideMode.ElideRight)
        make_muted(self.said)
        self.place = muted_label()
        self.previous = icon_button("previous", self.tr("Previous picture (Left)"), lambda: self.step(-1))
        self.next = icon_button("next", self.tr("Next picture (Right)"), lambda: self.step(1))
        self._lay_out()
        keys = {"Esc": self.closed.emit, "Left": self.previous.click, "Right": self.next.click,
                "Up": self.previous.click, "Down": self.next.click}  # fmt: skip
        for key, handler in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(handler)
        model.order_changed.connect(self._on_order_changed)
        model.dataChanged.connect(self._show_words)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 8, 12, 8)
        bar.setSpacing(8)
        bar.addWidget(self.back)
        bar.addWidget(self.name, 1)
        bar.addWidget(self.said, 1)
        for part in (self.place, self.previous, self.next):
            bar.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.canvas, 1)

    @property
    def number(self) -> int:
        """Of the file that is shown."""
        return self.canvas.number

    def show_row(self, row: int) -> None:
        self._row = row
        self.canvas.show_number(self._model.number_at(row))
        self._show_words()

    def set_colours(self, colours: Mapping[int, QColor]) -> None:
        self.canvas.colours = colours
        self.canvas.update()

    def step(self, step: int) -> None:
        if 0 <= self._row + step < self._model.rowCount():
            self.show_row(self._row + step)

    def _on_order_changed(self) -> None:
        """The picture stays; only its place is another one."""
        if self.isVisible():
            self._row = self._model.row_of(self.number)
            self._show_words()

    def _show_words(self) -> None:
        if not self.isVisible() and self._row < 0:
            return
        number, columns = self.number, self._model.questions.columns
        if number >= self._model.questions.total:
            return
        answer = self._model.answer_of(number)
        self.name.set_whole(self._model.questions.files.name(number))
        self.said.set_whole(self._model.caption_of(number))
        total = self._model.rowCount()
        self.place.setText(filled("%1 / %2", f"{self._row + 1:n}", f"{total:n}") if self._row >= 0 else "")
        self.previous.setEnabled(self._row > 0)
        self.next.setEnabled(self._row + 1 < total)
        self.canvas.setAccessibleName(
            ", ".join(file_words.tip_lines(self.name.whole, answer, columns.state_of(number), self.said.whole))
        )
        self.canvas.update()


class _Canvas(QWidget):
    def __init__(self, model: FileModel, pictures: NumberedPictures) -> None:
        super().__init__()
        self._model = model
        self._pictures = pictures
        self.number = 0
        self.colours: Mapping[int, QColor] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for source in (pictures.small, pictures.large):
            source.thumbnail_ready.connect(self._on_ready)

    def show_number(self, number: int) -> None:
        self.number = number
        self.update()

    def _on_ready(self, key: str) -> None:
        if key == str(self.number):
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme().backdrop))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        key = str(self.number)
        pixmap = self._pictures.large.pixmap(key) or self._pictures.small.pixmap(key)
        if pixmap is not None:
            self._paint_picture(painter, pixmap)
        elif problem := self._model.questions.columns.problems.get(self.number, ""):
            painter.setPen(QColor(theme().muted))
            painter.drawText(self.rect().adjusted(40, 0, -40, 0), _CENTRED, problem)
        painter.end()

    def _paint_picture(self, painter: QPainter, pixmap: QPixmap) -> None:
        columns = self._model.questions.columns
        width, height = columns.size_of(self.number)
        if not width:
            width, height = pixmap.width(), pixmap.height()
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        scale = min(room.width() / width, room.height() / height)
        place = QRectF(0, 0, scale * width, scale * height)
        place.moveCenter(room.center())
        painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
        answer = self._model.answer_of(self.number)
        paint_boxes(painter, answer.boxes, place, scale, self.colours)
        paint_bars(painter, columns.answer_of(self.number), self._model.wanted.min_score, place, self.colours)


_CENTRED = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
