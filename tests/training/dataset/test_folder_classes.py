"""What folders say about the images in them."""

from __future__ import annotations

import pytest

from training.dataset.dataset import Split
from training.dataset.folder_classes import folder_classes, folder_split


@pytest.mark.parametrize(
    ("images", "classes"),
    [
        (["cat/1.jpg", "dog/1.jpg", "1.jpg"], ["cat", "dog", None]),
        (["train/cat/1.jpg", "dog/Valid/1.jpg", "test/1.jpg"], ["cat", "dog", None]),
        (["cat/monday/1.jpg", "cat/friday/1.jpg", "dog/1.jpg"], ["cat", "cat", "dog"]),
        (["pets/cat/1.jpg", "pets/big dog/monday/1.jpg", "pets/1.jpg"], ["cat", "big dog", None]),
        (["data/train/cat/1.jpg", "data/test/dog/1.jpg"], ["cat", "dog"]),
        (["pets/cat/1.jpg", "pets/cat/2.jpg"], ["cat", "cat"]),
        (["1.jpg"], [None]),
        ([], []),
    ],
)
def test_the_first_folders_that_differ_are_the_classes(images: list[str], classes: list[str | None]):
    found = folder_classes(images)
    assert [found.get(image) for image in images] == classes


@pytest.mark.parametrize(
    ("image", "split"),
    [
        ("1.jpg", None),
        ("train/cat/1.jpg", Split.TRAIN),
        ("cat/Valid/1.jpg", Split.VALIDATION),
        ("data/test/big dog/1.jpg", Split.TEST),
        ("trained/1.jpg", None),
    ],
)
def test_a_folder_called_like_a_split_is_one(image: str, split: Split | None):
    assert folder_split(image) == split
