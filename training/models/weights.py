"""Weights that a network starts from: none, ImageNet's, or a file's."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable
from pathlib import Path

import keras

RANDOM = "random"
IMAGENET = "imagenet"
BACKBONE = "backbone"  # the name of that layer in every localizer
FILE_KINDS = (".keras", ".weights.h5", ".h5")
# What Keras and h5py raise for a file that is damaged, of another network or of another kind.
_UNFIT = (ValueError, OSError, KeyError, TypeError, AttributeError, NotImplementedError)


# Told how many bytes of a download are there and, where known, of how many; what it raises ends the download.
Progress = Callable[[int, int | None], None]


class WeightsUnavailable(Exception):  # noqa: N818 -- it says what is the case, as a sentence
    """The weights asked for can't be had or don't fit; the message says which file to put where or what is wrong."""


def with_imagenet(name: str, build: Callable[[], keras.Model]) -> keras.Model:
    """What `build` makes of the weights that Keras keeps or downloads."""
    try:
        return build()
    except Exception as error:  # Keras raises a bare Exception for a failed download; only its text tells
        if "URL fetch failure" not in str(error):
            raise
        raise WeightsUnavailable(_how_to_get(name, str(error))) from error


def fill_own(model: keras.Model, weights: str, network: str) -> None:
    """Fill one of our own networks: from a file, or not at all; there are no ImageNet weights of it."""
    if weights == IMAGENET:
        raise WeightsUnavailable(
            f"There are no ImageNet weights for {network}: train it with --weights random, "
            "or choose a backbone such as MobileNetV2."
        )
    if weights != RANDOM:
        load_into(model, weights, network)


def load_into(model: keras.Model, file: str, architecture: str) -> None:
    """Fill a network from a weights file, a saved network, or a localizer trained earlier with the same architecture."""
    path = Path(file).expanduser()
    if not path.is_file():
        raise WeightsUnavailable(f"{path}: expected a file with weights for {architecture}, found none there")
    if not path.name.endswith(FILE_KINDS):
        raise WeightsUnavailable(f"{path}: expected a file that ends in {', '.join(FILE_KINDS)}")
    try:
        _fill(model, path)
    except _UNFIT as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise WeightsUnavailable(f"{path}: its weights do not fit {architecture} ({reason})") from error


def _fill(model: keras.Model, path: Path) -> None:
    earlier = _backbone_of_localizer(path) if path.suffix == ".keras" else None
    if earlier is not None:
        model.set_weights(earlier.get_weights())
        return
    with warnings.catch_warnings():
        # Keras only warns where a file leaves a layer as it was; half a network of weights is none.
        warnings.simplefilter("error", UserWarning)
        try:
            model.load_weights(path)
        except UserWarning as warning:
            raise ValueError(str(warning)) from warning


def _backbone_of_localizer(path: Path) -> keras.Model | None:
    loaded = keras.saving.load_model(path, compile=False, safe_mode=True)
    return next((layer for layer in loaded.layers if layer.name == BACKBONE), None)


def _how_to_get(name: str, reason: str) -> str:
    found = re.search(r"https?://\S+?(?=[:,]?\s|$)", reason)
    address = found.group(0) if found else "the address that Keras names"
    folder = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "models"
    return (
        f"The ImageNet weights of {name} could not be downloaded. Get {address} on a machine that can, "
        f"put the file into {folder} under its own name, or give it with --weights FILE; or train with --weights random."
    )
