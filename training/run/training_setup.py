"""What `fit` needs for one phase of a training: the compiled model and its batches."""

from __future__ import annotations

from dataclasses import dataclass, field

import keras

from training.run.data_wait import WaitMeter
from training.run.input_pipeline import SampleBatches
from training.run.machine.devices import Device
from training.run.model_card import ModelCard
from training.run.phases import Phase
from training.run.session import Session
from training.run.training_data import TrainingData


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a recipe builds for. `batch_size` may be smaller than the settings ask for, where memory forced it.

    `meter` knows how long the steps of all phases waited for their batches.
    """

    session: Session
    data: TrainingData
    device: Device
    batch_size: int
    meter: WaitMeter = field(default_factory=WaitMeter)


@dataclass(frozen=True, slots=True)
class TrainingSetup:
    """`model` is the whole network: saved, exported and asked. `fitted` is what learns, compiled: the same, one that
    shares its layers, or a part of it.

    `preparing_seconds` is what was done once before the phase's first step, for these samples; `later_seconds` what the
    phases after this one will take, as far as that is known.
    """

    model: keras.Model
    fitted: keras.Model
    card: ModelCard
    batches: SampleBatches
    validation: SampleBatches | None
    batch_size: int
    phase: Phase
    preparing_seconds: float = 0.0
    later_seconds: float = 0.0

    @property
    def steps_per_epoch(self) -> int:
        return len(self.batches)


def make_variables(fitted: keras.Model, batches: SampleBatches) -> None:
    """Those of optimizer, losses and metrics. Left to the first step, it would be compiled twice, which takes seconds."""
    inputs, targets, weights = batches[0]
    targets, weights = ({name: value[:1] for name, value in part.items()} for part in (targets, weights))
    answers = fitted(inputs[:1], training=False)
    fitted.optimizer.build(fitted.trainable_variables)
    fitted.compute_loss(inputs[:1], targets, answers, weights)
    fitted.compute_metrics(inputs[:1], targets, answers, weights)
    fitted.reset_metrics()
