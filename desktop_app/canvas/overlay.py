"""What lies over the view and does not move with the image: badges, a hint, and a sentence where there is no image."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.canvas import colours
from desktop_app.canvas.chips import ChipMaker
from desktop_app.canvas.colours import ClassLook
from training.dataset.records import ImageRecord

MARGIN = 10
WIDEST_MESSAGE = 460


class Overlay(QWidget):
    """Lets every click through to the canvas."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._own_class, self._predicted, self._reviewed, self._hint = (QLabel() for _ in range(4))
        self._message = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._message.setTextFormat(Qt.TextFormat.RichText)
        self._lay_out()
        self.show_badges(None, None, ChipMaker(self.font(), 1.0))
        self._predicted.hide()
        self.show_message("", "")

    def _lay_out(self) -> None:
        badges = QHBoxLayout()
        badges.setSpacing(6)
        badges.addWidget(self._own_class)
        badges.addWidget(self._predicted)
        badges.addWidget(self._reviewed)
        badges.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.addLayout(badges)
        column.addStretch(1)
        column.addWidget(self._message, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        column.addWidget(self._hint, 0, Qt.AlignmentFlag.AlignHCenter)

    def show_badges(self, record: ImageRecord | None, own_class: ClassLook | None, chips: ChipMaker) -> None:
        """The image's own class, and whether somebody has reviewed it."""
        own = "" if own_class is None else self.tr("image: %1").replace("%1", own_class.name)
        colour = colours.UNKNOWN if own_class is None else own_class.colour
        _show(self._own_class, own, chips.badge(own, colour))
        reviewed = self._review_text(record)
        _show(self._reviewed, reviewed, chips.badge(reviewed, colours.REVIEWED))

    def show_predicted_class(self, text: str, colour: QColor, chips: ChipMaker, *, is_strong: bool) -> None:
        """What a model takes the whole image for; strong where it is another class than its own, or chosen."""
        if text or self._predicted.accessibleName():  # after every edit there is nothing to say again
            _show(self._predicted, text, chips.badge(text, colour) if is_strong else chips.dark(text, colour))

    def _review_text(self, record: ImageRecord | None) -> str:
        if record is None or not record.reviewed:
            return ""
        return self.tr("✓ reviewed · nothing here") if record.is_negative else self.tr("✓ reviewed")

    def show_hint(self, text: str, chips: ChipMaker) -> None:
        """A quiet word at the lower edge; none with an empty text."""
        _show(self._hint, text, chips.plain(text))

    def show_message(self, title: str, text: str) -> None:
        """A friendly sentence in the middle; none with an empty title."""
        self._message.setText(f"<h3>{escape(title)}</h3><p>{escape(text)}</p>" if title else "")
        self._message.setAccessibleName(f"{title} {text}".strip())
        self._message.setVisible(bool(title))
        self._fit_message()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_message()

    def _fit_message(self) -> None:
        """A centred label is given no more lines than it asks for, so it has to know its width first."""
        width = min(WIDEST_MESSAGE, max(self.width() - 4 * MARGIN, 1))
        self._message.setFixedSize(width, max(self._message.heightForWidth(width), 0))

    @property
    def texts(self) -> list[str]:
        """What can be read now, from the top to the bottom."""
        labels = (self._own_class, self._predicted, self._reviewed, self._message, self._hint)
        return [label.accessibleName() for label in labels if label.accessibleName()]


def _show(label: QLabel, text: str, chip: QPixmap) -> None:
    label.setPixmap(chip)
    label.setAccessibleName(text)
    label.setVisible(bool(text))
