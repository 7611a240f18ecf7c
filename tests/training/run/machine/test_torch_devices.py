"""PyTorch is no dependency: its GPUs are described by an object that looks like it."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from training.run.machine import torch_devices
from training.run.machine.devices import Device, in_full_precision, list_devices, prepare_backend


def pretended(*gpus: tuple[str, int], is_mac: bool = False):
    properties = [SimpleNamespace(name=name, total_memory=memory) for name, memory in gpus]
    return SimpleNamespace(
        backends=SimpleNamespace(
            mps=SimpleNamespace(is_available=lambda: is_mac),
            cudnn=SimpleNamespace(allow_tf32=True),
            cuda=SimpleNamespace(matmul=SimpleNamespace(allow_tf32=False)),
        ),
        cuda=SimpleNamespace(device_count=lambda: len(gpus), get_device_properties=lambda index: properties[index]),
    )


@pytest.fixture
def on_torch(monkeypatch):
    """Keras would be on PyTorch, with two cards."""
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setattr(torch_devices, "_torch", lambda: pretended(("RTX 3060", 12), ("RTX 4090", 24)))
    monkeypatch.delenv("KERAS_TORCH_DEVICE", raising=False)
    yield
    os.environ.pop("KERAS_TORCH_DEVICE", None)


def test_gpus_are_those_of_pytorch_when_keras_works_on_it(on_torch):
    assert list_devices()[1:] == [Device("gpu:0", "RTX 3060", 12), Device("gpu:1", "RTX 4090", 24)]


def test_an_apple_gpu_is_one_without_a_number():
    assert torch_devices.list_gpus(pretended(is_mac=True)) == [("Apple GPU", None)]
    assert torch_devices.list_gpus(pretended()) == []


@pytest.mark.parametrize(("setting", "place"), [("cpu", "cpu"), ("gpu", "cuda:0"), ("gpu:1", "cuda:1"), ("auto", None)])
def test_keras_is_told_before_it_is_imported(on_torch, setting, place):
    prepare_backend(setting)
    assert os.environ.get("KERAS_TORCH_DEVICE") == place


def test_full_precision_is_only_for_as_long_as_it_is_asked_for(monkeypatch):
    there = pretended()
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setattr(torch_devices, "_torch", lambda: there)
    with in_full_precision():
        assert not there.backends.cudnn.allow_tf32
        assert not there.backends.cuda.matmul.allow_tf32
    assert there.backends.cudnn.allow_tf32
    assert not there.backends.cuda.matmul.allow_tf32
