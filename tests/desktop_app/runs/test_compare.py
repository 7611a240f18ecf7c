"""Runs beside each other: what is drawn, which settings differ, which figure is the best, and what can be copied."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop_app.runs.charts.chart_request import Across
from desktop_app.runs.charts.compare_rows import CompareRow, best_of
from desktop_app.runs.charts.compare_table import told_apart
from desktop_app.runs.charts.compare_view import CompareView
from desktop_app.runs.page.setting_words import setting_keys, setting_label, setting_value
from desktop_app.runs.training_run import TrainingRun
from tests.helpers.charts import ChartPerson, epochs, is_close
from tests.helpers.runs import some_dataset, some_settings
from training.dataset.dataset import Dataset
from training.run.events import StartedEvent
from training.run.run_folder import prepare_run_at

PATIENCE_MS = 20_000
NAMES = ("first try", "larger, slower")


def make_run(
    folder: Path, *, count: int = 6, dataset: Dataset | None = None, worse: float = 1.0, **values
) -> TrainingRun:
    """A run of which `count` epochs are over, the second the best; its shares are `worse` times as good."""
    made = TrainingRun()
    made.folder = prepare_run_at(
        folder, some_settings(folder, image_root="/photos", **values), dataset or some_dataset()
    )
    made.apply(
        StartedEvent(
            versions={}, device="CPU", train_images=1400, validation_images=2, parameters=250_000, epochs=20,
            steps_per_epoch=1, classes=("cup", "fork"),
        )
    )  # fmt: skip
    for event in epochs(count, seconds=30):
        made.apply(replace(event, figures={key: value * worse for key, value in event.figures.items()}))
    return made


@pytest.fixture
def runs(tmp_path):
    made = [make_run(tmp_path / "a"), make_run(tmp_path / "b", count=9, worse=0.5, input_size=96, augment=False)]
    yield made
    for run in made:
        run.deleteLater()


@pytest.fixture
def view(qtbot):
    made = CompareView()
    qtbot.addWidget(made, before_close_func=lambda widget: widget.shut_down())
    made.resize(760, 700)
    made.show()
    return made


def show(qtbot, view, runs, names=NAMES) -> None:
    with qtbot.waitSignal(view.chart.drawn, timeout=PATIENCE_MS):
        view.show_runs(runs, names)
    qtbot.waitUntil(lambda: "…" not in row(view, "Fingerprint").cells, timeout=PATIENCE_MS)


def row(view, label: str) -> CompareRow:
    (found,) = [row for row in view.table.rows.rows if row.label == label]
    return found


def settings_shown(view) -> dict[str, tuple[str, ...]]:
    rows = view.table.rows.rows
    start = next(number for number, row in enumerate(rows) if row.is_heading and row.label.startswith("Settings"))
    return {row.label: row.cells for row in rows[start + 1 :]}


def test_the_table_shows_exactly_the_settings_that_differ(qtbot, view, runs):
    show(qtbot, view, runs)
    assert settings_shown(view) == {
        "Input size": (str(runs[0].folder.settings().input_size), "96"),
        "Vary the images": ("Yes", "No"),
    }
    view.all_settings.setChecked(True)
    shown = settings_shown(view)
    assert list(shown) == [setting_label(key) for key in setting_keys()]
    assert shown["Network"] == ("Compact", "Compact")
    assert shown["Device"] == ("Automatic", "Automatic")
    assert shown["Classes"] == ("cup, fork", "cup, fork")
    view.all_settings.setChecked(False)
    assert len(settings_shown(view)) == 2


def test_the_curves_lie_over_one_another(qtbot, view, runs):
    show(qtbot, view, runs)
    chart = view.chart.canvas.chart
    assert view.chart.figure == "val_mean_iou"
    assert [(curve.key, curve.name, len(curve.places)) for curve in chart.curves] == [
        ("val_mean_iou", "first try", 6),
        ("val_mean_iou", "larger, slower", 9),
    ]
    assert len({curve.colour for curve in chart.curves}) == 2
    assert chart.best == (2, 2)
    ChartPerson(view.chart.canvas).hover(4)
    readout = view.chart.canvas.readout
    assert [(row.name, row.values) for row in readout.rows] == [
        ("first try", ("54.0 %",)),
        ("larger, slower", ("27.0 %",)),
    ]


def test_another_figure_can_be_chosen(qtbot, view, runs):
    show(qtbot, view, runs)
    choice = view.chart.figure_choice
    assert choice.itemText(0) == "Mean IoU, validation images"
    with qtbot.waitSignal(view.chart.drawn, timeout=PATIENCE_MS):
        choice.setCurrentIndex(choice.findData("box_loss"))
    assert {curve.key for curve in view.chart.canvas.chart.curves} == {"box_loss"}
    assert not view.chart.canvas.chart.panels[0].is_share


def test_the_learning_rate_is_a_figure_too_and_no_share_of_anything(qtbot, view, runs):
    for run in runs:
        figures = {**run.history[-1].figures, "learning_rate": 0.0003}
        run.apply(replace(run.history[-1], epoch=len(run.history) + 1, figures=figures))
    show(qtbot, view, runs)
    choice = view.chart.figure_choice
    assert choice.itemText(choice.findData("learning_rate")) == "Learning rate"
    with qtbot.waitSignal(view.chart.drawn, timeout=PATIENCE_MS):
        choice.setCurrentIndex(choice.findData("learning_rate"))
    assert not view.chart.canvas.chart.panels[0].is_share
    ChartPerson(view.chart.canvas).hover(7)
    assert view.chart.canvas.readout.rows[0].values == ("0.0003",)


def test_curves_can_be_drawn_over_time_and_a_zoom_of_epochs_goes(qtbot, view, runs):
    show(qtbot, view, runs)
    person = ChartPerson(view.chart.canvas)
    person.drag(2, 5)
    assert is_close(view.chart.canvas.zoom, (2, 5))
    view.chart.across_choice.setCurrentIndex(view.chart.across_choice.findData(Across.SECONDS.value))
    qtbot.waitUntil(lambda: view.chart.canvas.chart is not None, timeout=PATIENCE_MS)
    assert view.chart.canvas.zoom is None
    assert view.chart.canvas.chart.curves[1].places == tuple(30.0 * number for number in range(1, 10))
    person.hover(95)
    assert view.chart.canvas.readout.heading == "1 min 30 s"


def test_the_best_of_each_row_is_marked(qtbot, view, runs):
    show(qtbot, view, runs)
    assert row(view, "Mean IoU") == CompareRow("Mean IoU", ("36.0 %", "18.0 %"), frozenset({0}), tips=("", ""))
    assert row(view, "Loss").best == {1}  # half as much
    assert row(view, "Best epoch").cells == ("2", "2")
    assert row(view, "Epochs").cells == ("6 of 20", "9 of 20")
    assert row(view, "Time").cells == ("3:00", "4:30")
    assert row(view, "Images to train on").best == frozenset()


@pytest.mark.parametrize(
    ("values", "lower", "expected"),
    [((1, 2, 2), False, {1, 2}), ((1, None, 2), True, {0}), ((2, 2), False, set()), ((None, 3), False, set())],
)
def test_the_best_is_only_named_where_there_is_a_choice(values, lower, expected):
    assert best_of(values, lower=lower) == expected


def test_the_same_data_are_told_from_others(qtbot, view, tmp_path, runs):
    show(qtbot, view, runs)
    assert row(view, "Data: the same in all").is_heading
    assert len(set(row(view, "Fingerprint").cells)) == 1
    other = make_run(tmp_path / "c", dataset=Dataset(some_dataset().images[:2], ("cup", "fork")))
    show(qtbot, view, [runs[0], other])
    assert row(view, "Data: not the same").is_heading
    assert len(set(row(view, "Fingerprint").cells)) == 2
    other.deleteLater()


def test_broken_settings_are_said_in_their_column_and_the_rest_goes_on(qtbot, view, tmp_path, runs):
    third = make_run(tmp_path / "c", learning_rate=0.5)
    runs[1].folder.settings_file.write_text("{", encoding="utf-8")
    show(qtbot, view, [*runs, third], ("one", "two", "three"))
    problem = row(view, "settings.json")
    assert problem.cells == ("is whole", "can't be read", "is whole")
    assert "settings" in problem.tips[1]
    assert settings_shown(view)["Learning rate"] == (f"{runs[0].folder.settings().learning_rate:g}", "–", "0.5")
    assert "Input size" not in settings_shown(view)
    assert row(view, "Mean IoU").cells[1] == "18.0 %"
    third.deleteLater()


def test_a_run_without_validation_images_is_not_measured_against_others(qtbot, view, tmp_path, runs):
    alone = TrainingRun()
    alone.folder = make_run(tmp_path / "c", count=0).folder
    for event in epochs(4, validated=False):
        alone.apply(event)
    show(qtbot, view, [runs[0], alone])
    assert row(view, "Mean IoU").cells == ("36.0 %", "40.0 % (training)")
    assert row(view, "Mean IoU").best == frozenset()
    alone.deleteLater()


def test_a_run_that_goes_on_moves_its_curve_and_its_column_in_place(qtbot, view, runs):
    show(qtbot, view, runs)
    view.table.selectRow(3)
    resets = []
    view.table.rows.modelReset.connect(lambda: resets.append(1))
    with qtbot.waitSignal(view.chart.drawn, timeout=PATIENCE_MS):
        runs[0].apply(epochs(7, best=7)[-1])
    assert row(view, "Best epoch").cells == ("7", "2")
    qtbot.waitUntil(lambda: view.chart.canvas.chart.best == (7, 2), timeout=PATIENCE_MS)
    assert view.table.selectedIndexes()
    assert resets == []


def test_the_same_runs_again_keep_the_zoom(qtbot, view, runs):
    show(qtbot, view, runs)
    ChartPerson(view.chart.canvas).drag(2, 5)
    view.show_runs(runs, NAMES)
    view.show_runs(runs, ("renamed", NAMES[1]))
    assert is_close(view.chart.canvas.zoom, (2, 5))
    assert view.table.rows.headerData(1, Qt.Orientation.Horizontal) == "renamed"
    view.show_runs([], [])
    assert view.table.rows.rowCount() == 0


def test_the_table_can_be_copied(qtbot, view, runs):
    show(qtbot, view, runs)
    clipboard = QGuiApplication.clipboard()
    view.table.copy_csv()
    table = list(csv.reader(io.StringIO(clipboard.text())))
    assert table[0] == ["", *NAMES]
    assert ["Mean IoU", "36.0 % *", "18.0 %"] in table
    view.table.copy_text()
    assert "Vary the images\tYes\tNo\n" in clipboard.text()
    labels = [row.label for row in view.table.rows.rows]
    view.table.selectRow(labels.index("Mean IoU"))
    QTest.keySequence(view.table, "Ctrl+C")
    assert clipboard.text() == "Mean IoU\t36.0 %\t18.0 %"
    clipboard.clear()


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ["2026-11-20_10-12-13-localizer", "2026-11-20_12-00-13-localizer", "2026-11-21_09-00-01-localizer"],
            ["20_10-12-13", "20_12-00-13", "21_09-00-01"],
        ),
        (["the same long name of a run"] * 2, ["the same long name of a run"] * 2),
        (["one name that goes on", "one name that goes on and on"], ["on", "on and on"]),
        (
            ["nothing in common at all", "2026-11-20_10-12-13-localizer"],
            ["nothing in common at all", "2026-11-20_10-12-13-localizer"],
        ),
        (["run a", "run b"], ["run a", "run b"]),
        (["alone"], ["alone"]),
        (["halved rate", "halved rate, again"], ["halved rate", "halved rate, again"]),
    ],
)
def test_columns_are_headed_by_what_tells_the_names_apart(names, expected):
    assert told_apart(names) == expected


def test_settings_are_worded_as_the_sheet_words_them(tmp_path):
    settings = some_settings(tmp_path, device="gpu:1", weights="/models/eyes.keras", box_loss="l1+giou", start_from="")
    worded = {key: setting_value(settings, key) for key in setting_keys()}
    assert worded["device"] == "GPU 1"
    assert worded["weights"] == "eyes.keras"
    assert worded["box_loss"] == "L1 and GIoU"
    assert worded["start_from"] == "nothing"
    assert all(isinstance(value, str) for value in worded.values())
