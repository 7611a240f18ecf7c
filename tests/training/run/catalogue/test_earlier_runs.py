"""What earlier runs tell about a new one: what to start from, and how long it may take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.helpers.runs import prepared_run, some_settings
from training.run.catalogue.earlier_runs import earlier_runs, guess
from training.run.estimate import Work
from training.run.run_folder import RunFolder
from training.run.settings import TrainingSettings

EPOCHS = "epoch,seconds,best,loss\n1,9.0,1,3\n2,2.0,1,2\n3,2.0,1,1\n4,2.5,1,1\n"


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    folder = tmp_path / "runs"
    finished_run(folder / "2026-01-02_10-00-00-localizer")
    return folder


def finished_run(folder: Path, history: str = EPOCHS, seconds: float = 32.5, **settings) -> RunFolder:
    """Two images to learn from and one to check on, in ten steps an epoch."""
    run = prepared_run(folder.parent / "new", **settings)
    run.path.rename(folder)
    (folder.parent / "new").rmdir()
    run = RunFolder(folder)
    run.history_file.write_text(history)
    report = {"outcome": "completed", "seconds": seconds, "epochs_done": 4, "settings": {"epochs": 4}}
    run.report_file.write_text(json.dumps(report))
    return run


def settings_of_project(runs: Path, **values) -> TrainingSettings:
    return some_settings(runs.parent, **values)


def test_a_guess_is_made_from_the_newest_run_that_is_alike(runs):
    slow = EPOCHS.replace("2.0", "20.0").replace("2.5", "20.0")
    finished_run(runs / "2026-01-01_10-00-00-localizer", slow, seconds=84.0)
    found = earlier_runs(runs)
    same = guess(found, settings_of_project(runs), Work(2, 1, 0, 16, epochs=10))
    # Of 32.5 seconds 15 are of any run and 15.5 of its four epochs: half a second lies between two of them.
    assert same is not None
    assert same.epoch_seconds == pytest.approx(2.5)
    assert same.seconds == pytest.approx(15 + 10 * 2.5)


def test_it_follows_the_number_of_images_and_epochs(runs):
    found, settings = earlier_runs(runs), settings_of_project(runs)
    few = guess(found, settings, Work(160, 0, 0, 16, epochs=10))
    many = guess(found, settings, Work(1600, 0, 0, 16, epochs=20))
    assert many.epoch_seconds == pytest.approx(10 * few.epoch_seconds)
    assert many.seconds - 15 == pytest.approx(20 * (few.seconds - 15))


@pytest.mark.parametrize(
    "values", [{"architecture": "MobileNetV2"}, {"model_size": "small"}, {"input_size": 320}, {"device": "cpu"}]
)
def test_another_network_size_or_device_says_nothing(runs, values):
    assert guess(earlier_runs(runs), settings_of_project(runs, **values), Work(2, 1, 0, 16, 10)) is None


def test_a_classifier_is_as_fast_as_one_that_learned_in_the_same_way(runs):
    way = {"recipe": "classifier", "source": "boxes", "weights": "imagenet", "architecture": "MobileNetV2"}
    finished_run(runs / "2026-01-03_10-00-00-classifier", **way)
    found = earlier_runs(runs)
    assert guess(found, settings_of_project(runs, **way), Work(2, 1, 0, 16, 10)) is not None
    for change in ({"source": "images"}, {"weights": "random"}, {"fine_tune_epochs": 0}):
        assert guess(found, settings_of_project(runs, **{**way, **change}), Work(2, 1, 0, 16, 10)) is None


@pytest.mark.parametrize("history", ["", "epoch\n1\n", "epoch,seconds\n1,soon\n", "\0"])
def test_a_run_that_does_not_say_how_long_it_took_is_passed_over(runs, history):
    finished_run(runs / "2026-01-03_10-00-00-localizer", history)
    found = earlier_runs(runs)
    assert found[0].pace is None
    assert guess(found, settings_of_project(runs), Work(2, 1, 0, 16, 10)) is not None


def test_runs_come_newest_first_and_one_from_elsewhere_last(runs, tmp_path):
    finished_run(runs / "2026-01-05_10-00-00-localizer")
    elsewhere = finished_run(tmp_path / "elsewhere")
    names = [run.folder.path.name for run in earlier_runs(runs, elsewhere.path)]
    assert names == ["2026-01-05_10-00-00-localizer", "2026-01-02_10-00-00-localizer", "elsewhere"]
    assert len(earlier_runs(runs, runs / names[0])) == 2


def test_without_a_model_there_is_none_and_without_runs_there_are_none(runs):
    assert [run.model for run in earlier_runs(runs)] == [None]
    assert earlier_runs(runs / "none") == []
