"""The parts of a training: each has its own optimizer and its own end; epochs are numbered through. No Keras."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from training.run.settings import TrainingSettings

if TYPE_CHECKING:  # whoever reads a report loads no library for numbers
    from training.run.learning.run_state import Place

HEAD, FINE_TUNE = "head", "fine_tune"


@dataclass(frozen=True, slots=True)
class Phase:
    """`epochs` of a training after the `begins` that are complete before it; `later` epochs follow in other phases.

    `name` is empty where a training is of one piece. `patience` 0: it ends with its last epoch only.
    """

    name: str
    epochs: int
    begins: int = 0
    later: int = 0
    patience: int = 0

    @property
    def ends(self) -> int:
        """The epochs that are complete when all of this phase are."""
        return self.begins + self.epochs

    @property
    def total(self) -> int:
        """All epochs of the training, as far as can be known here."""
        return self.ends + self.later

    def is_out_of_patience(self, epochs_done: int, best_epoch: int | None) -> bool:
        """Whether nothing got better for too long, in this phase; `best_epoch` counts from 1."""
        if not self.patience or best_epoch is None or epochs_done >= self.ends:
            return False
        return epochs_done - max(best_epoch, self.begins) >= self.patience

    def is_over(self, epochs_done: int, best_epoch: int | None) -> bool:
        return epochs_done >= self.ends or self.is_out_of_patience(epochs_done, best_epoch)


def phases_of(settings: TrainingSettings) -> tuple[Phase, ...]:
    """As they are planned: one that runs out of patience lets the next begin earlier."""
    if not settings.has_two_phases:
        return (Phase("", settings.epochs, patience=settings.patience),)
    return (
        Phase(HEAD, settings.epochs, later=settings.fine_tune_epochs, patience=settings.patience),
        Phase(FINE_TUNE, settings.fine_tune_epochs, begins=settings.epochs, patience=settings.patience),
    )


def phase_of(settings: TrainingSettings, place: Place) -> Phase:
    """The one that `place` stands in, from where it began."""
    phases = phases_of(settings)
    return replace(next((phase for phase in phases if phase.name == place.phase), phases[0]), begins=place.phase_begins)


def phase_names(settings: TrainingSettings) -> tuple[str, ...]:
    """None where a training is of one piece."""
    return tuple(phase.name for phase in phases_of(settings) if phase.name)


def phases_left(settings: TrainingSettings, place: Place | None) -> tuple[Phase, ...]:
    """The phase that `place` stands in, from where it began, and those after it; all without a place.

    One that is over is left out, but for the last: its judging may be all that is left. Where the one before ended
    early, the next begins where it ended.
    """
    phases = phases_of(settings)
    if place is None:
        return phases
    at = next((index for index, phase in enumerate(phases) if phase.name == place.phase), 0)
    here = replace(phases[at], begins=place.phase_begins)
    rest = phases[at + 1 :]
    if rest and not place.batch and here.is_over(place.epoch, None if place.best is None else place.best.epoch):
        return (replace(rest[0], begins=place.epoch), *rest[1:])
    return (here, *rest)
