"""A real training of a small classifier, and what can be asked of it afterwards."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.classified_pictures import CLASSES, classifier_run, draw_class_folders, draw_classifiable
from training.dataset.dataset import Dataset
from training.dataset.formats import boxwright_csv
from training.dataset.image_files import read_upright
from training.run.answers.keras_predictor import KerasPredictor
from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.commands.command_line import main
from training.run.events import EndedEvent, Event, PredictionsEvent, WarningEvent
from training.run.report.judged_images import read_judged
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder
from training.run.worker import run_training

pytestmark = pytest.mark.training


@dataclass(frozen=True)
class Trained:
    images: Path
    dataset: Dataset
    run: RunFolder
    ended: EndedEvent
    events: list[Event] = field(default_factory=list)

    @property
    def report(self) -> dict:
        return json.loads(self.run.report_file.read_text())


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trained]:
    folder = tmp_path_factory.mktemp("classifier")
    dataset = draw_classifiable(folder / "images", 40)
    run = classifier_run(folder / "run", folder / "images", dataset, epochs=3, crop_margin=0.2)
    boxwright_csv.write(dataset, folder / "images" / "data.csv", with_split=True)
    control, events = RunControl(), []
    control.watch("003.png")
    ended = run_training(run, events.append, control)
    return Trained(folder / "images", dataset, run, ended, events)


def told(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    assert main([*map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_it_learns_and_says_so_in_figures_of_a_classifier(trained: Trained):
    assert trained.ended.outcome == "completed"
    report = trained.report
    assert (report["recipe"], report["monitor"]) == ("classifier", "val_macro_f1")
    figures = report["figures"]["validation"]
    assert figures["macro_f1"] >= 0.9
    assert figures["class_accuracy"] >= 0.9
    assert figures["mean_iou"] is None
    assert {split: (one["images"], one["objects"]) for split, one in report["figures"].items()} == {
        "train": (28, 112),
        "validation": (8, 32),
        "test": (4, 16),
    }
    assert {split: report["dataset"][split] for split in report["judged"]} == {"train": 28, "validation": 8, "test": 4}
    assert [one["name"] for one in figures["classes"]] == list(CLASSES)
    assert report["histogram"] == {}
    assert report["data_wait_share"] is not None


def test_the_figures_of_the_best_epoch_are_those_of_its_judging(trained: Trained):
    figures = trained.report["figures"]["validation"]
    for name in ("class_accuracy", "top3_accuracy", "macro_f1"):
        assert trained.ended.figures[f"val_{name}"] == pytest.approx(figures[name], abs=1e-6)


def test_every_drawn_box_is_judged_and_predicted_in_its_place(trained: Trained):
    truths = [(image.filename, box) for image in trained.dataset.images for box in image.boxes]
    assert [(image.filename, image.truth) for image in read_judged(trained.run.judged_file)] == truths
    with trained.run.predictions_file.open(newline="") as file:
        rows = [(row["filename"], tuple(float(row[edge]) for edge in ("xmin", "ymin", "xmax", "ymax"))) for row in csv.DictReader(file)]  # fmt: skip
    assert rows == [(name, box.corners) for name, box in truths]


def test_each_epoch_tells_the_watched_picture_box_by_box(trained: Trained):
    seen = [event for event in trained.events if isinstance(event, PredictionsEvent) and event.reason == "epoch"]
    assert len(seen) == 3
    for event in seen:
        watched = event.images[0]
        boxes = next(image.boxes for image in trained.dataset.images if image.filename == "003.png")
        assert watched.filename == "003.png"
        assert [box.corners for box in watched.boxes] == [box.corners for box in boxes]
        assert [answer.best.label for answer in watched.answers] == [box.label for box in watched.boxes]
        assert len({image.filename for image in event.images}) == len(event.images) == 8


def test_litert_says_what_keras_says(trained: Trained):
    assert not [event for event in trained.events if isinstance(event, WarningEvent) and event.code == "export_failed"]
    by_litert, by_keras = LiteRTPredictor(trained.run), KerasPredictor.of_run(trained.run)
    assert by_litert.card == by_keras.card
    assert (by_litert.card.recipe, by_litert.card.source, by_litert.card.crop_margin) == ("classifier", "boxes", 0.2)
    image = trained.dataset.images[3]
    pixels = read_upright(trained.images / image.filename)
    first, second = (one.classify(pixels, image.boxes) for one in (by_litert, by_keras))
    assert [answer.best.label for answer in first] == [answer.best.label for answer in second]
    scores = [[one.score for answer in answers for one in answer.top] for answers in (first, second)]
    np.testing.assert_allclose(*scores, atol=0.01)


def test_asking_gives_what_was_judged(trained: Trained):
    """The same crops, cut in the same way, as in the training."""
    image = trained.dataset.images[5]
    judged = [one for one in read_judged(trained.run.judged_file) if one.filename == image.filename]
    pixels = read_upright(trained.images / image.filename)
    answers = KerasPredictor.of_run(trained.run).classify(pixels, image.boxes)
    for one, answer in zip(judged, answers, strict=True):
        assert one.predicted.label == answer.best.label
        assert one.score == pytest.approx(answer.best.score, abs=1e-4)


def test_evaluate_gives_the_figures_of_the_report(trained: Trained, capsys):
    data = trained.images / "data.csv"
    result = told(capsys, "evaluate", trained.run.path, "--data", data, "--split", "test")
    expected = trained.report["figures"]["test"]
    assert {name: result["figures"][name] for name in ("images", "objects", "class_accuracy")} == {
        name: expected[name] for name in ("images", "objects", "class_accuracy")
    }


def test_whole_pictures_can_be_asked_about_too(trained: Trained, tmp_path: Path, capsys):
    folder = draw_class_folders(tmp_path / "folders", 4)
    result = told(capsys, "predict", trained.run.path, folder, "--out", tmp_path / "seen.csv")
    assert [answer["filename"] for answer in result["answers"]] == [
        f"{name}/00{n}.png" for n, name in enumerate(CLASSES)
    ]
    assert result["boxes"] == 0


def test_what_was_lost_is_judged_again_and_handed_on_as_one_page(trained: Trained, tmp_path: Path, capsys):
    run = RunFolder(shutil.copytree(trained.run.path, tmp_path / "copy"))
    run.judged_file.unlink()
    words = ("report", run.path, "--judge", "--images", trained.images, "--html", tmp_path / "page.html")
    report = told(capsys, *words)
    assert report["figures"] == trained.report["figures"]
    assert read_judged(run.judged_file)[0].top[0][0] in CLASSES
    assert "Macro F1" in (tmp_path / "page.html").read_text()
