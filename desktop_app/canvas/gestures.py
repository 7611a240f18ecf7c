"""A gesture is what a hand does from press to release: an object that gets image pixels and can be cancelled."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from PySide6.QtGui import QColor

from desktop_app.canvas.geometry import Point, boxes_touching, spanned
from desktop_app.canvas.scene import CanvasScene
from desktop_app.canvas.viewpoint import Viewpoint
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from training.dataset.class_colours import colour_for

SLIP = 4.0  # screen pixels that a hand may slip while it clicks


@dataclass(frozen=True)
class Reach:
    """What gestures can see and change."""

    document: Document
    edits: Edits
    scene: CanvasScene
    viewpoint: Viewpoint

    @property
    def active_colour(self) -> QColor:
        """Of the class that the next box gets; without any class, of the one that will be made for it."""
        looks, class_id = self.scene.looks, self.document.active_class_id
        return looks.of(class_id).colour if class_id in looks else QColor(colour_for(0))

    def is_click(self, pressed: Point, released: Point) -> bool:
        return pressed.distance(released) * self.scene.scale < SLIP


class Gesture(ABC):
    """Shows what it would do while it goes on; only `release` edits the document, and at most once."""

    is_finished = False

    def __init__(self, reach: Reach) -> None:
        self.reach = reach

    @abstractmethod
    def press(self, at: Point) -> None: ...

    @abstractmethod
    def move(self, at: Point) -> None: ...

    @abstractmethod
    def release(self, at: Point) -> None: ...

    @abstractmethod
    def cancel(self) -> None:
        """Leave everything as it was before the press."""


class Pan(Gesture):
    """The place that was grabbed stays under the cursor."""

    _grabbed = Point(0.0, 0.0)

    def press(self, at: Point) -> None:
        self._grabbed = at

    def move(self, at: Point) -> None:
        scale = self.reach.viewpoint.scale
        self.reach.viewpoint.pan((at.x - self._grabbed.x) * scale, (at.y - self._grabbed.y) * scale)

    def release(self, at: Point) -> None:
        self.is_finished = True

    def cancel(self) -> None:
        self.is_finished = True


class RubberBandSelect(Gesture):
    """Selects what the band touches; with `add` besides what was selected. A click on an empty place selects nothing."""

    _start = Point(0.0, 0.0)

    def __init__(self, reach: Reach, *, add: bool) -> None:
        super().__init__(reach)
        self._before = reach.document.selection
        self._kept = self._before if add else frozenset()

    def press(self, at: Point) -> None:
        self._start = at
        self.reach.document.proposals.choose(None)

    def move(self, at: Point) -> None:
        if self.reach.is_click(self._start, at):
            return
        band = spanned(self._start, at)
        self.reach.scene.aids.show_band(band)
        self.reach.document.select(self._kept | frozenset(boxes_touching(self.reach.scene.boxes.boxes, band)))

    def release(self, at: Point) -> None:
        self.move(at)
        if self.reach.is_click(self._start, at):
            self.reach.document.select(self._kept)
        self._end()

    def cancel(self) -> None:
        self.reach.document.select(self._before)
        self._end()

    def _end(self) -> None:
        self.reach.scene.aids.hide_band()
        self.is_finished = True
