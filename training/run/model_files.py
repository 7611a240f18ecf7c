"""Models on disk: written beside and then replaced, each with its card inside."""

from __future__ import annotations

from pathlib import Path

import keras

# Registers the layers, losses and metrics that saved models name.
import training.models.layers
import training.models.losses
import training.models.metrics  # noqa: F401
from training.dataset.safe_files import replacing
from training.models.batch_statistics import without_sharing
from training.models.precision import written_as_float32
from training.run.failure import ModelFileError
from training.run.model_card import ModelCard


def save_model(model: keras.Model, path: Path, card: ModelCard) -> None:
    """A whole `.keras` file with optimizer and card takes the place of an older one; computes in float32. Raises OSError."""
    with replacing(path) as beside, without_sharing(model), written_as_float32(model):
        model.save(beside)
        card.write_into(beside)


def load_model(path: Path) -> tuple[keras.Model, ModelCard]:
    """A model for predicting, and its card. Nothing in the file is run as code. Raises ModelFileError."""
    card = ModelCard.read_from(path)
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True), card
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _not_loaded(path, error) from error


def load_weights(model: keras.Model, path: Path) -> None:
    """Give `model` the weights that the same network was saved with. Raises ModelFileError."""
    try:
        model.load_weights(path)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _not_loaded(path, error) from error


def _not_loaded(path: Path, error: Exception) -> ModelFileError:
    reason = " ".join(str(error).split())[:200]
    return ModelFileError(f"{path}: expected a model that Keras {keras.__version__} can load, got: {reason}")
