"""A list of problems is whole, however long it is."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit

from desktop_app.dialogs.problem_list import MOST_SHOWN, ProblemList
from training.dataset.dataset import Problem


def lines_shown(qtbot, count):
    problems = ProblemList()
    qtbot.addWidget(problems)
    problems.show_problems("Out:", [Problem("boxes.csv", line, "no such image") for line in range(count)])
    return problems, problems.findChild(QPlainTextEdit).toPlainText().splitlines()


def test_all_of_a_list_of_ten_thousand_is_shown(qtbot):
    problems, shown = lines_shown(qtbot, MOST_SHOWN)
    assert shown[-1] == f"boxes.csv, line {MOST_SHOWN - 1}: no such image"
    assert problems.text.splitlines() == shown


def test_a_longer_one_says_so_and_is_copied_whole(qtbot, qapp):
    problems, shown = lines_shown(qtbot, 200_000)
    assert len(shown) == MOST_SHOWN + 1
    assert shown[0] == "boxes.csv, line 0: no such image"
    assert "190000 more" in shown[-1]
    problems.copy_button.click()
    copied = qapp.clipboard().text().splitlines()
    assert (len(copied), copied[-1]) == (200_000, "boxes.csv, line 199999: no such image")
