"""Names in files mean images in the folder."""

from __future__ import annotations

import unicodedata

import pytest

from training.dataset.image_matching import ImageMatcher

MATCHER = ImageMatcher(
    ["a/img.png", "b/img.png", "a/only.png", "top.png", "UPPER.PNG", "Upper.png", "x/Photo.JPG", "caf\u00e9.png"]
)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a/img.png", "a/img.png"),
        ("top.png", "top.png"),
        ("only.png", "a/only.png"),
        ("elsewhere/only.png", "a/only.png"),
        ("a\\img.png", "a/img.png"),
        ("UPPER.PNG", "UPPER.PNG"),
        ("sub/Upper.png", "Upper.png"),
        ("photo.jpg", "x/Photo.JPG"),
        ("X/PHOTO.jpg", "x/Photo.JPG"),
        (unicodedata.normalize("NFD", "caf\u00e9.png"), "caf\u00e9.png"),
    ],
)
def test_a_name_matches_by_path_and_then_by_unique_base_name(name: str, path: str):
    assert MATCHER.find(name) == path


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("img.png", "'img.png' can be 'a/img.png' or 'b/img.png'; write the path in the folder"),
        ("c/img.png", "can be"),
        ("upper.png", "can be 'UPPER.PNG' or 'Upper.png'"),
        ("nothing.png", "there is no image 'nothing.png' in the folder"),
    ],
)
def test_a_name_that_means_none_or_several_is_refused(name: str, reason: str):
    with pytest.raises(LookupError) as caught:
        MATCHER.find(name)
    assert reason in caught.value.args[0]


def test_a_folder_to_start_from_is_tried_first():
    assert MATCHER.find("img.png", below="b/") == "b/img.png"
    assert MATCHER.find("a/img.png", below="b/") == "a/img.png"
    assert ImageMatcher(["img.png", "b/img.png"]).find("img.png", below="b/") == "b/img.png"


def test_many_candidates_are_not_all_listed():
    with pytest.raises(LookupError, match="or 7 others"):
        ImageMatcher(f"{at}/img.png" for at in range(10)).find("img.png")
