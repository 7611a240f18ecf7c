"""Judging what was left, with a model that answers the same about every picture."""

from __future__ import annotations

import csv
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.judged_runs import EPOCH, judged_image, judged_run
from tests.helpers.learnable_pictures import draw_learnable
from training.run.answers.predictor import Predictor
from training.run.model_card import ModelCard
from training.run.report.judged_images import read_judged
from training.run.report.judging import judge_rest
from training.run.report.report_reading import read_report
from training.run.run_folder import RunFolder, RunFolderError
from training.run.run_lock import hold_run

COUNT = 40


class SameAnswer(Predictor):
    def __init__(self, run: RunFolder, epoch: int = EPOCH) -> None:
        self.card = replace(ModelCard.of(run.settings(), presence=True), epoch=epoch, input_size=32)
        self.asked = 0

    def outputs(self, squares):
        self.asked += len(squares)
        count = len(squares)
        return {
            "class": np.tile(np.float32([0.1, 0.9]), (count, 1)),
            "box": np.tile(np.float32([0.5, 0.5, 0.4, 0.4]), (count, 1)),
            "presence": np.full((count, 1), 0.8, np.float32),
        }


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """Its first ten images were judged, as validation images; the others are trained on."""
    images = draw_learnable(tmp_path / "images", COUNT).images
    known = [judged_image(image.filename, image.largest_box) for image in images[:10]]
    others = [judged_image(image.filename, image.largest_box, split="train") for image in images[10:]]
    made = judged_run(tmp_path / "run", [*known, *others], tmp_path / "images")
    rows = made.judged_file.read_text().splitlines(keepends=True)
    made.judged_file.write_text("".join(row for row in rows if ",train," not in row))
    made.report_file.unlink()
    return made


def test_only_what_is_missing_is_judged_and_everything_is_written_down(run: RunFolder, tmp_path: Path):
    before = read_judged(run.judged_file)
    predictor, progress = SameAnswer(run), []
    done = judge_rest(run, predictor, tmp_path / "images", lambda *how_far: progress.append(how_far))
    assert predictor.asked == COUNT - 10
    assert (progress[0], progress[-1]) == ((0, 30), (30, 30))
    after = read_judged(run.judged_file)
    assert [image for image in after if image.split == "validation"] == before
    assert len(after) == COUNT
    report = read_report(run)
    assert report == done.report
    assert report.judged == ("train", "validation")
    assert (report.figures["train"].images, report.dataset["left_out"]) == (30, 0)
    with run.predictions_file.open(newline="") as file:
        assert len(list(csv.DictReader(file))) == COUNT


def test_answers_of_another_epoch_are_judged_anew(run: RunFolder, tmp_path: Path):
    predictor = SameAnswer(run, epoch=EPOCH + 1)
    judge_rest(run, predictor, tmp_path / "images", lambda *_: None)
    assert predictor.asked == COUNT
    assert {image.epoch for image in read_judged(run.judged_file)} == {EPOCH + 1}


def test_whoever_cancels_finds_the_files_as_they_were(run: RunFolder, tmp_path: Path):
    def cancel(done: int, _total: int) -> None:
        if done:
            raise InterruptedError

    before = run.judged_file.read_bytes()
    with pytest.raises(InterruptedError):
        judge_rest(run, SameAnswer(run), tmp_path / "images", cancel)
    assert run.judged_file.read_bytes() == before
    assert not run.report_file.exists()


def test_pictures_that_are_gone_are_left_out_and_told(run: RunFolder, tmp_path: Path):
    (tmp_path / "images" / "020.png").unlink()
    done = judge_rest(run, SameAnswer(run), tmp_path / "images", lambda *_: None)
    assert [problem.file for problem in done.problems] == ["020.png"]
    assert read_report(run).dataset["left_out"] == 1


def test_without_any_picture_nothing_is_written(run: RunFolder, tmp_path: Path):
    run.judged_file.unlink()
    with pytest.raises(RunFolderError, match="none of its 40 images can be used"):
        judge_rest(run, SameAnswer(run), tmp_path / "elsewhere", lambda *_: None)
    assert not run.judged_file.exists()


def test_a_run_that_trains_again_keeps_what_it_writes_itself(run: RunFolder, tmp_path: Path):
    before = run.judged_file.read_bytes()
    with ExitStack() as training:

        def go_on(done: int, _total: int) -> None:
            if done == 30:
                training.enter_context(hold_run(run))

        with pytest.raises(RunFolderError, match="a training is running here"):
            judge_rest(run, SameAnswer(run), tmp_path / "images", go_on)
    assert run.judged_file.read_bytes() == before
    assert not run.report_file.exists()


def test_a_run_that_was_trained_further_meanwhile_keeps_its_newer_report(run: RunFolder, tmp_path: Path):
    def go_on(_done: int, _total: int) -> None:
        with run.events_file.open("a") as file:
            file.write("{}\n")

    with pytest.raises(RunFolderError, match="trained further meanwhile"):
        judge_rest(run, SameAnswer(run), tmp_path / "images", go_on)
    assert not run.report_file.exists()
