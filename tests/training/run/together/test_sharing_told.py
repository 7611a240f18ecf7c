from __future__ import annotations

import pytest

from training.run.machine.devices import Device
from training.run.settings import TrainingSettings
from training.run.together.sharing_told import sharing_told

SETTINGS = TrainingSettings(learning_rate=0.002, schedule="cosine")


def test_one_device_is_nothing_to_tell():
    assert sharing_told(Device("gpu:0", "H100"), SETTINGS, 16) == []


def test_batch_and_learning_rate_grow_with_the_devices():
    (told,) = sharing_told(Device("gpus", "4 GPUs", replicas=4), SETTINGS, 16)
    assert told.code == "replicas"
    assert "4 x 16 = 64 images" in told.text
    assert told.facts == {"devices": "4", "batch_size": "16", "global_batch": "64", "rate": "0.008"}
    assert "warms up" not in told.text


@pytest.mark.parametrize("schedule", ["constant", "plateau"])
def test_a_rate_without_warm_up_is_warned_of(schedule):
    settings = SETTINGS.with_values({"schedule": schedule})
    (told,) = sharing_told(Device("gpus", "2 GPUs", replicas=2), settings, 16)
    assert "a schedule that warms up" in told.text


def test_a_tpu_is_said_to_be_untried():
    untried, _ = sharing_told(Device("tpu", "TPU, 8 cores", replicas=8), SETTINGS, 16)
    assert untried.code == "tpu_untried"


def test_a_run_that_began_elsewhere_is_told_the_rate_that_it_goes_on_with():
    (told,) = sharing_told(Device("gpus", "2 GPUs", replicas=2), SETTINGS, 8, rate_factor=1.0)
    assert "2 x 8 = 16 images, and the learning rate is the chosen one, 0.002 at its highest." in told.text
    assert told.facts["rate"] == "0.002"
