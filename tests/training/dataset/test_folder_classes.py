"""What folders say about the images in them."""

from __future__ import annotations

import pytest

from training.dataset.dataset import Split
from training.dataset.folder_classes import folder_class, folder_split


@pytest.mark.parametrize(
    ("image", "name", "split"),
    [
        ("1.jpg", None, None),
        ("cat/1.jpg", "cat", None),
        ("pets/cat/1.jpg", "cat", None),
        ("train/cat/1.jpg", "cat", Split.TRAIN),
        ("cat/Valid/1.jpg", "cat", Split.VALIDATION),
        ("data/test/big dog/1.jpg", "big dog", Split.TEST),
        ("train/1.jpg", None, Split.TRAIN),
        ("trained/1.jpg", "trained", None),
    ],
)
def test_class_and_split_are_folders_names(image: str, name: str | None, split: Split | None):
    assert (folder_class(image), folder_split(image)) == (name, split)
