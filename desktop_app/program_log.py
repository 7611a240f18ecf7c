"""The program's own log: when it started, what it opened, what went wrong. A run has a log of its own, log.txt."""

from __future__ import annotations

import logging
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler, qVersion

from training.run.report.report import own_version

if TYPE_CHECKING:
    from desktop_app.main_window import MainWindow
    from desktop_app.runs.queued_run import QueuedRun

LOG = logging.getLogger("boxwright")
LARGEST_LOG = 1_000_000  # bytes; then it starts anew beside one older file
FORM = "%(asctime)s %(levelname)s %(message)s"
LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@contextmanager
def logging_into(file: Path) -> Iterator[None]:
    """A file that can't be written is no reason not to start: then the log goes to stderr."""
    handler: logging.Handler
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(file, maxBytes=LARGEST_LOG, backupCount=1, encoding="utf-8")
    except OSError as error:
        handler = logging.StreamHandler(sys.stderr)
        sys.stderr.write(f"{file} cannot be written: {error}\n")
    handler.setFormatter(logging.Formatter(FORM))
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOG.removeHandler(handler)
        handler.close()


def log_start() -> None:
    LOG.info(
        "Boxwright %s starts: Python %s, Qt %s, %s",
        own_version(),
        platform.python_version(),
        qVersion(),
        platform.platform(),
    )


def follow_window(window: MainWindow) -> None:
    """Which projects it opened, and how its runs ended: what somebody who reads the log must know."""
    document, queue = window.document, window.training.queue

    def on_opened() -> None:
        if document.is_open:
            LOG.info("Opened %s: %d images", document.project_file, len(document.images))

    def on_ended(queued: QueuedRun) -> None:
        run = queued.run
        LOG.info("A run ended: %s, %s", None if run.folder is None else run.folder.path, run.outcome)

    document.project_opened.connect(on_opened)
    queue.ended.connect(on_ended)


def follow_qt() -> None:
    """What Qt complains of goes into the log, and to stderr as before."""
    qInstallMessageHandler(_on_qt_message)


def _on_qt_message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    LOG.log(LEVELS.get(kind, logging.WARNING), "Qt: %s", text)
    sys.stderr.write(f"{text}\n")
