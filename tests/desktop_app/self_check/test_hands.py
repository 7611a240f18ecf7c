"""Hands press what a person could press, and nothing else; waiting ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.self_check import hands
from desktop_app.self_check.waiting import Patience, StepFailedError


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    QVBoxLayout(widget)
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_a_click_reaches_the_button_unless_it_is_off(page):
    clicks = []
    button = QPushButton("&Start")
    button.clicked.connect(lambda: clicks.append(1))
    page.layout().addWidget(button)
    button.show()
    hands.click(button)
    assert clicks == [1]
    button.setEnabled(False)
    with pytest.raises(StepFailedError, match="“Start” can't be clicked now"):
        hands.click(button)


def test_numbers_are_typed_into_the_field(page):
    field = QSpinBox()
    field.setRange(1, 500)
    page.layout().addWidget(field)
    hands.type_number(page, 64)
    assert field.value() == 64


@pytest.fixture
def _own_file_dialogs(qapp):
    attribute = Qt.ApplicationAttribute.AA_DontUseNativeDialogs
    before = QCoreApplication.testAttribute(attribute)
    QCoreApplication.setAttribute(attribute)
    yield
    QCoreApplication.setAttribute(attribute, before)


@pytest.mark.usefixtures("_own_file_dialogs")
def test_a_file_dialog_gets_the_path(page, tmp_path):
    chosen = []
    hands.answer_file_dialog(
        lambda: chosen.append(QFileDialog.getSaveFileName(page, "Save", str(tmp_path))[0]), tmp_path / "é 1.csv"
    )
    hands.answer_file_dialog(lambda: chosen.append(QFileDialog.getExistingDirectory(page, "Open", "/")), tmp_path)
    assert [Path(path) for path in chosen] == [tmp_path / "é 1.csv", tmp_path]


def test_it_is_told_when_no_file_dialog_comes(page, tmp_path):
    with pytest.raises(StepFailedError, match="No file dialog took"):
        hands.answer_file_dialog(lambda: None, tmp_path)


def test_waiting_ends_with_what_happened_or_with_a_sentence(qapp):
    Patience(lambda: "").wait(lambda: True, "it is there", 5)
    with pytest.raises(StepFailedError, match=r"did not happen within 0\.1 seconds that it is there"):
        Patience(lambda: "").wait(lambda: False, "it is there", 0.1)
    with pytest.raises(StepFailedError, match="While it waited until it is there: a bug"):
        Patience(lambda: "a bug").wait(lambda: False, "it is there", 60)
