"""The bubble beside a control: a title, a sentence or two, how far one is, and what can be pressed."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPaintEvent,
    QPen,
    QPolygonF,
    QRegion,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.small_widgets import icon_button, muted_label, push_button
from desktop_app.style import theme
from desktop_app.tour.placing import EDGE, Place, Side
from desktop_app.tour.said import Said
from desktop_app.words import filled

BODY_WIDTH = 308
ROUND = 9
HALF_ARROW = 9
SHADOW = 4
SHADOW_ALPHAS = (10, 16, 22)  # from the outside to the inside
FOCUS_KEY = "F6"


class Bubble(QWidget):
    """It lies in the window of what it speaks of, above everything, and takes neither clicks beside it nor the focus."""

    next_pressed = Signal()
    back_pressed = Signal()
    skip_pressed = Signal()
    end_pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tour_bubble")
        self._place = Place(self.rect())
        self._focused_before: QWidget | None = None
        self._title = QLabel()
        self._title.setProperty("heading", True)
        self._title.setWordWrap(True)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._step = muted_label()
        for label in (self._title, self._text, self._step):
            label.setTextFormat(Qt.TextFormat.PlainText)  # names come from projects
        self.next_button = push_button("", self.next_pressed.emit, primary=True)
        self.back_button = push_button(self.tr("Back"), self.back_pressed.emit)
        self.skip_button = push_button(self.tr("Skip"), self.skip_pressed.emit)
        self.end_button = icon_button("close", self.tr("End the tour (Esc)"), self.end_pressed.emit)
        self._lay_out()
        self._describe_buttons()
        focus = QShortcut(QKeySequence(FOCUS_KEY), self)
        focus.activated.connect(self.turn_focus)
        self.hide()

    def _lay_out(self) -> None:
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self.end_button, 0, Qt.AlignmentFlag.AlignTop)
        bottom.addWidget(self._step, 1)
        for button in (self.back_button, self.skip_button, self.next_button):
            bottom.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE + 14, EDGE + 8, EDGE + 10, EDGE + 10)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self._text)
        layout.addSpacing(4)
        layout.addLayout(bottom)
        for before, after in ((self.next_button, self.back_button), (self.back_button, self.skip_button),
                              (self.skip_button, self.end_button)):  # fmt: skip
            QWidget.setTabOrder(before, after)

    def _describe_buttons(self) -> None:
        tips: list[tuple[QPushButton, str]] = [
            (self.back_button, self.tr("To the step before")),
            (self.next_button, self.tr("To the next step")),
        ]
        for button, tip in tips:
            button.setToolTip(tip)
            button.setAutoDefault(False)  # in a dialog Enter is for the dialog's own button
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.end_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    # --- what it says

    @property
    def text(self) -> str:
        """All that is read, title first."""
        return "\n".join(part for part in (self._title.text(), self._text.text(), self._step.text()) if part)

    def show_said(self, said: Said, step: str, *, back: bool, skip: bool) -> None:
        """`step` is how far one is; `back` and `skip` are whether there is something to go to."""
        self._title.setText(said.title)
        self._text.setText(said.text)
        self._step.setText(step)
        self.next_button.setText(said.next_text)
        self.skip_button.setText(said.skip_text or self.tr("Skip"))
        skipping = self.tr("To the next step, without doing this one")
        self.skip_button.setToolTip(self.tr("The tour stays in the menu Help") if said.skip_text else skipping)
        for button, wanted in (
            (self.next_button, bool(said.next_text)),
            (self.back_button, back),
            (self.skip_button, skip),
        ):
            button.setVisible(wanted)
        self.setAccessibleName(filled(self.tr("Tour: %1"), said.title))
        keys = filled(self.tr("%1 brings the keys here and back; here Esc ends the tour."), FOCUS_KEY)
        self.setAccessibleDescription(" ".join(part for part in (said.text, step, keys) if part))
        self._announce(said)
        if self.has_focus and not said.next_text:
            self.give_focus_back()  # what is to be done now is done elsewhere

    def _announce(self, said: Said) -> None:
        """Read aloud when the reader has time for it; the keys stay where they are."""
        event = QAccessibleAnnouncementEvent(self, f"{said.title}. {said.text}")
        QAccessible.updateAccessibility(event)

    @property
    def has_focus(self) -> bool:
        focused = self.window().focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def turn_focus(self) -> None:
        """To the bubble, and from there back to where the keys were."""
        if self.has_focus:
            self.give_focus_back()
        else:
            self.take_focus()

    def give_focus_back(self) -> None:
        before, self._focused_before = self._focused_before, None
        if before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.has_focus:
            self.window().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def take_focus(self) -> None:
        if not self.has_focus:
            self._focused_before = self.window().focusWidget()
        buttons = (self.next_button, self.back_button, self.skip_button, self.end_button)
        first = next(button for button in buttons if button.isVisibleTo(self))
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- where it stands

    def size_wanted(self) -> QSize:
        """With its edge."""
        width = BODY_WIDTH + 2 * EDGE
        layout = self.layout()
        assert layout is not None
        layout.invalidate()
        return QSize(width, layout.totalHeightForWidth(width))

    def stand(self, place: Place) -> None:
        self._place = place
        self.setGeometry(place.rect)
        stroker = QPainterPathStroker()
        stroker.setWidth(2 * SHADOW)
        whole = self._outline().united(stroker.createStroke(self._outline()))
        self.setMask(QRegion(whole.toFillPolygon().toPolygon()))  # clicks beside it belong to what lies there
        self.raise_()
        self.show()
        self.update()

    @property
    def side(self) -> Side | None:
        """Of what it speaks of; None where there was no room beside it."""
        return self._place.side

    def _outline(self) -> QPainterPath:
        path = QPainterPath()
        body = QRectF(self.rect()).adjusted(EDGE, EDGE, -EDGE, -EDGE)
        path.addRoundedRect(body, ROUND, ROUND)
        if self._place.side is None:
            return path
        arrow = QPainterPath()
        arrow.addPolygon(_arrow(QPointF(self._place.tip - self._place.rect.topLeft()), body, self._place.side))
        arrow.closeSubpath()
        return path.united(arrow)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path, present = self._outline(), theme()
        for step, alpha in enumerate(SHADOW_ALPHAS):
            pen = QPen(QColor(0, 0, 0, alpha * (3 if present.is_dark else 1)), 2.0 * (SHADOW - step))
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.strokePath(path, pen)
        painter.fillPath(path, QColor(present.base))
        painter.strokePath(path, QPen(QColor(present.accent), 1.5))

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Only while one of its buttons has the focus; what it does not know goes on to the window."""
        focused = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.end_pressed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        else:
            event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.update()


def tour_keys() -> list[tuple[str, str]]:
    """For the overview of keys: what, and how."""
    return [
        (_tr("To the bubble, and back to where the keys were"), FOCUS_KEY),
        (_tr("End the tour, in its bubble"), _tr("Esc")),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Bubble", text)


def _arrow(tip: QPointF, body: QRectF, side: Side) -> QPolygonF:
    """A little into the body, so that no line is between them."""
    into: dict[Side, Callable[[], tuple[QPointF, QPointF]]] = {
        Side.RIGHT: lambda: (QPointF(body.left() + 1, tip.y() - HALF_ARROW), QPointF(body.left() + 1, tip.y() + HALF_ARROW)),
        Side.LEFT: lambda: (QPointF(body.right() - 1, tip.y() - HALF_ARROW), QPointF(body.right() - 1, tip.y() + HALF_ARROW)),
        Side.BELOW: lambda: (QPointF(tip.x() - HALF_ARROW, body.top() + 1), QPointF(tip.x() + HALF_ARROW, body.top() + 1)),
        Side.ABOVE: lambda: (QPointF(tip.x() - HALF_ARROW, body.bottom() - 1), QPointF(tip.x() + HALF_ARROW, body.bottom() - 1)),
    }  # fmt: skip
    first, second = into[side]()
    return QPolygonF([first, tip, second])
