"""The optimizer that the settings ask for, for one phase of a training."""

from __future__ import annotations

import keras

from training.models.optimizing import make_optimizer
from training.run.learning.training_setup import Conditions


def optimizer_for(conditions: Conditions, total_steps: int, rate_share: float = 1.0) -> keras.optimizers.Optimizer:
    """For a phase of `total_steps` batches, which learns at `rate_share` of the settings' rate; see `make_optimizer`."""
    settings = conditions.session.settings
    return make_optimizer(
        settings.optimizer,
        total_steps=total_steps,
        learning_rate=settings.learning_rate * rate_share * conditions.rate_factor,
        schedule=settings.schedule,
        weight_decay=settings.weight_decay,
        clip_norm=settings.clip_norm,
        precision=conditions.precision,
    )
