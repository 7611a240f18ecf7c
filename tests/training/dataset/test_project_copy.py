"""A copy of one's own, made while somebody else has the project open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.helpers.another_process import another_process
from tests.helpers.labelled_projects import HEIGHT, WIDTH, make_labelled_project
from training.dataset import project_copy
from training.dataset.merging.project_merging import plan_merge
from training.dataset.project_copy import CopiedProject, copy_boxes, copy_project, plan_copy
from training.dataset.project_errors import ProjectError
from training.dataset.project_place import own_boxes_of
from training.dataset.records import ImageRecord
from training.dataset.store import ProjectStore
from training.run.commands.command_line import main


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    make_labelled_project(folder, labelled=2, negatives=1, unlabelled=1)
    (folder / "notes.txt").write_text("not copied")
    (folder / "runs" / "first").mkdir(parents=True)
    (folder / "runs" / "first" / "settings.json").write_text("{}")
    (folder / "runs" / "first" / "last.keras").write_text("only for resuming")
    return folder


def contents(folder_or_file: Path, user_data: Path | None = None) -> tuple:
    store = ProjectStore.open(folder_or_file, user_data, read_only=True)
    try:
        return store.folder, store.classes(), list(store.records())
    finally:
        store.close()


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_copy_is_made_of_a_project_that_another_process_has_open(shared: Path, tmp_path: Path):
    plan = plan_copy(shared)
    assert (plan.folder, plan.images, plan.runs) == (shared, 4, 1)
    assert plan.size >= sum(path.stat().st_size for path in shared.glob("*.png"))
    with another_process(shared, "writes"):
        copied = copy_project(shared, tmp_path / "mine")
        assert copied == CopiedProject(tmp_path / "mine", 4, 0)
        own = ProjectStore.open(tmp_path / "mine")
        own.write([ImageRecord("own.jpg")])
        own.close()
    assert contents(tmp_path / "mine")[1] == contents(shared)[1]
    assert {record.path for record in contents(tmp_path / "mine")[2]} == {
        *(record.path for record in contents(shared)[2]),
        "own.jpg",
    }
    assert "notes.txt" not in files_in(tmp_path / "mine")
    assert not (tmp_path / "mine" / "runs").exists()


def test_runs_come_along_when_they_are_wanted(shared: Path, tmp_path: Path):
    copied = copy_project(shared, tmp_path / "mine", with_runs=True)
    assert copied.runs == 1
    assert files_in(tmp_path / "mine" / "runs") == ["first/settings.json"]


def test_what_was_drawn_in_the_copy_comes_back_by_merging(shared: Path, tmp_path: Path):
    copy_project(shared, tmp_path / "mine")
    own = ProjectStore.open(tmp_path / "mine")
    boxes = own.record("00.png").boxes
    own.write([ImageRecord("03.png", WIDTH, HEIGHT, boxes)])
    own.close()
    store = ProjectStore.open(shared)
    plan = plan_merge(store, tmp_path / "mine")
    plan.apply(store)
    assert [box.corners for box in store.record("03.png").boxes] == [box.corners for box in boxes]
    store.close()


def test_a_half_copy_is_removed(shared: Path, tmp_path: Path):
    class CancelledError(Exception):
        pass

    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        if len(seen) == 3:
            assert any(path.name.startswith(".mine-") for path in (tmp_path / "out").iterdir())
            raise CancelledError

    with pytest.raises(CancelledError):
        copy_project(shared, tmp_path / "out" / "mine", progress=progress)
    assert list((tmp_path / "out").iterdir()) == []


def test_nothing_is_written_over_and_no_copy_goes_into_the_original(shared: Path, tmp_path: Path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(ProjectError, match="is not empty"):
        copy_project(shared, tmp_path / "full")
    with pytest.raises(ProjectError, match="lies in the folder that is copied"):
        copy_project(shared, shared / "copy")
    assert files_in(tmp_path / "full") == ["mine.txt"]


def test_a_disk_without_room_is_told_before(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(project_copy.shutil, "disk_usage", lambda _: type("usage", (), {"free": 10}))
    with pytest.raises(ProjectError, match=r"needs .* MB, and 0 MB are free in"):
        copy_project(shared, tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


@pytest.mark.skipif(os.name != "posix", reason="only there can a file be made unreadable so simply")
def test_a_photo_that_cannot_be_opened_stays_out_and_is_told(shared: Path, tmp_path: Path, monkeypatch):
    real_open = Path.open
    photo = next(shared.glob("*.png"))

    def refusing(self, *args, **kwargs):
        if self == photo:
            raise PermissionError(13, "Permission denied", str(self))
        return real_open(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refusing)
    copied = copy_project(shared, tmp_path / "mine")
    assert copied.images == 3
    assert [str(problem) for problem in copied.problems] == [f"{photo.name}: stays out: Permission denied"]


def test_boxes_alone_read_the_photos_where_they_are(shared: Path, tmp_path: Path):
    data = tmp_path / "data"
    assert own_boxes_of(shared, data) is None
    with another_process(shared, "writes"):
        copied = copy_boxes(shared, data)
        assert own_boxes_of(shared, data) == copied.place
        own = ProjectStore.open(copied.place, data)
        assert own.folder == shared
        own.write([ImageRecord("own.jpg")])
        own.close()
    assert "own.jpg" not in {record.path for record in contents(shared)[2]}
    assert "own.jpg" in {record.path for record in contents(copied.place, data)[2]}
    with pytest.raises(ProjectError, match="There is a copy of these boxes already"):
        copy_boxes(shared, data)
    assert "own.jpg" in {record.path for record in contents(copied.place, data)[2]}


def test_on_the_command_line(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.csv").write_text("filename,width,height,class,xmin,ymin,xmax,ymax\n")
    with another_process(shared, "writes"):
        assert main(["import", str(shared), str(tmp_path / "a.csv")]) == 1
        error = capsys.readouterr().err
        assert f"boxwright copy {shared} --into DIR" in error
        assert main(["merge", str(shared), str(shared)]) == 1
        assert f"boxwright copy {shared} --into DIR" in capsys.readouterr().err
        assert main(["copy", str(shared), "--into", str(tmp_path / "mine"), "--with-runs"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == f"Copied 4 images and 1 run into {tmp_path / 'mine'}."
        assert "boxwright merge" in lines[1]
        assert main(["hand-in", str(shared), "--out", str(tmp_path / "in.zip")]) == 0
        assert main(["copy", str(shared), "--into", str(tmp_path / "mine")]) == 1
        assert "is not empty" in capsys.readouterr().err
        with pytest.raises(SystemExit):
            main(["copy", str(shared), "--boxes-only", "--with-runs"])
        assert main(["copy", str(shared), "--boxes-only"]) == 0
    assert "the photos are read where they are" in capsys.readouterr().out
    assert main(["import", str(tmp_path / "mine"), str(tmp_path / "a.csv")]) == 0


def test_a_drive_that_keeps_no_rights_holds_a_copy_all_the_same(shared: Path, tmp_path: Path, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(project_copy.shutil, "copystat", refuse)
    assert copy_project(shared, tmp_path / "stick").images == 4
