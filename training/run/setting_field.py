"""What one setting is: the command line makes an option of it, the Train sheet a widget."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

DEVICES = re.compile(r"auto|cpu(:[1-9]\d?)?|gpu(:\d+)?|gpus|tpu")


class SettingsError(ValueError):
    """A setting is outside its limits; the message names it, what is possible and what came."""


class SettingKind(StrEnum):
    WHOLE_NUMBER = "whole number"
    NUMBER = "number"
    CHOICE = "choice"
    SEVERAL = "several"  # any number of the choices, as a tuple in their order
    FLAG = "flag"
    DEVICE = (
        "device"  # "auto", "cpu", "cpu:N", "gpu", "gpu:N", "gpus", "tpu"; what there is, is asked by `devices --json`
    )
    WEIGHTS = "weights"  # "imagenet", "random" or a path


@dataclass(frozen=True, slots=True)
class Choice:
    """`recipes` are those that have it; none named: all."""

    value: str
    label: str
    recipes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingField:
    """`key` is the field of TrainingSettings, `option` its name on the command line.

    `basic` ones belong in front of everybody, the others under "more settings". `label` and `help` are English source
    texts; a window translates them. `recipes` are those that have it (none named: all), `defaults` by recipe where it
    has another default.
    """

    key: str
    kind: SettingKind
    default: Any
    label: str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[Choice, ...] = ()
    basic: bool = False
    option_name: str | None = None
    recipes: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def is_of(self, recipe: str) -> bool:
        return not self.recipes or recipe in self.recipes

    def for_recipe(self, recipe: str) -> Self:
        """With the default and the choices that it has there."""
        choices = tuple(choice for choice in self.choices if not choice.recipes or recipe in choice.recipes)
        return replace(self, default=self.defaults.get(recipe, self.default), choices=choices)

    @property
    def option(self) -> str:
        return "--" + (self.option_name or self.key).replace("_", "-")

    def check(self, value: Any) -> None:
        """Raise SettingsError unless `value` is possible here."""
        if self.kind is SettingKind.CHOICE:
            self._check_choice(value)
        elif self.kind is SettingKind.SEVERAL:
            self._check_several(value)
        elif self.kind in (SettingKind.WHOLE_NUMBER, SettingKind.NUMBER):
            self._check_number(value)
        elif self.kind is SettingKind.FLAG and not isinstance(value, bool):
            raise SettingsError(f"{self.key}: expected true or false, got {value!r}")
        elif self.kind is SettingKind.DEVICE and not DEVICES.fullmatch(str(value)):
            raise SettingsError(f"{self.key}: expected auto, cpu, gpu, gpu:N, gpus, tpu or cpu:N, got {value!r}")
        elif self.kind is SettingKind.WEIGHTS and not (isinstance(value, str) and value):
            raise SettingsError(f"{self.key}: expected imagenet, random or a file, got {value!r}")

    def _check_choice(self, value: Any) -> None:
        values = [choice.value for choice in self.choices]
        if value not in values:
            raise SettingsError(f"{self.key}: expected one of {', '.join(values)}, got {value!r}")

    def _check_several(self, value: Any) -> None:
        values = [choice.value for choice in self.choices]
        if not isinstance(value, tuple):
            raise SettingsError(f"{self.key}: expected some of {', '.join(values)}, got {value!r}")
        unknown = [one for one in value if one not in values]
        if unknown:
            raise SettingsError(f"{self.key}: expected some of {', '.join(values)}, got {', '.join(map(str, unknown))}")
        twice = sorted({one for one in value if value.count(one) > 1})
        if twice:
            raise SettingsError(f"{self.key}: expected each once at most, got {', '.join(twice)} more than once")

    def _check_number(self, value: Any) -> None:
        whole = self.kind is SettingKind.WHOLE_NUMBER
        is_number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        low = -math.inf if self.minimum is None else self.minimum
        high = math.inf if self.maximum is None else self.maximum
        if not is_number or not low <= value <= high:
            word = "a whole number" if whole else "a number"
            raise SettingsError(f"{self.key}: expected {word} from {low:g} to {high:g}, got {value!r}")
        if whole and self.step and (value - low) % self.step:
            raise SettingsError(f"{self.key}: expected a multiple of {self.step:g}, got {value}")
