"""Splits: fair to every class, the same every time, and never undone."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from training.dataset.box import Box
from training.dataset.dataset import LabelledImage, Split
from training.dataset.splits import assign_splits, equal_contents, moved_to_validation


def image(name: str, *labels: str, split: Split | None = None, image_class: str | None = None) -> LabelledImage:
    return LabelledImage(name, 9, 9, tuple(Box(0, 0, 1, 1, label) for label in labels), image_class, split)


def shares(splits: dict[str, Split], names: list[str] | None = None) -> list[int]:
    counts = Counter(splits[name] for name in names or splits)
    return [counts[split] for split in (Split.TRAIN, Split.VALIDATION, Split.TEST)]


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, [0, 0, 0]), (1, [1, 0, 0]), (2, [1, 1, 0]), (5, [3, 1, 1]), (10, [7, 2, 1]), (1000, [700, 200, 100])],
)
def test_seven_two_one(count: int, expected: list[int]):
    assert shares(assign_splits([image(f"{at}.jpg", "cat") for at in range(count)])) == expected


def test_every_class_and_the_negatives_have_their_shares():
    chance = random.Random(1)
    images = [image(f"{at}.jpg", *chance.choice([["a"], ["b"], ["c"], []])) for at in range(400)]
    splits = assign_splits(images)
    assert shares(splits) == [280, 80, 40]
    for wanted in (["a"], ["b"], ["c"], []):
        names = [one.filename for one in images if [box.label for box in one.boxes] == wanted]
        for count, share in zip(shares(splits, names), (0.7, 0.2, 0.1), strict=True):
            assert abs(count - share * len(names)) <= 2


def test_a_fifth_of_the_training_images_of_each_class_moves_to_validation():
    training = [image(f"{at}.jpg", "cat" if at % 3 else "dog", split=Split.TRAIN) for at in range(142)]
    test = [image(f"t{at}.jpg", "cat", split=Split.TEST) for at in range(7)]
    moved = moved_to_validation([*training, *test])
    assert set(moved.values()) == {Split.VALIDATION}
    assert len(moved) == 28
    dogs = [name for name in moved if int(name.removesuffix(".jpg")) % 3 == 0]
    assert abs(len(dogs) - 48 / 5) <= 1
    assert moved_to_validation(reversed([*training, *test])) == moved
    assert moved_to_validation([*training, *test], seed=1) != moved


def test_identical_images_move_to_validation_together():
    training = [image(f"{at}.jpg", "cat", split=Split.TRAIN) for at in range(40)]
    contents = {f"{at}.jpg": str(at // 2) for at in range(40)}
    moved = moved_to_validation(training, contents)
    assert len(moved) == 8
    assert all(f"{int(name.removesuffix('.jpg')) ^ 1}.jpg" in moved for name in moved)


def test_the_only_image_of_a_class_stays_in_training():
    training = [image(f"{at}.jpg", "cat", split=Split.TRAIN) for at in range(20)]
    assert "rare.jpg" not in moved_to_validation([*training, image("rare.jpg", "rare", split=Split.TRAIN)])


def test_a_rare_class_decides_where_an_image_belongs():
    images = [image(f"{at}.jpg", "common", *(["rare"] if at % 20 == 0 else [])) for at in range(200)]
    rare = [one.filename for one in images if len(one.boxes) == 2]
    assert shares(assign_splits(images), rare) == [7, 2, 1]


def test_an_images_own_class_counts_as_its_class():
    images = [image(f"{at}.jpg", image_class="x" if at % 10 else "y") for at in range(100)]
    named_y = [one.filename for one in images if one.image_class == "y"]
    assert shares(assign_splits(images), named_y) == [7, 2, 1]


def test_many_classes_of_one_image_each_still_share():
    assert shares(assign_splits([image(f"{at}.jpg", f"class {at}") for at in range(100)])) == [70, 20, 10]


def test_the_same_images_and_seed_give_the_same_splits_in_any_order():
    images = [image(f"{at}.jpg", "ab"[at % 2]) for at in range(60)]
    splits = assign_splits(images, seed=5)
    assert assign_splits(reversed(images), seed=5) == splits
    assert assign_splits(images, seed=6) != splits


def test_an_assigned_image_stays_and_new_ones_fill_up():
    images = [image(f"{at}.jpg", "cat") for at in range(50)]
    first = assign_splits(images)
    images = [replace(one, split=first[one.filename]) for one in images]
    assert assign_splits(images) == {}
    images += [image(f"new{at}.jpg", "cat") for at in range(50)]
    second = assign_splits(images)
    assert set(second) == {one.filename for one in images if one.split is None}
    assert shares(first | second) == [70, 20, 10]


def test_new_images_even_out_what_a_hand_has_moved():
    images = [image(f"{at}.jpg", "cat", split=Split.TRAIN) for at in range(70)]
    images += [image(f"new{at}.jpg", "cat") for at in range(30)]
    assert shares(assign_splits(images)) == [0, 20, 10]


def test_images_of_equal_contents_stay_together():
    images = [image(f"{at}.jpg", "cat") for at in range(100)]
    contents = {f"{at}.jpg": str(at // 5) for at in range(100)}
    splits = assign_splits(images, contents=contents)
    for start in range(0, 100, 5):
        assert len({splits[f"{at}.jpg"] for at in range(start, start + 5)}) == 1
    assert shares(splits) == [70, 20, 10]


@pytest.mark.parametrize("new", ["a new one.jpg", "z new one.jpg"])
def test_a_double_of_an_assigned_image_joins_it(new: str):
    images = [image(new, "cat"), image("old.jpg", "cat", split=Split.TEST)]
    assert assign_splits(images, contents={new: "x", "old.jpg": "x"}) == {new: Split.TEST}


def test_doubles_are_found_by_their_bytes(tmp_path: Path):
    for name, content in {"a": b"one", "b": b"two", "c": b"one", "d": b"longer"}.items():
        (tmp_path / name).write_bytes(content)
    digests = equal_contents(tmp_path, ["a", "b", "c", "d", "missing"])
    assert set(digests) == {"a", "b", "c"}
    assert digests["a"] == digests["c"] != digests["b"]
