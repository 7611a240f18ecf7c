"""The classifier: what lies in a box, or what a whole picture shows.

On a backbone that has learned already, the head learns first while the backbone is frozen and is run once; then both are
fine-tuned together. Any other learns as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from training.models import classifier
from training.models.weights import RANDOM
from training.run.answers.predictor import Outputs
from training.run.augmentation_settings import augmentation_of
from training.run.learning.optimizer_choice import optimizer_for
from training.run.learning.phases import FINE_TUNE, Phase
from training.run.learning.settling import settle
from training.run.learning.training_setup import Conditions, TrainingSetup, make_variables
from training.run.model_card import ModelCard
from training.run.recipes.classifier_batches import CropBatches, FeatureBatches
from training.run.recipes.classifier_data import balanced_weights
from training.run.recipes.classifier_defaults import FINE_TUNE_RATE
from training.run.recipes.frozen_features import FeatureMaker
from training.run.recipes.localizer_defaults import MINIMUM_STEPS_PER_EPOCH
from training.run.recipes.names import CLASSIFIER
from training.run.samples.input_pipeline import SampleBatches
from training.run.samples.prepared_images import PreparedImages
from training.run.settings import TrainingSettings
from training.run.training_data import TrainingData
from training.run.weights_progress import WeightsProgress

# A step that also goes backwards through the backbone takes about so many times what an answer takes.
FINE_TUNE_PER_ANSWER = 4.0


@dataclass(frozen=True, slots=True)
class ClassifierRecipe:
    """`runs_backbone_once` is there to be turned off by whoever measures what it saves: the figures are the same."""

    runs_backbone_once: bool = True

    def build(self, conditions: Conditions) -> keras.Model:
        settings = conditions.session.settings
        return classifier.build_classifier(
            architecture=settings.architecture,
            model_size=settings.model_size,
            weights=settings.weights,
            input_size=settings.input_size,
            class_count=len(settings.classes),
            class_names=settings.class_names,
            progress=WeightsProgress(conditions.session),
        )

    def set_up(self, conditions: Conditions, model: keras.Model, phase: Phase) -> TrainingSetup:
        settings = conditions.session.settings
        is_frozen = settings.weights != RANDOM and phase.name != FINE_TUNE
        if is_frozen:
            classifier.freeze_backbone(model)
        elif phase.name == FINE_TUNE:
            classifier.unfreeze_backbone(model, settings.fine_tune_layers)
        if is_frozen and self.runs_backbone_once:
            return _head_setup(conditions, model, phase)
        share = FINE_TUNE_RATE if phase.name == FINE_TUNE else 1.0
        return _whole_setup(conditions, model, phase, share)


def _whole_setup(conditions: Conditions, model: keras.Model, phase: Phase, rate_share: float) -> TrainingSetup:
    settings, data = conditions.session.settings, conditions.data
    weights = _class_weights(settings, data)
    batches = CropBatches(data.train, weights, augmentation_of(settings), **_order(conditions, is_training=True))
    validation = None
    if data.validation is not None:
        validation = CropBatches(data.validation, weights, **_order(conditions))
    return _compiled(conditions, model, classifier.own_copy_to_compile, phase, batches, validation, rate_share)


def _head_setup(conditions: Conditions, model: keras.Model, phase: Phase) -> TrainingSetup:
    """On the backbone's features of all pictures, which are made now."""
    settings, data, session = conditions.session.settings, conditions.data, conditions.session
    augmentation = augmentation_of(settings)
    copies = settings.feature_copies if augmentation is not None else 0
    held_out: PreparedImages | None = data.validation
    total = len(data.train) * (1 + copies) + (0 if held_out is None else len(held_out))
    maker = FeatureMaker.of(session, model, conditions.batch_size, total)
    weights = _class_weights(settings, data)
    batches = FeatureBatches(
        maker.features(data.train, copies, augmentation, settings.seed),
        data.train.class_indices,
        weights,
        **_order(conditions, is_training=True),
    )
    validation, answers = None, None
    if held_out is not None:
        features = maker.features(held_out)
        validation = FeatureBatches(features, held_out.class_indices, weights, **_order(conditions))
    setup = _compiled(conditions, model, classifier.head_of, phase, batches, validation, 1.0)
    if held_out is not None:
        answers = partial(_answers_of_head, setup.fitted, features)
    fine_tuning = phase.later * len(batches) * conditions.batch_size * FINE_TUNE_PER_ANSWER * maker.seconds_per_picture
    return replace(
        setup,
        preparing_seconds=total * maker.seconds_per_picture,
        later_seconds=fine_tuning,
        answers=answers,
    )


def _answers_of_head(head: keras.Model, features: npt.NDArray[np.float32], chosen: Sequence[int]) -> Outputs:
    settle(head)
    return {"class": np.asarray(head.predict_on_batch(features[list(chosen), 0])["class"])}


def _compiled(
    conditions: Conditions,
    model: keras.Model,
    part: Callable[[keras.Model], keras.Model],
    phase: Phase,
    batches: SampleBatches,
    validation: SampleBatches | None,
    rate_share: float,
) -> TrainingSetup:
    settings = conditions.session.settings
    with conditions.device.scope():
        fitted = part(model)
        optimizer = optimizer_for(conditions, len(batches) * phase.epochs, rate_share)
        classifier.compile_classifier(fitted, optimizer, len(settings.classes), settings.label_smoothing)
        make_variables(fitted, batches)
    card = replace(
        ModelCard.of(settings, presence=False),
        heads=("class",),
        recipe=CLASSIFIER,
        source=conditions.data.source,
        crop_margin=settings.crop_margin,
    )
    return TrainingSetup(
        model, fitted, card, batches, validation, conditions.batch_size, phase, footing=conditions.footing
    )


def _class_weights(settings: TrainingSettings, data: TrainingData) -> np.ndarray:
    """Those of the training samples count in validation too, so that both losses can be compared."""
    if not settings.class_weights:
        return np.ones(len(settings.classes), np.float32)
    return balanced_weights(data.train.class_indices, len(settings.classes))


def _order(conditions: Conditions, is_training: bool = False) -> dict[str, Any]:
    order: dict[str, Any] = {"batch_size": conditions.batch_size}
    if is_training:
        order |= {"training": True, "seed": conditions.session.settings.seed, "minimum_steps": MINIMUM_STEPS_PER_EPOCH}
    return order
