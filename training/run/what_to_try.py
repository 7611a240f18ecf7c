"""What an ended run left to go on with, and what could be tried next. No Keras."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from training.run.events import StartedEvent
from training.run.learning.loss_watch import rate_below, rate_for_stuck
from training.run.out_of_memory import half_of
from training.run.outcome import Outcome, OutcomeKind
from training.run.recipes.localizer_defaults import INPUT_SIZE_LIMITS
from training.run.run_folder import RunFolder
from training.run.settings import TrainingSettings

INPUT_STEP = 32
MEMORY_CODES = frozenset({"out_of_memory", "maybe_out_of_memory"})
# Going on would only come to the same end.
NO_WAY_ON = frozenset({"nan_loss", "state_unfit"})


@dataclass(frozen=True, slots=True)
class Kept:
    """`best_epoch` is that of the best model: 0 where no epoch was complete, None where there is no model.

    `has_state`: a training can go on from where it was saved last.
    """

    best_epoch: int | None = None
    has_state: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another run with these settings changed; without changes: the same run again, from its last state if it has one."""

    changes: Mapping[str, Any] = field(default_factory=dict)


def kept_of(run: RunFolder, best_epoch: int) -> Kept:
    """What lies in the folder; `best_epoch` as the events told it, 0 if they told of none."""
    return Kept(best_epoch if run.best_model.is_file() else None, run.state_file.is_file())


def suggestions(
    outcome: Outcome, settings: TrainingSettings | None, started: StartedEvent | None, kept: Kept
) -> tuple[Suggestion, ...]:
    """What helps most comes first. `settings` None where nobody knows them, `started` None for a run that never did."""
    changes = [] if settings is None else _changes(outcome, settings, started)
    tries = [Suggestion(change) for change in changes]
    if outcome.kind is not OutcomeKind.COMPLETED and _can_go_on(outcome, kept, settings):
        tries.append(Suggestion())
    return tuple(tries)


def _can_go_on(outcome: Outcome, kept: Kept, settings: TrainingSettings | None) -> bool:
    """What failed for a reason of its own, before there was anything to go on from, would fail again.

    So would a run whose file of weights is no good; one that waits for ImageNet's would not.
    """
    if outcome.code in NO_WAY_ON:
        return False
    if outcome.code == "no_weights" and settings is not None and settings.weights not in ("random", "imagenet"):
        return kept.has_state
    return kept.has_state or outcome.kind is not OutcomeKind.FAILED or outcome.code not in ("", "unexpected")


def _changes(outcome: Outcome, settings: TrainingSettings, started: StartedEvent | None) -> list[dict[str, Any]]:
    if outcome.code in MEMORY_CODES:
        return _with_less_memory(settings, started)
    if outcome.code == "nan_loss":
        return [{"learning_rate": rate_below(settings.learning_rate)}]
    if outcome.code == "no_weights" and settings.weights != "random":
        return [{"weights": "random"}]
    if outcome.code == "loss_stuck":
        return [{"learning_rate": rate_for_stuck(settings.learning_rate, settings.optimizer)}]
    return []


def _with_less_memory(settings: TrainingSettings, started: StartedEvent | None) -> list[dict[str, Any]]:
    """A smaller batch first: it costs least. A smaller input loses small objects, the CPU loses time."""
    actual = started.batch_size if started is not None and started.batch_size else settings.batch_size
    half = half_of(actual)
    smaller = max(INPUT_SIZE_LIMITS[0], settings.input_size * 3 // 4 // INPUT_STEP * INPUT_STEP)
    tries: list[dict[str, Any]] = [] if half is None else [{"batch_size": half}]
    if smaller < settings.input_size:
        tries.append({"input_size": smaller})
    if started is not None and settings.device != "cpu" and not started.device.startswith("CPU"):
        tries.append({"device": "cpu"})
    return tries
