"""Asks once whether somebody wants the tour: on the very first start, and when it was left in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.tour.said import Said
from desktop_app.tour.usher import Usher

if TYPE_CHECKING:
    from desktop_app.main_window import MainWindow


class TourOffer(QObject):
    """In a corner of the window, from when the first picture is there until it is answered or somebody begins to work."""

    shown = Signal()
    accepted = Signal()
    declined = Signal()

    def __init__(self, window: MainWindow, parent: QObject, *, is_begun: bool) -> None:
        super().__init__(parent)
        self._window = window
        self._is_begun = is_begun
        self._is_over = False
        self._usher = Usher(window, self)
        self._usher.next_pressed.connect(self._on_accepted)
        self._usher.skip_pressed.connect(self._on_declined)
        self._usher.end_pressed.connect(self._on_declined)
        window.document.current_image_changed.connect(self._on_picture)
        window.document.undo_stack.indexChanged.connect(self._on_work)
        window.training.orders.placed.connect(self._on_work)
        window.training.shutting_down.connect(self.leave)

    def leave(self) -> None:
        """It does not come again."""
        self._is_over = True
        self._usher.leave()

    def _on_picture(self, image: str) -> None:
        if image and not self._is_over and not self._usher.has_bubble:
            self._usher.show(self._said(), "", skip=True)
            self.shown.emit()

    def _said(self) -> Said:
        if self._is_begun:
            text = self.tr("You were in the middle of the tour. It goes on where you left it.")
            return Said(self.tr("Go on?"), text, (), (), self.tr("Go on"), self.tr("No, thanks"))
        text = self.tr(
            "These are sample pictures. In five minutes you draw a box, train a model on your own computer and use it."
        )
        return Said(self.tr("New here?"), text, (), (), self.tr("Take the tour"), self.tr("No, thanks"))

    def _on_work(self, *_what: object) -> None:
        if self._usher.has_bubble:
            self.leave()

    def _on_accepted(self) -> None:
        self.leave()
        self.accepted.emit()

    def _on_declined(self) -> None:
        self.leave()
        self.declined.emit()
