"""What an earlier network and a new one have in common, as far as a card and settings tell. No Keras.

Tests keep it like the networks themselves.
"""

from __future__ import annotations

import math
from enum import StrEnum

from training.run.model_card import ModelCard
from training.run.network_version import FORMER, NETWORK
from training.run.recipes.localizer_defaults import COMPACT, LAB
from training.run.recipes.names import CLASSIFIER
from training.run.settings import TrainingSettings

# As in training/models/localizer.py and compact.py: of smaller pictures a localizer leaves the coarsest map out.
_FEWEST_CELLS, _COARSEST_STRIDE = 6, 16
_REBUILT_SIZE = "medium"  # of the former compact networks only this one had other channels
_LAB_POOLINGS = 3


class Common(StrEnum):
    """How much of a backbone: the beginning lies nearest to the pixels."""

    NOTHING = "nothing"
    BEGINNING = "beginning"
    WHOLE = "whole"


class Obstacle(StrEnum):
    """Why the heads can't be taken, or nothing at all."""

    NONE = ""
    RECIPE = "recipe"
    ARCHITECTURE = "architecture"
    MODEL_SIZE = "model_size"
    INPUT_SIZE = "input_size"
    VERSION = "version"
    LAYERS = "layers"  # found out only when the model is read


def obstacle_to_heads(card: ModelCard, settings: TrainingSettings) -> Obstacle:
    if card.architecture != settings.architecture:
        return Obstacle.ARCHITECTURE
    if card.model_size != settings.model_size and _model_size_counts(card, settings):
        return Obstacle.MODEL_SIZE
    if card.recipe != settings.recipe:
        return Obstacle.RECIPE
    if card.network != NETWORK:
        return Obstacle.VERSION
    return Obstacle.NONE if _are_alike(card, settings) else Obstacle.INPUT_SIZE


def common_backbone(card: ModelCard, settings: TrainingSettings) -> Common:
    if card.architecture != settings.architecture:
        return Common.NOTHING
    if card.architecture == LAB:
        return Common.WHOLE if _are_alike(card, settings) else Common.BEGINNING
    if card.architecture != COMPACT:
        return Common.WHOLE
    if card.model_size != settings.model_size or (card.network == FORMER and card.model_size == _REBUILT_SIZE):
        return Common.NOTHING
    theirs = card.network == FORMER or _has_coarsest_map(card.recipe, card.input_size)
    ours = _has_coarsest_map(settings.recipe, settings.input_size)
    return Common.WHOLE if theirs or not ours else Common.BEGINNING


def _model_size_counts(card: ModelCard, settings: TrainingSettings) -> bool:
    """`lab` has one size, and so has a classifier on a network of keras.applications."""
    are_classifiers = card.is_classifier and settings.recipe == CLASSIFIER
    return card.architecture == COMPACT or not (card.architecture == LAB or are_classifiers)


def _are_alike(card: ModelCard, settings: TrainingSettings) -> bool:
    """Whether both input sizes lead to the same layers."""
    if card.architecture == LAB:
        return _lab_side(card.input_size) == _lab_side(settings.input_size)
    if card.architecture != COMPACT:
        return True
    return _has_coarsest_map(card.recipe, card.input_size) == _has_coarsest_map(settings.recipe, settings.input_size)


def _has_coarsest_map(recipe: str, input_size: int) -> bool:
    return recipe == CLASSIFIER or math.ceil(input_size / _COARSEST_STRIDE) >= _FEWEST_CELLS


def _lab_side(input_size: int) -> int:
    """Of the map that its dense layer sees."""
    side = input_size
    for _ in range(_LAB_POOLINGS):
        side = (side - 2) // 2
    return side
