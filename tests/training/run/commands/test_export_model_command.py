"""`boxwright export-model`: what it is asked wrongly, and what it leaves behind. The export itself is tried elsewhere."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.helpers.model_files import exported_zip
from training.program_process import program_command, program_environment
from training.run.commands.command_line import main
from training.run.failure import ModelFileError
from training.run.model_export.work_place import folder_beside, temporary_files_in


def test_an_unknown_form_is_wrong_usage(tmp_path: Path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["export-model", str(tmp_path), "--out", str(tmp_path / "m.zip"), "--without", "onnx,coreml"])
    assert ended.value.code == 2
    assert "expected some of keras, saved_model, litert, int8, onnx, pictures, got coreml" in capsys.readouterr().err


def test_a_folder_is_no_file_to_write(tmp_path: Path, capsys):
    assert main(["export-model", str(tmp_path), "--out", str(tmp_path)]) == 1
    assert "--out: expected a file to write, got the folder" in capsys.readouterr().err


def test_images_that_are_not_there_are_told_before_anything_is_loaded(tmp_path: Path, capsys):
    asked = ["export-model", str(tmp_path), "--out", str(tmp_path / "m.zip"), "--images", str(tmp_path / "gone")]
    assert main(asked) == 1
    assert "--images: expected a folder" in capsys.readouterr().err


def test_what_converters_leave_lies_in_the_folder_that_goes(tmp_path: Path):
    usual = tempfile.gettempdir()
    with folder_beside(tmp_path / "m.zip") as work, temporary_files_in(work):
        assert Path(tempfile.mkdtemp()).parent == work
    assert tempfile.gettempdir() == usual
    assert list(tmp_path.iterdir()) == []


def test_it_ends_with_whoever_waits_and_leaves_nothing(tmp_path: Path):
    (tmp_path / "run").mkdir()
    out = tmp_path / "out"
    process = subprocess.Popen(
        program_command("export-model", "--progress", "--out", str(out / "m.zip"), "--", str(tmp_path / "run")),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=program_environment(),
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())
    process.stdin.close()
    assert process.wait(60) != 0
    process.stdout.close()
    assert Path(told["work"]).parent == out
    assert list(out.iterdir()) == []


@pytest.mark.training
def test_what_is_wrong_is_told_with_the_file_that_was_given(tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch):
    from training.run.model_export import exporting

    def fail_to_load(path: Path) -> None:
        raise ModelFileError(f"{path}: expected a model that Keras can load, got something else")

    monkeypatch.setattr(exporting, "load_model", fail_to_load)
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    given = exported_zip(tmp_path / "from Ada.zip")
    assert main(["export-model", str(given), "--out", str(tmp_path / "m.zip")]) == 1
    assert (
        capsys.readouterr().err == "boxwright: from Ada.zip: expected a model that Keras can load, got something else\n"
    )
