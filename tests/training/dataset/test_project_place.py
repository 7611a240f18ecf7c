"""Where projects lie: in their folder, or in the user's data folder when that can't be written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from training.dataset import project_place
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import PROJECT_NAME, ProjectError, ProjectStore

CLASSES = (ClassRecord(1, "cat", "#ff0000"),)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    return made


def make_read_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the one who asks; permissions mean nothing to an administrator, whom tests may run as."""
    real = os.access

    def access(path: Path, mode: int) -> bool:
        inside = Path(path) == folder or folder in Path(path).parents
        return real(path, mode) and not (inside and mode & os.W_OK)

    monkeypatch.setattr(project_place.os, "access", access)


def test_the_project_of_a_folder_may_be_named_by_folder_or_file(folder: Path):
    store = ProjectStore.open(folder)
    store.write([ImageRecord("a.jpg")])
    store.close()
    for name in (folder, folder / PROJECT_NAME):
        store = ProjectStore.open(name)
        assert (store.folder, store.project_file, store.notice) == (folder, folder / PROJECT_NAME, None)
        assert list(store.records()) == [ImageRecord("a.jpg")]
        store.close()


def test_a_folder_that_is_not_there_is_refused_with_a_sentence(folder: Path):
    with pytest.raises(ProjectError, match=r"There is no folder and no project .*nowhere"):
        ProjectStore.open(folder / "nowhere")


def test_a_folder_with_odd_letters_has_a_project(tmp_path: Path):
    folder = tmp_path / "100% späß?#&[1] 🐼"
    folder.mkdir()
    store = ProjectStore.open(folder)
    store.write([ImageRecord("a.jpg")])
    store.close()
    for read_only in (False, True):
        store = ProjectStore.open(folder, read_only=read_only)
        assert list(store.records()) == [ImageRecord("a.jpg")]
        store.close()


def test_a_read_only_folder_keeps_its_project_in_the_users_data(
    folder: Path, monkeypatch: pytest.MonkeyPatch, home: Path
):
    make_read_only(folder, monkeypatch)
    store = ProjectStore.open(folder)
    assert store.notice is not None
    assert "read-only" in store.notice
    assert str(store.project_file) in store.notice
    assert not store.project_file.parent.exists()
    store.write([ImageRecord("a.jpg")], CLASSES)
    store.close()
    assert list(folder.iterdir()) == []
    assert home in store.project_file.parents
    for name in (folder, store.project_file):
        again = ProjectStore.open(name)
        assert again.folder == folder
        assert list(again.records()) == [ImageRecord("a.jpg")]
        again.close()


def test_folders_of_one_name_have_projects_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    places = set()
    for parent in ("a", "b"):
        folder = tmp_path / parent / "photos"
        folder.mkdir(parents=True)
        make_read_only(folder, monkeypatch)
        store = ProjectStore.open(folder, user_data=tmp_path / "data")
        places.add(store.project_file)
        store.close()
    assert len(places) == 2


def test_the_project_that_lies_in_a_read_only_folder_is_brought_along(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = ProjectStore.open(folder)
    store.write([ImageRecord("a.jpg")], CLASSES)
    store.close()
    content = (folder / PROJECT_NAME).read_bytes()
    make_read_only(folder, monkeypatch)
    reader = ProjectStore.open(folder, tmp_path / "data", read_only=True)
    assert list(reader.records()) == [ImageRecord("a.jpg")]
    reader.close()
    assert not (tmp_path / "data").exists()
    store = ProjectStore.open(folder, tmp_path / "data")
    assert store.classes() == CLASSES
    store.write([ImageRecord("b.jpg")])
    store.close()
    assert (folder / PROJECT_NAME).read_bytes() == content
    store = ProjectStore.open(folder, tmp_path / "data")
    assert [record.path for record in store.records()] == ["a.jpg", "b.jpg"]
    store.close()


def test_a_folder_that_only_refuses_at_the_first_edit_is_read_only_too(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """As on Windows, where asking for permissions does not tell."""
    store = ProjectStore.open(folder, tmp_path / "data")
    assert store.notice is None
    shutil.rmtree(folder)
    folder.touch()  # now nothing can be made inside, for an administrator neither
    monkeypatch.setattr(project_place.Path, "mkdir", _refusing_to_make(folder))
    store.write([ImageRecord("a.jpg")])
    assert store.notice is not None
    assert store.project_file.parent == tmp_path / "data/projects"
    store.close()


def _refusing_to_make(refused: Path):
    real = Path.mkdir

    def mkdir(path: Path, *args: object, **options: object) -> None:
        if path == refused:
            raise PermissionError(13, "Permission denied")
        real(path, *args, **options)

    return mkdir


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only an administrator can become another")
def test_a_folder_of_somebody_else_is_read_only(tmp_path_factory: pytest.TempPathFactory):
    """A real process of a user who may read and not write."""
    folder = tmp_path_factory.mktemp("photos")
    data = tmp_path_factory.mktemp("data")
    for parent in (folder, *folder.parents):
        if parent.stat().st_mode & 0o005 != 0o005:
            parent.chmod(parent.stat().st_mode | 0o055)
    data.chmod(0o777)
    store = ProjectStore.open(folder)
    store.write([ImageRecord("a.jpg")], CLASSES)
    store.close()
    program = """
import os, sys
from pathlib import Path
from training.dataset.records import ImageRecord
from training.dataset.store import ProjectStore
os.setuid(65534)
folder, data = map(Path, sys.argv[1:])
reader = ProjectStore.open(folder, data, read_only=True)
assert [record.path for record in reader.records()] == ["a.jpg"]
reader.close()
store = ProjectStore.open(folder, data)
assert "read-only" in store.notice, store.notice
store.write([ImageRecord("b.jpg")])
store.close()
assert [path.name for path in folder.iterdir()] == ["project.boxwright"]
"""
    subprocess.run([sys.executable, "-c", program, str(folder), str(data)], check=True, timeout=60)
