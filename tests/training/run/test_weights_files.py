"""A file of weights that is no good is known before anything is loaded or read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import h5py
import pytest

from tests.helpers.learnable_pictures import write_learnable
from tests.helpers.runs import prepared_run
from training.run.commands.command_line import main
from training.run.failure import NoWeights, failed_by
from training.run.run_folder import RunFolder
from training.run.settings import TrainingSettings
from training.run.weights_files import WeightsFault, check_weights, fault_of


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("none.h5", None, WeightsFault.MISSING),
        ("model.pt", b"torch", WeightsFault.ENDING),
        ("text.weights.h5", b"version https://git-lfs", WeightsFault.DAMAGED),
        ("text.keras", b"\x89HDF\r\n\x1a\n", WeightsFault.DAMAGED),
        ("empty.keras", b"", WeightsFault.DAMAGED),
    ],
)
def test_what_is_wrong_with_a_file_is_seen_by_its_name_and_its_bytes(tmp_path: Path, name, content, fault):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert fault_of(str(tmp_path / name)) is fault
    with pytest.raises(NoWeights, match=r"; name another file$") as failure:
        check_weights(TrainingSettings(weights=str(tmp_path / name)))
    ended = failed_by(failure.value)
    assert (ended.code, ended.facts["problem"]) == ("no_weights", fault.value)
    assert str(tmp_path / name) in ended.reason


def test_real_files_and_names_are_no_fault(tmp_path: Path):
    for block in (0, 512):
        with h5py.File(tmp_path / f"{block}.weights.h5", "w", userblock_size=block) as file:
            file["some"] = [1]
        assert fault_of(str(tmp_path / f"{block}.weights.h5")) is None
    with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
        archive.writestr("config.json", "{}")
    for weights in (str(tmp_path / "model.keras"), "random", "imagenet"):
        assert fault_of(weights) is None


def test_there_are_no_imagenet_weights_of_our_own_networks():
    with pytest.raises(NoWeights, match="no ImageNet weights for the compact network"):
        check_weights(TrainingSettings(weights="imagenet"))
    check_weights(TrainingSettings(architecture="MobileNetV2", weights="imagenet"))


@pytest.mark.parametrize("more", [(), ("--estimate",)])
def test_training_and_estimating_are_refused_before_anything_is_made(tmp_path: Path, monkeypatch, capsys, more):
    def unexpected(*_: object) -> int:
        raise AssertionError

    monkeypatch.setattr("training.run.commands.train_command.train_on_terminal", unexpected)
    monkeypatch.setattr("training.run.estimating._sample", unexpected)
    data = write_learnable(tmp_path / "data", 12)
    words = ("train", "localizer", "--data", data, "--out", tmp_path / "run", "--weights", tmp_path / "no.h5", *more)
    assert main([*map(str, words)]) == 1
    assert f"{tmp_path / 'no.h5'}: expected a file with weights, found none there" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_run_that_has_a_state_needs_its_file_no_more(tmp_path: Path, monkeypatch, capsys):
    run = run_without_file(tmp_path)
    assert main(["resume", str(run.path)]) == 1
    assert "found none there; name another file" in capsys.readouterr().err
    assert not run.log_file.exists()
    monkeypatch.setattr("training.run.commands.resume_command.train_on_terminal", lambda *_: 0)
    run.state_file.touch()
    assert main(["resume", str(run.path)]) == 0


def run_without_file(folder: Path) -> RunFolder:
    run = prepared_run(folder)
    settings = run.settings().with_values({"weights": str(folder / "no.h5")})
    run.settings_file.write_text(settings.to_json(), encoding="utf-8")
    return run
