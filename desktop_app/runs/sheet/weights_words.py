"""What a network starts from, in words: which weights, how large they are, and where they are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from desktop_app.words import filled
from training.run.machine.imagenet_files import ImageNetFile, imagenet_file
from training.run.weights_files import WeightsFault, fault_of

RANDOM, IMAGENET = "random", "imagenet"
ENDINGS = (".keras", ".h5")


def sentence(weights: str, architecture: str, input_size: int) -> str:
    """For beside the choice."""
    if weights == RANDOM:
        return _tr("From random weights: the network learns everything from your images.")
    if weights != IMAGENET:
        path = Path(weights)
        return filled(_tr("From the file %1 in %2."), path.name, path.parent)
    file = imagenet_file(architecture, input_size)
    if file is None:
        return ""
    learned = filled(_tr("What %1 learned from the million photos of ImageNet."), architecture)
    return f"{learned} {_where(file)}"


def problem(weights: str) -> str:
    """Why a file can't be started from; nothing for one that may be good, and for what is no file."""
    fault = fault_of(weights)
    if fault is None:
        return ""
    if fault is WeightsFault.ENDING:
        return filled(_tr("Weights are in files that end in %1."), ", ".join(ENDINGS))
    texts = {
        WeightsFault.MISSING: _tr("There is no file %1."),
        WeightsFault.UNREADABLE: _tr("The file %1 can't be read."),
        WeightsFault.DAMAGED: _tr("The file %1 is damaged, or holds no weights of Keras."),
    }
    return filled(texts[fault], weights)


def in_short(weights: str, architecture: str, input_size: int) -> str:
    """For among the settings that matter most."""
    if weights == RANDOM:
        return _tr("from scratch")
    if weights != IMAGENET:
        return filled(_tr("weights from %1"), Path(weights).name)
    file = imagenet_file(architecture, input_size)
    if file is None or file.is_there():
        return _tr("ImageNet weights")
    return filled(_tr("ImageNet weights (%1 to download)"), size(file))


def size(file: ImageNetFile) -> str:
    digits = 0 if file.megabytes >= 100 else 1
    return filled(_tr("%1 MB"), f"{file.megabytes:.{digits}f}")


def _where(file: ImageNetFile) -> str:
    if file.is_built_in:
        return filled(_tr("They are built into this program (%1)."), size(file))
    if file.is_there():
        return filled(_tr("They are on this computer already (%1)."), size(file))
    return filled(_tr("On first use %1 are downloaded to %2."), size(file), file.path.parent)


def _tr(text: str) -> str:
    return QCoreApplication.translate("WeightsWords", text)
