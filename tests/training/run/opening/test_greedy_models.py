"""Models that would take the computer's memory, and folders of runs that nobody here has made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import keras
import pytest

from tests.helpers.model_files import INPUT_SIZE, untrained_run
from training.run import opened_model
from training.run.claimed_weights import check_claim
from training.run.failure import ModelFileError
from training.run.machine import memory_watch
from training.run.machine.memory_watch import LEAST, MOST, MemoryWatch, most_memory
from training.run.model_card import ModelCard
from training.run.model_files import load_model, save_model
from training.run.opened_model import open_model
from training.run.opening import run_check
from training.run.opening.safe_archive import Refused
from training.run.run_folder import RunFolder

GIB = 2**30


def greedy_model(path: Path, times: int, *, nested: bool) -> Path:
    """Its weights are few, and it enlarges a picture so many times on the way."""
    pixels = keras.Input((INPUT_SIZE, INPUT_SIZE, 3), name="pixels")
    enlarge = keras.layers.UpSampling2D(times, name="enlarge")
    if nested:
        inner = keras.Input((INPUT_SIZE, INPUT_SIZE, 3))
        enlarge = keras.Model(inner, keras.layers.GlobalMaxPooling2D(keepdims=True)(enlarge(inner)), name="inside")
    mean = keras.layers.GlobalAveragePooling2D()(enlarge(pixels))
    sizes = {"class": len(untrained_run().settings().class_names), "box": 4, "presence": 1}
    heads = {head: keras.layers.Dense(size, name=head)(mean) for head, size in sizes.items()}
    save_model(keras.Model(pixels, heads), path, ModelCard.of(untrained_run().settings(), presence=True))
    return path


@pytest.mark.training
@pytest.mark.parametrize("nested", [False, True])
def test_pictures_inside_that_no_network_has_are_refused_before_anything_is_computed(tmp_path: Path, nested: bool):
    with pytest.raises(Refused, match=r"makes [\d,]+ numbers of one picture, more than any network \(enlarge\)"):
        load_model(greedy_model(tmp_path / "greedy.keras", 1000, nested=nested))
    check_claim(greedy_model(tmp_path / "modest.keras", 20, nested=nested))


def test_a_process_that_takes_too_much_is_ended_and_why_is_told():
    hungry = "import time; hoard = bytearray(200 * 2**20); print('full', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", hungry], stdout=subprocess.PIPE) as process:
        watch = MemoryWatch(process.pid, most=100 * 2**20)
        process.wait(30)
        watch.end()
    assert watch.verdict == "it took more than 100 MB of memory"


def test_one_that_takes_little_is_left_alone():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        watch = MemoryWatch(process.pid, most=GIB)
        process.communicate(b"\n", timeout=30)
        watch.end()
    assert (process.returncode, watch.verdict) == (0, "")


@pytest.mark.parametrize(("total", "most"), [(GIB, LEAST), (8 * GIB, round(4.8 * GIB)), (64 * GIB, MOST)])
def test_how_much_a_model_may_take_depends_on_the_computer(total: int, most: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memory_watch, "memory_and_free", lambda: (total, total))
    assert most_memory() == most


@pytest.mark.training
def test_the_process_that_tries_a_model_is_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memory_watch, "most_memory", lambda: 2**20)
    with pytest.raises(
        ModelFileError, match=r"model\.keras is not opened as a model: it took more than 1 MB of memory"
    ):
        open_model(Path(shutil.copy(untrained_run().best_model, tmp_path / "model.keras")))


# --- folders of runs


@pytest.fixture
def foreign(tmp_path: Path) -> RunFolder:
    """A run's folder that lies in no project."""
    (tmp_path / "from somewhere").mkdir()
    run = RunFolder(tmp_path / "from somewhere")
    for file in (untrained_run().best_model, untrained_run().litert_model, untrained_run().model_card):
        shutil.copy(file, run.path)
    return run


@pytest.mark.training
def test_a_folder_from_elsewhere_is_looked_at_once(foreign: RunFolder, monkeypatch: pytest.MonkeyPatch):
    looked: list[Path] = []
    check = run_check.check_in_process
    monkeypatch.setattr(run_check, "check_in_process", lambda path, shown: (looked.append(path), check(path, shown)))
    assert open_model(foreign.path).path == foreign.path
    open_model(foreign.path)
    assert looked == [foreign.path]
    foreign.litert_model.write_bytes(b"\x00\x00\x00\x00TFL3 no model")
    with pytest.raises(ModelFileError, match="from somewhere is not opened as a model: "):
        open_model(foreign.path)
    assert looked == [foreign.path, foreign.path]


@pytest.mark.training
def test_a_file_that_was_changed_and_dated_back_is_looked_at_again(foreign: RunFolder, monkeypatch: pytest.MonkeyPatch):
    looked: list[Path] = []
    monkeypatch.setattr(run_check, "check_in_process", lambda path, _: looked.append(path))
    open_model(foreign.path)
    before, content = foreign.best_model.stat(), foreign.best_model.read_bytes()
    with foreign.best_model.open("r+b") as file:
        file.write(content)  # another one of the same length would do
    os.utime(foreign.best_model, ns=(before.st_atime_ns, before.st_mtime_ns))
    open_model(foreign.path)
    assert looked == [foreign.path] * (1 if sys.platform == "win32" else 2)


@pytest.mark.training
def test_a_folder_whose_description_is_none_is_refused(foreign: RunFolder):
    foreign.model_card.write_text("{}")
    with pytest.raises(ModelFileError, match="from somewhere is not opened as a model: the description is not as"):
        open_model(foreign.path)


@pytest.mark.training
def test_runs_of_a_project_are_not_looked_at(foreign: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "runs").mkdir()
    own = Path(shutil.move(foreign.path, tmp_path / "runs" / "mine"))
    monkeypatch.setattr(opened_model, "check_in_process", None)
    monkeypatch.setattr(run_check, "check_in_process", None)
    assert open_model(own).path == own
