"""Where JAX works, for Keras on KERAS_BACKEND=jax: the CPU, GPUs, TPUs, several of them, of one machine or more."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import replace
from importlib import import_module
from typing import Any

from training.run.failure import RunFailed
from training.run.machine.devices import Device


def prepare(setting: str) -> None:
    """JAX looks at these when it first looks for devices, and never again."""
    kind, _, number = setting.partition(":")
    # Memory as it is needed; by itself JAX takes three quarters of a GPU at once.
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    if kind == "cpu":
        os.environ["JAX_PLATFORMS"] = "cpu"
        if number:
            os.environ["JAX_NUM_CPU_DEVICES"] = number


def list_gpus() -> list[tuple[str, int | None]]:
    return [(str(gpu.device_kind), _memory_of(gpu)) for gpu in _of_kind("gpu")]


def has_tpu() -> bool:
    return bool(_of_kind("tpu"))


def use(device: Device, threads: int) -> Device:
    """`threads` can't be told to JAX: it takes those that the process may use."""
    del threads
    jax = _jax()
    here = _devices_of(device)
    jax.config.update("jax_default_device", here[0])
    everywhere = len(here) * jax.process_count()
    if everywhere > 1:
        _share_batches(jax, here)
    name = f"TPU, {len(here)} cores" if device.id == "tpu" else device.name
    if jax.process_count() > 1:
        name += f", on {jax.process_count()} machines"
    return replace(device, name=name, replicas=everywhere, machine=jax.process_index(), machines=jax.process_count())


def in_full_precision() -> AbstractContextManager[None]:
    context: AbstractContextManager[None] = _jax().default_matmul_precision("highest")
    return context


def _share_batches(jax: Any, here: list[Any]) -> None:
    """Every process lists all devices of all processes, in the same order; each must use equally many."""
    import keras

    kind = here[0].platform
    everywhere = jax.devices(kind)
    if len(everywhere) != len(here) * jax.process_count():
        raise RunFailed(
            f"device: expected each of {jax.process_count()} machines to compute on {len(here)} devices, as this one "
            f"does, found {len(everywhere)} in all; give each the same device setting"
        )
    keras.distribution.set_distribution(
        keras.distribution.DataParallel(devices=[f"{kind}:{one.id}" for one in everywhere], auto_shard_dataset=False)
    )


def _devices_of(device: Device) -> list[Any]:
    kind, _, number = device.id.partition(":")
    if kind == "gpu":
        return [_of_kind("gpu")[int(number)]]
    return _of_kind("gpu" if kind == "gpus" else kind)


def _of_kind(kind: str) -> list[Any]:
    """Of this process."""
    try:
        return list(_jax().local_devices(backend=kind))
    except RuntimeError:  # JAX's way of saying that there are none
        return []


def _memory_of(gpu: Any) -> int | None:
    statistics = gpu.memory_stats() or {}
    limit = statistics.get("bytes_limit")
    return None if limit is None else int(limit)


def _jax() -> Any:
    # By name: JAX is no dependency of a plain installation.
    return import_module("jax")
