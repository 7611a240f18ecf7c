"""Which files of a folder are its images, and their order."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PIL import Image

from training.dataset import image_folder
from training.dataset.image_folder import find_images, natural_key


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_images_are_listed_as_a_person_would_number_them(tmp_path: Path):
    make(tmp_path, "img10.jpg", "img2.jpg", "IMG1.PNG", "b/1.webp", "a/10.heic", "a/9.tiff")
    assert find_images(tmp_path) == ["a/9.tiff", "a/10.heic", "b/1.webp", "IMG1.PNG", "img2.jpg", "img10.jpg"]


def test_other_files_hidden_folders_and_runs_are_left_out(tmp_path: Path):
    make(tmp_path, "a.txt", "jpg", "project.boxwright", ".cache/a.jpg", "runs/1/a.jpg", "b/runs/a.jpg", "._a.jpg")
    make(tmp_path, "folder.png/inner.png", ".hidden.png")
    assert find_images(tmp_path) == [".hidden.png", "b/runs/a.jpg", "folder.png/inner.png"]


def test_a_file_without_an_ending_is_an_image_if_it_begins_like_one(tmp_path: Path):
    make(tmp_path, "README", "empty")
    (tmp_path / "README").write_text("BM is how a bitmap begins, and this text")
    for name, kind in (("photo", "JPEG"), ("drawing", "BMP"), ("data.1", "PNG")):
        Image.new("RGB", (8, 8)).save(tmp_path / name, format=kind)
    assert find_images(tmp_path) == ["drawing", "photo"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_linked_folders_are_not_followed_but_linked_images_are(tmp_path: Path):
    make(tmp_path, "a/1.jpg")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    (tmp_path / "link.jpg").symlink_to(tmp_path / "a/1.jpg")
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "nothing.jpg")
    assert find_images(tmp_path) == ["a/1.jpg", "link.jpg"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are always text")
def test_a_name_that_is_no_text_is_left_out(tmp_path: Path):
    make(tmp_path, "good.jpg")
    with open(os.fsencode(tmp_path) + b"/bad\xff.jpg", "wb"):  # noqa: PTH123 -- Path takes no bytes
        pass
    assert find_images(tmp_path) == ["good.jpg"]


def test_a_folder_that_cannot_be_listed_spoils_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make(tmp_path, "a/1.jpg", "b/2.jpg")
    real = os.scandir

    def scandir(folder: Path):
        if Path(folder).name == "a":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(image_folder.os, "scandir", scandir)
    assert find_images(tmp_path) == ["b/2.jpg"]


def test_a_folder_that_is_not_there_has_no_images(tmp_path: Path):
    assert find_images(tmp_path / "nowhere") == []


def test_odd_names_are_found_as_they_are(tmp_path: Path):
    names = ["-rf.png", "a;b, c.png", "emoji 🐼.png", "new\nline.png", "double.jpg.png", "trailing dot..png", "²5.png"]
    make(tmp_path, *names)
    assert sorted(find_images(tmp_path)) == sorted(names)


def test_very_many_are_sorted_a_few_at_a_time_into_the_same_order(monkeypatch):
    monkeypatch.setattr(image_folder, "AT_ONCE", 3)
    names = [f"IMG_{number * 7 % 23}.jpg" for number in range(23)]
    asked: list[int] = []
    monkeypatch.setattr(
        image_folder, "sorted", lambda part, key: asked.append(len(part)) or sorted(part, key=key), raising=False
    )
    assert image_folder.sorted_in_parts(names, natural_key) == [f"IMG_{number}.jpg" for number in range(23)]
    assert max(asked) == 3
