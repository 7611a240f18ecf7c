"""`boxwright train` on a computer with little memory: what it takes, what it says, and what is asked for stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.helpers.labelled_projects import make_labelled_project
from training.run.commands import train_command
from training.run.commands.command_line import main
from training.run.machine import smaller_settings
from training.run.run_folder import RunFolder
from training.run.settings import TrainingSettings

GIB = 2**30


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is trained: what it would be trained with is told as JSON."""

    def told(run: RunFolder, _as_json: bool) -> int:
        print(run.settings_file.read_text(encoding="utf-8").replace("\n", ""))  # noqa: T201
        return 0

    monkeypatch.setattr(train_command, "train_on_terminal", told)
    make_labelled_project(tmp_path / "photos", labelled=6, negatives=0, unlabelled=0)
    return tmp_path / "photos"


def trained(project: Path, memory: int, monkeypatch: pytest.MonkeyPatch, capsys, *options: str) -> tuple[str, dict]:
    """The line about smaller settings, or nothing, and the settings of the run."""
    monkeypatch.setattr(smaller_settings, "memory_and_free", lambda: (memory, memory))
    recipe, *more = options or ("localizer",)
    out = project.parent / "run"
    assert main(["train", recipe, "--data", str(project), "--out", str(out), *more]) == 0
    lines = capsys.readouterr().out.splitlines()
    return next((line for line in lines if "Smaller settings" in line), ""), json.loads(lines[-1])


def test_smaller_ones_are_taken_told_and_recorded(project: Path, monkeypatch, capsys):
    said, settings = trained(project, 4 * GIB, monkeypatch, capsys)
    assert said.startswith("Smaller settings for this computer, which has little memory: model size small")
    assert (settings["model_size"], settings["input_size"], settings["batch_size"]) == ("small", 128, 8)


def test_what_is_asked_for_stays(project: Path, monkeypatch, capsys):
    said, settings = trained(project, 4 * GIB, monkeypatch, capsys, "localizer", "--input-size", "160")
    assert "input size" not in said
    assert (settings["model_size"], settings["input_size"], settings["batch_size"]) == ("small", 160, 8)


def test_the_usual_ones_can_be_had(project: Path, monkeypatch, capsys):
    said, settings = trained(project, 4 * GIB, monkeypatch, capsys, "classifier", "--usual-settings")
    assert (said, settings["model_size"], settings["batch_size"]) == ("", "medium", 32)


def test_elsewhere_all_is_as_usual(project: Path, monkeypatch, capsys):
    said, settings = trained(project, 24 * GIB, monkeypatch, capsys)
    usual = json.loads(TrainingSettings().to_json())
    assert said == ""
    given_by_data = {"classes", "image_root", "presence"}
    assert {key: settings[key] for key in usual.keys() - given_by_data} == {
        key: usual[key] for key in usual.keys() - given_by_data
    }
