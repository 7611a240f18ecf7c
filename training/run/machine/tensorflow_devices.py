"""Where Keras works: GPUs, the CPU, threads. The one module of runs that knows TensorFlow's own interface."""

from __future__ import annotations

import gc
import os
import subprocess
from dataclasses import dataclass

from training.run.failure import RunFailed
from training.run.machine import torch_devices
from training.run.machine.hardware import Hardware, hardware_here


@dataclass(frozen=True, slots=True)
class Device:
    """`id` as in the setting `device` ("cpu", "gpu:0"), a name for people, and memory in bytes where it is known."""

    id: str
    name: str
    memory: int | None = None

    @property
    def is_deterministic(self) -> bool:
        return self.id == "cpu"


def quiet_tensorflow(device: str = "auto") -> None:
    """To be called before the first import: no notes about what this build of TensorFlow could do elsewhere.

    `device` is the setting: Keras on PyTorch must know it by now.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if torch_devices.is_backend():
        torch_devices.point_keras_at(device)


def list_devices() -> list[Device]:
    """The CPU, then every GPU that the backend of Keras can use."""
    gpus = torch_devices.list_gpus() if torch_devices.is_backend() else _tensorflow_gpus()
    return [
        Device("cpu", f"CPU, {os.cpu_count()} threads", _main_memory()),
        *(Device(f"gpu:{index}", name, memory) for index, (name, memory) in enumerate(gpus)),
    ]


def _tensorflow_gpus() -> list[tuple[str, int | None]]:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", "GPU") for gpu in gpus]
    return [(name, _gpu_memory(index)) for index, name in enumerate(names)]


def has_cuda_build() -> bool:
    """Whether this TensorFlow was built for NVIDIA's GPUs at all."""
    import tensorflow as tf

    return bool(tf.test.is_built_with_cuda())


def use_device(setting: str, threads: int, seed: int) -> Device:
    """Make Keras's backend work on this device only, repeatably. Before anything is computed. Raises RunFailed.

    On the CPU the same seed gives the same figures. On GPUs seeds alone are set, as some operations have no repeatable
    form there. GPU memory is taken as it is needed instead of all at once.
    """
    import keras

    device = chosen_device(setting, list_devices())
    if torch_devices.is_backend():
        torch_devices.use_threads(threads)
    else:
        _use_tensorflow_device(device, threads)
    keras.utils.set_random_seed(seed)
    return device


def _use_tensorflow_device(device: Device, threads: int) -> None:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if device.id == "cpu":
        tf.config.set_visible_devices([], "GPU")
        tf.config.experimental.enable_op_determinism()
    else:
        gpu = gpus[int(device.id.removeprefix("gpu:"))]
        tf.config.set_visible_devices([gpu], "GPU")
        tf.config.experimental.set_memory_growth(gpu, True)
    if threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)


def forget_models(seed: int) -> None:
    """Give back the memory of models that nobody holds any more; what is built next begins with the same numbers."""
    import keras

    gc.collect()
    keras.backend.clear_session(free_memory=True)
    keras.utils.set_random_seed(seed)


def chosen_device(setting: str, devices: list[Device]) -> Device:
    """The one that a setting means: the first GPU for "auto", if there is one. Raises RunFailed."""
    wanted = {"auto": devices[-1].id if len(devices) == 1 else "gpu:0", "gpu": "gpu:0"}.get(setting, setting)
    for device in devices:
        if device.id == wanted:
            return device
    there = ", ".join(device.id for device in devices)
    raise RunFailed(f"device: expected one of {there}, got {setting!r}; {_backend()} finds no such GPU here")


def _backend() -> str:
    return "PyTorch" if torch_devices.is_backend() else "TensorFlow"


def hardware_of(device: Device) -> Hardware:
    """This machine, with the GPU if that is the device."""
    return hardware_here() if device.id == "cpu" else hardware_here(device.name, device.memory)


def _main_memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _gpu_memory(index: int) -> int | None:
    """TensorFlow does not tell a GPU's size; its driver's tool does."""
    command = ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        lines = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout.split()
        return int(lines[index]) * 1024 * 1024
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
