"""Where TensorFlow works: the CPU, GPUs, TPUs, several of them at once. One of the few modules that know its interface."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from training.run.failure import RunFailed
from training.run.machine.devices import Device


def prepare(setting: str) -> None:
    """Everything can be said when it is imported."""


def list_gpus() -> list[tuple[str, int | None]]:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", "GPU") for gpu in gpus]
    return [(name, _gpu_memory(index)) for index, name in enumerate(names)]


def has_tpu() -> bool:
    """A machine of a cloud is told by its environment where its TPU is; the resolver looks there."""
    return bool(os.environ.get("TPU_NAME") or os.environ.get("TPU_WORKER_ID") or os.path.exists("/dev/accel0"))  # noqa: PTH110


def has_cuda_build() -> bool:
    """Whether this TensorFlow was built for NVIDIA's GPUs at all."""
    import tensorflow as tf

    return bool(tf.test.is_built_with_cuda())


def use(device: Device, threads: int) -> Device:
    import tensorflow as tf

    if threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    if device.id == "tpu":
        return _on_tpu(device)
    if device.is_deterministic:
        tf.config.set_visible_devices([], "GPU")
        tf.config.experimental.enable_op_determinism()
    else:
        _show_gpus(device)
    if device.replicas == 1:
        return device
    return replace(device, strategy=_mirrored(device))


@contextmanager
def in_full_precision() -> Iterator[None]:
    import tensorflow as tf

    before = tf.config.experimental.tensor_float_32_execution_enabled()
    tf.config.experimental.enable_tensor_float_32_execution(False)
    try:
        yield
    finally:
        tf.config.experimental.enable_tensor_float_32_execution(before)


def _show_gpus(device: Device) -> None:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if device.id != "gpus":
        gpus = [gpus[int(device.id.removeprefix("gpu:"))]]
    tf.config.set_visible_devices(gpus, "GPU")
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)


def _mirrored(device: Device) -> Any:
    """Each replica computes on its part of the batch, and all add up their gradients."""
    import tensorflow as tf

    if device.is_deterministic:
        (cpu,) = tf.config.list_physical_devices("CPU")
        parts = [tf.config.LogicalDeviceConfiguration() for _ in range(device.replicas)]
        tf.config.set_logical_device_configuration(cpu, parts)
        return tf.distribute.MirroredStrategy([f"CPU:{index}" for index in range(device.replicas)])
    return tf.distribute.MirroredStrategy([f"GPU:{index}" for index in range(device.replicas)])


def _on_tpu(device: Device) -> Device:
    """As TensorFlow's guide says; nobody has tried it with this program."""
    import tensorflow as tf

    try:
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver(tpu=os.environ.get("TPU_NAME", "local"))
        tf.config.experimental_connect_to_cluster(resolver)
        tf.tpu.experimental.initialize_tpu_system(resolver)
        strategy = tf.distribute.TPUStrategy(resolver)
    except (ValueError, RuntimeError, OSError, tf.errors.OpError) as error:
        raise RunFailed(f"device: the TPU can't be used: {error}") from error
    count = int(strategy.num_replicas_in_sync)
    return replace(device, name=f"TPU, {count} cores", replicas=count, strategy=strategy)


def _gpu_memory(index: int) -> int | None:
    """TensorFlow does not tell a GPU's size; its driver's tool does."""
    command = ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        lines = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout.split()
        return int(lines[index]) * 1024 * 1024
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
