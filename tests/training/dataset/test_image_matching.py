"""Names in files mean images in the folder."""

from __future__ import annotations

import time
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


@pytest.mark.parametrize(
    ("name", "below", "expected"),
    [
        ("000a", "", "train/images/000a.jpg"),  # Open Images names no suffix
        ("labels/val/x", "", "images/val/x.png"),
        ("train/labels/y", "", "train/images/y.png"),
        ("/home/somebody/photos/val/x.png", "", "images/val/x.png"),
        ("x.png", "images/val/", "images/val/x.png"),
        ("y.jpeg", "valid/labels/", "valid/images/y.png"),
        ("img.001", "", "img.001.png"),
    ],
)
def test_among_images_of_one_name_the_one_in_the_most_alike_folders_is_meant(name: str, below: str, expected: str):
    paths = ["train/images/000a.jpg", "images/val/x.png", "images/train/x.png", "train/images/y.png"]
    assert ImageMatcher([*paths, "valid/images/y.png", "img.001.png"]).find(name, below) == expected


def test_the_second_name_is_for_files_whose_images_were_renamed():
    matcher = ImageMatcher(["new.png", "a/b.png"])
    assert matcher.find("old.png", second_name="new") == "new.png"
    assert matcher.find("b.png", second_name="new") == "a/b.png"
    with pytest.raises(LookupError, match="there is no image 'old"):
        matcher.find("old.png", second_name="older")


def test_the_frames_of_many_clips_are_found_below_the_folders_of_another_computer_in_no_time():
    clips, frames = 400, 50
    paths = [f"clips/{clip:03}/{frame:03}.jpg" for clip in range(clips) for frame in range(frames)]
    matcher = ImageMatcher(paths)
    begun = time.process_time()
    assert [matcher.find(f"C:\\data\\{path[6:]}".replace("/", "\\")) for path in paths] == paths
    assert time.process_time() - begun < 5  # comparing with each clip takes half a minute


@pytest.mark.parametrize(
    ("own_name", "below", "expected"),
    [
        ("a", "set/Annotations/", "set/JPEGImages/a.jpg"),  # a folder beside
        ("set/a", "", "set/JPEGImages/a.jpg"),
        ("c", "set/JPEGImages/", "set/JPEGImages/c.png"),  # the same folder
        ("train/d", "labels/", "images/train/d.jpg"),  # folders that go along with each other
        ("other", "set/Annotations/", "set/JPEGImages/b.jpg"),  # it is called like one of another set
        ("none", "set/Annotations/", "set/JPEGImages/b.jpg"),
        ("b", "set/Annotations/", "set/JPEGImages/b.jpg"),
    ],
)
def test_an_image_called_like_the_file_goes_before_the_one_that_the_file_names(
    own_name: str, below: str, expected: str
):
    paths = ["set/JPEGImages/a.jpg", "set/JPEGImages/b.jpg", "set/JPEGImages/c.png", "images/train/d.jpg"]
    matcher = ImageMatcher([*paths, "elsewhere/other.jpg"])
    assert matcher.find("b.jpg", below, own_name=own_name) == expected


def test_images_that_differ_in_the_suffix_are_told_apart_by_what_the_file_names():
    matcher = ImageMatcher(["a.jpg", "a.png", "b.png"])
    assert matcher.find("a.png", own_name="a") == "a.png"
    assert matcher.find("a.png", own_name="a.jpg") == "a.jpg"
    with pytest.raises(LookupError, match=r"can be 'a\.jpg' or 'a\.png'"):
        matcher.find("b.png", own_name="a")
