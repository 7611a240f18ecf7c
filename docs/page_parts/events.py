"""The events of a run with their fields, from the classes that write and read them."""

from __future__ import annotations

import dataclasses
import inspect
from typing import get_args

from page_parts.markdown import blocks, code, plain, table
from training.run.answers.prediction import ClassAnswer, PredictedBox
from training.run.events import EVENT_TYPES, Event, ImagePrediction, PhaseName

OWN = {field.name for field in dataclasses.fields(Event)}
INSIDE = (ImagePrediction, PredictedBox, ClassAnswer)


def events() -> str:
    phases = ", ".join(code(name) for name in get_args(PhaseName))
    return blocks(
        *(_part(name, kind) for name, kind in EVENT_TYPES.items()),
        f"The names of `phase` events: {phases}.",
        "### Objects inside",
        *(_part(kind.__name__, kind, level=4) for kind in INSIDE),
    )


def _part(name: str, kind: type, level: int = 3) -> str:
    rows = [
        (code(field.name), code(_type(field)), _default(field))
        for field in dataclasses.fields(kind)
        if field.name not in OWN
    ]
    return blocks(f"{'#' * level} {code(name)}", _words(kind), table(("Field", "Type", "If it is missing"), rows))


def _words(kind: type) -> str:
    """The class's own words, paragraph by paragraph."""
    return "\n\n".join(plain(paragraph) for paragraph in (inspect.getdoc(kind) or "").split("\n\n"))


def _type(field: dataclasses.Field[object]) -> str:
    return field.type if isinstance(field.type, str) else field.type.__name__


def _default(field: dataclasses.Field[object]) -> str:
    if field.default is not dataclasses.MISSING:
        return code(repr(field.default))
    if field.default_factory is not dataclasses.MISSING:
        return code(repr(field.default_factory()))
    return "it is always there"
