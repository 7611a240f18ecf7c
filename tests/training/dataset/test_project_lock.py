"""A second window is told; a dead one holds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.another_process import another_process
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectBusyError, ProjectError, ProjectStore

CLASSES = (ClassRecord(1, "cat", "#ff0000"),)


def test_a_project_that_another_process_has_open_is_busy_until_it_closes(tmp_path: Path):
    with another_process(tmp_path, "writes"):
        with pytest.raises(ProjectBusyError, match="open in another window"):
            ProjectStore.open(tmp_path)
        reader = ProjectStore.open(tmp_path, read_only=True)
        assert list(reader.records()) == [ImageRecord("theirs.jpg")]
        with pytest.raises(ProjectError, match="for reading only"):
            reader.write(classes=CLASSES)
        reader.close()
    store = ProjectStore.open(tmp_path)
    assert list(store.records()) == [ImageRecord("theirs.jpg")]
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["project.boxwright"]


def test_a_killed_process_gives_the_project_back(tmp_path: Path):
    with another_process(tmp_path, "writes") as process:
        process.kill()
        process.wait()
        store = ProjectStore.open(tmp_path)
        assert list(store.records()) == [ImageRecord("theirs.jpg")]
        store.close()


def test_who_only_looked_at_an_empty_folder_does_not_keep_others_out(tmp_path: Path):
    with another_process(tmp_path, "looks"):
        store = ProjectStore.open(tmp_path)
        store.write(classes=CLASSES)
        store.close()


def test_the_second_to_write_first_is_told_and_overwrites_nothing(tmp_path: Path):
    late = ProjectStore.open(tmp_path)
    with another_process(tmp_path, "writes"), pytest.raises(ProjectBusyError, match="open in another window"):
        late.write(classes=CLASSES)
    with pytest.raises(ProjectBusyError, match="made elsewhere meanwhile"):
        late.write(classes=CLASSES)
    late.close()
    store = ProjectStore.open(tmp_path)
    assert list(store.records()) == [ImageRecord("theirs.jpg")]
    assert store.classes() == ()
    store.close()


def test_one_process_cannot_open_a_project_twice_for_writing(tmp_path: Path):
    first = ProjectStore.open(tmp_path)
    first.write(classes=CLASSES)
    with pytest.raises(ProjectBusyError):
        ProjectStore.open(tmp_path)
    first.close()
    second = ProjectStore.open(tmp_path)
    assert second.classes() == CLASSES
    second.close()
