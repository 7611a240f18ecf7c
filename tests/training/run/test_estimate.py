from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.helpers.learnable_pictures import write_learnable
from training.run import estimating
from training.run.commands.command_line import main
from training.run.estimate import RunEstimate, Speed, Work, in_words
from training.run.run_folder import RunFolder

WORK = Work(train=160, validation=40, test=20, batch_size=16, epochs=10)


def test_an_epoch_is_its_steps_its_validation_and_its_predictions():
    assert WORK.steps == 10
    assert WORK.epoch_seconds(Speed(step=0.5)) == 5.0
    assert WORK.epoch_seconds(Speed(step=0.5, validation_step=0.2)) == pytest.approx(5.0 + 80 / 16 * 0.2)


def test_few_images_still_make_the_steps_that_an_epoch_has_at_least():
    assert Work(train=5, validation=0, test=0, batch_size=16, epochs=1).steps == 10


def test_of_many_validation_images_only_some_are_predicted():
    many = Work(train=160, validation=2000, test=0, batch_size=10, epochs=1)
    assert many.epoch_seconds(Speed(step=0.0, validation_step=1.0)) == 220.0


def test_saving_counts_but_never_much():
    slow_disk = WORK.epoch_seconds(Speed(step=0.5, saving=10.0)) - WORK.epoch_seconds(Speed(step=0.5))
    assert slow_disk == pytest.approx(0.4 * 10.0 + 0.1 * 5.0)


def test_a_run_is_its_epochs_and_what_comes_after_them():
    speed = Speed(step=0.5, validation_step=0.2, compiling=10.0)
    after = WORK.seconds_left(speed) - 10 * WORK.epoch_seconds(speed)
    assert after == pytest.approx(7.0 + 220 / 16 * 0.2)


def test_an_estimate_holds_for_more_and_fewer_epochs():
    estimate = RunEstimate(epoch_seconds=2.0, seconds=30.0, epochs=10)
    assert estimate.with_epochs(100).seconds == 210.0
    assert estimate.with_epochs(1).seconds == 12.0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "a few seconds"),
        (41, "about 40 seconds"),
        (58, "about 1 minute"),
        (200, "about 3 minutes"),
        (4000, "about 1 h 05 min"),
    ],
)
def test_times_are_told_no_finer_than_anybody_can_know(seconds, words):
    assert in_words(seconds) == words


def test_train_estimate_tells_the_time_and_leaves_no_run(tmp_path: Path, monkeypatch, capsys):
    asked: list[RunFolder] = []

    def estimate_run(run: RunFolder) -> RunEstimate:
        asked.append(run)
        assert run.settings().epochs == 30
        return RunEstimate(epoch_seconds=4.0, seconds=130.0, epochs=30)

    monkeypatch.setattr(estimating, "estimate_run", estimate_run)
    data = write_learnable(tmp_path / "images", 6)
    arguments = ["train", "localizer", "--data", str(data), "--estimate", "--epochs", "30", "--json"]
    assert main(arguments) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "It will take about 2 minutes: 30 epochs of 4 s."
    assert json.loads(told[1]) == {"epoch_seconds": 4.0, "seconds": 130.0, "epochs": 30}
    assert not asked[0].path.exists()


def test_images_that_can_not_be_read_are_told_as_the_reason(tmp_path: Path, capsys):
    data = write_learnable(tmp_path / "images", 6)
    for picture in (tmp_path / "images").glob("*.png"):
        picture.write_text("no picture")
    assert main(["train", "localizer", "--data", str(data), "--estimate"]) == 1
    assert "training images can be read; for example 000.png" in capsys.readouterr().err


@pytest.mark.training
def test_what_is_timed_is_what_will_be_trained(tmp_path: Path, monkeypatch):
    """In its precision above all, on which its speed depends."""
    from training.models.precision import precision_of

    timed: list[str] = []

    def measured_speed(setup, *_: object) -> Speed:
        timed.append(precision_of(setup.model))
        return Speed(step=0.1)

    monkeypatch.setattr("training.run.probe.measured_speed", measured_speed)
    data = write_learnable(tmp_path / "images", 6)
    options = ["--backbone", "lab", "--input-size", "64", "--precision", "mixed_bfloat16", "--device", "cpu"]
    assert main(["train", "localizer", "--data", str(data), "--estimate", *options]) == 0
    assert timed == ["mixed_bfloat16"]
