"""`evaluate`, `predict` and `report` with a classifier, the real commands and a model that needs no training."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.helpers.classified_pictures import (
    CLASSES,
    ColourPredictor,
    classifier_card,
    classifier_run,
    draw_class_folders,
    draw_classifiable,
)
from training.dataset.dataset import Dataset
from training.dataset.formats import boxwright_csv
from training.run.answers.predictor import Predictor
from training.run.commands import evaluate_command, predict_command
from training.run.commands.command_line import main
from training.run.run_folder import RunFolder


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return tmp_path / "images"


@pytest.fixture
def dataset(images: Path) -> Dataset:
    dataset = draw_classifiable(images, 6)
    boxwright_csv.write(dataset, images / "data.csv", with_split=True)
    return dataset


def with_model(monkeypatch: pytest.MonkeyPatch, predictor: Predictor) -> None:
    for command in (evaluate_command, predict_command):
        monkeypatch.setattr(command, "open_quick", lambda _: predictor)
        monkeypatch.setattr(command, "open_model", RunFolder)


@pytest.fixture
def run(tmp_path: Path, images: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    with_model(monkeypatch, ColourPredictor(classifier_card()))
    return classifier_run(tmp_path / "run", images, dataset)


def told(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[list[str], dict]:
    assert main([*map(str, words), "--json"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    return lines, json.loads(last)


def test_evaluate_tells_figures_and_a_table_of_classes(run: RunFolder, images: Path, capsys):
    lines, result = told(capsys, "evaluate", run.path, "--data", images / "data.csv")
    assert "macro_f1: 1" in lines
    assert lines[-5].split() == ["class", "samples", "precision", "recall", "F1"]
    assert [line.split()[0] for line in lines[-4:]] == list(CLASSES)
    figures = result["figures"]
    assert (figures["images"], figures["objects"], figures["top3_accuracy"]) == (6, 24, 1.0)
    assert [one["name"] for one in figures["classes"]] == list(CLASSES)
    assert sum(map(sum, result["confusion"]["counts"])) == 24
    assert (result["recipe"], result["epoch"], result["left_out"]) == ("classifier", 5, 0)


def test_evaluate_looks_at_one_split_and_writes_what_was_predicted(run: RunFolder, images: Path, tmp_path, capsys):
    out = tmp_path / "seen.csv"
    arguments = ("--data", images / "data.csv", "--split", "validation", "--out", out)
    _, result = told(capsys, "evaluate", run.path, *arguments)
    assert result["figures"]["images"] == 1
    assert [line.split(",")[0] for line in out.read_text().splitlines()[1:]] == ["003.png"] * 4


@pytest.mark.parametrize("source", ["boxes", "images"])
def test_evaluate_takes_folders_that_are_called_like_classes(source, run: RunFolder, tmp_path, capsys, monkeypatch):
    with_model(monkeypatch, ColourPredictor(classifier_card(source)))
    folder = draw_class_folders(tmp_path / "folders", 8)
    (folder / "000.png").write_bytes((folder / "apple" / "000.png").read_bytes())
    lines, result = told(capsys, "evaluate", run.path, "--data", folder)
    assert (result["figures"]["objects"], result["figures"]["class_accuracy"]) == (8, 1.0)
    assert any("000.png: it lies in no folder of a class" in line for line in lines)


def test_evaluate_says_why_nothing_can_be_judged(run: RunFolder, images: Path, capsys, monkeypatch):
    with_model(monkeypatch, ColourPredictor(classifier_card("images")))
    assert main(["evaluate", str(run.path), "--data", str(images / "data.csv")]) == 1
    assert "this run classifies whole images, and none of these has a class of its own" in capsys.readouterr().err


def test_predict_says_that_whole_images_are_classified_where_boxes_were_learned(
    run, images, tmp_path, capsys, monkeypatch
):
    words = ["predict", str(run.path), str(images), "--out", str(tmp_path / "seen.csv")]
    assert main(words) == 0
    assert "note: this model learned from boxes" in capsys.readouterr().err
    assert main([*words, "--boxes", str(images / "data.csv")]) == 0
    with_model(monkeypatch, ColourPredictor(classifier_card("images")))
    assert main(words) == 0
    assert "note:" not in capsys.readouterr().err


@pytest.mark.parametrize("from_csv", [True, False])
def test_predict_asks_about_drawn_boxes(run: RunFolder, images: Path, dataset, tmp_path, capsys, from_csv: bool):
    if not from_csv:
        assert main(["import", str(images), str(images / "data.csv")]) == 0
    boxes = images / "data.csv" if from_csv else images
    capsys.readouterr()
    out = tmp_path / "seen.csv"
    lines, result = told(capsys, "predict", run.path, images, "--boxes", boxes, "--out", out)
    truths = {image.filename: [box.label for box in image.boxes] for image in dataset.images}
    rows = [line.split(",") for line in out.read_text().splitlines()[1:]]
    assert [(row[0], row[1]) for row in rows] == [(name, label) for name, labels in truths.items() for label in labels]
    assert [float(edge) for edge in rows[0][3:7]] == list(dataset.images[0].boxes[0].corners)
    assert (result["images"], result["boxes"], result["skipped"]) == (6, 24, [])
    first = result["answers"][0]
    assert (first["filename"], first["box"]) == ("000.png", list(dataset.images[0].boxes[0].corners))
    assert len(first["top"]) == 3
    assert lines[-1] == f"Classified 24 boxes in 6 images, skipped 0: {out}"
    assert lines[0].startswith("000.png [")


def test_predict_without_boxes_classifies_whole_images(run: RunFolder, tmp_path, capsys):
    folder = draw_class_folders(tmp_path / "folders", 4)
    lines, result = told(capsys, "predict", run.path, folder, "--out", tmp_path / "seen.csv")
    rows = [line.split(",") for line in (tmp_path / "seen.csv").read_text().splitlines()[1:]]
    assert [(row[0].split("/")[0], row[1], row[3:]) for row in rows] == [(name, name, [""] * 4) for name in CLASSES]
    assert [answer["box"] for answer in result["answers"]] == [None] * 4
    assert lines[-1].startswith("Classified 4 whole images in 4 images")


@pytest.mark.parametrize(
    ("source", "boxes", "reason"),
    [
        ("images", "data.csv", "has learned whole images"),
        ("boxes", "other.csv", "has no box in any of the 6 images"),
        ("boxes", "gone.csv", "gone.csv"),
    ],
)
def test_boxes_that_can_not_be_used_are_told(
    source, boxes, reason, run, images: Path, dataset, tmp_path, capsys, monkeypatch
):
    with_model(monkeypatch, ColourPredictor(classifier_card(source)))
    (images / "other.csv").write_text("filename,width,height,class,xmin,ymin,xmax,ymax\n000.png,96,96,,,,,\n")
    words = ["predict", run.path, images, "--boxes", images / boxes, "--out", tmp_path / "seen.csv"]
    assert main([*map(str, words)]) == 1
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "seen.csv").exists()
