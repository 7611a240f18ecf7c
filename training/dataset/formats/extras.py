"""What a format says beyond classes and boxes, kept as one JSON text by names of formats."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

TOO_MUCH = "what else it says is too long or too odd to be kept"
OF_CLASSES = "categories"  # in a format's fields: what it says of each class, by names
_LONGEST = 20_000
_NAMES_OF_ONE = frozenset({"id", "uuid", "guid"})
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def packed(format_name: str, fields: Mapping[str, Any], longest: int = _LONGEST) -> str:
    """Nothing for no fields, and for what can't be written again or is longer than so many characters."""
    return _text({format_name: fields}, longest) if fields else ""


def unpacked(text: str, format_name: str) -> dict[str, Any]:
    """What `packed` got for that format; nothing where it got nothing."""
    return unpacked_all(text).get(format_name, {})


def unpacked_all(text: str) -> dict[str, dict[str, Any]]:
    """By names of formats; a project or a clipboard of somebody else may hold anything."""
    if not text or not isinstance(text, str):
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    found = found if isinstance(found, dict) else {}
    return {format_name: fields for format_name, fields in found.items() if isinstance(fields, dict)}


def joined(first: str, second: str) -> str:
    """Both; where they speak of the same format, the second, but what only the first says of a class stays."""
    if not first or not second or first == second:
        return second or first
    before, after = unpacked_all(first), unpacked_all(second)
    for format_name, fields in after.items():
        old, new = before.get(format_name, {}).get(OF_CLASSES), fields.get(OF_CLASSES)
        if isinstance(old, dict):
            fields[OF_CLASSES] = old | (new if isinstance(new, dict) else {})
    return _text({**before, **after}, len(first) + len(second)) or second


def with_classes_called(text: str, names: Mapping[str, str]) -> str:
    """What is said of classes, under the names that these have now. `names` are those by the names that are in it."""
    if all(name == now for name, now in names.items()):
        return text
    found = unpacked_all(text)
    for fields in found.values():
        said = fields.get(OF_CLASSES)
        if isinstance(said, dict):
            others = {name: value for name, value in said.items() if name not in names}
            fields[OF_CLASSES] = others | {names[name]: value for name, value in said.items() if name in names}
    return _text(found, sys.maxsize) or text


def of_a_copy(text: str) -> str:
    """What holds for a copy of a box, too: all but what only names the one that it was."""
    kept = {
        format_name: {key: value for key, value in fields.items() if key.lower() not in _NAMES_OF_ONE}
        for format_name, fields in unpacked_all(text).items()
    }
    return _text({format_name: fields for format_name, fields in kept.items() if fields}, len(text))


def _text(fields: Mapping[str, Any], longest: int) -> str:
    if not fields:
        return ""
    try:
        text = _ENCODER.encode(fields)
        text.encode()
    except (ValueError, RecursionError):
        return ""
    return text if len(text) <= longest else ""
