from __future__ import annotations

import pytest

from desktop_app.runs.sheet.readiness import Facts, readiness
from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage, Split

SPLITS = [Split.TRAIN] * 7 + [Split.VALIDATION] * 2 + [Split.TEST]


def image(number: int, *labels: str, split: Split | None = None) -> LabelledImage:
    """Boxes are smaller one after the other: the first label is the one that is learned."""
    boxes = tuple(Box(0, 0, 60 - 10 * place, 60 - 10 * place, label) for place, label in enumerate(labels))
    return LabelledImage(f"{number:03}.jpg", 100, 100, boxes, None, split or SPLITS[number % 10])


def many(count: int, *labels: str, start: int = 0) -> list[LabelledImage]:
    return [image(start + number, *labels) for number in range(count)]


def facts(images: list[LabelledImage], *class_names: str, **counts: int) -> Facts:
    return Facts(Dataset(tuple(images), class_names), class_names, **counts)


def sentences(of: Facts) -> list[str]:
    return [note.text for note in readiness(of).notes]


def warnings(of: Facts) -> list[str]:
    return [note.text for note in readiness(of).notes if note.is_warning]


def test_a_good_dataset_is_counted_and_nothing_is_warned_of():
    good = facts(many(80, "fork") + many(80, "knife", start=80) + many(20, start=160), "fork", "knife", unlabelled=12)
    assert readiness(good).headline == "180 images, 2 classes, 12 unlabelled"
    assert sentences(good) == ["126 to learn from, 36 to check on after each epoch, 18 kept apart as a test."]
    assert warnings(good) == []
    assert readiness(good).is_ready


def test_one_of_each_is_worded_as_one():
    one = facts([image(0, "fork")], "fork")
    assert readiness(one).headline == "1 image, 1 class"


FEW = [
    (many(60, "knife") + many(4, "fork", start=60), "“fork” has only 4 boxes."),
    (many(60, "knife") + many(1, "fork", start=60), "“fork” has only 1 box."),
    (many(60, "knife", "fork") + many(3, "fork", start=60), "“fork” is the largest box of only 3 images."),
    (many(60, "knife", "fork"), "“fork” is never the largest box of its image, so it is not learned."),
    (many(60, "knife"), "“fork” has no boxes yet and is left out."),
    ([*many(60, "knife"), image(67, "fork")], "None of the images to learn from shows “fork”."),
    (many(20, "knife"), "That is little to learn from: expect rough boxes. A hundred images and more do much better."),
]


@pytest.mark.parametrize(("images", "sentence"), FEW)
def test_what_is_scarce_is_warned_of(images, sentence):
    assert sentence in warnings(facts(images, "fork", "knife"))


def test_many_scarce_classes_share_one_sentence():
    names = [f"c{number}" for number in range(9)]
    images = [picture for place, name in enumerate(names) for picture in many(7, name, start=10 * place)]
    assert "“c0”, “c1”, “c2” and 6 more have fewer than 10 boxes each." in warnings(facts(images, *names))


def test_several_boxes_in_an_image_are_told_but_not_warned_of():
    told = facts(many(60, "knife") + many(2, "knife", "knife", start=60), "knife")
    assert "2 images have several boxes: only the largest one of each is learned." in sentences(told)
    assert warnings(told) == []


def test_without_negatives_it_is_said_that_there_will_always_be_a_box():
    assert any("will always give a box" in text for text in sentences(facts(many(60, "knife"), "knife")))
    with_negatives = facts(many(60, "knife") + many(10, start=60), "knife")
    assert not any("will always give a box" in text for text in sentences(with_negatives))


def test_negatives_that_are_only_in_the_test_images_teach_nothing():
    only_tested = facts([*many(60, "knife"), image(60, split=Split.TEST)], "knife")
    assert any("will always give a box" in text for text in sentences(only_tested))


def test_no_validation_images_is_a_warning():
    trained = facts([image(number, "knife", split=Split.TRAIN) for number in range(50)], "knife")
    assert any(text.startswith("No image is kept for validation") for text in warnings(trained))


def test_moving_training_images_is_offered_and_labelling_only_where_something_is_unlabelled():
    training = [image(number, "knife", split=Split.TRAIN) for number in range(142)]
    note = readiness(facts(training, "knife", movable=28)).notes[0]
    assert note.offer == "Keep 28 of the 142 training images for validation"
    assert "Label more images" not in note.text
    assert "Label more images" in readiness(facts(training, "knife", unlabelled=1)).notes[0].text


def test_what_is_left_out_is_counted():
    told = facts(many(60, "knife"), "knife", missing=2, without_box=1)
    assert "The files of 2 labelled images are missing: they are left out." in warnings(told)
    assert "1 image has a class of its own but no box: it is left out." in warnings(told)


OBSTACLES = [
    (facts([], unlabelled=30), "30 images, none labelled yet", "Press W"),
    (facts([]), "No images", "Press W"),
    (facts([], "fork", missing=3), "No images", "files of all labelled images are missing"),
    (facts(many(8)), "8 images, 0 classes", "no boxes to learn from yet"),
    (facts([image(0), image(8, "fork")], "fork"), "2 images, 1 class", "only in those kept for validation"),
]


@pytest.mark.parametrize(("of", "headline", "obstacle"), OBSTACLES)
def test_an_obstacle_says_what_to_do_instead(of, headline, obstacle):
    told = readiness(of)
    assert told.headline == headline
    assert obstacle in told.obstacle
    assert not told.is_ready
    assert told.notes == ()


def test_a_percent_sign_in_a_class_is_left_alone():
    assert "“50%1” has only 4 boxes." in warnings(facts(many(60, "b") + many(4, "50%1", start=60), "b", "50%1"))
