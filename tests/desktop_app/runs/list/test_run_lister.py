from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from desktop_app.runs.list import run_lister
from desktop_app.runs.list.run_lister import RunLister
from desktop_app.runs.training_control import TrainingControl


@pytest.fixture
def lister(qtbot, document, settings):
    window = QWidget()
    qtbot.addWidget(window)
    control = TrainingControl(document, settings, window, devices_command=[])
    made = RunLister(control, document, settings)
    yield made
    made.set_watching(False)
    control.shut_down()
    made.deleteLater()


def test_after_a_reading_that_failed_the_list_is_read_again(qtbot, lister, monkeypatch):
    monkeypatch.setattr(run_lister, "list_runs", lambda _runs: 1 / 0)
    with qtbot.captureExceptions() as errors, qtbot.waitSignal(lister.failed):
        lister.refresh()
    qtbot.waitUntil(lambda: len(errors) == 1)
    monkeypatch.undo()
    with qtbot.waitSignal(lister.listed) as listed:
        lister.refresh()
    assert listed.args == [[]]
