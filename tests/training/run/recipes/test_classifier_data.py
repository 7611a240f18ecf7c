"""What a classifier learns from, what is left out, and how much each class counts."""

from __future__ import annotations

import numpy as np
import pytest

from training.dataset.box import Box
from training.dataset.dataset import LabelledImage
from training.run.failure import RunFailed
from training.run.recipes.classifier_data import (
    balanced_weights,
    check_classes,
    left_out_told,
    sample_count,
    source_of,
    taught_classes,
    with_something_to_learn,
)
from training.run.samples.prepared_images import PreparedImages
from training.run.settings import ClassEntry, TrainingSettings

BOXED = LabelledImage("a.png", 8, 8, (Box(0, 0, 2, 2, "cup"), Box(1, 1, 3, 3, "jug")))
OWN = [LabelledImage(f"{number}.png", 8, 8, image_class="dog") for number in range(3)]
EMPTY = LabelledImage("z.png", 8, 8)
ALL = [BOXED, *OWN, EMPTY]
CLASSES = tuple(ClassEntry(number, name) for number, name in enumerate(("cup", "dog", "jug")))


def settings(**values) -> TrainingSettings:
    return TrainingSettings.for_recipe("classifier", classes=CLASSES, **values)


def samples(*indices: int) -> PreparedImages:
    count = len(indices)
    return PreparedImages(
        images=(),
        samples=(),
        squares=np.zeros((count, 4, 4, 3), np.uint8),
        boxes=np.zeros((count, 4), np.float32),
        class_indices=np.array(indices, np.int64),
        letterboxes=(),
        problems=(),
    )


def test_what_there_is_more_of_is_learned_from_unless_somebody_chose():
    assert source_of(settings(), ALL) == "images"
    assert source_of(settings(), [BOXED, OWN[0]]) == "boxes"
    assert source_of(settings(source="boxes"), ALL) == "boxes"


def test_what_was_asked_for_and_is_not_there_is_told_with_what_is():
    with pytest.raises(RunFailed, match=r"learns from boxes expects .* found none; but 3 images have a class"):
        source_of(settings(source="boxes"), OWN)
    with pytest.raises(RunFailed, match=r"learns from images expects .* found none; but there are 2 boxes"):
        source_of(settings(source="images"), [BOXED])
    with pytest.raises(RunFailed, match=r"found none$"):
        source_of(settings(), [EMPTY])


def test_images_that_say_nothing_are_left_out_with_one_sentence():
    assert with_something_to_learn(ALL, "boxes") == [BOXED]
    assert with_something_to_learn(ALL, "images") == OWN
    assert left_out_told(OWN, "images") is None
    told = left_out_told(ALL, "boxes")
    assert told.text == "Left out: 4 images without boxes, as the classifier learns from what lies in boxes."


def test_samples_are_boxes_or_images():
    assert sample_count(settings(source="boxes"), ALL) == 2
    assert sample_count(settings(), ALL) == 3
    assert sample_count(settings(), [EMPTY]) == 0
    assert sample_count(TrainingSettings(), ALL) == 5


def test_only_classes_that_are_there_are_taught():
    def names(recipe: str, source: str) -> list[str]:
        return [entry.name for entry in taught_classes(recipe, source, ALL, CLASSES)]

    assert names("localizer", "") == ["cup", "jug"]
    assert names("classifier", "auto") == ["dog"]
    assert names("classifier", "boxes") == ["cup", "jug"]


def test_a_class_without_samples_is_told_and_one_class_alone_refused():
    assert check_classes(samples(0, 1, 2), ("cup", "dog", "jug")) is None
    told = check_classes(samples(0, 2, 2), ("cup", "dog", "jug"))
    assert told.text == "There is no training sample of “dog”: the model can't learn to tell it."
    with pytest.raises(RunFailed, match="at least two classes to tell apart, found only “jug”"):
        check_classes(samples(2, 2), ("cup", "dog", "jug"))


def test_each_class_counts_the_same_within_reason():
    weights = balanced_weights(np.array([0] * 6 + [1] * 2), 3)
    assert weights.tolist() == pytest.approx([8 / (2 * 6), 8 / (2 * 2), 1.0])
    assert weights[0] * 6 == pytest.approx(weights[1] * 2)
    rare = balanced_weights(np.array([0] * 999 + [1]), 2)
    assert rare[1] == 10
