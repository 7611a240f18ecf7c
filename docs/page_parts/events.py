"""The events of a run with their fields, from the classes that write and read them."""

from __future__ import annotations

import dataclasses
import inspect
import json
import types
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from page_parts.markdown import blocks, code, escaped, table
from training.dataset.box import Rectangle
from training.run.answers.prediction import ClassAnswer, ClassScore, PredictedBox
from training.run.events import EVENT_TYPES, Event, ImagePrediction
from training.run.plain_values import to_plain

OWN = {field.name for field in dataclasses.fields(Event)}
_JSON = {str: "text", int: "whole number", float: "number", bool: "true or false", type(None): "null"}
INSIDE = (ImagePrediction, PredictedBox, ClassAnswer, ClassScore, Rectangle)


def events() -> str:
    return blocks(
        *(_part(name, kind) for name, kind in EVENT_TYPES.items()),
        "### Objects inside",
        *(_part(kind.__name__, kind, level=4) for kind in INSIDE),
    )


def _part(name: str, kind: type, level: int = 3) -> str:
    hints = get_type_hints(kind)
    rows = [
        (code(field.name), _type(hints[field.name]), _default(field))
        for field in dataclasses.fields(kind)
        if field.name not in OWN
    ]
    return blocks(f"{'#' * level} {code(name)}", _words(kind), table(("Field", "Type", "If it is missing"), rows))


def _words(kind: type) -> str:
    """The class's own words, paragraph by paragraph; names in them stay names."""
    paragraphs = (inspect.getdoc(kind) or "").split("\n\n")
    return "\n\n".join("`".join(_but_names(paragraph)) for paragraph in paragraphs)


def _but_names(paragraph: str) -> list[str]:
    parts = " ".join(paragraph.split()).split("`")
    return [part if number % 2 else escaped(part) for number, part in enumerate(parts)]


def _type(kind: Any) -> str:
    """As JSON has it."""
    arguments = get_args(kind)
    if get_origin(kind) in (Union, types.UnionType):
        return " or ".join(_type(one) for one in arguments)
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(code(str(one)) for one in arguments)
    if get_origin(kind) is tuple:
        return f"list of {_type(arguments[0])}"
    if get_origin(kind) is dict:
        return f"object of {_type(arguments[1])}"
    return _JSON[kind] if kind in _JSON else f"[{code(kind.__name__)}](#{kind.__name__.lower()})"


def _default(field: dataclasses.Field[object]) -> str:
    if field.default is not dataclasses.MISSING:
        return code(_as_json(field.default))
    if field.default_factory is not dataclasses.MISSING:
        return code(_as_json(field.default_factory()))
    return "it is always there"


def _as_json(value: object) -> str:
    return json.dumps(to_plain(value))
