"""How often a run was started or resumed, and how long it worked in all, read from its events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from training.run.events import EndedEvent, EpochEvent, Event, PhaseEvent, StartedEvent, WarningEvent, from_line
from training.run.run_folder import RunFolder

_MANY = (b'{"event": "step"', b'{"event": "predictions"')  # nearly all of the file, and nothing of what is wanted here


@dataclass(frozen=True, slots=True)
class RunPart:
    """From one start to the end of its worker. `began` in seconds since 1970; `epochs_before` counted already."""

    began: float
    seconds: float
    epochs_before: int
    device: str
    batch_size: int
    monitor: str = ""
    taken: tuple[str, ...] = ()


def lasting_lines(run: RunFolder) -> list[bytes]:
    """The same as they stand in the file."""
    try:
        content = run.events_file.read_bytes()
    except FileNotFoundError:
        return []
    return [line for line in content.splitlines() if not line.startswith(_MANY)]


def lasting_events(run: RunFolder) -> list[Event]:
    """What happened, without steps and predictions; none without a file. Raises OSError."""
    events = (from_line(line.decode("utf-8", "replace")) for line in lasting_lines(run))
    return [event for event in events if event is not None]


def counted_epochs(events: Sequence[Event]) -> list[EpochEvent]:
    """The epochs that count: a run that is resumed forgets those after the model it goes on from."""
    epochs: list[EpochEvent] = []
    for event in events:
        if isinstance(event, StartedEvent):
            epochs = [epoch for epoch in epochs if epoch.epoch <= event.epochs_before]
        elif isinstance(event, EpochEvent):
            epochs.append(event)
    return epochs


def phase_epochs(events: Sequence[Event], phases: Sequence[str]) -> tuple[int, ...]:
    """How many epochs that count each of the training's phases had."""
    counts = Counter(epoch.phase for epoch in counted_epochs(events))
    return tuple(counts[name] for name in phases)


def parts_of(events: Sequence[Event]) -> tuple[RunPart, ...]:
    """Those in which training began. A worker that said its end was the last of its part; of one that died the next
    one's loading of libraries tells, which each does once.
    """
    groups: list[list[Event]] = [[]]
    for event in events:
        loads = isinstance(event, PhaseEvent) and event.name == "import"
        ends = isinstance(event, EndedEvent)
        if (loads or ends) and _has_started(groups[-1]):
            reading = _taken_from_end(groups[-1])
            if loads or reading:
                groups.append(reading)
        groups[-1].append(event)
        if ends:
            groups.append([])
    return tuple(_part(group) for group in groups if _has_started(group))


def _taken_from_end(group: list[Event]) -> list[Event]:
    """A worker reads its images before it loads its libraries."""
    start = len(group)
    while start and (isinstance(group[start - 1], WarningEvent) or _is_reading(group[start - 1])):
        start -= 1
    taken, group[start:] = group[start:], []
    return taken


def _is_reading(event: Event) -> bool:
    return isinstance(event, PhaseEvent) and event.name == "data"


def _has_started(group: Sequence[Event]) -> bool:
    return any(isinstance(event, StartedEvent) for event in group)


def _part(group: Sequence[Event]) -> RunPart:
    # When memory ran out, one worker starts twice: its second word counts.
    started = next(event for event in reversed(group) if isinstance(event, StartedEvent))
    began = next((event.time for event in group if event.time), 0.0)
    return RunPart(
        began=began,
        seconds=round(max(0.0, max(event.time for event in group) - began), 3),
        epochs_before=started.epochs_before,
        device=started.device,
        batch_size=started.batch_size,
        monitor=started.monitor,
        taken=started.taken,
    )
