"""What a kind of training has to know, and which there are: one engine trains them all."""

from __future__ import annotations

from typing import Protocol

import keras

from training.models.batch_statistics import share_statistics
from training.models.precision import use_precision
from training.run.learning.phases import Phase
from training.run.learning.training_setup import Conditions, TrainingSetup
from training.run.recipes.localizer_recipe import LocalizerRecipe
from training.run.recipes.names import CLASSIFIER, LOCALIZER
from training.run.settings import TrainingSettings


class Recipe(Protocol):
    """`build` comes first and once; then each phase is set up with what the model has learned by then."""

    def build(self, conditions: Conditions) -> keras.Model:
        """The whole network, new. Raises WeightsUnavailable, RunFailed, StopRequested."""

    def set_up(self, conditions: Conditions, model: keras.Model, phase: Phase) -> TrainingSetup:
        """One phase, compiled, all its variables made. Raises RunFailed, StopRequested."""


def built(conditions: Conditions, recipe: Recipe) -> keras.Model:
    """The whole network as it will be trained: where, in which precision, and with whose statistics."""
    with conditions.device.scope():
        model = recipe.build(conditions)
    use_precision(model, conditions.precision)
    if conditions.device.strategy is not None:
        share_statistics(model)
    return model


def recipe_of(settings: TrainingSettings) -> Recipe:
    from training.run.recipes.classifier_recipe import ClassifierRecipe

    recipes: dict[str, Recipe] = {LOCALIZER: LocalizerRecipe(), CLASSIFIER: ClassifierRecipe()}
    return recipes[settings.recipe]
