"""How many numbers the network in a `.keras` file would have, found out without memory for them."""

from __future__ import annotations

import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from math import prod
from pathlib import Path
from typing import Any

import keras

from training.run.opening.keras_file import CONFIG, WEIGHTS
from training.run.opening.safe_archive import Refused


def check_claim(path: Path) -> None:
    """Raises ModelFileError for a network that is larger than the weights beside it; what Keras raises for one that it
    can't build. To be called after `check_weights`.
    """
    with zipfile.ZipFile(path) as archive:
        config, held = archive.read(CONFIG), archive.getinfo(WEIGHTS).file_size
    # What Keras keeps for variables that never came to be, it keeps for each thread: it goes with this one.
    with ThreadPoolExecutor(1, thread_name_prefix="claim") as thread:
        claimed = thread.submit(_numbers_in, config).result()
    if claimed > held:  # no kind of number has less than a byte
        raise Refused(path, f"the model asks for {claimed:,} weights, but the file for them has only {held:,} bytes")


def _numbers_in(config: bytes) -> int:
    described = json.loads(config, object_hook=_without_optimizer)
    with keras.StatelessScope(initialize_variables=False):
        model = keras.saving.deserialize_keras_object(described, safe_mode=True)
    return sum(prod(variable.shape) for variable in model.variables)


def _without_optimizer(part: dict[str, Any]) -> dict[str, Any]:
    """Nobody who asks a model needs it, and it makes variables at once."""
    return {**part, "compile_config": None} if "compile_config" in part else part
