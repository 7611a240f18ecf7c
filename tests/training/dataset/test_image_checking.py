"""Every file of a folder that is no readable image is named with its reason."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.helpers.pictures import NO_IMAGE, write_pictures
from training.dataset.image_checking import unreadable
from training.dataset.image_folder import find_images


def check(folder: Path) -> dict[str, str]:
    return {problem.file: problem.reason for problem in unreadable(folder, find_images(folder), lambda *_: None)}


def test_all_are_read_and_the_unreadable_are_named_in_their_order(tmp_path: Path):
    write_pictures(tmp_path, [f"{number}.jpg" for number in range(12)])
    (tmp_path / "10.jpg").write_bytes((tmp_path / "10.jpg").read_bytes()[:-200])
    (tmp_path / "9.jpg").write_bytes(NO_IMAGE)
    (tmp_path / "2.jpg").write_bytes(b"")
    told: list[tuple[int, int]] = []
    found = unreadable(tmp_path, find_images(tmp_path), lambda *far: told.append(far))
    assert [problem.file for problem in found] == ["2.jpg", "9.jpg", "10.jpg"]
    assert "truncated" in found[-1].reason
    assert (told[0], told[-1]) == ((4, 12), (12, 12))


def test_it_stops_when_nobody_waits_any_more(tmp_path: Path):
    write_pictures(tmp_path, [f"{number}.png" for number in range(40)])

    def stop(done: int, _total: int) -> None:
        seen.append(done)
        raise InterruptedError

    seen: list[int] = []
    with pytest.raises(InterruptedError):
        unreadable(tmp_path, find_images(tmp_path), stop)
    assert seen == [4]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_what_is_named_like_an_image_and_is_no_file_is_told(tmp_path: Path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "pond.png").mkdir()
    (tmp_path / "gone.png").symlink_to("nowhere.png")
    (tmp_path / "round.png").symlink_to("round.png")
    (tmp_path / "folder.png").symlink_to("notes")
    (tmp_path / "notes.txt").symlink_to("nowhere.txt")
    os.mkfifo(tmp_path / "pipe.jpg")
    assert check(tmp_path) == {
        "folder.png": "This is a link to a folder.",
        "gone.png": "This is a link to a file that is not there.",
        "pipe.jpg": "This is not a file.",
        "round.png": "This is a link to a file that is not there.",
    }


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are always text")
def test_a_name_that_is_no_text_is_told_with_question_marks(tmp_path: Path):
    with open(os.fsencode(tmp_path) + b"/bad\xff.jpg", "wb"):  # noqa: PTH123 -- Path takes no bytes
        pass
    assert check(tmp_path) == {"bad?.jpg": "Its name is not text on this system; rename it."}
