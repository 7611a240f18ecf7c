from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.helpers.classified_pictures import CLASSES as CLASSES4
from tests.helpers.classified_pictures import ColourPredictor, classifier_card, draw_classifiable
from tests.helpers.learnable_pictures import CLASSES, draw_learnable
from tests.helpers.runs import prepared_run
from training.dataset.dataset import Dataset, Split
from training.run.answers.predictor import Predictor
from training.run.model_card import ModelCard
from training.run.run_control import RunControl
from training.run.samples.classifier_images import prepare_classifier_images
from training.run.samples.prepared_images import prepare_images
from training.run.session import Session
from training.run.watching import MOST_IMAGES, Watching

SIZE = 64


class CentrePredictor(Predictor):
    """Sees the first class in the middle of everything."""

    def __init__(self, card: ModelCard) -> None:
        self.card = card
        self.asked = 0

    def outputs(self, squares):
        self.asked += len(squares)
        count = len(squares)
        return {
            "class": np.tile(np.float32([0.9, 0.1]), (count, 1)),
            "box": np.full((count, 4), 0.5, np.float32),
            "presence": np.ones((count, 1), np.float32),
        }


class Watched:
    def __init__(self, folder: Path, images: int = 0) -> None:
        self.told = []
        self.session = Session(
            prepared_run(folder, input_size=SIZE),
            prepared_run(folder / "settings", input_size=SIZE).settings().with_values({"image_root": str(folder)}),
            self.told.append,
            RunControl(),
        )
        dataset = draw_learnable(folder, max(images, 1))
        prepared = prepare_images(dataset.images, folder, CLASSES, SIZE) if images else None
        self.predictor = CentrePredictor(ModelCard.of(self.session.settings, presence=True))
        self.watching = Watching(self.session, self.predictor, prepared)


def test_nobody_asked_nothing_told(tmp_path: Path):
    watched = Watched(tmp_path)
    watched.watching.answer(1)
    watched.watching.tell_epoch(1)
    assert watched.told == []


def test_a_question_is_answered_in_pixels_of_the_image(tmp_path: Path):
    watched = Watched(tmp_path)
    watched.session.control.watch("000.png")
    watched.watching.answer(2)
    (event,) = watched.told
    assert (event.epoch, event.reason) == (2, "watch")
    (box,) = event.images[0].boxes
    assert box.corners == pytest.approx((24, 12, 72, 60))
    assert (box.label, box.class_id) == ("cup", 3)


def test_an_epoch_tells_the_watched_image_first_and_each_image_once(tmp_path: Path):
    watched = Watched(tmp_path, images=3)
    watched.session.control.watch("001.png")
    watched.watching.tell_epoch(1)
    (event,) = watched.told
    assert [image.filename for image in event.images] == ["001.png", "000.png", "002.png"]


def test_at_most_200_validation_images_are_told_spread_over_all(tmp_path: Path):
    watched = Watched(tmp_path, images=MOST_IMAGES + 30)
    watched.watching.tell_epoch(1)
    names = [image.filename for image in watched.told[0].images]
    assert len(set(names)) == MOST_IMAGES
    assert (names[0], names[-1]) == ("000.png", f"{MOST_IMAGES + 29}.png")
    assert watched.predictor.asked == MOST_IMAGES


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "gone.png", "run/settings.json"])
def test_what_is_no_image_of_the_folder_is_answered_with_nothing_and_one_warning(tmp_path: Path, name: str):
    watched = Watched(tmp_path)
    watched.session.control.watch(name)
    for epoch in (1, 2):
        watched.watching.tell_epoch(epoch)
    warnings = [event for event in watched.told if hasattr(event, "code")]
    assert [event.code for event in warnings] == ["image_not_watched"]
    assert name in warnings[0].text
    assert [event.images[0].boxes for event in watched.told if hasattr(event, "images")] == [(), ()]


@pytest.fixture
def classified(tmp_path: Path):
    """What is told about pictures with four boxes each, two of them for validation and one unknown to the run."""
    dataset = draw_classifiable(tmp_path, 11)
    known = Dataset(dataset.images[:10], dataset.classes)
    card = classifier_card()
    validation = [image for image in known.images if image.split is Split.VALIDATION]
    prepared = prepare_classifier_images(validation, tmp_path, card.class_names, SIZE, "boxes", 0.0)
    told = []
    settings = prepared_run(tmp_path / "settings").settings().with_values({"image_root": str(tmp_path)})
    session = Session(prepared_run(tmp_path), settings, told.append, RunControl())
    return dataset, session, Watching(session, ColourPredictor(card), prepared, known), told


def test_a_classifier_tells_of_each_box_of_the_dataset(classified):
    dataset, session, watching, told = classified
    session.control.watch("004.png")
    watching.tell_epoch(1)
    seen = {image.filename: image for image in told[0].images}
    assert list(seen) == ["004.png", "003.png", "007.png"]
    for filename, image in seen.items():
        truth = next(one for one in dataset.images if one.filename == filename)
        assert [box.as_box() for box in image.boxes] == list(truth.boxes)
        assert [answer.best.label for answer in image.answers] == [box.label for box in truth.boxes]
        assert {len(answer.top) for answer in image.answers} == {3}


def test_of_an_image_that_the_run_does_not_know_the_whole_picture_is_classified(classified):
    _, session, watching, told = classified
    session.control.watch("010.png")
    watching.answer(1)
    (image,) = told[0].images
    assert image.boxes == ()
    assert [answer.box for answer in image.answers] == [None]


def test_images_with_many_boxes_are_fewer(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("training.run.watching.MOST_SAMPLES", 20)
    dataset = draw_classifiable(tmp_path, 12)
    prepared = prepare_classifier_images(dataset.images, tmp_path, CLASSES4, SIZE, "boxes", 0.0)
    told = []
    session = Session(prepared_run(tmp_path), prepared_run(tmp_path / "s").settings(), told.append, RunControl())
    Watching(session, ColourPredictor(classifier_card()), prepared, dataset).tell_epoch(1)
    images = told[0].images
    assert [image.filename for image in images] == ["000.png", "003.png", "006.png", "008.png", "011.png"]
    assert all(len(image.boxes) == 4 for image in images)
