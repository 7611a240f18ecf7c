"""One description of work: the window, the command line and the run folder all hold a TrainingSettings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from training.run.input_limits import input_size_limits
from training.run.plain_values import PlainValueError, from_plain, to_plain
from training.run.recipes.names import CLASSIFIER, LOCALIZER, RECIPES
from training.run.setting_field import Choice, SettingField, SettingKind, SettingsError
from training.run.settings_table import SETTINGS, default_of, settings_for

__all__ = [
    "RECIPES",
    "SETTINGS",
    "Choice",
    "ClassEntry",
    "SettingField",
    "SettingKind",
    "SettingsError",
    "TrainingSettings",
    "settings_for",
]


@dataclass(frozen=True, slots=True)
class ClassEntry:
    """A class by the id its project gave it, so that a class renamed after training still matches."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Everything a run needs besides its dataset.

    `classes` stand in the order of the model's outputs. `presence` asks for the head that says whether there is an
    object at all; it is only possible with negatives among the images. `threads` 0 leaves the number to TensorFlow.
    `start_from` is the folder of an earlier run whose weights are taken as far as they fit; nothing: from the start.
    The defaults are the localizer's (see `for_recipe`); what another recipe has is not looked at.
    """

    recipe: str = LOCALIZER
    architecture: str = default_of("architecture")
    weights: str = default_of("weights")
    model_size: str = default_of("model_size")
    input_size: int = default_of("input_size")
    epochs: int = default_of("epochs")
    batch_size: int = default_of("batch_size")
    learning_rate: float = default_of("learning_rate")
    box_loss: str = default_of("box_loss")
    box_encoding: str = default_of("box_encoding")
    class_loss_weight: float = default_of("class_loss_weight")
    box_loss_weight: float = default_of("box_loss_weight")
    presence_loss_weight: float = default_of("presence_loss_weight")
    source: str = default_of("source")
    crop_margin: float = default_of("crop_margin")
    fine_tune_epochs: int = default_of("fine_tune_epochs")
    fine_tune_layers: int = default_of("fine_tune_layers")
    feature_copies: int = default_of("feature_copies")
    class_weights: bool = default_of("class_weights")
    label_smoothing: float = default_of("label_smoothing")
    augment: bool = default_of("augment")
    augmentations: tuple[str, ...] = default_of("augmentations")
    optimizer: str = default_of("optimizer")
    schedule: str = default_of("schedule")
    weight_decay: float = default_of("weight_decay")
    clip_norm: float = default_of("clip_norm")
    ema: float = default_of("ema")
    precision: str = default_of("precision")
    tensorboard: bool = default_of("tensorboard")
    monitor: str = default_of("monitor")
    patience: int = default_of("patience")
    seed: int = default_of("seed")
    device: str = default_of("device")
    threads: int = default_of("threads")
    presence: bool = True
    image_root: str = ""
    start_from: str = ""
    classes: tuple[ClassEntry, ...] = ()

    @classmethod
    def for_recipe(cls, recipe: str, **values: Any) -> Self:
        """With the defaults of a recipe for all that `values` leaves out; unknown names raise TypeError."""
        return cls(recipe=recipe, **{**{field.key: field.default for field in settings_for(recipe)}, **values})

    def validate(self) -> Self:
        """Return itself, or raise SettingsError saying which setting, what is possible and what came."""
        if self.recipe not in RECIPES:
            raise SettingsError(f"recipe: expected one of {', '.join(RECIPES)}, got {self.recipe!r}")
        for field in settings_for(self.recipe):
            field.check(getattr(self, field.key))
        self._check_input_size()
        if not self.image_root:
            raise SettingsError("image_root: expected the folder of the images, got nothing")
        self._check_classes()
        return self

    def _check_input_size(self) -> None:
        smallest, largest = input_size_limits(self.architecture)
        if not smallest <= self.input_size <= largest:
            raise SettingsError(
                f"input_size: expected {smallest} to {largest} for {self.architecture}, got {self.input_size}"
            )

    def _check_classes(self) -> None:
        if not self.classes:
            raise SettingsError("classes: expected at least one class, got none; draw and name a box first")
        for what in ("id", "name"):
            values = [getattr(entry, what) for entry in self.classes]
            if len(set(values)) != len(values):
                raise SettingsError(f"classes: the same {what} stands there twice: {values}")
        if not all(entry.name for entry in self.classes):
            raise SettingsError("classes: expected a name for each class, got an empty one")

    @property
    def has_two_phases(self) -> bool:
        """A classifier's head learns on a pretrained backbone first, then both together."""
        return self.recipe == CLASSIFIER and self.weights != "random" and self.fine_tune_epochs > 0

    @property
    def total_epochs(self) -> int:
        """Of all phases; `epochs` are those of the first."""
        return self.epochs + (self.fine_tune_epochs if self.has_two_phases else 0)

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.classes)

    @property
    def image_folder(self) -> Path:
        return Path(self.image_root)

    def with_values(self, values: Mapping[str, Any]) -> Self:
        """A copy with some fields replaced; unknown names raise TypeError."""
        return replace(self, **values)

    def to_json(self) -> str:
        return json.dumps(to_plain(self), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read and validate; SettingsError for anything that is not a whole, possible description."""
        try:
            return from_plain(cls, json.loads(text)).validate()
        except (json.JSONDecodeError, PlainValueError) as error:
            raise SettingsError(f"settings: {error}") from error
