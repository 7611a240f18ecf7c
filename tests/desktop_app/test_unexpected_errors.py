"""A bug becomes a dialog and an entry in the log, and the program goes on."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop_app import unexpected_errors
from desktop_app.unexpected_errors import UnexpectedErrors, write_log

PATIENCE_MS = 10_000


@pytest.fixture
def log(tmp_path):
    return tmp_path / "logs" / "boxwright.log"


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
    write_log(tmp_path / "a file" / "boxwright.log", "Traceback of something")
    assert "Traceback of something" in capsys.readouterr().err


def test_a_log_does_not_grow_for_ever(log, monkeypatch):
    monkeypatch.setattr(unexpected_errors, "LARGEST_LOG", 100)
    write_log(log, "first " * 50)
    write_log(log, "second")
    assert "first" not in log.read_text(encoding="utf-8")
    assert "first" in log.with_suffix(".old.log").read_text(encoding="utf-8")
