"""What a format says beyond classes and boxes, kept as one JSON text by names of formats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_LONGEST = 20_000
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def packed(format_name: str, fields: Mapping[str, Any], longest: int = _LONGEST) -> str:
    """Nothing for no fields, and for what can't be written again or is longer than so many characters."""
    if not fields:
        return ""
    try:
        text = _ENCODER.encode({format_name: fields})
        text.encode()
    except (ValueError, RecursionError):
        return ""
    return text if len(text) <= longest else ""


def unpacked(text: str, format_name: str) -> dict[str, Any]:
    """What `packed` got for that format; nothing where it got nothing."""
    if not text:
        return {}
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    found = fields.get(format_name) if isinstance(fields, dict) else None
    return found if isinstance(found, dict) else {}


def joined(first: str, second: str) -> str:
    """Both; where they speak of the same format, the second."""
    if not first or not second or first == second:
        return second or first
    try:
        return json.dumps({**json.loads(first), **json.loads(second)}, ensure_ascii=False, separators=(",", ":"))
    except (ValueError, TypeError):
        return second
