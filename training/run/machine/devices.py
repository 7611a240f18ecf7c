"""What a training computes on, whatever backend Keras has: choosing it, using it, telling of it."""

from __future__ import annotations

import gc
import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, Protocol

from training.run.failure import RunFailed
from training.run.machine.hardware import Hardware, hardware_here
from training.run.samples.sharing import Sharing

NAMES = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
_SEVERAL = ("tensorflow", "jax")  # those that share a batch among devices


@dataclass(frozen=True, slots=True)
class Device:
    """`id` as in the setting `device` ("cpu", "gpu:0", "gpus", "cpu:2", "tpu"), a name for people, memory in bytes where
    it is known. `replicas` copies of the model share each batch, on `machines` of which this is number `machine`;
    `strategy` is TensorFlow's way of doing that.
    """

    id: str
    name: str
    memory: int | None = None
    replicas: int = 1
    machine: int = 0
    machines: int = 1
    strategy: Any = field(default=None, compare=False, repr=False)

    @property
    def is_deterministic(self) -> bool:
        return self.id.startswith("cpu")

    @property
    def sharing(self) -> Sharing:
        return Sharing(self.replicas, self.machine, self.machines, may_end_uneven=self.strategy is not None)

    def scope(self) -> AbstractContextManager[Any]:
        """Where a model that is to train on this device is built and compiled."""
        return nullcontext() if self.strategy is None else self.strategy.scope()


class Backend(Protocol):
    """What tensorflow_devices, jax_devices and torch_devices have; each may import its library in all but `prepare`."""

    def prepare(self, setting: str) -> None:
        """What must be said before Keras is imported."""

    def list_gpus(self) -> list[tuple[str, int | None]]:
        """Names and bytes of memory, in the order of their numbers."""

    def has_tpu(self) -> bool: ...

    def use(self, device: Device, threads: int) -> Device:
        """Compute there and nowhere else; the device with what was found out about it. Raises RunFailed."""

    def in_full_precision(self) -> AbstractContextManager[None]:
        """As the function of that name; to be entered when the library is there."""


def backend_name() -> str:
    return os.environ.get("KERAS_BACKEND") or "tensorflow"


def backend_title() -> str:
    return NAMES.get(backend_name(), backend_name())


def shares_batches() -> bool:
    """Whether this backend can train on several devices at once."""
    return backend_name() in _SEVERAL


def prepare_backend(setting: str = "auto") -> None:
    """To be called before Keras is first imported; `setting` is the device that will be used. Raises RunFailed."""
    os.environ.setdefault(
        "TF_CPP_MIN_LOG_LEVEL", "2"
    )  # no notes about what this build of TensorFlow could do elsewhere
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if backend_name() not in NAMES:
        raise RunFailed(f"KERAS_BACKEND: expected one of {', '.join(NAMES)}, got {backend_name()!r}")
    _backend().prepare(setting)


def list_devices() -> list[Device]:
    """The CPU, then every GPU that the backend can use, then all GPUs together if there are several."""
    gpus = [Device(f"gpu:{index}", name, memory) for index, (name, memory) in enumerate(_backend().list_gpus())]
    together = [all_of(gpus)] if len(gpus) > 1 and shares_batches() else []
    return [Device("cpu", f"CPU, {os.cpu_count()} threads", _main_memory()), *gpus, *together]


def all_of(gpus: list[Device]) -> Device:
    """Their memory is that of the smallest: each holds the whole model."""
    names = sorted({gpu.name for gpu in gpus})
    sizes = [gpu.memory for gpu in gpus if gpu.memory is not None]
    return Device("gpus", f"{len(gpus)} GPUs: {', '.join(names)}", min(sizes, default=None), len(gpus))


def use_device(setting: str, threads: int, seed: int) -> Device:
    """Make Keras's backend work on this device only, repeatably. Before anything is computed. Raises RunFailed.

    On the CPU the same seed gives the same figures. On GPUs seeds alone are set, as some operations have no repeatable
    form there. GPU memory is taken as it is needed instead of all at once.
    """
    import keras

    device = _backend().use(chosen_device(setting, list_devices()), threads)
    keras.utils.set_random_seed(seed)
    return device


def in_full_precision() -> AbstractContextManager[None]:
    """What is computed for the first time inside of it keeps all bits of float32, which GPUs else round away (TF32)."""
    return _backend().in_full_precision()


def forget_models(seed: int) -> None:
    """Give back the memory of models that nobody holds any more; what is built next begins with the same numbers."""
    import keras

    gc.collect()
    distribution = keras.distribution.distribution()
    keras.backend.clear_session(free_memory=True)
    keras.distribution.set_distribution(distribution)
    keras.utils.set_random_seed(seed)


def chosen_device(setting: str, devices: list[Device]) -> Device:
    """The one that a setting means; for "auto" all GPUs, the GPU if there is one, else the CPU. Raises RunFailed."""
    by_id = {device.id: device for device in devices}
    kind, _, number = setting.partition(":")
    if kind == "cpu" and number:
        return _logical_cpus(int(number), by_id["cpu"])
    if setting == "tpu":
        return _tpu()
    wishes = {"auto": ("gpus", "gpu:0", "cpu"), "gpu": ("gpu:0",), "gpus": ("gpus", "gpu:0")}.get(setting, (setting,))
    found = next((by_id[wish] for wish in wishes if wish in by_id), None)
    if found is None:
        there = ", ".join(by_id)
        raise RunFailed(f"device: expected one of {there}, got {setting!r}; {backend_title()} finds no such GPU here")
    if setting == "gpus" and "gpu:1" in by_id:
        _check_shares(setting)
    return found


def _logical_cpus(count: int, cpu: Device) -> Device:
    if count == 1:
        return cpu
    _check_shares(f"cpu:{count}")
    return replace(cpu, id=f"cpu:{count}", name=f"CPU as {count} devices, {os.cpu_count()} threads", replicas=count)


def _tpu() -> Device:
    _check_shares("tpu")
    if not _backend().has_tpu():
        raise RunFailed(f"device: got 'tpu'; {backend_title()} finds no TPU here")
    return Device("tpu", "TPU")


def _check_shares(setting: str) -> None:
    if not shares_batches():
        raise RunFailed(
            f"device: Keras on {backend_title()} trains on one device at a time, got {setting!r}; choose one GPU, or "
            "start with KERAS_BACKEND=tensorflow or jax"
        )


def hardware_of(device: Device) -> Hardware:
    """This machine, with the GPU if that is the device."""
    is_cpu = device.id.startswith("cpu")
    return hardware_here() if is_cpu else hardware_here(device.name, device.memory)


def _backend() -> Backend:
    module: Any = import_module(f"training.run.machine.{backend_name()}_devices")
    backend: Backend = module
    return backend


def _main_memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
