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
from training.run.claimed_weights import check_claim
from training.run.failure import ModelFileError
from training.run.model_card import ModelCard
from training.run.opening.card_check import HEAD_NUMBERS
from training.run.opening.keras_file import check_keras_file
from training.run.opening.weights_check import check_weights


def save_model(model: keras.Model, path: Path, card: ModelCard) -> None:
    """A whole `.keras` file with optimizer and card takes the place of an older one; computes in float32. Raises OSError."""
    with replacing(path) as beside, without_sharing(model), written_as_float32(model):
        model.save(beside)
        card.write_into(beside)


def load_model(path: Path, must_fit: bool = True) -> tuple[keras.Model, ModelCard]:
    """A model for predicting, and its card. Nothing in the file is run as code. Raises ModelFileError.

    The file may be from anybody: it is checked before Keras sees it. With `must_fit` what Keras builds takes and answers
    what the card says; whoever only wants weights compares layers.
    """
    card = check_keras_file(path, must_fit=must_fit)
    check_weights(path)
    try:
        check_claim(path)
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError, MemoryError) as error:
        raise _not_loaded(path, error) from error
    if must_fit:
        _check_shapes(path, model, card)
    return model, card


def load_weights(model: keras.Model, path: Path) -> None:
    """Give `model` the weights that the same network was saved with. Raises ModelFileError."""
    try:
        model.load_weights(path)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _not_loaded(path, error) from error


def _check_shapes(path: Path, model: keras.Model, card: ModelCard) -> None:
    outputs = model.output if isinstance(model, keras.Model) else None
    expected = {head: (None, HEAD_NUMBERS.get(head, len(card.classes))) for head in card.heads}
    got = (
        {head: tuple(outputs[head].shape) for head in card.heads if head in outputs}
        if isinstance(outputs, dict)
        else {}
    )
    if got != expected or model.input_shape != (None, card.input_size, card.input_size, 3):
        raise ModelFileError(
            f"{path}: expected a network for {card.input_size}x{card.input_size} pixels and {len(card.classes)} classes, as "
            f"its description says, got one from {getattr(model, 'input_shape', 'nothing')} to {got}"
        )


def _not_loaded(path: Path, error: Exception) -> ModelFileError:
    reason = " ".join(str(error).split())[:200]
    return ModelFileError(f"{path}: expected a model that Keras {keras.__version__} can load, got: {reason}")
