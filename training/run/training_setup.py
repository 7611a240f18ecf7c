"""What `model.fit` needs: the compiled model and its batches."""

from __future__ import annotations

from dataclasses import dataclass

import keras

from training.models.compiling import compile_localizer
from training.models.localizer import build_localizer
from training.run.augmentation_settings import augmentation_of
from training.run.input_pipeline import LocalizerBatches
from training.run.localizer_defaults import MINIMUM_STEPS_PER_EPOCH, WEIGHT_DECAY
from training.run.model_card import ModelCard
from training.run.settings import TrainingSettings
from training.run.training_data import TrainingData


@dataclass(frozen=True, slots=True)
class TrainingSetup:
    """`batch_size` is that of the batches: memory may have forced a smaller one than the settings ask for."""

    model: keras.Model
    card: ModelCard
    batches: LocalizerBatches
    validation: LocalizerBatches | None
    batch_size: int

    @property
    def steps_per_epoch(self) -> int:
        return len(self.batches)


def set_up(settings: TrainingSettings, data: TrainingData, batch_size: int) -> TrainingSetup:
    """A new model, compiled, all its variables made. Raises WeightsUnavailable and RunFailed."""
    model = _built(settings, data)
    batches = _training_batches(settings, data, batch_size)
    _compile(model, settings, total_steps=len(batches) * settings.epochs)
    _make_variables(model, batches)
    card = ModelCard.of(settings, data.presence)
    return TrainingSetup(model, card, batches, _validation_batches(settings, data, batch_size), batch_size)


def _built(settings: TrainingSettings, data: TrainingData) -> keras.Model:
    return build_localizer(
        architecture=settings.architecture,
        model_size=settings.model_size,
        weights=settings.weights,
        input_size=settings.input_size,
        class_count=len(settings.classes),
        presence=data.presence,
        class_names=settings.class_names,
    )


def _compile(model: keras.Model, settings: TrainingSettings, total_steps: int) -> None:
    compile_localizer(
        model,
        total_steps=total_steps,
        learning_rate=settings.learning_rate,
        weight_decay=WEIGHT_DECAY,
        box_loss=settings.box_loss,
        class_weight=settings.class_loss_weight,
        box_weight=settings.box_loss_weight,
        presence_weight=settings.presence_loss_weight,
    )


def _make_variables(model: keras.Model, batches: LocalizerBatches) -> None:
    """Those of optimizer, losses and metrics. Left to the first step, it would be compiled twice, which takes seconds."""
    pictures, targets, weights = batches[0]
    targets, weights = ({name: value[:1] for name, value in part.items()} for part in (targets, weights))
    answers = model(pictures[:1], training=False)
    model.optimizer.build(model.trainable_variables)
    model.compute_loss(pictures[:1], targets, answers, weights)
    model.compute_metrics(pictures[:1], targets, answers, weights)
    model.reset_metrics()


def _training_batches(settings: TrainingSettings, data: TrainingData, batch_size: int) -> LocalizerBatches:
    return LocalizerBatches(
        data.train,
        class_count=len(settings.classes),
        presence=data.presence,
        batch_size=batch_size,
        training=True,
        augmentation=augmentation_of(settings),
        seed=settings.seed,
        minimum_steps=MINIMUM_STEPS_PER_EPOCH,
    )


def _validation_batches(settings: TrainingSettings, data: TrainingData, batch_size: int) -> LocalizerBatches | None:
    if data.validation is None:
        return None
    return LocalizerBatches(
        data.validation, class_count=len(settings.classes), presence=data.presence, batch_size=batch_size
    )
