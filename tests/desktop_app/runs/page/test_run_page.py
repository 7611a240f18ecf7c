"""The page of a run: read off the event loop, its cells lead to pictures, its pictures to the window."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel

from desktop_app.runs.page.gallery_model import Cell
from desktop_app.runs.page.page_content import read_content
from desktop_app.runs.page.run_page import RunPage
from desktop_app.runs.training_run import TrainingRun
from desktop_app.style import DARK, LIGHT, AppearanceChoice
from tests.helpers.judged_runs import TRUE, judged_image, judged_pictures, judged_run, shifted
from tests.helpers.learnable_pictures import CLASSES
from tests.helpers.written_runs import started_event
from training.run.events import EndedEvent, PhaseEvent
from training.run.outcome import Outcome, OutcomeKind
from training.run.reading_back import read_run
from training.run.report.judged_images import read_judged
from training.run.run_folder import RunFolder

PATIENCE_MS = 20_000
CURVES, FIGURES, IMAGES, SETTINGS, MODEL, LOG = range(6)


class Control(QObject):
    """What the page needs of the window's TrainingControl."""

    shutting_down = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.project_folder: Path | None = None


@pytest.fixture
def control(qapp):
    made = Control()
    yield made
    made.deleteLater()


@pytest.fixture
def page(qtbot, control):
    made = RunPage(control)
    qtbot.addWidget(made, before_close_func=lambda widget: widget.shut_down())
    made.resize(1000, 760)
    made.show()
    made.tabs.setCurrentIndex(FIGURES)
    return made


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest.fixture
def folder(tmp_path: Path, images: Path) -> RunFolder:
    return judged_run(tmp_path / "run", judged_pictures(images, 12), images)


def show(qtbot, page: RunPage, folder: RunFolder) -> TrainingRun:
    run = TrainingRun.from_record(read_run(folder), page)
    with qtbot.waitSignal(page.content_shown, timeout=PATIENCE_MS):
        page.show_run(run)
    return run


def texts(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def click_cell(qtbot, page: RunPage, row: int, column: int) -> None:
    view = page.figures.confusion
    place = view.visualRect(view.model().index(row, column)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def shown_names(page: RunPage) -> list[str]:
    return [image.filename for image in page.gallery.model.images]


# --- figures


def test_figures_and_counts_are_told_by_split(qtbot, page, folder):
    show(qtbot, page, folder)
    assert "Validation images" in texts(page.figures.table)
    assert "67 %" in texts(page.figures.table)  # of the classes: every third is wrong
    assert "8 (67 %)" in texts(page.figures.table)
    # Of twelve boxes four are shifted by half their width: an IoU of a third, or less at the border.
    assert "8 of 12 at least 0.5 (67 %)" in page.figures.counts.text()
    assert "8 of 12 at least 0.9" in page.figures.histogram.accessibleDescription()
    assert not page.figures.missing.isVisibleTo(page)


def test_a_cell_of_the_matrix_leads_to_its_pictures_and_back(qtbot, page, folder):
    show(qtbot, page, folder)
    everything = shown_names(page)
    disc, block = CLASSES.index("disc"), CLASSES.index("block")
    click_cell(qtbot, page, disc, block)
    expected = [
        image.filename
        for image in read_judged(folder.judged_file)
        if image.is_seen and (image.truth.label, image.predicted.label) == ("disc", "block")
    ]
    assert page.tabs.currentIndex() == IMAGES
    assert sorted(shown_names(page)) == expected != []
    assert f"{len(expected)} of 12 where there is disc and the model sees block." in page.gallery.sentence.text()
    qtbot.mouseClick(page.gallery.show_all, Qt.MouseButton.LeftButton)
    assert shown_names(page) == everything
    assert not page.gallery.show_all.isVisibleTo(page)


def test_the_matrix_is_reached_by_the_keyboard(qtbot, page, folder):
    show(qtbot, page, folder)
    view = page.figures.confusion
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    with qtbot.waitSignal(page.figures.cell_chosen) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert chosen.args == ["validation", Cell("block", "disc")]
    words = view.model().data(view.model().index(0, 1), Qt.ItemDataRole.AccessibleTextRole)
    assert words.startswith("There is block, seen is disc: ")


def test_missed_objects_are_in_the_cell_of_nothing(qtbot, page, folder):
    show(qtbot, page, folder)
    nothing = len(CLASSES)
    for true in (0, 1):
        click_cell(qtbot, page, true, nothing)
        assert all(not image.is_seen for image in page.gallery.model.images)
        page.tabs.setCurrentIndex(FIGURES)


@pytest.mark.parametrize(("choice", "theme"), [(AppearanceChoice.LIGHT, LIGHT), (AppearanceChoice.DARK, DARK)])
def test_histogram_and_matrix_follow_the_theme(qtbot, page, folder, appearance, choice, theme):
    appearance.choose(choice)
    show(qtbot, page, folder)
    page.figures.histogram.resize(400, 220)
    picture = page.figures.histogram.grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(0, 400, 3) for y in range(0, 220, 3)}
    assert theme.accent in colours


# --- pictures


def test_the_worst_come_first_with_their_boxes(qtbot, page, folder):
    show(qtbot, page, folder)
    page.tabs.setCurrentIndex(IMAGES)
    grid, thumbnails = page.gallery.grid, page.gallery.thumbnails
    first = page.gallery.model.image_at(0)
    qtbot.waitUntil(lambda: thumbnails.pixmap(first.filename) is not None, timeout=PATIENCE_MS)
    assert [image.agreement for image in page.gallery.model.images] == sorted(
        image.agreement for image in page.gallery.model.images
    )
    picture = grid.viewport().grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(0, picture.height(), 2)}
    assert {"#35e06f", "#ff4d42"} <= colours


def test_choosing_a_picture_tells_its_name(qtbot, page, folder):
    show(qtbot, page, folder)
    page.tabs.setCurrentIndex(IMAGES)
    grid = page.gallery.grid
    place = grid.visualRect(page.gallery.model.index(1)).center()
    with qtbot.waitSignal(page.image_chosen) as chosen:
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [page.gallery.model.image_at(1).filename]
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    with qtbot.waitSignal(page.image_chosen) as chosen:
        qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert chosen.args == [page.gallery.model.image_at(2).filename]


def test_the_threshold_says_what_is_bad_without_colour_too(qtbot, page, tmp_path, images):
    folder = judged_run(tmp_path / "run", [judged_image("a.png", predicted=shifted(TRUE, 0.2))], images)
    show(qtbot, page, folder)
    model = page.gallery.model
    assert model.data(model.index(0)) == "a.png: IoU 0.67 · disc"
    page.gallery.thresholds.setCurrentText("0.75")
    assert model.data(model.index(0)) == "a.png: IoU 0.67 < 0.75 · disc"


def test_a_split_can_be_looked_at_by_itself(qtbot, page, tmp_path, images):
    judged = [judged_image("a.png"), judged_image("b.png", split="test"), judged_image("c.png", split="train")]
    show(qtbot, page, judged_run(tmp_path / "run", judged, images))
    page.gallery.splits.setCurrentText("Test images")
    assert shown_names(page) == ["b.png"]
    page.gallery.splits.setCurrentText("All images")
    assert len(shown_names(page)) == 3


def test_pictures_of_another_computer_are_found_in_the_open_project(qtbot, page, control, tmp_path, images):
    folder = judged_run(tmp_path / "run", judged_pictures(images, 3), images)
    control.project_folder = images.rename(tmp_path / "here")
    show(qtbot, page, folder)
    page.tabs.setCurrentIndex(IMAGES)
    qtbot.waitUntil(lambda: page.gallery.thumbnails.pixmap("000.png") is not None, timeout=PATIENCE_MS)
    assert not page.gallery.problem.isVisibleTo(page)


def test_pictures_that_are_not_on_this_computer_are_told(qtbot, page, folder, images):
    shutil.rmtree(images)
    show(qtbot, page, folder)
    page.tabs.setCurrentIndex(IMAGES)
    assert f"not on this computer. It had them in {images}" in page.gallery.problem.text()
    assert page.gallery.problem.isVisibleTo(page)
    page.gallery.grid.viewport().grab()
    assert page.gallery.model.rowCount() == 12


def test_two_thousand_pictures_are_decoded_only_where_they_are_seen(qtbot, page, tmp_path, images):
    real = judged_pictures(images, 3)
    judged = [*real, *(judged_image(f"sub/{number:04}.png", predicted=shifted(TRUE, 0.01)) for number in range(2000))]
    folder = judged_run(tmp_path / "run", judged, images)
    show(qtbot, page, folder)
    page.tabs.setCurrentIndex(IMAGES)
    thumbnails = page.gallery.thumbnails
    qtbot.waitUntil(lambda: thumbnails.pixmap("001.png") is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not thumbnails._waiting, timeout=PATIENCE_MS)
    assert page.gallery.model.rowCount() == 2003
    assert len(thumbnails._kept) + len(thumbnails._failed) < 80


# --- what there is not


def test_a_live_run_is_completed_at_its_end(qtbot, page, tmp_path, images):
    judged = judged_pictures(images, 3)
    folder = judged_run(tmp_path / "run", judged, images, ended=False)
    run = TrainingRun(page)
    run.apply(PhaseEvent(name="import", text=""))
    page.show_run(run)
    with qtbot.waitSignal(page.content_shown, timeout=PATIENCE_MS):
        run.folder = folder  # as when its thread has prepared it
        run.apply(PhaseEvent(name="build", text=""))
    with qtbot.waitSignal(page.content_shown, timeout=PATIENCE_MS):
        run.apply(started_event(2))
    assert "1,000 parameters" in page.model.totals.text()
    page.tabs.setCurrentIndex(IMAGES)
    assert "The images are judged when the run ends" in texts(page)
    shutil.rmtree(folder.path)
    judged_run(folder.path, judged, images)
    with qtbot.waitSignal(page.content_shown, timeout=PATIENCE_MS):
        run.apply(EndedEvent(outcome="completed"))
        run.end(Outcome(OutcomeKind.COMPLETED))
    assert len(shown_names(page)) == 3


def test_a_run_that_ended_before_anything_was_judged_says_so(qtbot, page, tmp_path, images):
    folder = judged_run(tmp_path / "run", [judged_image("a.png")], images, ended=False)
    run = show(qtbot, page, folder)
    with qtbot.waitSignal(page.content_shown, timeout=PATIENCE_MS):
        run.end(Outcome(OutcomeKind.CRASHED, "SIGKILL"))
    assert "This run ended before anything was judged." in texts(page)


def test_a_broken_folder_is_told(qtbot, page, folder):
    folder.report_file.write_text("no report")
    page.show_run(TrainingRun.from_record(read_run(folder), page))
    qtbot.waitUntil(lambda: "report.json: expected JSON" in texts(page), timeout=PATIENCE_MS)


def test_images_in_a_folder_that_may_not_be_looked_at_are_not_on_this_computer(qtbot, page, tmp_path):
    nowhere = tmp_path / (300 * "x")  # no name is that long: asking for it raises OSError, as another's home does
    show(qtbot, page, judged_run(tmp_path / "run", [judged_image("a.png")], nowhere))
    page.tabs.setCurrentIndex(IMAGES)
    assert "The images of this run are not on this computer." in texts(page)
    page.save_report(tmp_path / "report.html")
    qtbot.waitUntil(lambda: (tmp_path / "report.html").exists() and not page.work.is_busy, timeout=PATIENCE_MS)


def test_the_answer_about_another_run_comes_too_late(qtbot, page, folder, tmp_path, images):
    other = judged_run(tmp_path / "other", [judged_image("other.png")], images)
    show(qtbot, page, other)
    page._on_read(read_content(folder, None))
    assert shown_names(page) == ["other.png"]


def test_showing_the_same_run_again_keeps_what_somebody_chose(qtbot, page, folder):
    run = show(qtbot, page, folder)
    page.gallery.show_cell("validation", Cell("disc", "block"))
    chosen = shown_names(page)
    page.show_run(run)
    assert shown_names(page) == chosen
    page.show_run(None)
    assert shown_names(page) == []


# --- facts and log


def test_settings_that_were_changed_are_bold_beside_the_usual_value(qtbot, page, folder):
    show(qtbot, page, folder)
    tree = page.settings
    rows = {tree.topLevelItem(row).text(0): tree.topLevelItem(row) for row in range(tree.topLevelItemCount())}
    assert (rows["Model size"].text(1), rows["Model size"].text(2)) == ("Small", "Medium")
    assert rows["Model size"].font(1).bold()
    assert not rows["Batch size"].font(1).bold()
    assert rows["Batch size"].text(2) == ""
    assert rows["Classes"].text(1) == "block, disc"


def test_the_log_is_searched_and_followed_while_it_grows(qtbot, page, tmp_path, images):
    folder = judged_run(tmp_path / "run", [judged_image("a.png")], images, ended=False)
    folder.log_file.write_text("".join(f"line {number}\n" for number in range(300)))
    page.show_run(TrainingRun.from_record(read_run(folder), page))
    page._run.outcome = None
    page.log.show_log(folder.log_file, is_growing=True)
    page.tabs.setCurrentIndex(LOG)
    qtbot.waitUntil(lambda: "line 299" in page.log.text.toPlainText(), timeout=PATIENCE_MS)
    bar = page.log.text.verticalScrollBar()
    assert bar.value() == bar.maximum()
    with folder.log_file.open("a") as file:
        file.write("the end\n")
    qtbot.waitUntil(lambda: "the end" in page.log.text.toPlainText(), timeout=PATIENCE_MS)
    assert bar.value() == bar.maximum()
    page.log.search.setText("line 77")
    assert page.log.text.textCursor().selectedText() == "line 77"
    page.log.search.setText("nowhere")
    assert "“nowhere” is not in the log." in texts(page.log)


def test_of_a_long_log_the_end_is_shown(qtbot, page, folder):
    folder.log_file.write_bytes(b"x" * 600 * 1024 + b"\nlast words\n")
    page.show_run(TrainingRun.from_record(read_run(folder), page))
    page.tabs.setCurrentIndex(LOG)
    qtbot.waitUntil(lambda: "last words" in page.log.text.toPlainText(), timeout=PATIENCE_MS)
    assert "Only the end is shown" in texts(page.log)


# --- longer work


def test_the_report_is_saved_as_a_page(qtbot, page, folder, tmp_path):
    show(qtbot, page, folder)
    page.save_report(tmp_path / "report.html")
    assert not page.save_button.isEnabled()
    qtbot.waitUntil(lambda: page.save_button.isEnabled(), timeout=PATIENCE_MS)
    assert (tmp_path / "report.html").read_text().count("data:image/jpeg") == 12
    assert "Saved: " in page.work.sentence.text()
    assert page.work.open_button.isVisibleTo(page)


def test_the_button_asks_where_and_a_cancelled_question_writes_nothing(qtbot, page, folder, tmp_path, monkeypatch):
    answers = iter([None, tmp_path / "mine.html"])
    monkeypatch.setattr("desktop_app.dialogs.file_choice.choose_new_file", lambda *_: next(answers))
    show(qtbot, page, folder)
    qtbot.mouseClick(page.save_button, Qt.MouseButton.LeftButton)
    assert not page.work.is_busy
    qtbot.mouseClick(page.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (tmp_path / "mine.html").exists() and not page.work.is_busy, timeout=PATIENCE_MS)


def test_a_report_that_can_not_be_saved_says_why(qtbot, page, folder, tmp_path):
    show(qtbot, page, folder)
    (tmp_path / "file").write_text("")
    page.save_report(tmp_path / "file" / "report.html")
    qtbot.waitUntil(lambda: page.save_button.isEnabled(), timeout=PATIENCE_MS)
    assert "file" in page.work.sentence.text()
    assert not page.work.open_button.isVisibleTo(page)


def test_a_report_is_written_to_its_end_also_when_another_run_is_looked_at(qtbot, page, folder, tmp_path, images):
    other = judged_run(tmp_path / "other", [judged_image("other.png")], images)
    show(qtbot, page, folder)
    page.save_report(tmp_path / "report.html")
    assert page.work.sentence.text() == "Writing the report of run…"
    show(qtbot, page, other)
    qtbot.waitUntil(lambda: not page.work.is_busy, timeout=PATIENCE_MS)
    assert (tmp_path / "report.html").read_text().count("data:image/jpeg") == 12
    assert "Saved: " in page.work.sentence.text()


def test_saving_can_be_cancelled(qtbot, page, folder, tmp_path):
    show(qtbot, page, folder)
    page.save_report(tmp_path / "report.html")
    qtbot.mouseClick(page.work.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.work.is_busy, timeout=PATIENCE_MS)
    assert not (tmp_path / "report.html").exists()
    assert not page.work.isVisibleTo(page)
