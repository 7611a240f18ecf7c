"""Reading the numbers of a model while `fit` or `evaluate` works with it."""

from __future__ import annotations

import keras


def settle(model: keras.Model) -> None:
    """Put its numbers back into its variables. On JAX they are elsewhere from a step's end on; other backends need nothing.

    `model` is the one that is being fitted or evaluated, also after that was broken off.
    """
    put_back = getattr(model, "jax_state_sync", None)
    if put_back is not None:
        put_back()
