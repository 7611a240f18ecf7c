from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.runs import some_settings
from training.models.lab import LARGEST_INPUT, SMALLEST_INPUT
from training.run.input_limits import input_size_limits
from training.run.recipes.localizer_defaults import INPUT_SIZE_LIMITS, KERAS_BACKBONES
from training.run.settings import SettingsError


def test_most_networks_take_every_size_that_there_is():
    assert input_size_limits("compact") == input_size_limits("MobileNetV2") == INPUT_SIZE_LIMITS


def test_the_limits_of_lab_are_those_it_has():
    smallest, largest = input_size_limits("lab")
    assert smallest >= SMALLEST_INPUT
    assert largest == LARGEST_INPUT


@pytest.mark.parametrize("architecture", ["lab", *KERAS_BACKBONES])
def test_both_limits_are_steps_of_the_setting(architecture: str):
    assert all((limit - INPUT_SIZE_LIMITS[0]) % 32 == 0 for limit in input_size_limits(architecture))


@pytest.mark.parametrize(
    ("architecture", "size", "message"),
    [
        ("InceptionV3", 64, "input_size: expected 96 to 640 for InceptionV3, got 64"),
        ("lab", 352, "input_size: expected 64 to 320 for lab, got 352"),
    ],
)
def test_settings_refuse_what_the_network_can_not_take(tmp_path: Path, architecture: str, size: int, message: str):
    with pytest.raises(SettingsError) as failure:
        some_settings(tmp_path, architecture=architecture, input_size=size).validate()
    assert str(failure.value) == message
