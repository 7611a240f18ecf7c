"""The localizer: one network, one phase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras

from training.models.compiling import compile_localizer
from training.models.localizer import build_localizer
from training.run.augmentation_settings import augmentation_of
from training.run.learning.optimizer_choice import optimizer_for
from training.run.learning.phases import Phase
from training.run.learning.training_setup import Conditions, TrainingSetup, make_variables
from training.run.model_card import ModelCard
from training.run.recipes.localizer_defaults import MINIMUM_STEPS_PER_EPOCH
from training.run.samples.input_pipeline import LocalizerBatches
from training.run.samples.prepared_images import PreparedImages
from training.run.settings import TrainingSettings
from training.run.weights_progress import WeightsProgress


@dataclass(frozen=True, slots=True)
class LocalizerRecipe:
    """One object per picture: its class, its box, and maybe whether there is one."""

    def build(self, conditions: Conditions) -> keras.Model:
        settings = conditions.session.settings
        return build_localizer(
            architecture=settings.architecture,
            model_size=settings.model_size,
            weights=settings.weights,
            input_size=settings.input_size,
            class_count=len(settings.classes),
            presence=conditions.data.presence,
            class_names=settings.class_names,
            progress=WeightsProgress(conditions.session),
            box_encoding=settings.box_encoding,
        )

    def set_up(self, conditions: Conditions, model: keras.Model, phase: Phase) -> TrainingSetup:
        settings, data = conditions.session.settings, conditions.data
        cells = "cells" in model.output
        batches = _batches(
            conditions,
            data.train,
            cells,
            training=True,
            augmentation=augmentation_of(settings),
            seed=settings.seed,
            minimum_steps=MINIMUM_STEPS_PER_EPOCH,
        )
        validation = None if data.validation is None else _batches(conditions, data.validation, cells)
        with conditions.device.scope():
            _compile(model, settings, optimizer_for(conditions, len(batches) * phase.epochs))
            make_variables(model, batches)
        card = ModelCard.of(settings, data.presence)
        return TrainingSetup(
            model, model, card, batches, validation, conditions.batch_size, phase, footing=conditions.footing
        )


def _compile(model: keras.Model, settings: TrainingSettings, optimizer: keras.optimizers.Optimizer) -> None:
    compile_localizer(
        model,
        optimizer,
        box_loss=settings.box_loss,
        class_weight=settings.class_loss_weight,
        box_weight=settings.box_loss_weight,
        presence_weight=settings.presence_loss_weight,
        label_smoothing=settings.label_smoothing,
    )


def _batches(conditions: Conditions, images: PreparedImages, cells: bool, **training: Any) -> LocalizerBatches:
    return LocalizerBatches(
        images,
        class_count=len(conditions.session.settings.classes),
        presence=conditions.data.presence,
        cells=cells,
        batch_size=conditions.batch_size,
        **training,
    )
