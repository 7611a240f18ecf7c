"""Project files of other versions, other programs and other journals."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from training.dataset import store_schema
from training.dataset.box import ProjectBox
from training.dataset.records import AnsweredProposal, ClassRecord, ImageRecord
from training.dataset.store import PROJECT_NAME, ProjectError, ProjectStore, ProjectTooNewError

CLASSES = (ClassRecord(1, "cat", "#ff0000"),)
RECORD = ImageRecord("a.jpg", 10, 10, (ProjectBox(1, 2, 3, 4, 1),))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of the present version, closed."""
    store = ProjectStore.open(tmp_path)
    store.write([RECORD], CLASSES)
    store.close()
    return tmp_path


def pragma(project: Path, name: str) -> object:
    with closing(sqlite3.connect(project / PROJECT_NAME)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_project_file_says_what_it_is(project: Path):
    assert pragma(project, "application_id") == int.from_bytes(b"BXWR", "big")
    assert pragma(project, "user_version") == store_schema.SCHEMA_VERSION
    assert pragma(project, "journal_mode") == "wal"


def test_a_newer_project_is_refused_with_a_sentence(project: Path):
    newer = store_schema.SCHEMA_VERSION + 1
    with closing(sqlite3.connect(project / PROJECT_NAME)) as connection:
        connection.execute(f"PRAGMA user_version = {newer}")
    content = (project / PROJECT_NAME).read_bytes()
    for read_only in (False, True):
        with pytest.raises(ProjectTooNewError, match=f"newer version of Boxwright.*format is {newer}"):
            ProjectStore.open(project, read_only=read_only)
    assert (project / PROJECT_NAME).read_bytes() == content


def with_next_version(monkeypatch: pytest.MonkeyPatch, *, fails: bool = False) -> int:
    """Pretends that the program went on to the next format, where classes have a note."""
    old = store_schema.SCHEMA_VERSION

    def migrate(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE class ADD COLUMN note TEXT NOT NULL DEFAULT ''")
        if fails:
            connection.execute("ALTER TABLE nothing ADD COLUMN note TEXT")

    monkeypatch.setattr(store_schema, "SCHEMA_VERSION", old + 1)
    monkeypatch.setitem(store_schema.MIGRATIONS, old, migrate)
    return old


FIRST_VERSION = """
CREATE TABLE setting (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE class (
    id INTEGER PRIMARY KEY, position INTEGER NOT NULL, name TEXT NOT NULL, colour TEXT NOT NULL
) STRICT;
CREATE TABLE image (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, width INTEGER, height INTEGER, reviewed INTEGER NOT NULL,
    class_id INTEGER REFERENCES class (id) DEFERRABLE INITIALLY DEFERRED, split TEXT, box_count INTEGER NOT NULL
) STRICT;
CREATE TABLE box (
    image_id INTEGER NOT NULL REFERENCES image (id), position INTEGER NOT NULL,
    class_id INTEGER NOT NULL REFERENCES class (id) DEFERRABLE INITIALLY DEFERRED,
    xmin REAL NOT NULL, ymin REAL NOT NULL, xmax REAL NOT NULL, ymax REAL NOT NULL,
    PRIMARY KEY (image_id, position), CHECK (xmin < xmax AND ymin < ymax)
) STRICT, WITHOUT ROWID;
CREATE INDEX box_of_class ON box (class_id);
CREATE INDEX image_of_class ON image (class_id) WHERE class_id IS NOT NULL;
INSERT INTO class VALUES (1, 0, 'cat', '#ff0000');
INSERT INTO image VALUES (1, 'a.jpg', 10, 10, 0, NULL, 'train', 1);
INSERT INTO box VALUES (1, 0, 1, 1, 2, 3, 4);
"""


def test_a_project_of_the_first_version_opens_with_boxes_drawn_by_hand_and_can_be_written(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / PROJECT_NAME)) as connection:
        connection.executescript(
            f"PRAGMA application_id = {store_schema.APPLICATION_ID}; PRAGMA user_version = 1; {FIRST_VERSION}"
        )
    read = ProjectStore.open(tmp_path, read_only=True)
    assert read.record("a.jpg").boxes == RECORD.boxes
    assert read.boxes() == [("a.jpg", RECORD.boxes[0])]
    read.close()
    store = ProjectStore.open(tmp_path)
    before = store.record("a.jpg")
    assert [box.origin for box in before.boxes] == [""]
    assert before.answered == ()
    answer = AnsweredProposal(1, 2, 3, 4, class_id=9, origin="run", accepted=False)
    after = replace(before, boxes=(replace(before.boxes[0], origin="run"),), answered=(answer,))
    store.write([after])
    store.close()
    assert pragma(tmp_path, "user_version") == store_schema.SCHEMA_VERSION
    assert (tmp_path / f"{PROJECT_NAME}.version-1.bak").exists()
    store = ProjectStore.open(tmp_path)
    assert store.record("a.jpg") == after
    assert store.answered("run") == [("a.jpg", answer)]
    assert store.answered("another run") == []
    store.close()


def test_a_migrated_project_has_the_tables_of_a_new_one(project: Path, tmp_path_factory: pytest.TempPathFactory):
    old = tmp_path_factory.mktemp("old")
    with closing(sqlite3.connect(old / PROJECT_NAME)) as connection:
        connection.executescript(
            f"PRAGMA application_id = {store_schema.APPLICATION_ID}; PRAGMA user_version = 1; {FIRST_VERSION}"
        )
    ProjectStore.open(old).close()
    assert columns(old) == columns(project)


def columns(project: Path) -> dict[str, set[tuple]]:
    tables = ("box", "answered", "image", "class")
    with closing(sqlite3.connect(project / PROJECT_NAME)) as connection:
        return {
            name: {row[1:5] for row in connection.execute(f"SELECT * FROM pragma_table_info('{name}')")}
            for name in tables
        }


def test_an_older_project_is_migrated_after_a_backup_copy(project: Path, monkeypatch: pytest.MonkeyPatch):
    old = with_next_version(monkeypatch)
    store = ProjectStore.open(project)
    assert store.record("a.jpg") == RECORD
    store.close()
    assert pragma(project, "user_version") == old + 1
    backup = project / f"{PROJECT_NAME}.version-{old}.bak"
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (old,)
        assert connection.execute("SELECT count(*) FROM box").fetchone() == (1,)
        assert "note" not in [row[1] for row in connection.execute("PRAGMA table_info(class)")]


def test_an_older_project_that_is_only_read_stays_as_it_is(project: Path, monkeypatch: pytest.MonkeyPatch):
    content = (project / PROJECT_NAME).read_bytes()
    with_next_version(monkeypatch)
    store = ProjectStore.open(project, read_only=True)
    assert store.record("a.jpg") == RECORD
    store.close()
    assert (project / PROJECT_NAME).read_bytes() == content
    assert [path.name for path in project.iterdir()] == [PROJECT_NAME]


def test_a_migration_that_fails_leaves_the_old_project(project: Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as newer:
        old = with_next_version(newer, fails=True)
        with pytest.raises(ProjectError, match="cannot be opened"):
            ProjectStore.open(project)
    assert pragma(project, "user_version") == old
    store = ProjectStore.open(project)
    assert store.record("a.jpg") == RECORD
    store.close()


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\0" * 200])
def test_a_file_that_is_no_project_is_refused_with_a_sentence(tmp_path: Path, content: bytes):
    path = tmp_path / PROJECT_NAME
    path.write_bytes(content)
    with pytest.raises(ProjectError, match="is not a Boxwright project"):
        ProjectStore.open(tmp_path)
    assert path.read_bytes() == content


def test_somebody_elses_database_is_refused_and_left_alone(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "other.boxwright")) as connection:
        connection.execute("CREATE TABLE image (id)")
        connection.commit()
    content = (tmp_path / "other.boxwright").read_bytes()
    with pytest.raises(ProjectError, match="is not a Boxwright project"):
        ProjectStore.open(tmp_path / "other.boxwright")
    assert (tmp_path / "other.boxwright").read_bytes() == content


def test_a_damaged_project_is_refused_with_a_sentence(project: Path):
    path = project / PROJECT_NAME
    content = bytearray(path.read_bytes())
    content[100:] = b"\xaa" * (len(content) - 100)
    path.write_bytes(content)
    with pytest.raises(ProjectError, match=r"damaged|malformed"):
        ProjectStore.open(project).summaries()


@pytest.mark.parametrize("path", ["../../secret.png", "/etc/secret.png", "a/../../b.png", "..\\b.png"])
def test_a_project_that_leaves_its_folder_is_refused(project: Path, path: str):
    with closing(sqlite3.connect(project / PROJECT_NAME)) as connection:
        connection.execute("UPDATE image SET path = ?", (path,))
        connection.commit()
    with pytest.raises(ProjectError, match="outside its folder"):
        ProjectStore.open(project)


def test_dots_in_names_do_not_leave_the_folder(tmp_path: Path):
    store = ProjectStore.open(tmp_path)
    record = ImageRecord("a..b/..c/d...png")
    store.write([record])
    store.close()
    store = ProjectStore.open(tmp_path)
    assert store.record(record.path) == record
    store.close()


class WithoutSharedMemory(sqlite3.Connection):
    """A database on a drive where the write-ahead log does not work."""

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
        if "journal_mode = WAL" in sql:
            raise sqlite3.OperationalError("unable to open database file")
        return super().execute(sql, *values)


def test_where_the_log_does_not_work_the_journal_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real = sqlite3.connect
    monkeypatch.setattr(
        store_schema.sqlite3, "connect", lambda *args, **options: real(*args, factory=WithoutSharedMemory, **options)
    )
    store = ProjectStore.open(tmp_path)
    store.write([RECORD], CLASSES)
    store.checkpoint()
    assert not Path(f"{store.project_file}-wal").exists()
    with store._file.reading() as connection:
        assert connection is not None
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    store.close()
    store = ProjectStore.open(tmp_path)
    assert store.record("a.jpg") == RECORD
    store.close()
