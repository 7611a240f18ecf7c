"""Models as people pass them on: a folder, the zip of an export, a `.keras` file."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.command_line import ROOT
from tests.helpers.model_files import INPUT_SIZE, exported_zip, keras_copy, untrained_run
from training.run.catalogue.run_notes import RunNotes, write_notes
from training.run.failure import ModelFileError
from training.run.opened_model import model_title, open_model, title_of, told_as
from training.run.opening.model_cache import models_folder
from training.run.run_folder import RunFolder

pytestmark = pytest.mark.training

UNPACKED = ["best.keras", "best.tflite", "contents.json", "model.json"]
SQUARES = np.random.default_rng(1).integers(0, 256, (2, INPUT_SIZE, INPUT_SIZE, 3)).astype(np.uint8)


def test_a_zip_answers_as_the_run_does(tmp_path: Path):
    from training.run.answers.litert_predictor import LiteRTPredictor

    run = open_model(exported_zip(tmp_path / "model.zip"))
    expected, got = LiteRTPredictor(untrained_run()).outputs(SQUARES), LiteRTPredictor(run).outputs(SQUARES)
    for head, values in expected.items():
        np.testing.assert_array_equal(got[head], values)
    assert sorted(file.name for file in run.path.iterdir()) == UNPACKED


def test_a_zip_that_was_packed_again_has_a_folder_around_it(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("training.run.opened_model.check_in_process", lambda *_: None)
    run = open_model(exported_zip(tmp_path / "model.zip", top="my model/"))
    assert run.litert_model.read_bytes() == untrained_run().litert_model.read_bytes()
    assert run.best_model.is_file()


def test_what_macos_adds_to_a_zip_is_passed_by(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("training.run.opened_model.check_in_process", lambda *_: None)
    path = exported_zip(tmp_path / "model.zip", top="my model/")
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("__MACOSX/._my model", "__MACOSX/my model/._best.keras", "my model/.DS_Store"):
            archive.writestr(name, b"icon")
    assert sorted(file.name for file in open_model(path).path.iterdir()) == UNPACKED


def test_of_a_run_that_was_packed_as_a_whole_only_the_model_is_taken(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("training.run.opened_model.check_in_process", lambda *_: None)
    path = exported_zip(tmp_path / "run.zip", top="2026-03-01_12-00-00-localizer/")
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("settings.json", "events.jsonl", "state.npz", "last.keras", "log.txt", "running.lock"):
            archive.writestr(f"2026-03-01_12-00-00-localizer/{name}", b"of another computer")
    run = open_model(path)
    assert sorted(file.name for file in run.path.iterdir()) == UNPACKED


def test_a_keras_file_answers_as_the_run_does(tmp_path: Path):
    from training.run.answers.keras_predictor import KerasPredictor

    path = keras_copy(tmp_path / "somebodys.keras")
    run = open_model(path)
    path.unlink()
    expected = KerasPredictor.of_run(untrained_run()).outputs(SQUARES)
    got = KerasPredictor.of_run(run).outputs(SQUARES)
    for head, values in expected.items():
        np.testing.assert_allclose(got[head], values, atol=1e-6)


def test_the_same_content_is_unpacked_once(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("training.run.opened_model.check_in_process", lambda *_: None)
    first = open_model(exported_zip(tmp_path / "one.zip"))
    monkeypatch.setattr("training.run.opened_model.check_in_process", None)
    (tmp_path / "one.zip").rename(tmp_path / "another name.zip")
    assert open_model(tmp_path / "another name.zip") == first


def test_a_run_folder_stays_where_it_is(tmp_path: Path):
    assert open_model(untrained_run().path) == untrained_run()
    with pytest.raises(ModelFileError, match=r"there is no best\.keras in it"):
        open_model(tmp_path)


@pytest.mark.parametrize(
    ("name", "kind"), [("x.tflite", "LiteRT"), ("model.onnx", "ONNX"), ("old.h5", "an older Keras")]
)
def test_files_of_other_kinds_are_told_by_name(tmp_path: Path, name: str, kind: str):
    (tmp_path / name).write_bytes(b"\x00\x00\x00\x00other content")
    with pytest.raises(ModelFileError, match=f"is a model for {kind}, which does not say its classes"):
        open_model(tmp_path / name)


def test_a_file_that_changes_while_it_is_read_is_refused(home: Path, tmp_path: Path, monkeypatch):
    path = exported_zip(tmp_path / "model.zip")
    monkeypatch.setattr("training.run.opened_model.check_in_process", lambda *_: None)
    real = open_model.__globals__["in_cache"]

    def and_changed(*arguments):
        os.utime(path, (1, 1))
        return real(*arguments)

    monkeypatch.setattr("training.run.opened_model.in_cache", and_changed)
    with pytest.raises(ModelFileError, match="was changed while it was read"):
        open_model(path)
    kept = [entry.name for entry in models_folder().iterdir() if entry.is_dir()]
    assert kept == []  # else it would be taken for what the file held before


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("import os; os.abort()", "broke off over it"),
        ("print('no json')", "broke off over it"),
        ("import time; time.sleep(60)", "did not answer within 0 seconds"),
    ],
)
def test_a_model_that_brings_the_library_down_brings_down_a_process_alone(
    tmp_path: Path, monkeypatch, said: str, why: str
):
    monkeypatch.setattr("training.run.opening.model_check.program_command", lambda *_: [sys.executable, "-c", said])
    if "sleep" in said:
        monkeypatch.setattr("training.run.opening.model_check.PATIENCE_SECONDS", 0.3)
    with pytest.raises(ModelFileError, match=why):
        open_model(exported_zip(tmp_path / "model.zip"))


def test_opening_loads_no_keras(home: Path, tmp_path: Path):
    path = exported_zip(tmp_path / "model.zip")
    program = (
        "import sys; from pathlib import Path; from training.run.opened_model import open_model; "
        "open_model(Path(sys.argv[1])); "
        "print([name for name in ('keras', 'tensorflow', 'h5py', 'PySide6') if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert told.stdout.strip() == "[]"


def test_what_is_wrong_with_a_model_is_told_with_the_name_of_its_file(home: Path, tmp_path: Path):
    path = exported_zip(tmp_path / "forks and cups.zip")
    run = open_model(path)
    for place in (run.path, run.best_model):
        with pytest.raises(ModelFileError, match=r"^forks and cups\.zip: no$"), told_as(path, run):
            raise ModelFileError(f"{place}: no")
    with pytest.raises(ModelFileError, match=r"best\.keras: no$"), told_as(untrained_run().path, untrained_run()):
        raise ModelFileError(f"{untrained_run().best_model}: no")


def test_a_run_is_called_as_somebody_named_it(tmp_path: Path):
    run = RunFolder(tmp_path / "2026-03-01_12-00")
    run.path.mkdir()
    assert title_of(run.path, run) == "2026-03-01_12-00"
    write_notes(run, RunNotes("Forks at night"))
    assert title_of(run.path, run) == "Forks at night"


def test_people_know_a_model_by_its_file_or_folder():
    assert model_title(Path("/a/forks and cups.zip")) == "forks and cups"
    assert model_title(Path("/a/v1.2.keras")) == "v1.2"
    assert model_title(Path("/a/2026-03-01_12-00-00-localizer")) == "2026-03-01_12-00-00-localizer"
