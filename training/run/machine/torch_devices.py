"""Where PyTorch works, for Keras on KERAS_BACKEND=torch: the way to a GPU on native Windows, on AMD's and Apple's cards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from training.run.machine.devices import Device


def prepare(setting: str) -> None:
    """Keras puts every tensor where this says. "auto" is left to Keras: a GPU if any."""
    kind, _, number = setting.partition(":")
    place = "cpu" if kind == "cpu" else f"cuda:{number or 0}"
    if setting != "auto" and not (kind.startswith("gpu") and _is_mac_gpu(_torch())):
        os.environ["KERAS_TORCH_DEVICE"] = place


def list_gpus(torch: Any = None) -> list[tuple[str, int | None]]:
    """Names and bytes of memory of the GPUs that PyTorch can use, in its order."""
    torch = torch or _torch()
    if _is_mac_gpu(torch):
        return [("Apple GPU", None)]
    found: list[tuple[str, int | None]] = []
    for index in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(index)
        found.append((str(properties.name), int(properties.total_memory)))
    return found


def has_tpu() -> bool:
    return False


def use(device: Device, threads: int) -> Device:
    """0 threads leaves the number to PyTorch; where it computes has been said before Keras was imported."""
    if threads:
        _torch().set_num_threads(threads)
    return device


@contextmanager
def in_full_precision() -> Iterator[None]:
    switches = (_torch().backends.cudnn, _torch().backends.cuda.matmul)
    before = [one.allow_tf32 for one in switches]
    for one in switches:
        one.allow_tf32 = False
    try:
        yield
    finally:
        for one, allowed in zip(switches, before, strict=True):
            one.allow_tf32 = allowed


def _is_mac_gpu(torch: Any) -> bool:
    return bool(torch.backends.mps.is_available())


def _torch() -> Any:
    # By name: PyTorch is no dependency, only somebody's own choice.
    return import_module("torch")
