"""A classifier's answers one by one: judged, written, read, put in order, and judged later."""

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
    whole_images,
)
from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.run.report.confusion import confusion_of
from training.run.report.judged_images import JudgedImage, Verdict, read_judged, worst_first, write_judged
from training.run.report.judged_outputs import judged, prepared_to_judge
from training.run.report.judging import judge_rest
from training.run.report.report import judgement_of
from training.run.report.report_reading import read_report
from training.run.run_folder import RunFolder


def judged_by_colour(folder: Path, dataset: Dataset, source: str = "boxes") -> list[JudgedImage]:
    predictor = ColourPredictor(classifier_card(source))
    prepared = prepared_to_judge(predictor.card, dataset.images, folder)
    return judged("test", prepared, predictor.outputs(prepared.squares), predictor.card)


def test_each_drawn_box_is_judged(tmp_path: Path):
    dataset = draw_classifiable(tmp_path, 3)
    found = judged_by_colour(tmp_path, dataset)
    assert [(image.filename, image.truth) for image in found] == [
        (image.filename, box) for image in dataset.images for box in image.boxes
    ]
    for image in found:
        assert image.is_classified
        assert image.verdict is Verdict.RIGHT
        assert (image.predicted, image.iou, image.presence) == (image.truth, None, None)
        assert (image.width, image.height, image.split, image.epoch) == (96, 96, "test", 5)
        assert image.top[0] == (image.predicted.label, image.score)
        assert len(image.top) == 3


def test_of_a_whole_image_all_of_it_is_judged(tmp_path: Path):
    folder = draw_class_folders(tmp_path, 4)
    found = judged_by_colour(folder, whole_images(folder), "images")
    assert [image.truth for image in found] == [Box(0, 0, 48, 48, name) for name in CLASSES]
    assert all(image.verdict is Verdict.RIGHT for image in found)


def test_what_is_written_is_read_again_with_the_best_three(tmp_path: Path):
    found = judged_by_colour(tmp_path, draw_classifiable(tmp_path, 2))
    write_judged(tmp_path / "judged.csv", found)
    assert read_judged(tmp_path / "judged.csv") == found


def test_a_file_of_an_older_version_or_of_a_localizer_has_no_best_three(tmp_path: Path):
    found = judged_by_colour(tmp_path, draw_classifiable(tmp_path, 1))
    write_judged(tmp_path / "judged.csv", found)
    header, *lines = (tmp_path / "judged.csv").read_text().splitlines()
    older = [header.removesuffix(",top"), *(line.partition(',"[[')[0] for line in lines)]
    (tmp_path / "judged.csv").write_text("\n".join(older) + "\n")
    again = read_judged(tmp_path / "judged.csv")
    assert [(image.truth, image.top, image.is_classified) for image in again] == [
        (image.truth, (), True) for image in found
    ]
    write_judged(tmp_path / "judged.csv", again)
    assert (tmp_path / "judged.csv").read_text().splitlines() == older


@pytest.mark.parametrize("cell", ["[", "{}x", "[[1]]", '[["a","b"]]', "7", "[" * 5000])
def test_rows_whose_best_three_make_no_sense_are_left_out(tmp_path: Path, cell: str):
    found = judged_by_colour(tmp_path, draw_classifiable(tmp_path, 1))
    write_judged(tmp_path / "judged.csv", found)
    content = (tmp_path / "judged.csv").read_text()
    first = json.dumps(found[0].top).replace('"', '""')
    assert first in content
    (tmp_path / "judged.csv").write_text(content.replace(first, cell.replace('"', '""'), 1))
    assert read_judged(tmp_path / "judged.csv") == found[1:]


def test_the_surest_mistakes_come_first_and_the_surest_right_ones_last():
    place = (1, 1, 9, 9)

    def one(name: str, seen: str, score: float) -> JudgedImage:
        return JudgedImage(name, "test", 10, 10, Box(*place, "a"), Box(*place, seen), score, None, None, 1)

    rows = [one("1", "a", 0.9), one("2", "b", 0.6), one("3", "a", 0.4), one("4", "b", 0.99), one("5", "a", 0.6)]
    assert [image.filename for image in worst_first(rows)] == ["4", "2", "3", "5", "1"]


def test_the_confusion_matrix_has_no_row_for_nothing_and_there_is_no_histogram(tmp_path: Path):
    found = judged_by_colour(tmp_path, draw_classifiable(tmp_path, 5))
    confusion = confusion_of(found, CLASSES)
    assert not confusion.nothing
    assert sum(map(sum, confusion.counts)) == 20
    judgement = judgement_of(found, CLASSES)
    assert judgement.histogram == {}
    assert judgement.figures["test"].macro_f1 == 1.0


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """Nobody judged its pictures, one of which nobody has looked at."""
    dataset = draw_classifiable(tmp_path / "images", 10)
    reviewed = LabelledImage("empty.png", 96, 96, split=Split.TRAIN)
    return classifier_run(tmp_path / "run", tmp_path / "images", Dataset((*dataset.images, reviewed), CLASSES))


def test_what_was_left_out_is_judged_later(run: RunFolder, tmp_path: Path):
    done = judge_rest(run, ColourPredictor(classifier_card()), tmp_path / "images", lambda *_: None)
    assert not done.problems  # a picture without boxes is none
    figures = read_report(run).figures
    assert {split: (one.images, one.objects, one.macro_f1) for split, one in figures.items()} == {
        "train": (7, 28, 1.0),
        "validation": (2, 8, 1.0),
        "test": (1, 4, 1.0),
    }
    assert read_judged(run.judged_file) == sorted(done.images, key=lambda image: image.filename)
    header, *rows = run.predictions_file.read_text().splitlines()
    assert header == "filename,class,score,xmin,ymin,xmax,ymax,epoch"
    assert len(rows) == 40


def test_what_is_judged_is_not_judged_again(run: RunFolder, tmp_path: Path):
    predictor = ColourPredictor(classifier_card())
    for _ in range(2):
        judge_rest(run, predictor, tmp_path / "images", lambda *_: None)
    assert predictor.asked == 40


def test_the_predictions_of_whole_images_have_no_corners(tmp_path: Path):
    folder = draw_class_folders(tmp_path / "images", 8)
    run = classifier_run(tmp_path / "run", folder, whole_images(folder), source="images")
    judge_rest(run, ColourPredictor(classifier_card("images")), folder, lambda *_: None)
    cells = [line.split(",") for line in run.predictions_file.read_text().splitlines()[1:]]
    assert [(row[1], row[3:7]) for row in cells] == [(name, [""] * 4) for name in CLASSES for _ in range(2)]
