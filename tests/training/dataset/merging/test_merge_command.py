"""Merging on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.helpers.two_people import records_in, two_projects
from training.run.commands.command_line import main


def test_a_dry_run_tells_and_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    mine, theirs = two_projects(tmp_path)
    before = records_in(mine)
    table = tmp_path / "table.csv"
    arguments = ["merge", str(mine), str(theirs), "--prefer", "theirs", "--table", str(table), "--dry-run", "--json"]
    assert main(arguments) == 0
    *lines, figures = capsys.readouterr().out.splitlines()
    assert lines == [
        "Both worked on 5 images and agree on 1 (20%); mean IoU of 5 pairs of boxes 0.958.",
        "2 times mine says 'cup' and theirs 'fork'.",
        "Disagreements: 6 in 4 images (1 other class, 1 image class, 1 nothing there, 1 only mine, 1 only theirs, "
        "1 edges); kept: theirs.",
        "Would change 5 images, 1 of them only theirs. New classes: 'Cup'.",
    ]
    assert json.loads(figures)["disagreements"]["edges"] == 1
    assert records_in(mine) == before
    assert len(table.read_text(encoding="utf-8").splitlines()) == 7


def test_a_merge_is_stored(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    mine, theirs = two_projects(tmp_path)
    assert main(["merge", str(mine), str(theirs), "--prefer", "theirs"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("Changed 5 images, ")
    assert len(records_in(mine)["theirs.png"].boxes) == 1
    assert main(["merge", str(mine), str(tmp_path / "nowhere")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
