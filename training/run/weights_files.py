"""Whether a file can hold weights to start from, as far as its name and its first bytes tell. No Keras."""

from __future__ import annotations

import zipfile
from enum import StrEnum
from pathlib import Path

from training.run.failure import NoWeights
from training.run.machine.imagenet_files import imagenet_file
from training.run.settings import TrainingSettings

FILE_KINDS = (".keras", ".weights.h5", ".h5")
_NAMED = ("random", "imagenet")
_HDF5 = b"\x89HDF\r\n\x1a\n"
# HDF5 may begin with a block of somebody else's, whose sizes double.
_HDF5_OFFSETS = (0, 512, 1024, 2048)


class WeightsFault(StrEnum):
    """What is wrong with a file; as in the facts of an EndedEvent with the code no_weights."""

    MISSING = "missing"
    ENDING = "ending"
    UNREADABLE = "unreadable"
    DAMAGED = "damaged"


def fault_of(weights: str) -> WeightsFault | None:
    """Of what the setting names; None also for what is no file. Whether the weights fit a network only Keras can tell."""
    if weights in _NAMED:
        return None
    path = Path(weights).expanduser()
    try:
        if not path.is_file():
            return WeightsFault.MISSING
        if not path.name.endswith(FILE_KINDS):
            return WeightsFault.ENDING
        return None if _is_of_its_kind(path) else WeightsFault.DAMAGED
    except OSError:
        return WeightsFault.UNREADABLE


def check_weights(settings: TrainingSettings) -> None:
    """Raises NoWeights, with a sentence that names the file or the network."""
    network = settings.architecture
    if settings.weights == "imagenet" and imagenet_file(network, settings.input_size) is None:
        raise NoWeights(
            f"There are no ImageNet weights for the {network} network: train it with --weights random, or choose a "
            "backbone such as MobileNetV2.",
            {"problem": "no_imagenet", "network": network},
        )
    fault = fault_of(settings.weights)
    if fault is None:
        return
    sentences = {
        WeightsFault.MISSING: "expected a file with weights, found none there",
        WeightsFault.ENDING: f"expected a file of weights that ends in {', '.join(FILE_KINDS)}",
        WeightsFault.UNREADABLE: "expected a file of weights that can be read",
        WeightsFault.DAMAGED: "expected a file of weights, found one that is damaged or of another kind",
    }
    facts = {"problem": fault.value, "file": settings.weights, "network": network}
    raise NoWeights(f"{settings.weights}: {sentences[fault]}; name another file", facts)


def _is_of_its_kind(path: Path) -> bool:
    if path.suffix == ".keras":
        return zipfile.is_zipfile(path)
    with path.open("rb") as file:
        start = file.read(_HDF5_OFFSETS[-1] + len(_HDF5))
    return any(start[offset:].startswith(_HDF5) for offset in _HDF5_OFFSETS)
