"""What a run tells while it works: JSON lines on the worker's stdout, and the same in events.jsonl.

Every line is one object with `event`, `v` (number of the protocol), `time` (seconds since 1970, UTC) and the fields of
the event's class. Readers ignore events and fields they do not know, so newer workers can say more.
"""

from __future__ import annotations

import json
import time as clock
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from training.run.answers.prediction import ClassAnswer, PredictedBox
from training.run.plain_values import PlainValueError, from_plain, to_plain
from training.run.recipes.names import LOCALIZER

PROTOCOL_VERSION = 1

PhaseName = Literal["import", "data", "weights", "build", "features", "train", "fine_tune", "evaluate", "export"]
EndedOutcome = Literal["completed", "stopped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`time` is 0 until the event has been written as a line."""

    time: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedEvent(Event):
    """Everything is read and built; training begins. `heads` are the model's outputs: class, box, maybe presence.

    A resumed run starts again: `epochs_before` epochs count, later ones in the file are forgotten. `monitor` is the
    figure by which an epoch is the best; `taken` names, for people, what came from an earlier run. `phases` are the
    names of a training's parts ("head", "fine_tune"), none where it is of one piece. With several devices (replicas) a
    step learns from `global_batch` images, `batch_size` on each. `precision` is that of the computation.
    """

    versions: dict[str, str]
    device: str
    train_images: int
    validation_images: int
    parameters: int
    epochs: int
    steps_per_epoch: int
    classes: tuple[str, ...]
    heads: tuple[str, ...] = ("class", "box")
    batch_size: int = 0
    epochs_before: int = 0
    monitor: str = ""
    taken: tuple[str, ...] = ()
    recipe: str = LOCALIZER
    phases: tuple[str, ...] = ()
    device_count: int = 1
    global_batch: int = 0
    precision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateEvent(Event):
    """What a short probe of the real steps foretells: seconds of one epoch, and of all that is left of the run."""

    epoch_seconds: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseEvent(Event):
    """What the run is busy with. `text` is a plain English line; `done` of `total` where there is something to count.

    `backend` is the title of what Keras computes with ("TensorFlow", "JAX", "PyTorch") while that is loaded.
    """

    name: PhaseName
    text: str
    done: int | None = None
    total: int | None = None
    backend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEvent(Event):
    """At most ten a second. `epoch` and `step` count from 1; `loss` is the epoch's mean so far; ETA is of the whole run."""

    epoch: int
    step: int
    steps: int
    loss: float
    images_per_second: float
    eta_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochEvent(Event):
    """The end of an epoch (from 1). `best`: its model was kept as the best so far.

    Figures: loss, class_loss, box_loss, presence_loss, mean_iou, iou50, iou60, class_accuracy, presence_accuracy (losses
    as they are, the others 0..1), of a classifier loss, class_accuracy, top3_accuracy and macro_f1, and the same with
    `val_` where there are validation images. A figure that is not a number is NaN. `phase` is one of the started event's
    phases, or nothing.
    """

    epoch: int
    epochs: int
    figures: dict[str, float]
    seconds: float
    best: bool
    phase: str = ""


@dataclass(frozen=True, slots=True)
class ImagePrediction:
    """The boxes of one image; none where the model sees no object. `filename` is relative to the image root, with `/`.

    `answers` are a classifier's: one of each drawn box, which are in `boxes` too, or one of the whole picture.
    """

    filename: str
    boxes: tuple[PredictedBox, ...] = ()
    answers: tuple[ClassAnswer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionsEvent(Event):
    """What the current weights say: at each epoch's end, or ("watch") about the one image somebody asked for."""

    epoch: int
    reason: Literal["epoch", "watch"]
    images: tuple[ImagePrediction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedEvent(Event):
    """A file is whole. `what` is best, last, litert, predictions or report; `path` is relative to the run folder."""

    what: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningEvent(Event):
    """Something was left out or done otherwise, and the run goes on. `code` is stable, `text` a plain sentence.

    `facts` are the sentence's names and numbers as text, so that a window can say it in another language.
    """

    code: str
    text: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedEvent(Event):
    """The last event. `reason` is one line when it failed; `figures` are those of the best epoch, maybe none.

    `code` names what a program can help with: out_of_memory, nan_loss, loss_stuck, early_stopped, disk_full,
    no_permission, missing_library, no_weights, state_unfit, or nothing; `facts` are what the reason names, as text.
    """

    outcome: EndedOutcome
    reason: str = ""
    code: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)


EVENT_TYPES: dict[str, type[Event]] = {
    "started": StartedEvent,
    "estimate": EstimateEvent,
    "phase": PhaseEvent,
    "step": StepEvent,
    "epoch": EpochEvent,
    "predictions": PredictionsEvent,
    "saved": SavedEvent,
    "warning": WarningEvent,
    "ended": EndedEvent,
}
_NAMES = {kind: name for name, kind in EVENT_TYPES.items()}


def stamped(event: Event) -> Event:
    """The event with the time it is now, unless it has one."""
    return event if event.time else replace(event, time=round(clock.time(), 3))


def to_line(event: Event) -> str:
    """One line of JSON, ended. Numbers that are not finite become null."""
    content: dict[str, Any] = {"event": _NAMES[type(event)], "v": PROTOCOL_VERSION, **to_plain(stamped(event))}
    return json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n"


def from_line(line: str) -> Event | None:
    """The event of a line; None for a line that is broken, is no event, or is an event unknown here."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    kind = EVENT_TYPES.get(str(content.get("event"))) if isinstance(content, dict) else None
    if kind is None:
        return None
    try:
        return from_plain(kind, content, unknown_allowed=True)
    except PlainValueError:
        return None
