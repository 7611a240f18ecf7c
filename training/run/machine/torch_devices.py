"""Where PyTorch works, for Keras on KERAS_BACKEND=torch: the way to a GPU on native Windows, on AMD's and Apple's cards."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any


def is_backend() -> bool:
    return os.environ.get("KERAS_BACKEND") == "torch"


def point_keras_at(setting: str) -> None:
    """To be called before Keras is imported, which then puts every tensor there. "auto" is left to Keras: a GPU if any."""
    place = "cpu" if setting == "cpu" else f"cuda:{setting.partition(':')[2] or 0}"
    if setting != "auto" and not (setting.startswith("gpu") and _is_mac_gpu(_torch())):
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


def use_threads(threads: int) -> None:
    """0 leaves the number to PyTorch."""
    if threads:
        _torch().set_num_threads(threads)


def _is_mac_gpu(torch: Any) -> bool:
    return bool(torch.backends.mps.is_available())


def _torch() -> Any:
    # By name: PyTorch is no dependency, only somebody's own choice.
    return import_module("torch")
