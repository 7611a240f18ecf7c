"""A zip that somebody handed in is checked before anything of it is there, and nothing is ever written over."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.helpers.labelled_projects import make_labelled_project
from training.dataset.project_errors import ProjectError, ProjectTooNewError
from training.dataset.project_unzip import ProjectZipError, free_folder, is_project_zip, unpack_project
from training.dataset.project_zip import write_project_zip
from training.dataset.store import ProjectStore

# Written as SQLite writes it: not every SQLite has the module itself.
_VIRTUAL = (
    "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) "
    "VALUES ('table', 'words', 'words', 0, 'CREATE VIRTUAL TABLE words USING fts5(word)')"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "photos"
    make_labelled_project(folder, labelled=2, negatives=1, unlabelled=0)
    run = folder / "runs" / "2024-localizer"
    run.mkdir(parents=True)
    (run / "report.json").write_text("{}")
    (run / "best.tflite").write_bytes(b"no model")
    write_project_zip(folder, folder.parent / "handed in.zip", with_runs=True)
    return folder.parent / "handed in.zip"


@pytest.fixture
def zipped(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path))


@pytest.fixture
def refused(zipped: Path, tmp_path: Path) -> Callable[[Path], str]:
    """Why it is not unpacked; and nothing of it is left."""

    def reason_of(path: Path) -> str:
        with pytest.raises(ProjectError) as caught:
            unpack_project(path, tmp_path / "place" / "new", with_runs=True)
        place = tmp_path / "place"
        assert not place.exists() or list(place.iterdir()) == []
        return str(caught.value)

    return reason_of


def add(path: Path, name: str | zipfile.ZipInfo, content: bytes = b"x") -> Path:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, content)
    return path


def with_project(path: Path, change: Callable[[sqlite3.Connection], object]) -> Path:
    """The same zip with another project file in it."""
    folder = path.parent / "changed"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    with closing(sqlite3.connect(folder / "project.boxwright", isolation_level=None)) as connection:
        change(connection)
    return packed(folder, path.parent / "other.zip")


def packed(folder: Path, target: Path, top: str = "") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, top + path.relative_to(folder).as_posix())
    return target


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../evil.png", "leads out"),
        ("/etc/evil.png", "not inside"),
        ("C:evil.png", "not inside"),
        ("con.png", "on Windows"),
        ("more.zip", "another archive"),
        ("00.PNG", "tell apart"),
        ("00.png/inside.png", "same name"),
    ],
)
def test_a_name_that_could_lead_elsewhere(zipped: Path, refused, name: str, why: str):
    assert why in refused(add(zipped, name))


def test_a_link(zipped: Path, refused):
    entry = zipfile.ZipInfo("link.png")
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "link" in refused(add(zipped, entry, b"/etc/passwd"))


def test_a_file_that_grows_without_end(zipped: Path, refused):
    with zipfile.ZipFile(zipped, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.png", bytes(20 * 2**20))
    assert "grows to more than" in refused(zipped)


def test_a_damaged_photo(zipped: Path, refused):
    content = bytearray(zipped.read_bytes())
    with zipfile.ZipFile(zipped) as archive:
        start = archive.getinfo("01.png").header_offset
    content[start + 50] ^= 0xFF
    zipped.write_bytes(content)
    assert "damaged" in refused(zipped)


def test_a_zip_that_is_cut_off(zipped: Path, refused):
    zipped.write_bytes(zipped.read_bytes()[:-400])
    assert "damaged or cut off" in refused(zipped)


def test_a_zip_without_a_project(tmp_path: Path, zipped: Path, refused):
    with zipfile.ZipFile(tmp_path / "holiday.zip", "w") as archive:
        archive.writestr("a.png", b"x")
    assert refused(tmp_path / "holiday.zip").endswith("there is no project.boxwright in it")
    assert not is_project_zip(tmp_path / "holiday.zip")
    assert is_project_zip(zipped)


def written(connection: sqlite3.Connection, statement: str) -> None:
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER UPDATE ON image BEGIN DELETE FROM box; END",
        "CREATE VIEW v AS SELECT * FROM image",
        _VIRTUAL,
    ],
)
def test_a_project_that_is_more_than_tables(zipped: Path, refused, statement: str):
    assert "more than tables" in refused(with_project(zipped, lambda connection: written(connection, statement)))


def test_a_project_that_names_images_elsewhere(zipped: Path, refused):
    leaving = "UPDATE image SET path = '../../secret.png' WHERE path = '00.png'"
    assert "outside" in refused(with_project(zipped, lambda connection: connection.execute(leaving)))


def test_a_project_without_its_tables(zipped: Path, refused):
    gone = "DROP TABLE box"
    assert "cannot be read" in refused(with_project(zipped, lambda connection: connection.execute(gone)))


def test_a_project_of_a_newer_version(zipped: Path, tmp_path: Path):
    newer = with_project(zipped, lambda connection: connection.execute("PRAGMA user_version = 99"))
    with pytest.raises(ProjectTooNewError):
        unpack_project(newer, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_project_file_that_is_none(tmp_path: Path, refused):
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as archive:
        archive.writestr("project.boxwright", b"hello")
    assert refused(tmp_path / "odd.zip")


def test_more_than_there_is_room_for(zipped: Path, refused, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
    assert "1 are free" in refused(zipped)


def test_no_file_and_no_zip(tmp_path: Path, refused):
    assert "There is no file" in refused(tmp_path / "nowhere.zip")
    (tmp_path / "letter.zip").write_text("Dear Sir or Madam")
    assert "letter.zip is not opened as a project" in refused(tmp_path / "letter.zip")
    assert "no file" in refused(tmp_path)


def test_runs_come_only_when_they_are_wanted_and_models_only_when_they_were_checked(zipped: Path, tmp_path: Path):
    without = unpack_project(zipped, tmp_path / "a")
    assert not (without.folder / "runs").exists()
    assert (without.runs, without.foreign) == (0, 2)
    unchecked = unpack_project(zipped, tmp_path / "b", with_runs=True)
    assert [path.name for path in (unchecked.folder / "runs" / "2024-localizer").iterdir()] == ["report.json"]
    asked: list[str] = []
    checked = unpack_project(zipped, tmp_path / "c", with_runs=True, check_run=lambda run: asked.append(run.name) or "")
    assert asked == ["2024-localizer"]
    assert (checked.folder / "runs" / "2024-localizer" / "best.tflite").read_bytes() == b"no model"
    assert checked.problems == ()
    faulty = unpack_project(zipped, tmp_path / "d", with_runs=True, check_run=lambda _: "it is no model")
    assert not (faulty.folder / "runs" / "2024-localizer" / "best.tflite").exists()
    assert str(faulty.problems[0]) == "runs/2024-localizer: its models stay out: it is no model"


def test_what_is_there_is_never_written_over(zipped: Path, tmp_path: Path):
    there = tmp_path / "there"
    there.mkdir()
    unpack_project(zipped, there)
    (there / "00.png").write_bytes(b"mine")
    with pytest.raises(ProjectError, match="is not empty"):
        unpack_project(zipped, there)
    assert (there / "00.png").read_bytes() == b"mine"
    with pytest.raises(ProjectError, match="is a file"):
        unpack_project(zipped, there / "00.png")
    assert free_folder(tmp_path, Path("there.zip")) == tmp_path / "there 2"


def test_one_that_was_unpacked_and_packed_again_with_a_folder_around_it(zipped: Path, tmp_path: Path):
    unpack_project(zipped, tmp_path / "once")
    (tmp_path / "once" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "once" / "notes.txt").write_bytes(b"x")
    again = add(packed(tmp_path / "once", tmp_path / "again.zip", "My photos/"), "__MACOSX/My photos/._00.png")
    result = unpack_project(again, tmp_path / "twice")
    assert (result.images, result.foreign) == (3, 3)
    assert sorted(path.name for path in result.folder.iterdir()) == ["00.png", "01.png", "02.png", "project.boxwright"]


def test_what_was_unpacked_can_be_worked_on(zipped: Path, tmp_path: Path):
    folder = unpack_project(zipped, tmp_path / "new").folder
    assert os.access(folder, os.W_OK)
    (tmp_path / "usual").mkdir()
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE((tmp_path / "usual").stat().st_mode)
    store = ProjectStore.open(folder)
    store.set_setting("key", "value")
    store.close()


class CancelledError(Exception):
    pass


def test_cancelling_leaves_nothing(zipped: Path, tmp_path: Path):
    def cancelling(done: int, total: int) -> None:
        if done >= total:
            raise CancelledError

    with pytest.raises(CancelledError):
        unpack_project(zipped, tmp_path / "place" / "new", progress=cancelling)
    assert list((tmp_path / "place").iterdir()) == []


def test_a_refusal_is_a_sentence():
    assert str(ProjectZipError(Path("a/b.zip"), "it is odd")) == "b.zip is not opened as a project: it is odd"
