"""A model that somebody has: a run's folder, the zip of an export or a `.keras` file, checked before it is used. No Keras."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from training.run.catalogue.run_notes import read_notes
from training.run.failure import ModelFileError
from training.run.model_card import LARGEST_CARD, ModelCard
from training.run.opening.card_check import CardFault, card_of
from training.run.opening.keras_file import CONFIG, LARGEST_MODEL, check_keras_file
from training.run.opening.model_cache import in_cache
from training.run.opening.model_check import check_in_process
from training.run.opening.run_check import check_folder
from training.run.opening.safe_archive import Refused, SafeArchive, open_file, opened_archive
from training.run.run_folder import RunFolder

MODEL_SUFFIXES = (".zip", ".keras")
LARGEST_ZIP = 16 * 2**30  # bytes; of its files only those of the model are read
LARGEST_LITERT = 2**31  # the format's own limit
# Counted up when checks become stricter: what passed the former ones is looked at anew.
_CHECKS = 1
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BY_MACOS = ("__MACOSX/", ".DS_Store")  # what its Finder adds to every zip
_LITERT_MARK = b"TFL3"  # after the first four bytes
_NOT_ALONE = {
    ".tflite": "LiteRT",
    ".onnx": "ONNX",
    ".pb": "TensorFlow",
    ".h5": "an older Keras",
    ".hdf5": "an older Keras",
    ".pt": "PyTorch",
    ".pth": "PyTorch",
}


def open_model(path: Path) -> RunFolder:
    """What predicts with it: a run's folder, looked at unless it is one of a project here; what a zip or a `.keras` file holds, unpacked in the cache.

    Such a folder has `model.json`, and `best.keras` and `best.tflite` as far as they are there; it stays for the next
    time. Nothing of the file is run as code. Raises ModelFileError, which says why the file is refused, and OSError.
    """
    path = Path(path).absolute()
    if path.is_dir():
        return _of_folder(path)
    before, key = _state_and_key(path)
    with opened_archive(path, LARGEST_ZIP) as archive:
        return RunFolder(in_cache(key, partial(_take, path, archive, before)))


def model_title(path: Path) -> str:
    """What people call the model at this place: the folder or the file, without its ending."""
    return path.stem if path.suffix.lower() in MODEL_SUFFIXES else path.name or str(path)


def title_of(path: Path, run: RunFolder) -> str:
    """The name that a person gave to the run, else `model_title`."""
    return (read_notes(run).name if path.is_dir() else "") or model_title(path)


@contextmanager
def told_as(path: Path, run: RunFolder) -> Iterator[None]:
    """What is wrong with the `run` that `path` was opened as leaves with the name that people know, not that in the cache."""
    try:
        yield
    except ModelFileError as error:
        sentence = in_their_words(str(error), path, run)
        if sentence == str(error):
            raise
        raise ModelFileError(sentence) from error


def in_their_words(sentence: str, path: Path, run: RunFolder) -> str:
    if run.path == path.absolute():
        return sentence
    for place in (run.best_model, run.litert_model, run.model_card, run.path):
        sentence = sentence.replace(str(place), path.name)
    return sentence


def _of_folder(path: Path) -> RunFolder:
    run = RunFolder(path)
    if not run.best_model.is_file() and not (run.litert_model.is_file() and run.model_card.is_file()):
        raise ModelFileError(
            f"{path}: expected the folder of a run with a trained model, but there is no {run.best_model.name} in it"
        )
    check_folder(run)
    return run


def _state_and_key(path: Path) -> tuple[tuple[int, ...], str]:
    """The file as it is now, and what its content is called in the cache. Raises ModelFileError."""
    with open_file(path) as file:
        head = file.read(8)
        if head[:4] not in _ZIP:
            raise _no_archive(path, head)
        if os.fstat(file.fileno()).st_size > LARGEST_ZIP:
            raise Refused(path, f"it is larger than {LARGEST_ZIP:,} bytes")
        state = _state_of(path)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return state, f"{digest[:40]}-{_CHECKS}"


def _state_of(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino


def _no_archive(path: Path, head: bytes) -> ModelFileError:
    kind = "LiteRT" if head[4:8] == _LITERT_MARK else _NOT_ALONE.get(path.suffix.lower())
    if kind is not None:
        return ModelFileError(
            f"{path.name} is a model for {kind}, which does not say its classes and how its answers are read; "
            "open the zip that “Export model…” wrote, a .keras file of Boxwright or the folder of a run"
        )
    return ModelFileError(
        f"{path.name}: expected a zip that “Export model…” wrote, a .keras file of Boxwright or the folder of a run, found "
        f"{'an empty file' if not head else 'something else'}"
    )


def _take(path: Path, archive: SafeArchive, before: tuple[int, ...], folder: Path) -> None:
    """In the cache it is under what it held `before`."""
    take = _take_keras if CONFIG in archive.names else _take_zip
    take(path, archive, folder)
    if _state_of(path) != before:
        raise Refused(path, "it was changed while it was read; open it again")


def _take_keras(path: Path, _archive: SafeArchive, folder: Path) -> None:
    run = RunFolder(folder)
    if path.stat().st_size > LARGEST_MODEL:
        raise Refused(path, f"it is larger than {LARGEST_MODEL:,} bytes")
    shutil.copyfile(path, run.best_model)
    check_keras_file(run.best_model, path).write(run.model_card)
    check_in_process(folder, path)


def _take_zip(path: Path, archive: SafeArchive, folder: Path) -> None:
    run = RunFolder(folder)
    card, content = _card_in(path, archive)
    top = _top_of(archive)
    if top + run.best_model.name in archive.names:
        archive.copy(top + run.best_model.name, run.best_model, LARGEST_MODEL)
        try:
            inside = check_keras_file(run.best_model)
        except Refused as error:
            raise Refused(path, f"of its {run.best_model.name}, {error.reason}") from error
        if inside != card:
            raise Refused(path, f"model.json is not about its best.keras ({_difference(card, inside)})")
    if top + run.litert_model.name in archive.names:
        archive.copy(top + run.litert_model.name, run.litert_model, LARGEST_LITERT)
    if not run.best_model.is_file() and not run.litert_model.is_file():
        raise Refused(path, "it holds neither best.keras nor best.tflite")
    run.model_card.write_bytes(content)
    check_in_process(folder, path)


def _card_in(path: Path, archive: SafeArchive) -> tuple[ModelCard, bytes]:
    name = _top_of(archive) + "model.json"
    if name not in archive.names:
        raise Refused(path, "it holds no model.json, which says what the model's outputs mean")
    content = archive.read(name, LARGEST_CARD)
    try:
        return card_of(content), content
    except CardFault as fault:
        raise Refused(path, f"its description {fault}") from fault


def _top_of(archive: SafeArchive) -> str:
    """Whoever unpacks a zip and packs it again mostly has a folder around it."""
    names = [name for name in archive.names if not name.startswith(_BY_MACOS)]
    tops = {name.partition("/")[0] for name in names}
    is_wrapped = len(tops) == 1 and all("/" in name for name in names)
    return f"{tops.pop()}/" if is_wrapped else ""


def _difference(card: ModelCard, inside: ModelCard) -> str:
    fields = ("recipe", "input_size", "heads", "class_names", "architecture", "epoch")
    differing = [name for name in fields if getattr(card, name) != getattr(inside, name)]
    return ", ".join(differing).replace("_", " ") or "details differ"
