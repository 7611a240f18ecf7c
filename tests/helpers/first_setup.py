"""A training that is ready for its first step, in this process."""

from __future__ import annotations

from training.run.learning.phases import phases_of
from training.run.learning.training_setup import Conditions, TrainingSetup
from training.run.machine.devices import Device
from training.run.recipes.recipe import Recipe, recipe_of
from training.run.session import Session
from training.run.training_data import TrainingData


def first_setup(session: Session, data: TrainingData, recipe: Recipe | None = None) -> TrainingSetup:
    """The first phase as the settings say, on whatever Keras computes on by itself."""
    recipe = recipe or recipe_of(session.settings)
    conditions = Conditions(session, data, Device("cpu", "CPU"), session.settings.batch_size)
    return recipe.set_up(conditions, recipe.build(conditions), phases_of(session.settings)[0])
