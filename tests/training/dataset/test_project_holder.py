"""Who has a project open is told to others, and nobody who has gone keeps them out."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from tests.helpers.another_process import another_process
from training.dataset import project_holder
from training.dataset.project_holder import SILENCE_SECONDS, Holder, holder_in
from training.dataset.project_lock import holder_file_of, holder_of
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectBusyError, ProjectError, ProjectStore

ON_DESK_7 = {"host": "DESK-7", "user": "ada", "pid": 1, "token": "theirs"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    store = ProjectStore.open(tmp_path)
    store.write([ImageRecord("one.png")])
    store.close()
    return store.project_file


def written_by_desk_7(project: Path, age: float = 0.0) -> Path:
    file = holder_file_of(project)
    file.write_text(json.dumps(ON_DESK_7))
    os.utime(file, (time.time() - age,) * 2)
    return file


def test_a_busy_project_says_which_process_has_it(project: Path):
    with another_process(project.parent, "writes") as process:
        with pytest.raises(ProjectBusyError) as busy:
            ProjectStore.open(project)
        assert busy.value.holder is not None
        assert busy.value.holder.pid == process.pid
        assert busy.value.holder.is_here
    assert holder_of(project) is None


def test_a_killed_process_leaves_its_name_and_keeps_nobody_out(project: Path):
    with another_process(project.parent, "writes") as process:
        process.kill()
        process.wait()
        assert holder_of(project) is not None
        store = ProjectStore.open(project)
        store.write([ImageRecord("two.png")])
        assert holder_of(project).pid == os.getpid()
        store.close()
    assert sorted(path.name for path in project.parent.iterdir()) == ["project.boxwright"]


def test_another_computer_counts_while_it_renews_its_name_even_if_its_lock_is_not_seen(project: Path):
    file = written_by_desk_7(project)
    with pytest.raises(ProjectBusyError, match=r"open in another window or command of ada on DESK-7") as busy:
        ProjectStore.open(project)
    assert busy.value.holder == Holder(**ON_DESK_7)
    assert json.loads(file.read_text()) == ON_DESK_7
    ProjectStore.open(project, read_only=True).close()


def test_a_computer_that_has_been_silent_keeps_nobody_out(project: Path):
    file = written_by_desk_7(project, age=SILENCE_SECONDS + 1)
    store = ProjectStore.open(project)
    assert holder_in(file).pid == os.getpid()
    store.close()
    assert not file.exists()


def test_on_a_drive_without_locks_the_name_alone_keeps_a_second_one_out(project: Path, monkeypatch: pytest.MonkeyPatch):
    def no_locks(self, timeout=None, **_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(FileLock, "acquire", no_locks)
    store = ProjectStore.open(project)
    with pytest.raises(ProjectBusyError):
        ProjectStore.open(project)
    store.close()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    here = Holder(project_holder.platform.node(), "", ended.pid, "theirs")
    holder_file_of(project).write_text(json.dumps({"host": here.host, "user": "", "pid": here.pid, "token": "x"}))
    ProjectStore.open(project).close()


def test_who_slept_while_another_took_the_project_writes_nothing_more(project: Path, monkeypatch: pytest.MonkeyPatch):
    store = ProjectStore.open(project)
    written_by_desk_7(project)
    true_time = time.time
    monkeypatch.setattr(project_holder.time, "time", lambda: true_time() + 60)
    with pytest.raises(ProjectError, match="was opened by ada on DESK-7 while this computer slept"):
        store.write([ImageRecord("two.png")])
    store.close()
    assert holder_of(project) == Holder(**ON_DESK_7)
    reader = ProjectStore.open(project, read_only=True)
    assert [record.path for record in reader.records()] == ["one.png"]
    reader.close()


def test_the_name_is_renewed(project: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(project_holder, "BEAT_SECONDS", 0.01)
    store = ProjectStore.open(project)
    file = holder_file_of(project)
    os.utime(file, (1, 1))
    deadline = time.monotonic() + 10
    while file.stat().st_mtime < 2 and time.monotonic() < deadline:
        pass
    assert file.stat().st_mtime > 2
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_the_lock_of_another_person_can_be_used_by_all(project: Path):
    store = ProjectStore.open(project)
    lock = project.with_name(".project.boxwright.lock")
    assert lock.stat().st_mode & 0o666 == 0o666
    store.close()


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"\xff", b'{"host": 1}', b'{"host": "a", "user": "b", "pid": "c", "token": ""}', b"[" * 1999],
)
def test_a_name_that_is_none_is_ignored(project: Path, content: bytes):
    holder_file_of(project).write_bytes(content)
    assert holder_of(project) is None
    store = ProjectStore.open(project)
    store.write(classes=(ClassRecord(1, "cat", "#ff0000"),))
    store.close()


def test_names_are_shown_without_what_a_terminal_obeys(project: Path):
    holder_file_of(project).write_text(json.dumps({**ON_DESK_7, "user": "a\x1b[2Jb" + "c" * 500}))
    assert holder_of(project).user.startswith("a[2Jb")
    assert len(holder_of(project).user) == 80
