"""Dragging what a model proposes makes it the person's: while it is dragged it looks like the box that it will be."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from desktop_app.canvas.box_gestures import show_size_beside
from desktop_app.canvas.geometry import Handle, Point, resized
from desktop_app.canvas.gestures import Gesture, Reach
from training.dataset.box import Rectangle

if TYPE_CHECKING:
    from training.run.answers.prediction import PredictedBox


class ProposalGesture(Gesture):
    """A press alone changes nothing; it may choose another proposal."""

    def __init__(self, reach: Reach, proposal: PredictedBox) -> None:
        super().__init__(reach)
        self._proposal = proposal
        self._pressed = Point(0.0, 0.0)
        self._has_moved = False

    def press(self, at: Point) -> None:
        self._pressed = at
        self.reach.document.proposals.choose(self._proposal)

    def move(self, at: Point) -> None:
        self._has_moved = self._has_moved or not self.reach.is_click(self._pressed, at)
        if self._has_moved:
            after = self._corners(at)
            self.reach.scene.preview_proposal(self._proposal, after)
            self._show_more(after, at)

    def release(self, at: Point) -> None:
        self.move(at)
        self.is_finished = True
        if self._has_moved:
            corners = self._corners(at)
            self._end()
            self.reach.edits.proposals.adopt(self._proposal, corners)
        else:
            self._on_click()

    def cancel(self) -> None:
        self.is_finished = True
        self._end()

    @abstractmethod
    def _corners(self, at: Point) -> Rectangle:
        """Where the box would be if the gesture ended here."""

    def _show_more(self, corners: Rectangle, at: Point) -> None:
        """While it is dragged."""

    def _on_click(self) -> None:
        """The press did not become a drag."""

    def _end(self) -> None:
        self.reach.scene.aids.hide_size()
        self.reach.scene.end_proposal()


class MoveProposal(ProposalGesture):
    """By whole pixels, inside the image."""

    def __init__(self, reach: Reach, proposal: PredictedBox, choose_on_click: PredictedBox | None) -> None:
        super().__init__(reach, proposal)
        self._choose_on_click = choose_on_click

    def _corners(self, at: Point) -> Rectangle:
        dx, dy = float(round(at.x - self._pressed.x)), float(round(at.y - self._pressed.y))
        size = self.reach.scene.image_size
        return self._proposal.rounded().clipped(*size).moved(dx, dy, *size)

    def _on_click(self) -> None:
        if self._choose_on_click is not None:
            self.reach.document.proposals.choose(self._choose_on_click)


class ResizeProposal(ProposalGesture):
    """Drags one handle. The edge keeps its distance to the cursor, as with one's own boxes."""

    def __init__(self, reach: Reach, proposal: PredictedBox, handle: Handle) -> None:
        super().__init__(reach, proposal)
        self._handle = handle
        self._offset = Point(0.0, 0.0)

    def press(self, at: Point) -> None:
        super().press(at)
        place = self._handle.place_on(self._proposal)
        self._offset = Point(place.x - at.x, place.y - at.y)

    def _corners(self, at: Point) -> Rectangle:
        edge = Point(at.x + self._offset.x, at.y + self._offset.y)
        return resized(self._proposal.rounded(), self._handle, edge, self.reach.scene.image_size)

    def _show_more(self, corners: Rectangle, at: Point) -> None:
        show_size_beside(self.reach, corners, at)
