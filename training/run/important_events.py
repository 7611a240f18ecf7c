"""The events that later ones did not make unimportant, found without parsing the others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from training.run.events import Event, PredictionsEvent, StartedEvent, from_line

_ONLY_LAST = (b'{"event": "step"', b'{"event": "phase"')
_HEAD = min(map(len, _ONLY_LAST))
_PREDICTIONS = b'{"event": "predictions"'
_EPOCH = re.compile(rb'"epoch": (\d{1,9})')
_FILENAME = re.compile(rb'"filename": "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class _Place:
    """Of a line with predictions, which may be long."""

    number: int
    start: int
    length: int


@dataclass(slots=True)
class _Lines:
    events: dict[int, Event] = field(default_factory=dict)  # by the line's number
    only_last: dict[bytes, tuple[int, bytes]] = field(default_factory=dict)
    predictions: list[_Place] = field(default_factory=list)
    next_byte: int = 0


def important_events(file: BinaryIO) -> tuple[list[Event], int]:
    """Those of an open events.jsonl in their order, and the byte after the last whole line.

    Of steps and phases the last, of predictions the newest of each image that still counts; all the others. Lines that
    are no event are skipped. The file is read once from its beginning, and once more where the newest predictions are.
    """
    lines = _sorted_lines(file)
    kept = dict(lines.events)
    for number, line in lines.only_last.values():
        event = _parsed(line)
        if event is not None:
            kept[number] = event
    kept.update(_newest_predictions(file, lines))
    return [kept[number] for number in sorted(kept)], lines.next_byte


def _sorted_lines(file: BinaryIO) -> _Lines:
    lines = _Lines()
    next_byte = 0
    for number, line in enumerate(file):
        if not line.endswith(b"\n"):
            break
        if line.startswith(_ONLY_LAST):
            lines.only_last[line[:_HEAD]] = (number, line)
        elif line.startswith(_PREDICTIONS):
            lines.predictions.append(_Place(number, next_byte, len(line)))
        else:
            event = _parsed(line)
            if event is not None:
                lines.events[number] = event
        next_byte += len(line)
    lines.next_byte = next_byte
    return lines


def _newest_predictions(file: BinaryIO, lines: _Lines) -> dict[int, Event]:
    """From the last line to the first. A run that was resumed forgot what came after the epochs it counted."""
    starts = {number: event for number, event in lines.events.items() if isinstance(event, StartedEvent)}
    latest_epoch: float = float("inf")
    known: set[bytes] = set()
    found: dict[int, Event] = {}
    for place in reversed(lines.predictions):
        while starts and max(starts) > place.number:
            latest_epoch = min(latest_epoch, starts.pop(max(starts)).epochs_before)
        file.seek(place.start)
        line = file.read(place.length)
        epoch = _EPOCH.search(line)
        if epoch is not None and int(epoch[1]) > latest_epoch:
            continue
        names = _FILENAME.findall(line)
        news = [name not in known for name in names]
        if not any(news):
            continue
        known.update(names)
        event = _parsed(line)
        if isinstance(event, PredictionsEvent) and len(event.images) == len(names):
            fresh = tuple(image for image, is_new in zip(event.images, news, strict=True) if is_new)
            found[place.number] = replace(event, images=fresh)
        elif event is not None:
            found[place.number] = event
    return found


def _parsed(line: bytes) -> Event | None:
    return from_line(line.decode("utf-8", "replace"))
