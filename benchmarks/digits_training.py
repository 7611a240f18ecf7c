"""Networks that learn the digits side by side, by the engine that trains for users; each with a clock of its own."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

import keras
import numpy as np
from digits import BATCH, CLASSES, SQUARE, STEPS, DigitBatches, Digits

from training.models.boxes import iou
from training.models.compiling import compile_localizer
from training.models.localizer import build_localizer, for_prediction
from training.models.optimizing import make_optimizer
from training.run.learning.averaged_weights import AveragedWeights
from training.run.learning.training_setup import make_variables
from training.run.samples.data_wait import WaitMeter
from training.run.samples.prefetching import Prefetched

LEGS = 3  # of an epoch: the networks take turns, so that what else the machine does slows all of them down alike


@dataclass(frozen=True, slots=True)
class Quality:
    """On the test digits: shares of 0..1, and how many boxes lie that well."""

    class_accuracy: float
    mean_iou: float
    iou60: int
    iou90: int


# What the course prints, and what its network reaches at least, see research on it: class accuracy and mean IoU.
COURSE = Quality(class_accuracy=0.9547, mean_iou=0.548, iou60=0, iou90=0)


def lab() -> keras.Model:
    """The course's network, compiled as there: Adam, squared error of the box, crossentropy of the class."""
    model = build_localizer(architecture="lab", input_size=SQUARE, channels=1, class_count=CLASSES, presence=False)
    optimizer = make_optimizer(
        "adam", total_steps=1, learning_rate=1e-3, schedule="constant", weight_decay=0.0, clip_norm=0.0
    )
    compile_localizer(model, optimizer, box_loss="mse")
    return model


def compact(
    total_steps: int,
    learning_rate: float,
    class_weight: float,
    schedule: str = "cosine",
    weight_decay: float = 1e-2,
    label_smoothing: float = 0.0,
) -> keras.Model:
    """Ours, as a user gets it who chose these settings; all others are as they come."""
    model = build_localizer(architecture="compact", input_size=SQUARE, channels=1, class_count=CLASSES, presence=False)
    optimizer = make_optimizer(
        total_steps=total_steps, learning_rate=learning_rate, schedule=schedule, weight_decay=weight_decay
    )
    compile_localizer(model, optimizer, class_weight=class_weight, label_smoothing=label_smoothing)
    return model


class PartOfEpoch(keras.utils.PyDataset):  # type: ignore[misc]
    """`steps` batches of an epoch from number `first` on."""

    def __init__(self, batches: DigitBatches, first: int, steps: int) -> None:
        super().__init__()
        self.batches = batches
        self.first = first
        self.steps = steps

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, index: int) -> object:
        return self.batches[self.first + index]


class Learner:
    """One network, its batches, and the seconds of training so far: data making and compiling count, judging does not."""

    def __init__(
        self,
        name: str,
        model: keras.Model,
        digits: Digits,
        *,
        ema: float = 0.0,
        seed: int = 0,
        steps: int = STEPS,
        batch: int = BATCH,
    ) -> None:
        self.name = name
        self.model = model
        self.batches = DigitBatches(
            digits, cells="cells" in model.output, batch_size=batch, training=True, seed=seed, steps=steps
        )
        self.meter = WaitMeter()
        self.asked = for_prediction(model)
        self.seconds_to_course: float | None = None
        started = time.perf_counter()
        make_variables(model, self.batches)
        self.averages = AveragedWeights(model, ema)
        self.seconds = time.perf_counter() - started

    def train(self, epoch: int, first: int, steps: int) -> None:
        """So many steps of an epoch (from 0), from number `first` on."""
        self.batches.epoch = epoch
        started = time.perf_counter()
        with Prefetched(PartOfEpoch(self.batches, first, steps), self.meter) as ahead:
            self.model.fit(ahead, shuffle=False, verbose=0, callbacks=[self.averages, self.meter])
        self.seconds += time.perf_counter() - started

    def judge(self, digits: Digits) -> Quality:
        """The first time that the course's figures are passed, the clock is read."""
        with self.averages.in_use():
            quality = judged(self.asked, digits)
        passed = quality.class_accuracy > COURSE.class_accuracy and quality.mean_iou > COURSE.mean_iou
        if passed and self.seconds_to_course is None:
            self.seconds_to_course = self.seconds
        return quality


def judged(model: keras.Model, digits: Digits) -> Quality:
    """On digits that lie at places of their own, the same for every network."""
    squares, targets, _ = DigitBatches(digits, cells=False, batch_size=len(digits))[0]
    answers = model.predict(squares, batch_size=500, verbose=0)
    overlaps = keras.ops.convert_to_numpy(iou(targets["box"], answers["box"]))
    return Quality(
        class_accuracy=float(np.mean(answers["class"].argmax(axis=1) == digits.labels)),
        mean_iou=float(overlaps.mean()),
        iou60=int((overlaps >= 0.6).sum()),
        iou90=int((overlaps >= 0.9).sum()),
    )


def legs(steps: int) -> list[tuple[int, int]]:
    """First step and number of steps of each part of an epoch."""
    edges = [round(steps * number / LEGS) for number in range(LEGS + 1)]
    return [(first, end - first) for first, end in pairwise(edges) if end > first]
