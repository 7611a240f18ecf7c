"""What a run sees in pictures that joined the project: written with the run, whatever else is written there."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_app.kept_answers import KeptAnswers
from tests.helpers.pretended_models import finished_run, write_bright_pictures
from training.run.answers.prediction import PredictedBox
from training.run.result_files import write_predictions
from training.run.run_folder import RunFolder

CUP = PredictedBox(1, 2, 30, 40, label="cup", class_id=1, score=0.9)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    write_bright_pictures(tmp_path / "photos", {"a.png": 0.9})
    return finished_run(tmp_path / "photos")


@pytest.fixture
def kept(qtbot: QtBot) -> Iterator[KeptAnswers]:
    parent = QObject()
    made = KeptAnswers(parent)
    yield made
    made.finish()


def images_in(run: RunFolder) -> list[str]:
    return [line.partition(",")[0] for line in run.proposals_file.read_text(encoding="utf-8").splitlines()[1:]]


def test_they_are_there_again_after_all_images_were_asked_about(kept: KeptAnswers, run: RunFolder):
    for image in ("added/1.png", "added/2.png"):
        kept.keep(run, 0, image, (CUP,))
    kept.finish()
    write_predictions(run.proposals_file, [("a.png", []), ("added/1.png", [CUP])], epoch=0)
    kept.keep_again(run)
    kept.finish()
    assert images_in(run) == ["a.png", "added/1.png", "added/2.png"]
    kept.forget()
    run.proposals_file.unlink()
    kept.keep_again(run)
    kept.finish()
    assert not run.proposals_file.exists()


def test_a_run_that_was_thrown_away_does_not_come_back(kept: KeptAnswers, run: RunFolder):
    shutil.rmtree(run.path)
    kept.keep(run, 0, "added/1.png", (CUP,))
    kept.finish()
    assert not run.path.exists()


def test_that_they_can_not_be_kept_is_said(qtbot: QtBot, kept: KeptAnswers, run: RunFolder, monkeypatch):
    def fail(*_args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.replace", fail)
    with qtbot.waitSignal(kept.failed) as said:
        kept.keep(run, 0, "added/1.png", (CUP,))
    kept.finish()
    assert "not kept when the project is closed" in said.args[0]
    assert str(run.proposals_file) in said.args[0]
