"""Which files of a long run are done and how far its results had come, so that it can go on after any kind of end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.run.failure import RunFailed
from training.run.results.partial_file import PartialFile
from training.run.results.result import Kept, ResultSink

VERSION = 1
_CHECKPOINT = frozenset({"done", "kept", "counts"})


@dataclass(frozen=True, slots=True)
class Earlier:
    """Up to the last checkpoint that the files still reach: the names that are done, where each sink was, the counts."""

    done: frozenset[str] = frozenset()
    kept: Mapping[str, Kept] = field(default_factory=dict)
    counts: tuple[int, int, int] = (0, 0, 0)


class Journal:
    """A file beside the result, `NAME.progress.partial`, as long as that is not finished: JSON lines.

    `described` is what must be the same for a run to go on, word by word: the model, the options. A line is written
    after all that it speaks of is in the hands of the system, so that the death of this program loses nothing but the
    work since then; what sinks wrote after it is cut off, and so is a line that was not finished.
    """

    def __init__(self, path: Path, described: Mapping[str, str], *, goes_on: bool) -> None:
        """Without `goes_on` an earlier journal is begun anew."""
        self._file = PartialFile(path)
        self._described = dict(described)
        self._goes_on = goes_on

    @classmethod
    def beside(cls, result: Path, described: Mapping[str, str], *, goes_on: bool) -> Journal:
        return cls(result.with_name(f"{result.name}.progress"), described, goes_on=goes_on)

    @property
    def path(self) -> Path:
        return self._file.path

    def begin(self, sinks: Sequence[ResultSink]) -> Earlier | None:
        """What there is to go on from. Raises RunFailed where that is of another model or other options, OSError."""
        found = self._read(sinks) if self._goes_on else None
        self._file.begin(None if found is None else found[1])
        if found is None:
            self._write({"boxwright_predict": VERSION, "described": self._described})
        return None if found is None else found[0]

    def add(self, done: Sequence[str], kept: Mapping[str, Kept], counts: tuple[int, int, int]) -> None:
        """`done` since the last time; the rest is how it is now."""
        self._write({"done": list(done), "kept": kept, "counts": counts})

    def leave(self) -> None:
        self._file.leave()

    def discard(self) -> None:
        self._file.discard()

    def _write(self, entry: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(entry) + "\n")
        self._file.checkpoint()

    def _read(self, sinks: Sequence[ResultSink]) -> tuple[Earlier, int] | None:
        """With the place behind the line that it goes on from; None where nothing was kept."""
        done: list[str] = []
        best: tuple[int, dict[str, Any], int] | None = None
        for entry, end in self._entries():
            if "described" in entry:
                self._check(entry["described"])
                continue
            done += entry["done"]
            if _reached(entry["kept"], sinks):
                best = len(done), entry, end
        if best is None:
            return None
        count, entry, end = best
        images, boxes, classified = entry["counts"]
        return Earlier(frozenset(done[:count]), entry["kept"], (images, boxes, classified)), end

    def _entries(self) -> Iterator[tuple[dict[str, Any], int]]:
        """Those that are whole, each with the place behind it: the last may be torn, or lost with the power."""
        end = 0
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            for line in file:
                end += len(line)
                entry = _entry(line)
                if entry is None:
                    return
                yield entry, end

    def _check(self, described: Mapping[str, str]) -> None:
        for name in dict.fromkeys([*self._described, *described]):
            before, now = described.get(name, "none"), self._described.get(name, "none")
            if before != now:
                raise RunFailed(
                    f"{self.path}: this run was begun with another {name} ({before}, now {now}), so it can't go on; "
                    "without --resume it begins anew"
                )


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    is_ours = isinstance(entry, dict) and ("described" in entry or entry.keys() >= _CHECKPOINT)
    return entry if is_ours else None


def _reached(kept: Mapping[str, Kept], sinks: Sequence[ResultSink]) -> bool:
    named = {sink.name: sink for sink in sinks if sink.name}
    return named.keys() == kept.keys() and all(sink.still_there(kept[name]) for name, sink in named.items())
