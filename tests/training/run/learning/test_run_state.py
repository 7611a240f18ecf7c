"""The state of a training on disk: whole, or refused with a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.runs import prepared_run
from training.run.events import EpochEvent
from training.run.learning.run_state import Place, RunState, fingerprint, read_state, write_state
from training.run.run_folder import RunFolder, RunFolderError

BEST = EpochEvent(
    epoch=2, epochs=9, figures={"loss": 0.1, "val_loss": float("nan")}, seconds=1.25, best=True, time=17.5
)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return prepared_run(tmp_path)


def written(run: RunFolder, **changes) -> RunState:
    place = Place(
        fingerprint=fingerprint(run, run.settings()), epoch=2, batch=7, batch_size=8, train_images=70, best=BEST,
        epoch_seconds=0.5,
    )  # fmt: skip
    numbers = {
        "model": tuple(np.full((2, 3), number, np.float32) for number in range(12)),
        "optimizer": (np.array(27, np.int64),),
    }
    state = RunState(replace(place, **changes), numbers)
    write_state(run, state)
    return state


def test_a_state_comes_back_as_it_was(run: RunFolder):
    assert read_state(run, run.settings()) is None
    state = written(run)
    back = read_state(run, run.settings())
    assert repr(back.place) == repr(state.place)  # NaN is not equal to itself
    assert set(back.numbers) == {"model", "optimizer"}
    assert [value[0, 0] for value in back.numbers["model"]] == list(range(12))
    assert back.numbers["optimizer"][0].dtype == np.int64


def test_a_state_that_can_not_be_written_leaves_the_one_before_it(run: RunFolder, monkeypatch: pytest.MonkeyPatch):
    written(run)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("training.dataset.safe_files.os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        written(run, epoch=3)
    monkeypatch.undo()
    assert read_state(run, run.settings()).place.epoch == 2
    assert not [path for path in run.path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("content", [b"", b"no archive", "half"])
def test_a_damaged_state_is_refused_with_a_sentence(run: RunFolder, content: bytes | str):
    written(run)
    whole = run.state_file.read_bytes()
    run.state_file.write_bytes(whole[: len(whole) // 2] if content == "half" else content)
    with pytest.raises(RunFolderError, match=r"state\.npz: expected the state of a training, got: "):
        read_state(run, run.settings())


def test_a_state_of_changed_settings_or_data_is_refused(run: RunFolder):
    written(run)
    with pytest.raises(RunFolderError, match=r"settings\.json or dataset\.csv was changed since"):
        read_state(run, run.settings().with_values({"learning_rate": 0.5}))
    run.dataset_file.write_text(run.dataset_file.read_text() + "d.jpg,100,80,cup,1,1,5,5,train\n")
    with pytest.raises(RunFolderError, match=r"settings\.json or dataset\.csv was changed since"):
        read_state(run, run.settings())


def test_another_machine_may_have_its_images_and_its_device_elsewhere(run: RunFolder):
    written(run)
    elsewhere = run.settings().with_values({"image_root": "/elsewhere", "device": "gpu", "threads": 3})
    assert read_state(run, elsewhere).place.batch == 7


def test_the_state_of_a_later_version_is_refused(run: RunFolder):
    written(run, version=99)
    with pytest.raises(RunFolderError, match="expected a state of version 1, got 99"):
        read_state(run, run.settings())
