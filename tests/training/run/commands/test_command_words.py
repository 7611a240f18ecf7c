"""What commands say where something else was expected."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.helpers.classified_pictures import draw_class_folders
from tests.helpers.runs import prepared_run
from training.run.commands.command_line import main
from training.run.event_writer import EventWriter
from training.run.events import EndedEvent


def test_only_the_wrong_names_of_changes_are_named(tmp_path: Path, capsys):
    words = ("train", "localizer", "--data", tmp_path, "--out", tmp_path / "run", "--augmentations")
    with pytest.raises(SystemExit):
        main([*map(str, words), "flip,wobble"])
    assert re.search(r"expected some of .*, got wobble$", capsys.readouterr().err.strip())
    with pytest.raises(SystemExit):
        main([*map(str, words), "flip,flip"])
    assert "got flip more than once" in capsys.readouterr().err


def test_a_localizer_on_folders_of_classes_names_the_recipe_that_can(tmp_path: Path, capsys):
    folder = draw_class_folders(tmp_path / "folders", 4)
    assert main(["train", "localizer", "--data", str(folder), "--out", str(tmp_path / "run")]) == 1
    error = capsys.readouterr().err
    assert "whole images, and no boxes for a localizer" in error
    assert "boxwright train classifier" in error
    assert not (tmp_path / "run").exists()


def test_the_report_of_a_failed_run_promises_nothing(tmp_path: Path, capsys):
    run = prepared_run(tmp_path)
    with EventWriter(run.events_file) as writer:
        writer.write(EndedEvent(outcome="failed", reason="there is no file."))
    assert main(["report", str(run.path)]) == 0
    *_, missing, last = capsys.readouterr().out.splitlines()
    assert missing == "not judged: train, validation; there is no model to judge them"
    assert last == "Failed: there is no file; no epochs"
    run.best_model.write_bytes(b"model")
    main(["report", str(run.path)])
    assert "--judge does it" in capsys.readouterr().out
