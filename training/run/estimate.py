"""From the seconds of single steps to those of an epoch and of a whole run. No Keras."""

from __future__ import annotations

import math
from dataclasses import dataclass

from training.run.recipes.localizer_defaults import MINIMUM_STEPS_PER_EPOCH
from training.run.watching import MOST_IMAGES

# Of all epochs, about this share are the best so far and are saved.
BEST_SHARE = 0.4
# last.keras takes at most this share of the time, see run_callbacks.SHARE_FOR_SAVING.
LAST_SHARE = 0.1
# Exporting builds and converts the network once more, without its losses and gradients.
EXPORTS_PER_COMPILING = 0.7
MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds of one training step, of one validation step, of saving the model once, and of compiling it."""

    step: float
    validation_step: float = 0.0
    saving: float = 0.0
    compiling: float = 0.0


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done in a run: numbers of images in the whole dataset, and the epochs that are left."""

    train: int
    validation: int
    test: int
    batch_size: int
    epochs: int

    @property
    def steps(self) -> int:
        """Training steps of an epoch."""
        return max(math.ceil(self.train / self.batch_size), MINIMUM_STEPS_PER_EPOCH)

    @property
    def images(self) -> int:
        return self.train + self.validation + self.test

    def epoch_seconds(self, speed: Speed) -> float:
        """One epoch with its validation, its predictions and its share of saving."""
        shown = self.validation + min(self.validation, MOST_IMAGES)
        computing = self.steps * speed.step + shown / self.batch_size * speed.validation_step
        return computing + BEST_SHARE * speed.saving + min(speed.saving, LAST_SHARE * computing)

    def finishing_seconds(self, speed: Speed) -> float:
        """Exporting the best model, and judging all images by it."""
        answering = speed.validation_step or speed.step / 3  # a training step also goes backwards
        return EXPORTS_PER_COMPILING * speed.compiling + self.images / self.batch_size * answering

    def seconds_left(self, speed: Speed) -> float:
        """From the first epoch to the end."""
        return self.epochs * self.epoch_seconds(speed) + self.finishing_seconds(speed)


def in_words(seconds: float) -> str:
    """“about 3 minutes”, no finer than anybody can know."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 55:
        return f"about {5 * round(seconds / 5)} seconds"
    if seconds < HOUR:
        minutes = round(seconds / MINUTE)
        return "about 1 minute" if minutes == 1 else f"about {minutes} minutes"
    minutes = 5 * round(seconds / MINUTE / 5)
    return f"about {minutes // 60} h {minutes % 60:02} min"


@dataclass(frozen=True, slots=True)
class RunEstimate:
    """Seconds of one epoch, and of the whole run with its `epochs`, from starting the worker to the last file."""

    epoch_seconds: float
    seconds: float
    epochs: int

    def with_epochs(self, epochs: int) -> RunEstimate:
        """Of the same run, but longer or shorter."""
        return RunEstimate(self.epoch_seconds, self.seconds + (epochs - self.epochs) * self.epoch_seconds, epochs)

    def sentence(self) -> str:
        """For the terminal."""
        return f"It will take {in_words(self.seconds)}: {self.epochs} epochs of {self.epoch_seconds:.2g} s."
