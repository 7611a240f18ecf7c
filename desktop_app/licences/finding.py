"""What the program shows of the licences: the file that came with it, or, in a source checkout, what is installed."""

from __future__ import annotations

from desktop_app.licences.collecting import Progress, collect
from desktop_app.licences.shipped_part import ShippedPart, from_json
from resources import resource


def shipped_parts(progress: Progress) -> list[ShippedPart]:
    """Takes about a second without the file. Raises OSError or ValueError where the file can't be read."""
    collected = resource("licences", "collected.json")
    if collected.is_file():
        return from_json(collected.read_text(encoding="utf-8"))
    return collect(progress=progress)
