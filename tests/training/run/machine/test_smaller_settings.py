"""A small laptop gets small defaults, and says so; other computers stay as they were."""

from __future__ import annotations

import pytest

from training.run.machine import smaller_settings
from training.run.machine.doctor import Surroundings, diagnosed
from training.run.machine.machine import Machine
from training.run.machine.memory_need import Need, need_of
from training.run.machine.smaller_settings import (
    LITTLE_MEMORY,
    in_words,
    is_small_computer,
    proposed_settings,
)
from training.run.machine.smaller_settings import (
    smaller_settings as smaller_for,
)
from training.run.recipes.names import CLASSIFIER, LOCALIZER, RECIPES
from training.run.settings import ClassEntry, TrainingSettings, settings_for

GIB = 2**30


def machine(memory: int) -> Machine:
    return Machine("Linux", "a processor", 2, memory, memory // 2)


@pytest.mark.parametrize("memory", [LITTLE_MEMORY, 8 * GIB, 24 * GIB])
@pytest.mark.parametrize("recipe", RECIPES)
def test_who_has_memory_gets_the_usual_settings(recipe: str, memory: int):
    assert smaller_for(recipe, memory) == {}
    assert proposed_settings(recipe, memory) == {field.key: field.default for field in settings_for(recipe)}


@pytest.mark.parametrize("recipe", RECIPES)
def test_what_is_smaller_is_possible_and_needs_less(recipe: str):
    assert is_small_computer(4 * GIB)
    proposed = proposed_settings(recipe, 4 * GIB)
    classes = (ClassEntry(1, "cup"),)
    smaller = TrainingSettings(recipe=recipe, image_root="photos", classes=classes, **proposed).validate()
    usual = TrainingSettings.for_recipe(recipe)
    for images in (20, 2000):
        assert need_of(smaller, images, 4 * GIB).memory < need_of(usual, images, 4 * GIB).memory
    assert need_of(smaller, 500, GIB).memory < 1.2 * GIB
    assert all(value != getattr(usual, key) for key, value in smaller_for(recipe, 4 * GIB).items())


def test_a_backbone_that_is_chosen_there_needs_much_less_too():
    smaller = TrainingSettings(architecture="MobileNetV2", **smaller_for(LOCALIZER, 4 * GIB))
    usual = TrainingSettings(architecture="MobileNetV2")
    assert need_of(usual, 100, GIB).memory - need_of(smaller, 100, GIB).memory > 0.5 * GIB


def test_this_computer_or_its_container_is_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(smaller_settings, "memory_and_free", lambda: (4 * GIB, GIB))
    assert smaller_for(CLASSIFIER)["model_size"] == "small"
    monkeypatch.setattr(smaller_settings, "memory_and_free", lambda: (16 * GIB, 0))  # it is full today
    assert smaller_for(CLASSIFIER) == {}


def test_in_words():
    assert in_words(LOCALIZER, smaller_for(LOCALIZER, 4 * GIB)) == (
        "model size small (usually medium), input size 128 (usually 160), batch size 8 (usually 16)"
    )


@pytest.mark.parametrize(("memory", "is_told"), [(4 * GIB, True), (24 * GIB, False)])
def test_the_doctor_says_it(memory: int, is_told: bool):
    around = Surroundings("linux", False, "tensorflow")
    diagnosis = diagnosed(machine(memory), [], around, {}, Need(1, 1), "a localizer", (GIB, "/photos"))
    told = [line for line in diagnosis.lines() if "little memory" in line]
    assert bool(told) is bool(diagnosis.to_plain()["smaller"]) is is_told
    if is_told:
        assert told == [
            f"This computer has little memory, so a new training has: {in_words(LOCALIZER, smaller_for(LOCALIZER, 4 * GIB))}."
        ]
