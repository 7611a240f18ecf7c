"""What a GPU of NVIDIA's can do, by its number: from 7.0 on quick with float16, from 8.0 on with bfloat16 too."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from training.run.machine.devices import Device, backend_name

Capability = tuple[int, int]


def compute_capability(device: Device) -> Capability | None:
    """Of the GPU that is the device, the first of several; None for other makers' and for what is no GPU."""
    kind, _, number = device.id.partition(":")
    if kind not in ("gpu", "gpus"):
        return None
    asked = {"tensorflow": _by_tensorflow, "jax": _by_jax, "torch": _by_torch}[backend_name()]
    return asked(int(number or 0))


def _by_tensorflow(number: int) -> Capability | None:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    found = tf.config.experimental.get_device_details(gpus[number]).get("compute_capability")
    return None if found is None else (int(found[0]), int(found[1]))


def _by_jax(number: int) -> Capability | None:
    jax: Any = import_module("jax")
    return parsed(getattr(jax.local_devices(backend="gpu")[number], "compute_capability", ""))


def _by_torch(number: int) -> Capability | None:
    torch: Any = import_module("torch")
    if torch.backends.mps.is_available() or torch.version.hip is not None:
        return None
    major, minor = torch.cuda.get_device_capability(number)
    return int(major), int(minor)


def parsed(text: str) -> Capability | None:
    """JAX gives "9.0", and names such as "gfx90a" for AMD's."""
    major, point, minor = str(text).partition(".")
    return (int(major), int(minor)) if point and major.isdigit() and minor.isdigit() else None
