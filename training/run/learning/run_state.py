"""Where a training stands: the numbers of all its variables and how far it was, so that it can go on exactly. No Keras."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from training.dataset.safe_files import replacing
from training.run.events import EpochEvent
from training.run.failure import StateUnfit
from training.run.network_version import FORMER, NETWORK
from training.run.plain_values import PlainValueError, from_plain, to_plain
from training.run.run_folder import RunFolder, RunFolderError
from training.run.settings import TrainingSettings

VERSION = 1
_PLACE = "place"
# Where a run is trained and by what changes nothing of what is learned.
_OF_THE_MACHINE = ("image_root", "device", "threads")

# Groups of variables ("model", "optimizer", "metrics"), each in the order in which Keras lists them.
Numbers = dict[str, tuple[npt.NDArray[Any], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a training is: `epoch` complete epochs, and `batch` batches of `batch_size` in the one after them.

    `epoch_seconds` were spent in the epoch that is not complete. `best` is the best epoch so far, `fingerprint` that of
    the run's settings and dataset. `phase` is the part of the training it stands in, which began when `phase_begins`
    epochs were complete.

    `network` as in `network_version`, `precision` that which it was computed in, on `replicas` devices, with so many times
    the rate of the settings; nothing, 0 and 0 in states that are older than these.
    """

    fingerprint: str
    epoch: int = 0
    batch: int = 0
    batch_size: int
    train_images: int
    epoch_seconds: float = 0.0
    best: EpochEvent | None = None
    phase: str = ""
    phase_begins: int = 0
    network: int = FORMER
    precision: str = ""
    replicas: int = 0
    rate_factor: float = 0.0
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class RunState:
    place: Place
    numbers: Numbers


def write_state(run: RunFolder, state: RunState) -> None:
    """The whole state takes the place of the one before it. Raises OSError."""
    arrays = {f"{group}/{index}": value for group, part in state.numbers.items() for index, value in enumerate(part)}
    place = json.dumps(to_plain(state.place), allow_nan=False).encode()
    with replacing(run.state_file) as beside, beside.open("wb") as file:
        np.savez(file, allow_pickle=False, **{_PLACE: np.frombuffer(place, np.uint8)}, **arrays)


def read_state(run: RunFolder, settings: TrainingSettings) -> RunState | None:
    """The last state of a run; None when there is none yet. Raises RunFolderError for one that can't be used."""
    try:
        with run.state_file.open("rb") as file, np.load(file, allow_pickle=False) as content:
            arrays = {name: content[name] for name in content.files}
        place = from_plain(Place, json.loads(arrays.pop(_PLACE).tobytes()), unknown_allowed=True)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, PlainValueError) as error:
        raise RunFolderError(f"{run.state_file}: expected the state of a training, got: {error}") from error
    _check_fits(run, settings, place)
    return RunState(place, _grouped(arrays))


def check_network(state: RunState) -> None:
    """Raises StateUnfit for the state of a network as it was built formerly."""
    if state.place.network != NETWORK:
        raise StateUnfit(
            "another version of Boxwright began this run, whose networks are built otherwise: this version can't go on with "
            "its last state; start a new run, which may start from this one's best model"
        )


def fingerprint(run: RunFolder, settings: TrainingSettings) -> str:
    """SHA-256 of what is learned from and how: dataset.csv, and the settings that are not at their defaults."""
    defaults = {field.name: field.default for field in fields(settings)}
    chosen = {
        name: value
        for name, value in asdict(settings).items()
        if name not in _OF_THE_MACHINE and value != defaults[name]
    }
    digest = hashlib.sha256(run.dataset_file.read_bytes())
    digest.update(json.dumps(chosen, sort_keys=True).encode())
    return digest.hexdigest()


def _check_fits(run: RunFolder, settings: TrainingSettings, place: Place) -> None:
    if place.version != VERSION:
        raise RunFolderError(
            f"{run.state_file}: expected a state of version {VERSION}, got {place.version}; "
            "only the version of Boxwright that wrote it can go on with it"
        )
    if place.fingerprint != fingerprint(run, settings):
        raise RunFolderError(
            f"{run.path}: expected the settings and the dataset that the training began with, but settings.json or "
            "dataset.csv was changed since; start a new run with them"
        )


def _grouped(arrays: Mapping[str, npt.NDArray[Any]]) -> Numbers:
    found: dict[str, dict[int, npt.NDArray[Any]]] = {}
    for name, value in arrays.items():
        group, _, index = name.partition("/")
        found.setdefault(group, {})[int(index)] = value
    return {group: tuple(part[index] for index in sorted(part)) for group, part in found.items()}
