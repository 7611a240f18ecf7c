"""The optimizer that the settings ask for."""

from __future__ import annotations

import keras

from training.models.optimizing import make_optimizer
from training.run.settings import TrainingSettings


def optimizer_for(
    settings: TrainingSettings,
    total_steps: int,
    *,
    rate_share: float = 1.0,
    replicas: int = 1,
    precision: str = "float32",
) -> keras.optimizers.Optimizer:
    """For one phase of `total_steps` batches, which learns at `rate_share` of the settings' rate; see `make_optimizer`."""
    return make_optimizer(
        settings.optimizer,
        total_steps=total_steps,
        learning_rate=settings.learning_rate * rate_share,
        schedule=settings.schedule,
        weight_decay=settings.weight_decay,
        clip_norm=settings.clip_norm,
        replicas=replicas,
        precision=precision,
    )
