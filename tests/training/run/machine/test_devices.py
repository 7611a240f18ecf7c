from __future__ import annotations

import pytest

from training.run.failure import RunFailed
from training.run.machine.devices import Device, all_of, chosen_device
from training.run.setting_field import SettingsError
from training.run.settings import SETTINGS

CPU = Device("cpu", "CPU")
ONE, OTHER = Device("gpu:0", "H100", 80), Device("gpu:1", "T4", 16)
ALL = all_of([ONE, OTHER])
DEVICE = next(field for field in SETTINGS if field.key == "device")


@pytest.mark.parametrize(
    ("setting", "there", "expected"),
    [
        ("auto", [CPU], CPU),
        ("auto", [CPU, ONE], ONE),
        ("auto", [CPU, ONE, OTHER, ALL], ALL),
        ("gpu", [CPU, ONE, OTHER, ALL], ONE),
        ("gpu:1", [CPU, ONE, OTHER, ALL], OTHER),
        ("gpus", [CPU, ONE, OTHER, ALL], ALL),
        ("gpus", [CPU, ONE], ONE),
        ("cpu", [CPU, ONE], CPU),
        ("cpu:1", [CPU, ONE], CPU),
    ],
)
def test_what_a_setting_means(setting, there, expected):
    assert chosen_device(setting, there) == expected


def test_all_gpus_have_room_for_what_the_smallest_holds():
    assert (ALL.replicas, ALL.memory) == (2, 16)
    assert ALL.name == "2 GPUs: H100, T4"


def test_the_cpu_can_be_taken_for_several_devices():
    device = chosen_device("cpu:3", [CPU])
    assert (device.id, device.replicas) == ("cpu:3", 3)
    assert device.is_deterministic


@pytest.mark.parametrize("setting", ["gpu", "gpus", "gpu:7"])
def test_a_gpu_that_is_not_there_is_told(setting):
    with pytest.raises(RunFailed, match=rf"expected one of cpu, got '{setting}'; TensorFlow finds no such GPU"):
        chosen_device(setting, [CPU])


@pytest.mark.parametrize("setting", ["gpus", "cpu:2", "tpu"])
def test_pytorch_trains_on_one_device(monkeypatch, setting):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    with pytest.raises(RunFailed, match="PyTorch trains on one device at a time"):
        chosen_device(setting, [CPU, ONE, OTHER])
    assert chosen_device("auto", [CPU, ONE, OTHER]) == ONE


def test_a_tpu_is_only_tried_where_there_is_one(monkeypatch):
    monkeypatch.delenv("TPU_NAME", raising=False)
    with pytest.raises(RunFailed, match="TensorFlow finds no TPU here"):
        chosen_device("tpu", [CPU])


@pytest.mark.parametrize("setting", ["auto", "cpu", "cpu:2", "gpu", "gpu:1", "gpus", "tpu"])
def test_the_setting_takes_these(setting):
    DEVICE.check(setting)


@pytest.mark.parametrize("setting", ["cpu:0", "gpu:", "cpus", "tpu:1", "GPU", ""])
def test_the_setting_refuses_these(setting):
    with pytest.raises(SettingsError, match="expected auto, cpu, gpu, gpu:N, gpus, tpu or cpu:N"):
        DEVICE.check(setting)
