"""A `.keras` file, which is a zip archive: what it holds, what it describes and what it says of itself. No Keras."""

from __future__ import annotations

from pathlib import Path

from training.dataset.archives.entry_names import shown_name
from training.run.model_card import CARD_IN_ARCHIVE, LARGEST_CARD, ModelCard
from training.run.opening.card_check import CardFault, card_of
from training.run.opening.keras_config import LARGEST_CONFIG, ConfigFault, check_fits, read_config
from training.run.opening.safe_archive import Refused, SafeArchive, opened_archive

LARGEST_MODEL = 6 * 2**30  # bytes: the largest network of keras.applications with its optimizer, and half as much
WEIGHTS, CONFIG, METADATA = "model.weights.h5", "config.json", "metadata.json"
_KNOWN = frozenset({WEIGHTS, CONFIG, METADATA, CARD_IN_ARCHIVE})


def check_keras_file(path: Path, shown: Path | None = None, must_fit: bool = True) -> ModelCard:
    """The card of a model that may be given to Keras. The weights are looked at by `check_weights`.

    `shown` is what people know the file as; with `must_fit` the network takes and answers what the card says. Raises ModelFileError, which says why it is refused, and OSError.
    """
    with opened_archive(path, LARGEST_MODEL, shown) as archive:
        return _checked(archive, shown or path, must_fit)


def _checked(archive: SafeArchive, path: Path, must_fit: bool) -> ModelCard:
    if CONFIG not in archive.names:
        raise Refused(path, "it is a zip archive, but not one that Keras wrote: there is no config.json in it")
    surplus = sorted(set(archive.names) - _KNOWN)
    if surplus:
        raise Refused(path, f"it holds a file that a model does not need: {shown_name(surplus[0])}")
    if CARD_IN_ARCHIVE not in archive.names:
        raise Refused(
            path,
            f"it is one of Keras, but it lacks {CARD_IN_ARCHIVE}, which says its classes, its input size and what its "
            "outputs mean; models that were trained or exported by Boxwright have it",
        )
    try:
        card = card_of(archive.read(CARD_IN_ARCHIVE, LARGEST_CARD))
        config = read_config(archive.read(CONFIG, LARGEST_CONFIG))
        if must_fit:
            check_fits(config, card)
    except CardFault as fault:
        raise Refused(path, f"its description {fault}") from fault
    except ConfigFault as fault:
        raise Refused(path, f"the model {fault}") from fault
    if WEIGHTS not in archive.names:
        raise Refused(path, f"the weights are not there: it has no {WEIGHTS}")
    return card
