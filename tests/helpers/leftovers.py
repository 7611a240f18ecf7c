"""What a test may leave behind. Qt is looked at only where the test has loaded it."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POOL_PATIENCE_MS = 5000
INTERNALS_OF_QT = ("QTipLabel",)


def windows() -> list[str]:
    application = _application()
    if application is None:
        return []
    _finish_deleting()
    if _top_levels():
        gc.collect()
        _finish_deleting()
    return [f"window {type(widget).__name__} {widget.windowTitle()!r}" for widget in _top_levels()]


def _top_levels():
    widgets = _application().topLevelWidgets()
    return [widget for widget in widgets if widget.metaObject().className() not in INTERNALS_OF_QT]


def _finish_deleting() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _application():
    if "PySide6.QtWidgets" not in sys.modules:
        return None
    from PySide6.QtWidgets import QApplication

    return QApplication.instance()


@contextmanager
def recorded_qthreads() -> Iterator[list[weakref.ref]]:
    started: list[weakref.ref] = []
    if "PySide6.QtCore" not in sys.modules:
        yield started
        return
    from PySide6.QtCore import QThread

    original = QThread.start

    def start(self, *args) -> None:
        started.append(weakref.ref(self))
        original(self, *args)

    QThread.start = start
    try:
        yield started
    finally:
        QThread.start = original


def running_qthreads(started: list[weakref.ref]) -> list[str]:
    if not started:
        return []
    import shiboken6

    threads = [reference() for reference in started]
    return [
        f"thread {type(thread).__name__}"
        for thread in threads
        if thread is not None and shiboken6.isValid(thread) and thread.isRunning()
    ]


def pool_jobs() -> list[str]:
    if _application() is None:
        return []
    from PySide6.QtCore import QThreadPool

    pool = QThreadPool.globalInstance()
    return [] if pool.waitForDone(POOL_PATIENCE_MS) else [f"{pool.activeThreadCount()} jobs in the thread pool"]


def child_processes() -> set[int]:
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return set()
    children: set[int] = set()
    for task in tasks.iterdir():
        try:
            children.update(map(int, (task / "children").read_text().split()))
        except FileNotFoundError:
            continue
    return {pid for pid in children if not _is_dead(pid)}


def _is_dead(pid: int) -> bool:
    """A zombie has ended; Python collects it the next time it starts a process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def python_threads() -> set[threading.Thread]:
    return {
        thread
        for thread in threading.enumerate()
        if not thread.daemon and thread.is_alive() and not isinstance(thread, threading._DummyThread)
    }
