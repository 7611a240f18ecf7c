"""What is told when several devices share the batches of a training. No Keras."""

from __future__ import annotations

from training.run.events import WarningEvent
from training.run.machine.devices import Device
from training.run.settings import TrainingSettings

# Those that begin with small steps; a rate that is high from the first step on is the likelier to break a training.
_WITH_WARM_UP = ("cosine", "one_cycle")


def sharing_told(
    device: Device, settings: TrainingSettings, batch_size: int, rate_factor: float | None = None
) -> list[WarningEvent]:
    """`batch_size` is that of one device, as memory allows; the rate is `rate_factor` times that of the settings,
    which is the number of devices unless the run began with others.
    """
    told = []
    if device.id == "tpu":
        text = "Nobody has tried this program on a TPU: look at the first figures before relying on it."
        told.append(WarningEvent(code="tpu_untried", text=text))
    if device.replicas > 1:
        count, whole = device.replicas, batch_size * device.replicas
        factor = count if rate_factor is None else rate_factor
        rate = f"{settings.learning_rate * factor:g}"
        times = "the chosen one" if factor == 1 else f"{factor:g} times the chosen one"
        text = (
            f"{count} devices share each batch: a step learns from {count} x {batch_size} = {whole} images, and the "
            f"learning rate is {times}, {rate} at its highest."
        )
        if settings.schedule not in _WITH_WARM_UP:
            text += " It is that high from the first step on: a schedule that warms up (cosine, one_cycle) is safer."
        facts = {"devices": str(count), "batch_size": str(batch_size), "global_batch": str(whole), "rate": rate}
        told.append(WarningEvent(code="replicas", text=text, facts=facts))
    return told
