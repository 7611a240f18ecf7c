"""What `fit` needs for one phase of a training: the compiled model and its batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import keras

from training.models.precision import FLOAT32
from training.run.answers.predictor import Outputs
from training.run.learning.phases import Phase
from training.run.learning.run_state import Place
from training.run.machine.devices import Device
from training.run.machine.precision_choice import chosen_precision
from training.run.model_card import ModelCard
from training.run.samples.data_wait import WaitMeter
from training.run.samples.input_pipeline import SampleBatches
from training.run.samples.sharing import Sharing
from training.run.session import Session
from training.run.training_data import TrainingData


@dataclass(frozen=True, slots=True)
class Footing:
    """What a run began with and goes on with, wherever that is: how it is computed, on how many devices, and the learning
    rate as a multiple of the settings'.
    """

    precision: str = FLOAT32
    replicas: int = 1
    rate_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a recipe builds for. `batch_size` is what a step learns from, on all devices together; memory may have forced
    a smaller one than the settings ask for. What is trained is to be built and compiled within `device.scope()`.

    `meter` knows how long the steps of all phases waited for their batches. `before` is where the run goes on.
    """

    session: Session
    data: TrainingData
    device: Device
    batch_size: int
    meter: WaitMeter = field(default_factory=WaitMeter)
    before: Place | None = None

    @property
    def precision(self) -> str:
        if self.before is not None and self.before.precision:
            return self.before.precision
        return chosen_precision(self.session.settings.precision, self.device)

    @property
    def rate_factor(self) -> float:
        """As many times the rate as there are devices; a run that goes on with others has what their batch makes of it."""
        before, replicas = self.before, self.device.replicas
        if before is None or not before.replicas:
            return float(replicas)
        if before.replicas == replicas:
            return before.rate_factor
        return before.rate_factor * self.batch_size / before.batch_size

    @property
    def footing(self) -> Footing:
        return Footing(self.precision, self.device.replicas, self.rate_factor)


@dataclass(frozen=True, slots=True)
class TrainingSetup:
    """`model` is the whole network: saved, exported and asked. `fitted` is what learns, compiled: the same, one that
    shares its layers, or a part of it.

    `preparing_seconds` is what was done once before the phase's first step, for these samples; `later_seconds` what the
    phases after this one will take, as far as that is known. `answers` has the whole model's outputs for validation
    samples by their numbers, where there is a quicker way than showing them.
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
    answers: Callable[[Sequence[int]], Outputs] | None = None
    footing: Footing = field(default_factory=Footing)

    @property
    def steps_per_epoch(self) -> int:
        return len(self.batches)

    def share(self, sharing: Sharing) -> None:
        """Have devices share the batches so."""
        self.batches.sharing = sharing
        if self.validation is not None:
            self.validation.sharing = sharing


def make_variables(fitted: keras.Model, batches: SampleBatches) -> None:
    """Those of optimizer, losses and metrics. Left to the first step, it would be compiled twice, which takes seconds."""
    inputs, targets, weights = batches[0]
    if keras.backend.backend() == "jax":
        # As `fit` does there, without computing: one operation after the other, JAX would compile each.
        fitted._symbolic_build(data_batch=(inputs, targets, weights))
        fitted.optimizer.build(fitted.trainable_variables)
        return
    targets, weights = ({name: value[:1] for name, value in part.items()} for part in (targets, weights))
    answers = fitted(inputs[:1], training=False)
    fitted.optimizer.build(fitted.trainable_variables)
    fitted.compute_loss(inputs[:1], targets, answers, weights)
    fitted.compute_metrics(inputs[:1], targets, answers, weights)
    fitted.reset_metrics()
