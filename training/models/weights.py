"""Weights that a network starts from: none, ImageNet's (see `imagenet_weights`), or a file's."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import h5py
import keras

from training.models.unfilled import is_unfilled
from training.models.weights_download import Progress
from training.models.weights_kinds import BACKBONE, IMAGENET, RANDOM, WeightsUnavailable

__all__ = ["BACKBONE", "IMAGENET", "RANDOM", "Progress", "WeightsUnavailable", "fill_own", "load_into"]

FILE_KINDS = (".keras", ".weights.h5", ".h5")
# What Keras and h5py raise for a file that is damaged, of another network or of another kind.
_UNFIT = (ValueError, OSError, KeyError, TypeError, AttributeError, NotImplementedError)


def fill_own(model: keras.Model, weights: str, network: str, beginning_is_enough: bool = False) -> None:
    """Fill one of our own networks: from a file, or not at all; there are no ImageNet weights of it.

    `beginning_is_enough` where all of it goes on learning: a file may lack its coarsest part.
    """
    if weights == IMAGENET:
        raise WeightsUnavailable(
            f"There are no ImageNet weights for {network}: train it with --weights random, "
            "or choose a backbone such as MobileNetV2."
        )
    if weights != RANDOM and not is_unfilled():
        load_into(model, weights, network, beginning_is_enough)


def load_into(model: keras.Model, file: str, architecture: str, beginning_is_enough: bool = False) -> None:
    """Fill a network from a weights file, a saved network, or a model trained earlier with the same architecture.

    Raises WeightsUnavailable with one sentence that names the file, and leaves the model half filled then.
    """
    path = Path(file).expanduser()
    if not path.is_file():
        raise WeightsUnavailable(f"{path}: expected a file with weights for {architecture}, found none there")
    if not path.name.endswith(FILE_KINDS):
        raise WeightsUnavailable(f"{path}: expected a file that ends in {', '.join(FILE_KINDS)}")
    _check_kind(path)
    try:
        _fill(model, path, beginning_is_enough)
    except _UNFIT as error:
        raise WeightsUnavailable(
            f"{path}: its weights do not fit {architecture}; expected those of this very network, "
            "or of a model that was trained with it",
            problem="unfit",
            network=architecture,
            file=str(path),
        ) from error


def _check_kind(path: Path) -> None:
    """Only the ending tells Keras what a file is."""
    if path.suffix == ".keras":
        if not zipfile.is_zipfile(path):
            raise WeightsUnavailable(f"{path}: expected a saved model, found a file that is damaged or of another kind")
        return
    try:
        with h5py.File(path) as file:
            is_old = "layer_names" in file.attrs or "model_weights" in file
    except OSError as error:
        raise WeightsUnavailable(
            f"{path}: expected a file of weights, found one that is damaged or of another kind"
        ) from error
    if is_old and path.name.endswith(".weights.h5"):
        raise WeightsUnavailable(f"{path}: this file is as older Keras wrote them; rename it to end in .h5 alone")
    if not is_old and not path.name.endswith(".weights.h5"):
        raise WeightsUnavailable(f"{path}: this file is as Keras 3 writes weights; rename it to end in .weights.h5")


def _fill(model: keras.Model, path: Path, beginning_is_enough: bool) -> None:
    earlier = _backbone_of_localizer(path) if path.suffix == ".keras" else None
    if earlier is not None:
        copy_backbone(earlier, model)
        if len(earlier.weights) < len(model.weights) and not beginning_is_enough:
            raise WeightsUnavailable(
                f"{path}: its network was trained on such small pictures that it lacks the coarsest part, which a frozen "
                "backbone needs; take a model of a larger input size (from 96 px), or train with --start-from that run",
                problem="too_small",
                file=str(path),
            )
        return
    with warnings.catch_warnings():
        # Keras only warns where a file leaves a layer as it was; half a network of weights is none.
        warnings.simplefilter("error", UserWarning)
        try:
            model.load_weights(path)
        except UserWarning as warning:
            raise ValueError(str(warning)) from warning


def copy_backbone(earlier: keras.Model, ours: keras.Model) -> None:
    """Give a backbone the weights of another that is the same, its beginning, or begins like it; else ValueError.

    The compact network leaves its coarsest part out where pictures are small.
    """
    theirs, own = earlier.get_weights(), ours.get_weights()
    ours.set_weights([*theirs[: len(own)], *own[len(theirs) :]])


def copy_beginning(earlier: keras.Model, ours: keras.Model) -> None:
    """As far as both are the same, from the pixels on."""
    values = ours.get_weights()
    for place, (own, theirs) in enumerate(zip(ours.get_weights(), earlier.get_weights(), strict=False)):
        if own.shape != theirs.shape:
            break
        values[place] = theirs
    ours.set_weights(values)


def _backbone_of_localizer(path: Path) -> keras.Model | None:
    loaded = _opened(path)
    return next((layer for layer in loaded.layers if layer.name == BACKBONE), None)


def _opened(path: Path) -> keras.Model:
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except _UNFIT as error:
        reason = " ".join(str(error).split()).split(". ")[0]
        raise WeightsUnavailable(f"{path}: this saved model can't be opened ({reason})") from error
