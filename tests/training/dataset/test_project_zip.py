"""A project is handed in as one zip: everything that belongs to it, nothing else, whoever has it open."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from pathlib import Path

import pytest

from tests.helpers.labelled_projects import make_labelled_project
from tests.helpers.pictures import write_picture
from training.dataset.box import ProjectBox
from training.dataset.project_errors import ProjectError
from training.dataset.project_unzip import unpack_project
from training.dataset.project_zip import write_project_zip
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "Jördis' photos"
    make_labelled_project(folder, labelled=2, negatives=1, unlabelled=1)
    write_picture(folder / "sub" / "deep.jpg")
    for name in (".hidden.png", "notes.txt", ".cache/x.png", "runs/2024-localizer/report.json", "runs/x/last.keras"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"{}")
    return folder


def names_in(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def names_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def records_of(folder: Path) -> list[ImageRecord]:
    store = ProjectStore.open(folder, read_only=True)
    try:
        return list(store.records())
    finally:
        store.close()


def test_a_photo_without_an_ending_comes_back_and_other_files_without_one_stay_out(project: Path, tmp_path: Path):
    (project / "00.png").rename(project / "scan")
    write_project_zip(project, tmp_path / "in.zip")
    with zipfile.ZipFile(tmp_path / "in.zip", "a") as archive:
        archive.writestr("runme", b"#!/bin/sh")
    result = unpack_project(tmp_path / "in.zip", tmp_path / "new")
    assert (result.images, result.foreign) == (5, 1)
    assert (tmp_path / "new" / "scan").read_bytes() == (project / "scan").read_bytes()
    assert not (tmp_path / "new" / "runme").exists()


def test_photos_and_project_are_in_it_and_nothing_else(project: Path, tmp_path: Path):
    result = write_project_zip(project, tmp_path / "in.zip")
    photos = ["00.png", "01.png", "02.png", "03.png", "sub/deep.jpg"]
    assert names_in(tmp_path / "in.zip") == ["project.boxwright", *photos]
    assert (result.images, result.runs, result.problems) == (5, 0, ())
    assert result.size == (tmp_path / "in.zip").stat().st_size
    with zipfile.ZipFile(tmp_path / "in.zip") as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.read("00.png") == (project / "00.png").read_bytes()


def test_reports_and_models_of_runs_come_where_they_are_wanted(project: Path, tmp_path: Path):
    result = write_project_zip(project, tmp_path / "in.zip", with_runs=True)
    assert result.runs == 1
    assert names_in(tmp_path / "in.zip")[-1] == "runs/2024-localizer/report.json"


def test_there_and_back(project: Path, tmp_path: Path):
    write_project_zip(project, tmp_path / "in.zip")
    unpacked = unpack_project(tmp_path / "in.zip", tmp_path / "new" / "place")
    assert records_of(unpacked.folder) == records_of(project)
    assert (unpacked.folder / "sub" / "deep.jpg").read_bytes() == (project / "sub" / "deep.jpg").read_bytes()
    assert names_of(unpacked.folder.parent) == ["place"]
    assert names_of(unpacked.folder) == ["00.png", "01.png", "02.png", "03.png", "project.boxwright", "sub"]


def test_what_somebody_just_drew_in_an_open_window_is_in_it(project: Path, tmp_path: Path):
    """It is in the journal still, which is not copied: SQLite's own backup takes it along."""
    store = ProjectStore.open(project)
    try:
        drawn = ImageRecord("03.png", 96, 64, (ProjectBox(1, 2, 30, 40, 1),))
        store.write([drawn])
        assert (project / "project.boxwright-wal").stat().st_size > 0
        write_project_zip(project, tmp_path / "in.zip")
    finally:
        store.close()
    unpack_project(tmp_path / "in.zip", tmp_path / "new")
    assert drawn in records_of(tmp_path / "new")


def test_an_older_project_is_brought_up_to_date_in_the_zip_only(project: Path, tmp_path: Path):
    with sqlite3.connect(project / "project.boxwright") as connection:
        connection.executescript(
            "DROP TABLE answered; ALTER TABLE box DROP COLUMN origin; ALTER TABLE box DROP COLUMN extra;"
            "ALTER TABLE image DROP COLUMN extra; PRAGMA user_version = 1;"
        )
    connection.close()
    write_project_zip(project, tmp_path / "in.zip")
    unpack_project(tmp_path / "in.zip", tmp_path / "new")
    assert records_of(tmp_path / "new") == records_of(project)
    with sqlite3.connect(project / "project.boxwright") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_a_photo_whose_name_is_none_elsewhere_keeps_its_boxes(tmp_path: Path):
    folder = tmp_path / "photos"
    write_picture(folder / "12:30.png")
    write_picture(folder / "a.png")
    write_picture(folder / "A.PNG")
    store = ProjectStore.open(folder)
    box = ProjectBox(1, 2, 30, 40, 1)
    store.write([ImageRecord("12:30.png", 96, 64, (box,))], (ClassRecord(1, "cup", "#ff0000"),))
    store.close()
    result = write_project_zip(folder, tmp_path / "in.zip")
    assert result.renamed[0] == ("12:30.png", "12_30.png")
    assert len(result.renamed) == 2
    unpacked = unpack_project(tmp_path / "in.zip", tmp_path / "new")
    assert unpacked.images == 3
    assert [(record.path, record.boxes) for record in records_of(tmp_path / "new")] == [("12_30.png", (box,))]


def test_a_folder_without_a_project_yet_can_be_handed_out(tmp_path: Path):
    write_picture(tmp_path / "photos" / "a.png")
    write_project_zip(tmp_path / "photos", tmp_path / "out.zip")
    unpack_project(tmp_path / "out.zip", tmp_path / "new")
    assert records_of(tmp_path / "new") == []
    assert not (tmp_path / "photos" / "project.boxwright").exists()


def test_a_photo_that_cannot_be_read_stays_out_and_is_told(project: Path, tmp_path: Path, monkeypatch):
    opened = Path.open

    def refusing(path: Path, *arguments, **options):
        if path.name == "01.png":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refusing)
    result = write_project_zip(project, tmp_path / "in.zip")
    assert result.images == 4
    assert [str(problem) for problem in result.problems] == ["01.png: stays out: Permission denied"]


class CancelledError(Exception):
    pass


def test_cancelling_leaves_nothing_and_keeps_the_former_zip(project: Path, tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "in.zip").write_bytes(b"the former one")

    def cancelling(done: int, total: int) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        write_project_zip(project, out / "in.zip", progress=cancelling)
    assert names_of(out) == ["in.zip"]
    assert (out / "in.zip").read_bytes() == b"the former one"


def test_progress_ends_with_everything(project: Path, tmp_path: Path):
    (project / "04.png").write_bytes(os.urandom(3 * 2**20))
    told: list[tuple[int, int]] = []
    write_project_zip(project, tmp_path / "in.zip", progress=lambda *numbers: told.append(numbers))
    assert told[-1][0] == told[-1][1] > 3 * 1024
    assert len(told) > 4


def test_the_zip_has_the_ending_of_one(project: Path, tmp_path: Path):
    with pytest.raises(ProjectError, match="ends with"):
        write_project_zip(project, project / "project.boxwright")


def test_a_full_disk_leaves_nothing(project: Path, tmp_path: Path, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "open", full)
    out = tmp_path / "out"
    with pytest.raises(OSError, match="No space"):
        write_project_zip(project, out / "in.zip")
    assert names_of(out) == []
