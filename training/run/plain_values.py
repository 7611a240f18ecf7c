"""Frozen dataclasses to and from what JSON can hold, checked against their annotations."""

from __future__ import annotations

import math
import types
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
LARGEST = 2**63  # JSON may spell whole numbers that neither a float nor Qt can hold


class PlainValueError(ValueError):
    """A value is not what the annotation says; the message names the place, what was expected and what came."""


def to_plain(value: Any) -> Any:
    """Dictionaries, lists, strings and finite numbers; a number that is not finite becomes None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, StrEnum) else value


def from_plain(kind: type[T], value: Any, unknown_allowed: bool = False, where: str = "") -> T:
    """Build a `kind` dataclass from a dictionary; missing fields take their defaults.

    Raises PlainValueError for a missing or wrong field, and for an unknown one unless `unknown_allowed`.
    """
    if not isinstance(value, dict):
        raise PlainValueError(f"{where or kind.__name__}: expected an object, got {_shown(value)}")
    known: dict[str, Field[Any]] = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for name in value:
        if name not in known and not unknown_allowed:
            raise PlainValueError(f"{where}{name}: not known here")
    hints = _hints(kind)  # type: ignore[arg-type]
    given: dict[str, Any] = {}
    for name, field in known.items():
        if name in value:
            given[name] = _convert(hints[name], value[name], unknown_allowed, where + name)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise PlainValueError(f"{where}{name}: missing")
    return kind(**given)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _convert(hint: Any, value: Any, unknown_allowed: bool, where: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _convert_union(arguments, value, unknown_allowed, where)
    if origin is tuple and isinstance(value, (list, tuple)):
        return tuple(_convert(arguments[0], item, unknown_allowed, f"{where}[{i}]") for i, item in enumerate(value))
    if origin is dict and isinstance(value, dict):
        return {key: _convert(arguments[1], item, unknown_allowed, f"{where}.{key}") for key, item in value.items()}
    if origin is Literal and value in arguments:
        return value
    if is_dataclass(hint) and isinstance(hint, type):
        return from_plain(hint, value, unknown_allowed, f"{where}.")
    if hint is Any:
        return value
    return _convert_scalar(hint, value, where)


def _convert_union(arguments: tuple[Any, ...], value: Any, unknown_allowed: bool, where: str) -> Any:
    if value is None and type(None) in arguments:
        return None
    rest = next(argument for argument in arguments if argument is not type(None))
    return _convert(rest, value, unknown_allowed, where)


def _convert_scalar(hint: Any, value: Any, where: str) -> Any:
    if hint is float and value is None:
        return math.nan
    is_possible = isinstance(value, float) or (isinstance(value, int) and abs(value) < LARGEST)
    if hint is float and is_possible and not isinstance(value, bool):
        return float(value)
    if hint is int and is_possible and type(value) is int:
        return value
    if hint in (str, bool) and type(value) is hint:
        return value
    if isinstance(hint, type) and issubclass(hint, StrEnum) and value in list(hint):
        return hint(value)
    raise PlainValueError(f"{where}: expected {_worded(hint)}, got {_shown(value)}")


def _worded(hint: Any) -> str:
    words = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
    possible = list(hint) if isinstance(hint, type) and issubclass(hint, StrEnum) else get_args(hint)
    return words.get(hint) or f"one of {', '.join(map(str, possible))}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
