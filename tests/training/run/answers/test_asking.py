"""What a classifier says about drawn boxes and about whole pictures, and that a localizer is asked as ever."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.helpers.classified_pictures import (
    CLASSES,
    COLOURS,
    ColourPredictor,
    classifier_card,
    draw_class_folders,
    draw_classifiable,
)
from training.dataset.box import Rectangle
from training.dataset.dataset import LabelledImage, Problem
from training.dataset.image_files import read_upright
from training.run.answers.predict_files import predict_files
from training.run.answers.prediction import Answer, ClassAnswer, ClassScore, class_answer
from training.run.settings import ClassEntry


@pytest.fixture
def image(tmp_path: Path) -> LabelledImage:
    return draw_classifiable(tmp_path, 1).images[0]


def test_each_drawn_box_is_classified(tmp_path: Path, image: LabelledImage):
    answers = ColourPredictor(classifier_card()).classify(read_upright(tmp_path / image.filename), image.boxes)
    assert [(one.box.corners, one.best.label) for one in answers] == [(box.corners, box.label) for box in image.boxes]
    ids = {entry.name: entry.id for entry in classifier_card().classes}
    for answer in answers:
        assert len(answer.top) == 3
        assert [one.score for one in answer.top] == sorted((one.score for one in answer.top), reverse=True)
        assert all(one.class_id == ids[one.label] for one in answer.top)


def test_a_classified_box_is_a_predicted_box_too(tmp_path: Path, image: LabelledImage):
    answer = ColourPredictor(classifier_card()).answer(read_upright(tmp_path / image.filename), image.boxes)
    assert [box.as_box() for box in answer.boxes] == list(image.boxes)
    assert [box.score for box in answer.boxes] == [one.best.score for one in answer.answers]
    assert answer.rows == answer.boxes


@pytest.mark.parametrize(("source", "boxes"), [("boxes", ()), ("images", (Rectangle(1, 1, 5, 5),))])
def test_without_boxes_or_for_whole_images_the_whole_picture_is_classified(tmp_path: Path, source: str, boxes):
    folder = draw_class_folders(tmp_path, 1)
    answer = ColourPredictor(classifier_card(source)).answer(read_upright(folder / CLASSES[0] / "000.png"), boxes)
    (whole,) = answer.answers
    assert (whole.box, whole.best.label) == (None, CLASSES[0])
    assert answer.boxes == ()
    assert answer.rows == (whole.best,)


def test_a_crop_has_the_margin_of_the_training():
    pixels = np.full((100, 100, 3), COLOURS["leaf"], np.uint8)
    pixels[40:60, 40:60] = COLOURS["apple"]
    seen = []

    class Looking(ColourPredictor):
        def outputs(self, squares):
            seen.append(squares)
            return super().outputs(squares)

    for margin in (0.0, 1.0):
        Looking(classifier_card(crop_margin=margin)).classify(pixels, [Rectangle(40, 40, 60, 60)])
    tight, wide = (squares[0][0, 0].tolist() for squares in seen)
    assert tight == list(COLOURS["apple"])
    assert wide == list(COLOURS["leaf"])


def test_boxes_outside_are_left_out_and_those_that_reach_out_are_cut():
    pixels = np.full((50, 80, 3), COLOURS["berry"], np.uint8)
    boxes = [Rectangle(70, 10, 100, 20), Rectangle(90, 0, 99, 9)]
    (answer,) = ColourPredictor(classifier_card()).classify(pixels, boxes)
    assert answer.box == Rectangle(70, 10, 80, 20)


def test_files_are_asked_about_their_boxes_in_order(tmp_path: Path):
    dataset = draw_classifiable(tmp_path, 20)
    (tmp_path / "broken.png").write_bytes(b"no picture")
    names = [image.filename for image in dataset.images]
    names.insert(3, "broken.png")
    drawn = {image.filename: image.boxes[:2] for image in dataset.images if image.filename != "001.png"}
    answers = list(
        predict_files(ColourPredictor(classifier_card()), ((name, tmp_path / name) for name in names), drawn=drawn)
    )
    assert [name for name, _ in answers] == names
    found = dict(answers)
    assert isinstance(found.pop("broken.png"), Problem)
    assert [one.box for one in found.pop("001.png").answers] == [None]
    truths = {image.filename: list(image.boxes[:2]) for image in dataset.images}
    assert {name: [box.as_box() for box in one.boxes] for name, one in found.items()} == {
        name: truths[name] for name in found
    }


def test_answers_less_probable_than_asked_for_are_left_out():
    pixels = np.full((50, 50, 3), COLOURS["berry"], np.uint8)
    pixels[:, 25:] = np.mean([COLOURS["apple"], COLOURS["lemon"]], axis=0)  # neither of them
    boxes = [Rectangle(0, 0, 20, 20), Rectangle(30, 0, 50, 20)]
    predictor = ColourPredictor(classifier_card())
    assert len(predictor.answer(pixels, boxes).boxes) == 2
    kept = predictor.answer(pixels, boxes, min_score=0.7)
    assert [(one.box, one.best.label) for one in kept.answers] == [(boxes[0], "berry")]
    assert len(kept.boxes) == 1


def test_of_equally_probable_classes_the_first_comes_first_and_few_classes_are_few():
    classes = (ClassEntry(1, "a"), ClassEntry(2, "b"))
    answer = class_answer(np.float32([0.5, 0.5]), classes)
    assert [one.label for one in answer.top] == ["a", "b"]


def test_answers_are_rounded_as_files_have_them():
    place = Rectangle(1.23456, 2, 3, 4.00049)
    answer = ClassAnswer((ClassScore("a", 1, 0.123456),), place)
    rounded = Answer((), (answer, ClassAnswer(answer.top))).rounded()
    assert rounded.answers[0] == ClassAnswer((ClassScore("a", 1, 0.1235),), Rectangle(1.235, 2, 3, 4.0))
    assert rounded.answers[1].box is None
