"""How many numbers the network in a `.keras` file would have and compute, found out without memory for them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import prod
from pathlib import Path
from typing import Any

import keras

from training.run.opening.keras_file import CONFIG, WEIGHTS
from training.run.opening.safe_archive import Refused

# Numbers that a layer says about one picture, and all layers together: VGG16 of 2048 x 2048 pixels has 2**28, and 1.3e9.
MOST_OF_LAYER = 2**28
MOST_OF_NETWORK = 2**31


def check_claim(path: Path) -> None:
    """Raises ModelFileError for a network that is larger than the weights beside it, or whose layers make more of a
    picture than any network does; what Keras raises for one that it can't build. To be called after `check_weights`.
    """
    with zipfile.ZipFile(path) as archive:
        config, held = archive.read(CONFIG), archive.getinfo(WEIGHTS).file_size
    # What Keras keeps for variables that never came to be, it keeps for each thread: it goes with this one.
    with ThreadPoolExecutor(1, thread_name_prefix="claim") as thread:
        claimed, computed = thread.submit(_numbers_in, config).result()
    if claimed > held:  # no kind of number has less than a byte
        raise Refused(path, f"the model asks for {claimed:,} weights, but the file for them has only {held:,} bytes")
    name, largest = max(computed, key=lambda each: each[1], default=("", 0))
    if largest > MOST_OF_LAYER or sum(count for _, count in computed) > MOST_OF_NETWORK:
        raise Refused(path, f"the model makes {largest:,} numbers of one picture, more than any network ({name[:60]})")


def _numbers_in(config: bytes) -> tuple[int, list[tuple[str, int]]]:
    """Of all weights, and what each layer makes of one picture."""
    described = json.loads(config, object_hook=_without_optimizer)
    with keras.StatelessScope(initialize_variables=False):
        model = keras.saving.deserialize_keras_object(described, safe_mode=True)
    return sum(prod(variable.shape) for variable in model.variables), list(_computed(model))


def _computed(model: Any) -> Iterator[tuple[str, int]]:
    """Also of networks within; a size that nobody knows before counts as 1."""
    for layer in model._flatten_layers():
        for node in getattr(layer, "_inbound_nodes", ()):
            for tensor in keras.tree.flatten(node.output_tensors):
                yield layer.name, prod(size or 1 for size in tensor.shape[1:])


def _without_optimizer(part: dict[str, Any]) -> dict[str, Any]:
    """Nobody who asks a model needs it, and it makes variables at once."""
    return {**part, "compile_config": None} if "compile_config" in part else part
