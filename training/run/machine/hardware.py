"""What a run was computed on, as its report keeps it. No Keras."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hardware:
    """Memory in bytes, None where it is not known; `gpu` is empty when the CPU did the work."""

    system: str = ""
    cpu: str = ""
    cores: int = 0
    memory: int | None = None
    gpu: str = ""
    gpu_memory: int | None = None


def hardware_here(gpu: str = "", gpu_memory: int | None = None) -> Hardware:
    """Of this machine; the GPU is told by whoever uses it."""
    # Reading a report asks nothing of this machine.
    from training.run.machine.machine import this_machine

    machine = this_machine()
    return Hardware(machine.system, machine.processor, machine.cores, machine.memory, gpu, gpu_memory)
