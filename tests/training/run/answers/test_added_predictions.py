"""What a model says about a few more images, in the file of what it said about others."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from training.run.answers.added_predictions import add_predictions
from training.run.answers.prediction import ClassScore, PredictedBox
from training.run.result_files import write_predictions

CUP = PredictedBox(1, 2, 30, 40, label="a, cup", class_id=1, score=0.9)
CLASS = ClassScore("fork", 2, 0.5)
FIRST = "filename,class,score,xmin,ymin,xmax,ymax,epoch\n"


def test_others_stay_and_what_is_known_of_an_image_is_not_said_twice(tmp_path: Path):
    path = tmp_path / "proposals.csv"
    write_predictions(path, [("a,b.png", [CUP, CUP]), ("none.png", [])], epoch=3)
    before = path.read_text(encoding="utf-8")
    add_predictions(path, {"none.png": [CUP], "new.png": [CUP], "empty.png": [], "own.png": [CLASS]}, 3)
    added = 'new.png,"a, cup",0.9000,1,2,30,40,3\nempty.png,,,,,,,3\nown.png,fork,0.5000,,,,,3\n'
    assert path.read_text(encoding="utf-8") == before + added


@pytest.mark.parametrize("before", [None, 2])
def test_without_a_file_or_with_that_of_another_epoch_there_is_a_new_one(tmp_path: Path, before: int | None):
    path = tmp_path / "proposals.csv"
    if before is not None:
        write_predictions(path, [("old.png", [CUP])], before)
    add_predictions(path, {"new.png": []}, 3)
    assert path.read_text(encoding="utf-8") == f"{FIRST}new.png,,,,,,,3\n"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(*_args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "proposals.csv"
    write_predictions(path, [("a.png", [CUP])], 3)
    before = path.read_bytes()
    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="No space left"):
        add_predictions(path, {"new.png": [CUP]}, 3)
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])
