"""Handing in and unpacking on the command line, with a model that is looked at."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.helpers.labelled_projects import make_labelled_project
from tests.helpers.model_files import untrained_run
from training.run.commands.command_line import main


@pytest.fixture
def project(tmp_path: Path) -> Path:
    make_labelled_project(tmp_path / "photos", labelled=2, negatives=1, unlabelled=0)
    return tmp_path / "photos"


def test_there_and_back(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["hand-in", str(project), "--out", str(tmp_path / "in.zip"), "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"Wrote 3 images to {tmp_path / 'in.zip'} (")
    assert json.loads(lines[-1])["images"] == 3
    assert main(["unpack", str(tmp_path / "in.zip"), "--into", str(tmp_path / "new"), "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Unpacked 3 images into {tmp_path / 'new'}."
    assert json.loads(lines[-1]) == {
        "folder": str(tmp_path / "new"), "images": 3, "runs": 0, "left_out": 0, "problems": [],
    }  # fmt: skip
    assert (tmp_path / "new" / "project.boxwright").is_file()


def test_what_fails_is_one_line(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["unpack", str(tmp_path / "no.zip"), "--into", str(tmp_path / "new")]) == 1
    assert capsys.readouterr().err == f"boxwright: There is no file {tmp_path / 'no.zip'}.\n"
    assert main(["hand-in", str(tmp_path / "nowhere"), "--out", str(tmp_path / "in.zip")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.training
def test_a_run_travels_and_its_model_is_looked_at(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    run = untrained_run()
    names = [path.name for path in run.path.iterdir() if path.is_file()]
    for target in ("good", "bad"):
        (project / "runs" / target).mkdir(parents=True)
        for name in names:
            shutil.copy(run.path / name, project / "runs" / target)
    (project / "runs" / "bad" / "best.tflite").write_bytes(b"TFL3 no model")
    (project / "runs" / "bad" / "best.keras").write_bytes(b"PK no model")
    assert main(["hand-in", str(project), "--out", str(tmp_path / "in.zip"), "--with-runs"]) == 0
    assert main(["unpack", str(tmp_path / "in.zip"), "--into", str(tmp_path / "new"), "--with-runs"]) == 0
    out = capsys.readouterr().out
    assert "runs/bad: its models stay out:" in out
    assert "runs/good" not in out
    assert (tmp_path / "new" / "runs" / "good" / "best.keras").read_bytes() == run.best_model.read_bytes()
    assert not (tmp_path / "new" / "runs" / "bad" / "best.keras").exists()
