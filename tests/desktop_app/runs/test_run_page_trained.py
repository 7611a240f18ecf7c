"""The page of a run that was really trained: what its end left out is judged by one press."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit

from desktop_app.runs.page.run_page import RunPage
from desktop_app.runs.training_run import TrainingRun
from tests.helpers.command_line import run_command
from tests.helpers.learnable_pictures import write_learnable
from training.run.reading_back import read_run
from training.run.report.judged_images import read_judged, write_judged
from training.run.report.report_reading import read_report
from training.run.run_folder import RunFolder

pytestmark = pytest.mark.training
PATIENCE_MS = 60_000
FIGURES, MODEL = 1, 4


class Control(QObject):
    shutting_down = Signal()
    project_folder: Path | None = None


@dataclass(frozen=True)
class Trained:
    images: Path
    run: RunFolder


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("trained")
    data = write_learnable(folder / "images", 24, negatives=4)
    arguments = ("--data", data, "--epochs", 2, "--model-size", "small", "--input-size", 64, "--device", "cpu")
    result = run_command(folder, "train", "localizer", "--out", folder / "run", *arguments)
    assert result.returncode == 0, result.stderr
    return Trained(folder / "images", RunFolder(folder / "run"))


@pytest.fixture
def stopped(trained: Trained, tmp_path: Path) -> RunFolder:
    """A copy that looks as after a stop: the validation images alone are judged."""
    run = RunFolder(shutil.copytree(trained.run.path, tmp_path / "run"))
    write_judged(run.judged_file, [image for image in read_judged(run.judged_file) if image.split == "validation"])
    run.report_file.unlink()
    return run


@pytest.fixture
def page(qtbot):
    control = Control()
    made = RunPage(control)
    qtbot.addWidget(made, before_close_func=lambda widget: widget.shut_down())
    made.resize(1000, 760)
    made.show()
    yield made
    control.deleteLater()


def texts(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def test_model_and_origin_are_told(qtbot, page, trained):
    with qtbot.waitSignal(page.content_shown, timeout=PATIENCE_MS):
        page.show_run(TrainingRun.from_record(read_run(trained.run), page))
        page.tabs.setCurrentIndex(MODEL)
    tree, report = page.model.layers, read_report(trained.run)
    rows = {tree.topLevelItem(row).text(0): tree.topLevelItem(row) for row in range(tree.topLevelItemCount())}
    assert rows["backbone"].childCount() > 10
    assert rows["presence"].text(2) == "1"
    assert f"{report.parameters:,} parameters" in page.model.totals.text()
    told = texts(page.model.facts)
    assert [field.text() for field in page.model.facts.findChildren(QLineEdit)] == [report.dataset["sha256"]]
    for expected in (report.hardware.cpu, "tensorflow ", "0, repeatable on this device", "of the training's time"):
        assert expected in told


@pytest.mark.parametrize("may_change", [False, True])
def test_who_only_looks_at_a_project_is_not_offered_to_judge_its_images(qtbot, page, stopped, may_change):
    page.may_change = may_change
    with qtbot.waitSignal(page.content_shown, timeout=PATIENCE_MS):
        page.show_run(TrainingRun.from_record(read_run(stopped), page))
        page.tabs.setCurrentIndex(FIGURES)
    assert "not judged" in texts(page.figures.table)
    assert page.figures.judge_button.isVisibleTo(page.figures) == may_change


def test_what_a_stop_left_out_is_judged_by_one_press(qtbot, page, trained, stopped):
    with qtbot.waitSignal(page.content_shown, timeout=PATIENCE_MS):
        page.show_run(TrainingRun.from_record(read_run(stopped), page))
        page.tabs.setCurrentIndex(FIGURES)
    assert "Training images" in texts(page.figures.table)
    assert "not judged" in texts(page.figures.table)
    assert "images of this run were not judged" in page.figures.missing.text()
    with qtbot.waitSignal(page.content_shown, timeout=PATIENCE_MS):
        qtbot.mouseClick(page.figures.judge_button, Qt.MouseButton.LeftButton)
    assert "not judged" not in texts(page.figures)
    before, after = read_report(trained.run), read_report(stopped)
    assert after.judged == before.judged
    assert after.figures["train"].mean_iou == pytest.approx(before.figures["train"].mean_iou, abs=0.01)
    assert page.gallery.model.rowCount() == 28
