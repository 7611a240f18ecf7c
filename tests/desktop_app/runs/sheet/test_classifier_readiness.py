"""What is said about a dataset before a classifier learns from it."""

from __future__ import annotations

import pytest

from desktop_app.runs.sheet.classifier_readiness import ClassifierFacts, classifier_readiness
from desktop_app.runs.sheet.readiness import Ask
from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage, Split

SPLITS = [Split.TRAIN] * 7 + [Split.VALIDATION] * 2 + [Split.TEST]


def image(number: int, *labels: str, own: str | None = None, split: Split | None = None) -> LabelledImage:
    boxes = tuple(Box(0, 0, 20, 20, label) for label in labels)
    return LabelledImage(f"{number:03}.jpg", 100, 100, boxes, own, split or SPLITS[number % 10])


def facts(images: list[LabelledImage], *, of_boxes: bool = True, **values: object) -> ClassifierFacts:
    return ClassifierFacts(Dataset(tuple(images), ("fork", "knife")), of_boxes, ("fork", "knife"), **values)


def warnings(of: ClassifierFacts) -> list[str]:
    return [note.text for note in classifier_readiness(of).notes if note.is_warning]


def test_boxes_are_counted_by_class_and_by_split():
    both = [image(number, "fork", "fork", "knife") for number in range(100)]
    told = classifier_readiness(facts(both, unlabelled=12))
    assert told.headline == "300 boxes of 2 classes, 12 unlabelled images"
    assert [note.text for note in told.notes] == [
        "Learns what lies in each box: fork 200, knife 100.",
        "210 to learn from, 60 to check on after each epoch, 30 kept apart as a test.",
    ]
    assert told.is_ready


def test_whole_images_are_counted_by_their_own_class():
    images = [image(number, own=("fork", "knife")[number % 2]) for number in range(240)]
    told = classifier_readiness(facts(images, of_boxes=False))
    assert told.headline == "240 images of 2 classes"
    assert told.notes[0].text == "Learns whole images by their own class: fork 120, knife 120."


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        ([image(0, "fork"), image(1, "fork")], "there is only “fork”"),
        ([image(0, "fork"), image(1, "knife", split=Split.TEST)], "fewer than two classes"),
        ([], "nothing to tell apart yet"),
    ],
)
def test_what_cannot_be_told_apart_is_not_trained(images, sentence):
    told = classifier_readiness(facts(images))
    assert sentence in told.obstacle


def test_a_source_that_was_chosen_by_hand_and_has_nothing_says_where_to_choose():
    assert "“What is classified”" in classifier_readiness(facts([], is_automatic=False)).obstacle


def test_what_is_scarce_out_of_balance_or_left_out_is_warned_of():
    images = [image(number, "fork") for number in range(200)] + [image(200 + n, "knife") for n in range(9)]
    told = warnings(facts(images, left_out=3, missing=1))
    assert "“knife” has only 9 boxes." in told
    assert any(text.startswith("There are 22 times as many of “fork” as of “knife”") for text in told)
    assert "3 images without boxes are left out." in told
    assert "The file of 1 labelled image is missing: it is left out." in told


def test_names_of_folders_are_offered_as_classes_also_where_nothing_can_be_learned_yet():
    told = classifier_readiness(facts([], folders=("cats", "dogs")))
    assert [(note.offer, note.asks) for note in told.notes] == [
        ("Use the folders' names as classes", Ask.FOLDER_CLASSES)
    ]
    assert classifier_readiness(facts([], folders=("cats",))).notes == ()


def test_without_validation_some_of_the_images_are_offered():
    images = [image(number, "fork", "knife", split=Split.TRAIN) for number in range(40)]
    offers = [note.offer for note in classifier_readiness(facts(images, movable=8)).notes if note.offer]
    assert offers == ["Keep 8 of the 40 training images for validation"]
