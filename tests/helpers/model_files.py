"""Real models as people pass them on, made without a training: one is built for all tests of a process."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from tests.helpers.runs import prepared_run
from training.run.model_card import CARD_IN_ARCHIVE
from training.run.run_folder import RunFolder

INPUT_SIZE = 64
_kept: list[tempfile.TemporaryDirectory] = []


@cache
def untrained_run() -> RunFolder:
    """A run with a small localizer of two classes that has learned nothing, as Keras and as LiteRT. Not to be changed."""
    from training.models.localizer import build_localizer
    from training.run.answers.keras_predictor import KerasPredictor
    from training.run.answers.litert_export import export_litert
    from training.run.model_card import ModelCard
    from training.run.model_files import save_model

    _kept.append(tempfile.TemporaryDirectory(prefix="boxwright-models-"))
    run = prepared_run(Path(_kept[-1].name), input_size=INPUT_SIZE, model_size="small")
    names = run.settings().class_names
    model = build_localizer(
        model_size="small", input_size=INPUT_SIZE, class_count=len(names), presence=True, class_names=names
    )
    card = ModelCard.of(run.settings(), presence=True)
    save_model(model, run.best_model, card)
    squares = np.random.default_rng(0).integers(0, 256, (2, INPUT_SIZE, INPUT_SIZE, 3)).astype(np.uint8)
    export_litert(KerasPredictor(model, card), run, squares)
    return run


def exported_zip(path: Path, run: RunFolder | None = None, without: tuple[str, ...] = (), top: str = "") -> Path:
    """The files of a model as `export-model` puts them into a zip, and some that only people read."""
    run = run or untrained_run()
    with zipfile.ZipFile(path, "w") as archive:
        for file in (run.best_model, run.litert_model, run.model_card):
            if file.name not in without:
                archive.write(file, top + file.name)
        archive.writestr(top + "labels.txt", "cup\nfork\n")
    return path


def keras_copy(path: Path, changed: Mapping[str, bytes | None] | None = None, original: Path | None = None) -> Path:
    """The `.keras` file with some of its parts replaced, or left out where they are None."""
    changed = changed or {}
    with zipfile.ZipFile(original or untrained_run().best_model) as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            content = changed.get(info.filename, old.read(info))
            if content is not None:
                new.writestr(info.filename, content)
        for name in changed.keys() - set(old.namelist()):
            new.writestr(name, changed[name] or b"")
    return path


def keras_part(name: str) -> bytes:
    with zipfile.ZipFile(untrained_run().best_model) as archive:
        return archive.read(name)


def with_config(path: Path, change: Callable[[dict], None]) -> Path:
    """The `.keras` file with another description of its network."""
    config = json.loads(keras_part("config.json"))
    change(config)
    return keras_copy(path, {"config.json": json.dumps(config).encode()})


def with_card(path: Path, **values: object) -> Path:
    """The `.keras` file with other values in its card."""
    card = {**json.loads(keras_part(CARD_IN_ARCHIVE)), **values}
    return keras_copy(path, {CARD_IN_ARCHIVE: json.dumps(card).encode()})
