"""In which precision a training computes on a device."""

from __future__ import annotations

from training.models.precision import FLOAT32, MIXED_BFLOAT16, MIXED_FLOAT16
from training.run.events import WarningEvent
from training.run.machine.compute_capability import Capability, compute_capability
from training.run.machine.devices import Device

AUTO = "auto"


def chosen_precision(setting: str, device: Device) -> str:
    """The setting, or for "auto" the mixed one that the device computes fast. On a CPU that is none: few have bfloat16,
    it gains little there, and the same run would give other figures on another computer.
    """
    if setting != AUTO:
        return setting
    return MIXED_BFLOAT16 if device.id == "tpu" else precision_for(compute_capability(device))


def precision_for(capability: Capability | None) -> str:
    """bfloat16 reaches as far as float32 and needs no scaled loss; older GPUs know float16 alone."""
    if capability is None or capability < (7, 0):
        return FLOAT32
    return MIXED_BFLOAT16 if capability >= (8, 0) else MIXED_FLOAT16


def slow_precision(precision: str, device: Device, goes_on: bool = False) -> WarningEvent | None:
    """What to tell somebody who asked for what this device computes slowly."""
    if precision != MIXED_FLOAT16 or not device.id.startswith("cpu"):
        return None
    text = "Mixed float16 is several times slower than float32 on a CPU; choose Automatic or float32 for the next run."
    if goes_on:
        text = (
            "This run goes on in mixed float16, in which it began; on a CPU that is several times slower than float32."
        )
    return WarningEvent(code="slow_precision", text=text)
