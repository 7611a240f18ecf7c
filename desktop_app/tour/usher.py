"""Keeps the bubble beside what it speaks of: in that one's window, wherever it moves, and gone with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect, Signal
from PySide6.QtWidgets import QMainWindow, QWidget

from desktop_app.tour.bubble import Bubble
from desktop_app.tour.follower import Follower
from desktop_app.tour.placing import place_beside
from desktop_app.tour.said import Said

if TYPE_CHECKING:
    from desktop_app.main_window import MainWindow


class Usher(QObject):
    next_pressed = Signal()
    back_pressed = Signal()
    skip_pressed = Signal()
    end_pressed = Signal()

    def __init__(self, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._said: Said | None = None
        self._shown: tuple[Said, str, bool, bool] | None = None
        self._follower = Follower(self)
        self._follower.moved.connect(self._stand)
        self.bubble: Bubble | None = None

    def show(self, said: Said, how_far: str, *, back: bool = False, skip: bool = False) -> None:
        """Said twice, it is shown once."""
        wanted = (said, how_far, back, skip)
        if wanted == self._shown and self.has_bubble:
            return
        self._said, self._shown = said, wanted
        self._bubble_in(self._host).show_said(said, how_far, back=back, skip=skip)
        self._follower.follow([widget for widget in said.about if shiboken6.isValid(widget)] or [self._window])
        self._stand()

    def leave(self) -> None:
        """No bubble, and nothing that is looked after."""
        self._follower.stop()
        self._said = self._shown = None
        bubble, self.bubble = self.bubble, None
        if bubble is not None and shiboken6.isValid(bubble):
            bubble.hide()
            bubble.deleteLater()

    def take_focus(self) -> None:
        if self.bubble is not None and self.has_bubble:
            self.bubble.window().activateWindow()
            self.bubble.take_focus()

    # --- where it is

    @property
    def has_bubble(self) -> bool:
        """Qt takes it along when its window goes."""
        return self.bubble is not None and shiboken6.isValid(self.bubble)

    @property
    def _target(self) -> QWidget | None:
        """The first control in question that can be seen."""
        said = self._said
        known = () if said is None else said.about
        return next((widget for widget in known if shiboken6.isValid(widget) and widget.isVisible()), None)

    @property
    def _host(self) -> QWidget:
        target = self._target
        return self._window if target is None else target.window()

    def _bubble_in(self, host: QWidget) -> Bubble:
        """Another window has another one."""
        if self.bubble is not None and self.has_bubble and self.bubble.parentWidget() is host:
            return self.bubble
        old, self.bubble = self.bubble, Bubble(host)
        if old is not None and shiboken6.isValid(old):
            old.hide()
            old.deleteLater()
        for told, own in (
            (self.bubble.next_pressed, self.next_pressed),
            (self.bubble.back_pressed, self.back_pressed),
            (self.bubble.skip_pressed, self.skip_pressed),
            (self.bubble.end_pressed, self.end_pressed),
        ):
            told.connect(own)
        return self.bubble

    def _stand(self) -> None:
        if self._said is None or self._shown is None:
            return
        host = self._host
        if not self.has_bubble or self.bubble is None or self.bubble.parentWidget() is not host:
            said, how_far, back, skip = self._shown
            self._bubble_in(host).show_said(said, how_far, back=back, skip=skip)
        assert self.bubble is not None
        place = place_beside(self._target_in(host), self.bubble.size_wanted(), _room_of(host), self._said.sides)
        self.bubble.stand(place)

    def _target_in(self, host: QWidget) -> QRect:
        """What is seen of it; nothing where there is none."""
        target = self._target
        if target is None:
            return QRect()
        seen = QRect(target.mapTo(host, QPoint()), target.size())
        above = target.parentWidget()
        while above is not None and above is not host:  # what has scrolled out of sight does not count
            seen &= QRect(above.mapTo(host, QPoint()), above.size())
            above = above.parentWidget()
        return seen


def _room_of(host: QWidget) -> QRect:
    """All of a window but its menu bar and its status line."""
    room = host.rect()
    if isinstance(host, QMainWindow):
        room.setTop(host.menuBar().height())
        room.setBottom(host.statusBar().y() - 1)
    return room
