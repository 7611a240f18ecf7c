"""Predicting for a program that waits: it ends with that program."""

from __future__ import annotations

import argparse
import os
import threading
from pathlib import Path

import pytest

from tests.helpers.pretended_models import PretendedPredictor, finished_run, write_bright_pictures
from training.run.commands import interrupting, predict_command
from training.run.run_folder import RunFolder


@pytest.mark.parametrize("is_attached", [True, False])
def test_it_ends_when_nobody_waits_any_more(tmp_path: Path, monkeypatch, capfd, is_attached: bool):
    def heard_the_end(run: RunFolder) -> PretendedPredictor:
        for thread in threading.enumerate():
            if thread.name == "requests":
                thread.join(10)
        return PretendedPredictor(run)

    write_bright_pictures(tmp_path / "photos", {"a.png": 0.9})
    run = finished_run(tmp_path / "photos")
    PretendedPredictor.may_answer.set()
    monkeypatch.setattr(predict_command, "open_quick", heard_the_end)
    reading, writing = os.pipe()
    os.close(writing)
    monkeypatch.setattr(interrupting, "STDIN", reading)
    parser = argparse.ArgumentParser()
    predict_command.add_parser(parser.add_subparsers())
    words = ["predict", str(run.path), str(tmp_path / "photos"), "--out", str(tmp_path / "seen.csv")]
    arguments = parser.parse_args([*words, *(["--attached"] if is_attached else [])])
    code = arguments.run(arguments)
    os.close(reading)
    assert (tmp_path / "seen.csv").exists() is (not is_attached)
    assert ("nobody waits any more" in capfd.readouterr().err) is is_attached
    assert (code != 0) is is_attached
