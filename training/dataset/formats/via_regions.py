"""What VIA says about one region, in its JSON and in the cells of its CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from training.dataset.box import Rectangle
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.image_names import shortened
from training.dataset.formats.readings import (
    class_name,
    number,
    rectangle,
    rectangle_around,
    rectangle_of_ellipse,
    rectangle_of_size,
)

_USUAL_NAMES = ("label", "class", "name", "category", "type", "object", "object_name", "species")


def box_of(shape: Any) -> Rectangle:
    """Raises BadCell for what has no inside."""
    if not isinstance(shape, dict):
        raise BadCell(f"expected shape_attributes, got {shortened(shape)}")
    kind = shape.get("name")
    if kind == "rect":
        return rectangle_of_size(*_values(shape, "x", "y", "width", "height"))
    if kind == "circle":
        x, y, radius = _values(shape, "cx", "cy", "r")
        return rectangle(x - radius, y - radius, x + radius, y + radius)
    if kind == "ellipse":
        x, y, across, down = _values(shape, "cx", "cy", "rx", "ry")
        return rectangle_of_ellipse(x, y, across, down, number("theta", shape.get("theta") or 0))
    if kind in ("polygon", "polyline"):
        xs, ys = shape.get("all_points_x"), shape.get("all_points_y")
        if not isinstance(xs, list) or not isinstance(ys, list) or len(xs) != len(ys):
            raise BadCell("the polygon's x and y are not alike")
        return rectangle_around([(number("x", x), number("y", y)) for x, y in zip(xs, ys, strict=True)])
    raise BadCell(f"a {shortened(kind)} has no box")


def class_attribute(regions: Iterable[Any]) -> str | None:
    """The attribute that says the class: one of the usual names, or else the one that most regions have."""
    counts: Counter[str] = Counter()
    for attributes in regions:
        if isinstance(attributes, dict):
            counts.update(key for key, value in attributes.items() if _plain(value))
    usual = [name for name in counts if name.strip().lower() in _USUAL_NAMES]
    if usual:
        return max(usual, key=lambda name: counts[name])
    return max(counts, key=lambda name: counts[name]) if counts else None


def class_in(attributes: Any, key: str) -> str:
    return class_name(_plain(attributes.get(key)) if isinstance(attributes, dict) else None)


def others(attributes: Any, key: str | None) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if name != key} if isinstance(attributes, dict) else {}


def _values(shape: Mapping[str, Any], *keys: str) -> list[float]:
    return [number(key, shape.get(key)) for key in keys]


def _plain(value: Any) -> object:
    """A text, or what is ticked in a list of options."""
    if isinstance(value, dict):
        return next((name for name, ticked in value.items() if ticked), None)
    return value
