"""Curves in the real window: zoomed while a training goes on, saved, and laid over those of another run."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.dialogs import file_choice
from desktop_app.runs.charts.chart_canvas import ChartCanvas
from desktop_app.runs.charts.compare_view import CompareView
from tests.helpers.charts import ChartPerson, is_close
from tests.helpers.labelled_projects import make_labelled_project
from tests.helpers.past_runs import epoch, make_run, tell
from tests.helpers.trainer import Trainer
from training.run.events import EndedEvent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_labelled_project(tmp_path / "photos")
    return tmp_path / "photos"


@pytest.fixture
def person(trainer, folder: Path) -> Trainer:
    return trainer(folder)


def drawn_epochs(canvas: ChartCanvas) -> int:
    return 0 if canvas.chart is None or not canvas.chart.curves else len(canvas.chart.curves[0].places)


def test_a_chart_is_zoomed_while_it_trains_and_the_keys_of_the_pictures_go_on(person):
    person.pretend("train", pause=0.03)
    person.press_train()
    canvas = person.window.runs.chart.canvas
    person.wait_until(lambda: drawn_epochs(canvas) >= 6)
    hand = ChartPerson(canvas)
    hand.drag(2, 5)
    zoom = canvas.zoom
    assert is_close(zoom, (2, 5))
    before, image = drawn_epochs(canvas), person.image
    person.wait_until(lambda: drawn_epochs(canvas) > before + 2 and canvas.chart.shown == zoom)
    person.window.activateWindow()
    person.wait_until(person.window.isActiveWindow)
    canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    QTest.keyClick(canvas, Qt.Key.Key_D)
    person.wait_until(lambda: person.image != image)
    assert canvas.zoom == zoom
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.zoom is None
    person.action("stop_training").trigger()
    person.wait_for_end()


def test_the_curves_of_the_panel_are_saved_as_a_picture(person, tmp_path, monkeypatch):
    monkeypatch.setattr(file_choice, "choose_new_file", lambda *_: tmp_path / "curves.svg")
    person.pretend("complete", epochs=3)
    person.press_train()
    person.wait_for_end()
    assert len(person.run.history) == 3, person.panel
    chart = person.window.runs.chart
    person.wait_until(lambda: drawn_epochs(chart.canvas) == 3)
    chart.tools.save_action.trigger()
    person.wait_until((tmp_path / "curves.svg").is_file)
    assert (tmp_path / "curves.svg").read_text(encoding="utf-8").rstrip().endswith("</svg>")


def test_selected_runs_lie_over_one_another_with_the_settings_that_differ(person, folder):
    quick, slow = make_run(folder / "runs", 1), make_run(folder / "runs", 2, batch_size=3, augment=False)
    tell(quick, *(epoch(number) for number in (1, 2, 3)), EndedEvent(outcome="completed"))
    tell(slow, *(epoch(number, val_mean_iou=0.5) for number in (1, 2, 3, 4)), EndedEvent(outcome="completed"))
    person.press_key("Ctrl+Shift+R")
    window = person.window.run_list.window
    person.wait_until(lambda: len(window.list.model.runs) == 2)
    window.list.table.select([quick.path, slow.path])
    compare = window.details.compare
    person.wait_until(lambda: compare.isVisibleTo(window) and compare.chart.canvas.chart is not None)
    person.wait_until(lambda: {"Batch size", "Vary the images"} <= set(labels(compare)))
    assert "Input size" not in labels(compare)
    lengths = {curve.name: len(curve.places) for curve in compare.chart.canvas.chart.curves}
    assert lengths == {quick.path.name: 3, slow.path.name: 4}
    best = next(row for row in compare.table.rows.rows if row.label == "Mean IoU")
    assert {best.cells[place] for place in best.best} == {"71.0 %"}


def labels(compare: CompareView) -> list[str]:
    return [row.label for row in compare.table.rows.rows]
