"""Boxes in pixels of the upright image: origin at the top left, edges between pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Four edges in pixels, `xmin < xmax` and `ymin < ymax` once it is valid."""

    xmin: float
    ymin: float
    xmax: float
    ymax: float

    @property
    def width(self) -> float:
        return self.xmax - self.xmin

    @property
    def height(self) -> float:
        return self.ymax - self.ymin

    @property
    def area(self) -> float:
        return max(self.width, 0.0) * max(self.height, 0.0)

    @property
    def corners(self) -> tuple[float, float, float, float]:
        return (self.xmin, self.ymin, self.xmax, self.ymax)

    def with_corners(self, xmin: float, ymin: float, xmax: float, ymax: float) -> Self:
        return replace(self, xmin=xmin, ymin=ymin, xmax=xmax, ymax=ymax)

    def contains(self, x: float, y: float) -> bool:
        return self.xmin <= x <= self.xmax and self.ymin <= y <= self.ymax

    def clipped(self, width: float, height: float) -> Self:
        """The part inside an image; it may come out empty, `is_empty` tells."""
        return self.with_corners(
            min(max(self.xmin, 0.0), width),
            min(max(self.ymin, 0.0), height),
            min(max(self.xmax, 0.0), width),
            min(max(self.ymax, 0.0), height),
        )

    def moved(self, dx: float, dy: float, width: float, height: float) -> Self:
        """Moved by (dx, dy) but no further than the edges of an image, keeping its size."""
        dx = min(max(dx, -self.xmin), width - self.xmax)
        dy = min(max(dy, -self.ymin), height - self.ymax)
        return self.with_corners(self.xmin + dx, self.ymin + dy, self.xmax + dx, self.ymax + dy)

    @property
    def is_empty(self) -> bool:
        return not (self.xmin < self.xmax and self.ymin < self.ymax)


@dataclass(frozen=True, slots=True)
class Box(Rectangle):
    """A box at the border of the program (files, training, predictions): its class is named by `label`.

    `extra` is what the format it came in said besides, as a JSON object by names of formats.
    """

    label: str
    extra: str = ""


@dataclass(frozen=True, slots=True)
class ProjectBox(Rectangle):
    """A box in a project: it holds its class's id, so renaming a class touches no box.

    `origin` is the name of the run whose proposal it was, also after a person moved it; nothing when drawn by hand.
    `extra` is as in Box.
    """

    class_id: int
    origin: str = ""
    extra: str = ""

    def labelled(self, label: str) -> Box:
        return Box(self.xmin, self.ymin, self.xmax, self.ymax, label, self.extra)


def iou(first: Rectangle, second: Rectangle) -> float:
    """Intersection over union, 0 to 1; 0 when either box is empty."""
    width = min(first.xmax, second.xmax) - max(first.xmin, second.xmin)
    height = min(first.ymax, second.ymax) - max(first.ymin, second.ymin)
    if width <= 0 or height <= 0:
        return 0.0
    intersection = width * height
    return intersection / (first.area + second.area - intersection)
