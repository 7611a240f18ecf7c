"""A bug becomes a dialog and an entry in the log, and the program goes on."""

from __future__ import annotations

import logging
import threading

import pytest
from PySide6.QtCore import qWarning
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from desktop_app import program_log
from desktop_app.program_log import LOG, log_start, logging_into
from desktop_app.unexpected_errors import UnexpectedErrors

PATIENCE_MS = 10_000


@pytest.fixture
def log(tmp_path):
    file = tmp_path / "logs" / "boxwright.log"
    with logging_into(file):
        yield file


@pytest.fixture
def errors(qtbot, log):
    errors = UnexpectedErrors(log)
    yield errors
    for dialog in dialogs():
        dialog.close()
    errors.deleteLater()


def dialogs():
    return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMessageBox)]


def raised(text):
    try:
        raise ValueError(text)
    except ValueError as error:
        return type(error), error, error.__traceback__


def test_the_dialog_says_what_happened_and_that_the_boxes_are_stored(qtbot, errors, log):
    errors.handle(*raised("seven is not a colour"))
    qtbot.waitUntil(lambda: bool(dialogs()), timeout=PATIENCE_MS)
    (dialog,) = dialogs()
    assert "your boxes are stored" in dialog.text()
    assert "seven is not a colour" in dialog.informativeText()
    assert str(log) in dialog.informativeText()
    assert "Traceback" in dialog.detailedText()
    assert "test_unexpected_errors.py" in log.read_text(encoding="utf-8")


def test_one_press_copies_all_that_a_bug_report_needs(qtbot, errors):
    errors.handle(*raised("seven is not a colour"))
    qtbot.waitUntil(lambda: bool(dialogs()), timeout=PATIENCE_MS)
    button = dialogs()[0].findChild(QPushButton, "copy_details")
    button.pressed.emit()
    copied = QGuiApplication.clipboard().text()
    assert "ValueError: seven is not a colour" in copied
    assert "Boxwright " in copied
    assert "Last lines of the program's log" in copied


def test_an_error_that_comes_again_and_again_shows_one_dialog(qtbot, errors, log):
    errors.handle(*raised("the first"))
    qtbot.waitUntil(lambda: bool(dialogs()), timeout=PATIENCE_MS)
    (shown,) = dialogs()
    for _ in range(5):
        errors.handle(*raised("again"))
    QApplication.processEvents()
    assert dialogs() == [shown]
    assert "the first" in shown.informativeText()
    assert log.read_text(encoding="utf-8").count("ValueError: again") == 5
    shown.close()
    errors.handle(*raised("another one"))
    qtbot.waitUntil(lambda: any("another one" in shown.informativeText() for shown in dialogs()), timeout=PATIENCE_MS)


def test_an_error_in_another_thread_is_shown_in_the_gui_thread(qtbot, errors, monkeypatch):
    monkeypatch.setattr("sys.excepthook", None)
    monkeypatch.setattr(threading, "excepthook", None)
    errors.install()
    thread = threading.Thread(target=lambda: 1 // 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(dialogs()), timeout=PATIENCE_MS)
    assert "ZeroDivisionError" in dialogs()[0].informativeText()


def test_a_log_that_can_not_be_written_is_no_second_error(tmp_path, capsys):
    (tmp_path / "a file").write_text("in the way")
    with logging_into(tmp_path / "a file" / "boxwright.log"):
        LOG.error("Traceback of something")
    told = capsys.readouterr().err
    assert "cannot be written" in told
    assert "Traceback of something" in told


def test_a_log_does_not_grow_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(program_log, "LARGEST_LOG", 100)
    file = tmp_path / "boxwright.log"
    with logging_into(file):
        LOG.info("first " * 50)
        LOG.info("second")
    assert "first" not in file.read_text(encoding="utf-8")
    assert "first" in file.with_name("boxwright.log.1").read_text(encoding="utf-8")


def test_the_log_tells_when_the_program_started_and_what_qt_complained_of(log, capfd, qtlog):
    log_start()
    with qtlog.disabled():
        program_log.follow_qt()
        qWarning("a widget is upset")
    text = log.read_text(encoding="utf-8")
    assert "starts: Python" in text
    assert "WARNING Qt: a widget is upset" in text
    assert "a widget is upset" in capfd.readouterr().err


def test_nothing_is_left_of_a_log_that_ended(tmp_path):
    with logging_into(tmp_path / "boxwright.log"):
        pass
    assert [handler for handler in LOG.handlers if isinstance(handler, logging.FileHandler)] == []
