"""What the window remembers, in a file of its own; nonsense in it counts as never set."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from desktop_app.settings import MOST_RECENT, Settings, log_file, sample_folder, settings_file


@pytest.fixture
def file(tmp_path):
    return tmp_path / "settings.ini"


def test_everything_is_kept_in_the_persons_own_folders(home):
    assert all(home in path.parents for path in (settings_file(), sample_folder(), log_file()))


def test_folders_are_remembered_newest_first_each_once(file):
    settings = Settings(file)
    for name in ("a", "b", "a"):
        settings.remember_folder(Path("/photos") / name)
    settings.flush()
    assert Settings(file).recent_folders() == [Path("/photos/a"), Path("/photos/b")]


def test_only_so_many_folders_are_remembered(file):
    settings = Settings(file)
    for number in range(MOST_RECENT + 5):
        settings.remember_folder(Path(f"/photos/{number}"))
    assert len(settings.recent_folders()) == MOST_RECENT
    assert settings.recent_folders()[0] == Path(f"/photos/{MOST_RECENT + 4}")


@pytest.mark.parametrize("name", ["plain", "with, comma", "sub/folder", "späße 写真", "a=b;c\\d", "100%"])
def test_folders_and_images_of_any_name_come_back(file, name):
    settings = Settings(file)
    settings.remember_folder(Path("/photos") / name)
    settings.remember_place(Path("/photos") / name, f"{name}.jpg")
    settings.flush()
    again = Settings(file)
    assert again.recent_folders() == [Path("/photos") / name]
    assert again.place_in(Path("/photos") / name) == f"{name}.jpg"
    assert again.place_in(Path("/photos/other")) == ""


def test_the_layout_comes_back(file):
    settings = Settings(file)
    settings.remember_layout("window", QByteArray(b"\x00\x01geometry"))
    settings.flush()
    again = Settings(file)
    assert again.layout_of("window") == QByteArray(b"\x00\x01geometry")


def test_nonsense_in_the_file_counts_as_never_set(file):
    file.write_bytes(b"[General]\nrecent_folders=@Invalid()\nproposal_score=purple\n\x00\xff\n[layout]\nwindow=7\n")
    settings = Settings(file)
    assert settings.recent_folders() == []
    assert settings.proposal_score is None
    assert settings.layout_of("window").isEmpty()
