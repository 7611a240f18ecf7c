"""The table of runs: what stands in it, its order, its filter, and what another reading moves."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextDocumentFragment
from PySide6.QtWidgets import QAbstractItemView, QLineEdit

from desktop_app.runs.list.run_list_model import SORT_ROLE, RunListModel
from desktop_app.runs.list.run_table import RunTable
from training.run.catalogue.run_summary import RunState, RunSummary
from training.run.run_folder import RunFolder


def summary(name: str, state: RunState = RunState.COMPLETED, **values: object) -> RunSummary:
    usual = {
        "created": 1_770_000_000.0, "dataset_hash": "ab" * 32, "images": {"train": 7, "validation": 2, "test": 1},
        "figures": {"mean_iou": 0.714, "iou50": 0.5, "class_accuracy": 1.0}, "figures_of": "validation", "best_epoch": 9,
        "epochs": 20, "epochs_done": 12, "seconds": 754.0, "recipe": "localizer",
    }  # fmt: skip
    return RunSummary(RunFolder(Path("/runs") / name), name, state, **{**usual, **values})


RUNS = [
    summary("first", created=1.0, figures={"mean_iou": 0.5}),
    summary("second", RunState.FAILED, created=2.0, code="nan_loss", dataset_hash="cd" * 32),
    summary("third", created=3.0, note="with 96 px"),
]


@pytest.fixture
def model(qapp) -> RunListModel:
    made = RunListModel()
    made.show_runs(RUNS)
    return made


@pytest.fixture
def table(qtbot, model) -> RunTable:
    made = RunTable(model)
    qtbot.addWidget(made)
    made.resize(1000, 300)
    made.show()
    return made


def cell(model, name: str, column: str, role=Qt.ItemDataRole.DisplayRole):
    number = [one.name for one in model.columns].index(column)
    return model.index(model.row_of(Path("/runs") / name), number).data(role)


def names(table: RunTable) -> list[str]:
    return [table.filter.index(row, 0).data() for row in range(table.filter.rowCount())]


# --- what stands there


def test_a_row_says_name_outcome_figures_time_images_data_and_recipe(model):
    texts = [model.index(2, column).data() for column in range(model.columnCount())]
    assert texts[:7] == ["third", "Completed", "71 %", "50 %", "100 %", "–", "12:34"]
    assert texts[8:] == ["7/2/1", "abababa", "Localizer"]
    assert cell(model, "first", "class_accuracy") == "–"


def test_tooltips_name_epoch_images_hash_and_the_runs_with_the_same_data(model):
    tip = Qt.ItemDataRole.ToolTipRole
    assert cell(model, "third", "mean_iou", tip) == "Of the model that was kept (epoch 9), validation images"
    assert cell(model, "third", "images", tip) == "7 images to train on, 2 to validate, 1 to test"
    assert cell(model, "third", "data", tip) == f"Same data as “first”\nSHA-256 of dataset.csv: {'ab' * 32}"
    assert "Same data" not in cell(model, "second", "data", tip)
    assert cell(model, "third", "data", Qt.ItemDataRole.DecorationRole) is not None
    assert cell(model, "second", "data", Qt.ItemDataRole.DecorationRole) is None


@pytest.mark.parametrize(
    ("state", "values", "word"),
    [
        (RunState.WAITING, {}, "Waiting"),
        (RunState.TRAINING, {}, "Training · 12 of 20"),
        (RunState.ELSEWHERE, {}, "Training elsewhere"),
        (RunState.STOPPED, {}, "Stopped"),
        (RunState.COMPLETED, {"code": "early_stopped"}, "Stopped early"),
        (RunState.FAILED, {"code": "out_of_memory"}, "Out of memory"),
        (RunState.FAILED, {"code": "something_new"}, "Failed"),
        (RunState.INTERRUPTED, {}, "Interrupted"),
        (RunState.UNREADABLE, {"problem": "No run."}, "Unreadable"),
    ],
)
def test_every_outcome_is_a_word_with_an_icon_and_a_colour(model, state, values, word):
    model.show_runs([summary("one", state, **values)])
    assert cell(model, "one", "outcome") == word
    assert not cell(model, "one", "outcome", Qt.ItemDataRole.DecorationRole).isNull()
    assert isinstance(cell(model, "one", "outcome", Qt.ItemDataRole.ForegroundRole), QColor)
    assert cell(model, "one", "outcome", Qt.ItemDataRole.ToolTipRole)
    assert cell(model, "one", "outcome", Qt.ItemDataRole.AccessibleTextRole) == f"Outcome: {word}"


def test_nothing_from_a_file_is_read_as_markup(model):
    model.show_runs([summary("<b>x", note="<img src='file:///etc/passwd'>", state=RunState.FAILED, reason="<i>")])
    for column in ("name", "outcome"):
        assert "<" not in re.sub("</?qt>|<br>", "", cell(model, "<b>x", column, Qt.ItemDataRole.ToolTipRole))


def test_a_tooltip_of_one_line_shows_an_ampersand_once(model):
    model.show_runs([summary("one", state=RunState.FAILED, reason="Cups & forks.")])
    tip = cell(model, "one", "outcome", Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("<qt>"), "or else it would be shown as it is written"
    assert QTextDocumentFragment.fromHtml(tip).toPlainText().endswith("Cups & forks.")


# --- order and filter


def test_the_newest_stands_first_and_a_column_sorts_by_its_value(table):
    assert names(table) == ["third", "second", "first"]
    figures = [one.name for one in table.filter.model.columns].index("mean_iou")
    table.sortByColumn(figures, Qt.SortOrder.AscendingOrder)
    assert names(table)[0] == "first"
    assert table.filter.index(0, figures).data(SORT_ROLE) == 0.5


@pytest.mark.parametrize(
    ("text", "found"),
    [("96 PX", ["third"]), ("failed", ["second"]), ("no number", ["second"]), ("cdcd", ["second"]), ("t first", ["first"]),
     ("localizer", ["third", "second", "first"]), ("none", [])],
)  # fmt: skip
def test_the_filter_looks_into_names_notes_outcomes_and_data(table, text, found):
    table.filter.set_words(text)
    assert names(table) == found


# --- another reading


def test_selection_and_place_survive_another_reading(table, model):
    many = [summary(f"run {number:03}", created=float(number)) for number in range(100)]
    model.show_runs(many)
    table.select([Path("/runs/run 050"), Path("/runs/run 051")])
    place = table.verticalScrollBar().value()
    assert place > 0
    later = [replace(run, epochs_done=13) for run in many if run.name != "run 090"]
    table.show_runs([*later, summary("new", created=0.5)])
    assert [run.name for run in table.selected] == ["run 051", "run 050"]
    assert table.selected[0].epochs_done == 13
    assert abs(table.verticalScrollBar().value() - place) <= 1
    assert "run 090" not in names(table)
    assert "new" in names(table)


def test_only_what_changed_is_drawn_again(qtbot, model):
    with qtbot.assertNotEmitted(model.dataChanged):
        model.show_runs(RUNS)
    with qtbot.waitSignal(model.dataChanged) as changed:
        model.show_runs([*RUNS[:2], replace(RUNS[2], name="other")])
    assert changed.args[0].row() == changed.args[1].row() == 2


def test_a_name_that_is_being_typed_is_not_taken_away(qtbot, table, model):
    table.select([Path("/runs/second")])
    table.rename_selected()
    assert table.state() == QAbstractItemView.State.EditingState
    editor = table.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "  a   new name ")
    table.show_runs([replace(run, epochs_done=19) for run in RUNS])
    assert model.run_at(0).epochs_done == 12
    with qtbot.waitSignal(model.renamed) as renamed:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert (renamed.args[0].folder.path.name, renamed.args[1]) == ("second", "a new name")
    qtbot.waitUntil(lambda: model.run_at(0).epochs_done == 19)


def test_only_names_are_typed(model):
    assert model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable
    assert not model.flags(model.index(0, 1)) & Qt.ItemFlag.ItemIsEditable
    assert not model.setData(model.index(0, 1), "x")
