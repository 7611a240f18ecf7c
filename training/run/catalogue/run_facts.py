"""What the files of a run folder say, read with limits: the folder may come from anywhere, and its events be huge."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from training.dataset.dataset import Split
from training.run.catalogue.foreign_files import ForeignFileError, ends_of, read_bytes, read_object
from training.run.catalogue.run_summary import main_figures_of, shown_text
from training.run.events import EndedEvent, EpochEvent, from_line
from training.run.run_folder import RunFolder
from training.run.settings import SettingsError, TrainingSettings

MOST_JSON = 8_000_000
MOST_HISTORY = 8_000_000
MOST_DATASET = 64_000_000
HEAD = 4096
TAIL = 65_536
LATEST_TIME = 4e9  # beyond it, a time is no time
TIME_IN_NAME = "%Y-%m-%d_%H-%M-%S"
LENGTH_OF_TIME = 19
NO_RUN = "This folder is no run: settings.json, which tells what to train, is missing."
NO_FOLDER = "The folder is not there. Is its disk or share connected?"


@dataclass(frozen=True, slots=True)
class DataFacts:
    """Of dataset.csv; nothing where it is missing or can't be read."""

    sha256: str = ""
    images: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """Of settings, report, history and the two ends of the events. `ended` is there if nothing came after it."""

    has_settings: bool
    has_events: bool
    ended: EndedEvent | None
    recipe: str = ""
    created: float | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    figures_of: str = ""
    best_epoch: int = 0
    epochs_done: int = 0
    epochs: int = 0
    seconds: float | None = None
    problem: str = ""


# --- the data


def read_data_facts(run: RunFolder) -> DataFacts:
    try:
        content = read_bytes(run.dataset_file, MOST_DATASET)
    except ForeignFileError:
        return DataFacts()
    if content is None:
        return DataFacts()
    return DataFacts(hashlib.sha256(content).hexdigest(), _counted_images(content.decode("utf-8-sig", "replace")))


def _counted_images(text: str) -> dict[str, int]:
    """Images by split; rows that make no sense are left out."""
    images: dict[str, set[str]] = {split.value: set() for split in Split}
    try:
        for row in csv.DictReader(io.StringIO(text, newline="")):
            split = row.get("split")
            if split in images:
                images[split].add(row.get("filename") or "")
    except csv.Error:
        return {}
    return {split: len(names) for split, names in images.items()}


# --- the training


class _Problems:
    """The first of them is what the list tells."""

    def __init__(self) -> None:
        self.first = ""

    def add(self, sentence: str) -> None:
        self.first = self.first or shown_text(sentence, 400)

    def object_in(self, path: Any) -> dict[str, Any]:
        try:
            return read_object(path, MOST_JSON) or {}
        except ForeignFileError as error:
            self.add(str(error))
            return {}


def read_training_facts(run: RunFolder) -> TrainingFacts:
    problems = _Problems()
    settings, epochs = _settings_of(run, problems)
    head, tail, size = _events_of(run, problems)
    ended = _ended_in(tail)
    history = _history_of(run, problems)
    report = problems.object_in(run.report_file) if ended is not None or not size else {}
    if ended is None and not size:
        ended = _ended_in_report(report)
    if ended is None or report.get("outcome") != ended.outcome:
        report = {}  # of a time before the run was resumed
    epochs_in_tail = _epochs_in(tail) if not history else []
    recipe = _text(settings.get("recipe")) or _text(report.get("recipe"))
    figures, figures_of, best_epoch = _figures_in(main_figures_of(recipe), report, history, ended, epochs_in_tail)
    last_epoch = epochs_in_tail[-1] if epochs_in_tail else None
    done = _count(report.get("epochs_done")) or _count(_number_in(history[-1].get("epoch") if history else None))
    if not settings and not size:
        problems.add(NO_RUN if run.path.is_dir() else NO_FOLDER)
    return TrainingFacts(
        has_settings=bool(settings),
        has_events=bool(size),
        ended=ended,
        recipe=shown_text(_text(settings.get("recipe"))),
        created=_created(run, head),
        figures=figures,
        figures_of=figures_of,
        best_epoch=best_epoch,
        epochs_done=done or (last_epoch.epoch if last_epoch else 0),
        epochs=epochs or _count(settings.get("epochs")) or (last_epoch.epochs if last_epoch else 0),
        seconds=_seconds(report, history, head, tail),
        problem=problems.first,
    )


def _settings_of(run: RunFolder, problems: _Problems) -> tuple[dict[str, Any], int]:
    """As they stand there, and the epochs of all phases; 0 where they are no settings."""
    settings = problems.object_in(run.settings_file)
    if settings:
        try:
            return settings, TrainingSettings.from_json(json.dumps(settings)).total_epochs
        except SettingsError as error:
            problems.add(f"settings.json: {error}")
    return settings, 0


def _events_of(run: RunFolder, problems: _Problems) -> tuple[bytes, bytes, int]:
    try:
        return ends_of(run.events_file, HEAD, TAIL)
    except ForeignFileError as error:
        problems.add(str(error))
        return b"", b"", 0


def _ended_in(tail: bytes) -> EndedEvent | None:
    last = tail[: tail.rfind(b"\n") + 1].rstrip().rpartition(b"\n")[2]
    event = from_line(last.decode("utf-8", "replace")) if last.startswith(b'{"event": "ended"') else None
    return event if isinstance(event, EndedEvent) else None


def _ended_in_report(report: Mapping[str, Any]) -> EndedEvent | None:
    """For a folder from which only the results were copied."""
    outcome, reason = report.get("outcome"), report.get("reason")
    if outcome not in ("completed", "stopped", "failed"):
        return None
    return EndedEvent(outcome=outcome, reason=reason if isinstance(reason, str) else "")


def _epochs_in(tail: bytes) -> list[EpochEvent]:
    """The last best epoch and the last one, as far as the tail goes; one that is both stands there once."""
    lines = [line for line in tail.split(b"\n") if line.startswith(b'{"event": "epoch"')]
    best = next(([line] for line in reversed(lines) if b'"best": true' in line), [])
    events = (from_line(line.decode("utf-8", "replace")) for line in dict.fromkeys([*best, *lines[-1:]]))
    return [event for event in events if isinstance(event, EpochEvent)]


def _history_of(run: RunFolder, problems: _Problems) -> list[dict[str, str]]:
    try:
        content = read_bytes(run.history_file, MOST_HISTORY)
        if content is None:
            return []
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8", "replace"), newline="")))
    except (ForeignFileError, csv.Error) as error:
        problems.add(f"history.csv: {error}" if isinstance(error, csv.Error) else str(error))
        return []
    return [row for row in rows if _count(_number_in(row.get("epoch")))]


# --- figures


def _figures_in(
    names: tuple[str, ...],
    report: Mapping[str, Any],
    history: list[dict[str, str]],
    ended: EndedEvent | None,
    epochs: list[EpochEvent],
) -> tuple[dict[str, float], str, int]:
    """The main figures, the images they are of, and the best epoch: of the report, else of the history or the events."""
    best_row = next((row for row in reversed(history) if row.get("best") == "1"), {})
    best_event = next((epoch for epoch in reversed(epochs) if epoch.best), None)
    best_epoch = _count(_number_in(best_row.get("epoch"))) or (best_event.epoch if best_event else 0)
    by_split = report.get("figures")
    for split in (Split.VALIDATION.value, Split.TRAIN.value):
        of_split = by_split.get(split) if isinstance(by_split, dict) else None
        found = _main_figures(names, of_split, "") if isinstance(of_split, dict) else {}
        if found:
            return found, split, _count(report.get("best_epoch")) or best_epoch
    for source in (best_row, ended.figures if ended else {}, best_event.figures if best_event else {}):
        values = {name: _number_in(value) for name, value in source.items()}
        for prefix, split in (("val_", Split.VALIDATION.value), ("", Split.TRAIN.value)):
            found = _main_figures(names, values, prefix)
            if found:
                return found, split, best_epoch
    return {}, "", best_epoch


def _main_figures(names: tuple[str, ...], values: Mapping[str, Any], prefix: str) -> dict[str, float]:
    found = {name: _finite(values.get(prefix + name)) for name in names}
    return {name: value for name, value in found.items() if value is not None}


# --- times


def _created(run: RunFolder, head: bytes) -> float | None:
    """When it was first started, else when it was prepared as the folder's name says, else the age of its settings."""
    found = _time_in(head.partition(b"\n")[0]) or _time_in_name(run.path.name)
    try:
        return found or _possible_time(run.settings_file.lstat().st_mtime)
    except OSError:
        return None


def _time_in_name(name: str) -> float | None:
    try:
        return _possible_time(datetime.strptime(name[:LENGTH_OF_TIME], TIME_IN_NAME).timestamp())
    except (ValueError, OverflowError, OSError):
        return None


def _seconds(report: Mapping[str, Any], history: list[dict[str, str]], head: bytes, tail: bytes) -> float | None:
    """Of the whole run; while it goes on, of its epochs; else from the first event to the last."""
    told = _finite(report.get("seconds"))
    if told is not None:
        return told
    if history:
        return sum(_finite(_number_in(row.get("seconds"))) or 0.0 for row in history)
    first = _time_in(head.partition(b"\n")[0])
    last = _time_in(tail[: tail.rfind(b"\n") + 1].rstrip().rpartition(b"\n")[2])
    return max(0.0, last - first) if first is not None and last is not None else None


def _time_in(line: bytes) -> float | None:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return _possible_time(_finite(content.get("time"))) if isinstance(content, dict) else None


def _possible_time(time: float | None) -> float | None:
    return time if time is not None and 0 < time < LATEST_TIME else None


# --- values


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _finite(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _number_in(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _count(value: Any) -> int:
    number = _finite(value)
    return int(number) if number is not None and 0 < number < 1e9 else 0
