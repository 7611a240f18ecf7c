"""The page of a classifier's run: its own figures, a table of classes, and pictures of what was looked at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal

from desktop_app.runs.page.gallery_delegate import PREDICTED_COLOUR, TRUE_COLOUR, frame_of
from desktop_app.runs.page.gallery_model import Cell
from desktop_app.runs.page.gallery_pictures import picture_key, read_picture, view_of
from desktop_app.runs.page.run_page import RunPage
from desktop_app.runs.training_run import TrainingRun
from tests.helpers.classifier_runs import classifier_run, every_third_wrong, judged_class
from tests.helpers.learnable_pictures import CLASSES, HEIGHT, WIDTH, draw_learnable
from training.dataset.box import Box
from training.run.percent import score_percent
from training.run.reading_back import read_run
from training.run.report.judged_images import Verdict

PATIENCE_MS = 20_000
FIGURES, IMAGES, MODEL = 1, 2, 4
COUNT = 12


class Control(QObject):
    """What the page needs of the window's TrainingControl."""

    shutting_down = Signal()
    project_folder: Path | None = None


@pytest.fixture
def judged(tmp_path):
    images = draw_learnable(tmp_path / "photos", COUNT).images
    told = every_third_wrong(images, CLASSES)
    run = classifier_run(tmp_path / "run", images, told, CLASSES, tmp_path / "photos")
    return run, told


@pytest.fixture
def page(qtbot, judged):
    control = Control()
    made = RunPage(control)
    qtbot.addWidget(made, before_close_func=lambda widget: widget.shut_down())
    made.resize(1000, 760)
    made.show()
    made.tabs.setCurrentIndex(FIGURES)
    with qtbot.waitSignal(made.content_shown, timeout=PATIENCE_MS):
        made.show_run(TrainingRun.from_record(read_run(judged[0])))
    yield made
    control.deleteLater()


def test_figures_are_those_of_classes_and_the_table_sorts_by_numbers(page):
    grid = page.figures.table._grid
    labels = [grid.itemAt(place).widget().text() for place in range(grid.count())]
    assert {"Class right", "Macro F1", "67 %", "12"} <= set(labels)
    assert not {"Mean IoU", "In the top 3"} & set(labels), "of two classes there are no best three"
    assert page.figures.histogram.isHidden()
    table = page.figures.classes
    assert [row[0] for row in table.rows] == sorted((row[0] for row in table.rows), key=lambda name: _f1(table, name))
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    counts = [int(row[1]) for row in table.rows]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == COUNT


def _f1(table, name: str) -> int:
    return next(int(row[4].split()[0]) for row in table.rows if row[0] == name)


def test_a_cell_leads_to_the_parts_of_images_that_were_mistaken(qtbot, page, judged):
    wrong = [image for image in judged[1] if image.verdict is Verdict.WRONG_CLASS]
    truth, seen = wrong[0].truth.label, wrong[0].predicted.label
    page.figures.confusion.cell_chosen.emit(truth, seen)
    assert page.tabs.currentIndex() == IMAGES
    model = page.gallery.model
    assert model.filter.cell == Cell(truth, seen)
    shown = [model.image_at(row) for row in range(model.rowCount())]
    surest_first = sorted((one for one in wrong if one.predicted.label == seen), key=lambda one: -one.score)
    assert [one.filename for one in shown] == [one.filename for one in surest_first]
    assert f"{truth}, seen as {seen}" in model.index(0).data()
    right = next(image for image in judged[1] if image.verdict is not Verdict.WRONG_CLASS)
    assert frame_of(wrong[0]) == (PREDICTED_COLOUR, Qt.PenStyle.DashLine)
    assert frame_of(right) == (TRUE_COLOUR, Qt.PenStyle.SolidLine)
    key = picture_key(shown[0])
    qtbot.waitUntil(lambda: page.gallery.thumbnails.pixmap(key) is not None, timeout=PATIENCE_MS)


def test_pictures_of_a_cell_are_counted_among_those_of_its_split(page, judged):
    model = page.gallery.model
    model.show_images(
        [replace(image, split="test" if place < 4 else image.split) for place, image in enumerate(judged[1])]
    )
    wrong = next(
        image for image in model.images if image.verdict is Verdict.WRONG_CLASS and image.split == "validation"
    )
    page.gallery.show_cell("validation", Cell(wrong.truth.label, wrong.predicted.label))
    assert page.gallery.sentence.text().startswith(f"{model.rowCount()} of {COUNT - 4} where")


def test_the_marked_picture_has_bars_of_what_it_was_taken_for(page, judged):
    page.tabs.setCurrentIndex(IMAGES)
    gallery = page.gallery
    assert gallery.top_classes.isHidden()
    gallery.grid.setCurrentIndex(gallery.model.index(0))
    first = gallery.model.image_at(0)
    assert gallery.top_classes.bars.texts == [
        f"{first.predicted.label} {score_percent(first.score)} %",
        f"{first.truth.label} {score_percent(1 - first.score)} %",
    ]
    assert gallery.marked_box == first.predicted
    assert gallery.thresholds.isHidden()
    gallery.forget_filter()
    assert gallery.top_classes.isHidden()


def test_the_facts_name_the_parts_of_the_training(page):
    from desktop_app.runs.page.facts_views import facts_of

    facts = dict(facts_of(page._content.report))
    assert facts["Parts"] == "head: 2 epochs · fine-tuning: 2 epochs"


def test_a_part_is_cut_from_the_picture_as_large_as_it_can_be_shown(tmp_path):
    image = draw_learnable(tmp_path, 1).images[0]
    box = image.largest_box
    judged = judged_class(image, box, "disc", 0.9, ["block"])
    view = view_of(judged)
    picture = read_picture(tmp_path, picture_key(judged), 320)
    assert picture.width() / picture.height() == pytest.approx(view.width / view.height, rel=0.05)
    middle = picture.pixelColor(picture.width() // 2, picture.height() // 2)
    assert max(middle.red(), middle.blue()) > 150, "the object lies in the middle"
    whole = judged_class(image, Box(0, 0, WIDTH, HEIGHT, "disc"), "disc", 0.9, ["block"])
    assert picture_key(whole) == image.filename
    assert read_picture(tmp_path, "gone.png", 320) == read_picture(
        tmp_path, picture_key(judged).replace("000", "9"), 320
    )


def test_the_button_beside_the_tabs_keeps_off_the_edge_of_the_window(page):
    page.resize(540, 700)
    right = page.save_button.mapTo(page, page.save_button.rect().topRight()).x()
    assert right <= page.width() - 8
