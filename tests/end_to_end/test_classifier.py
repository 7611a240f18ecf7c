"""A classifier from the real window: chosen in the sheet, watched on the canvas and in the charts, looked at afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop_app.runs import run_words
from tests.helpers.classifier_runs import classifier_run, every_third_wrong
from tests.helpers.learnable_pictures import CLASSES, draw_learnable
from tests.helpers.pictures import write_pictures
from tests.helpers.trainer import TRAINING_PATIENCE_MS, Trainer
from training.dataset.box import ProjectBox
from training.dataset.dataset import Dataset
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore
from training.run.outcome import OutcomeKind
from training.run.report.judged_images import Verdict, read_judged, worst_first

FIGURES, IMAGES = 1, 2
TINY = {"model_size": "small", "input_size": 64, "epochs": 3, "batch_size": 8, "device": "cpu", "threads": 1}


def open_sheet(person: Trainer):
    """For a classifier, with the project read."""
    person.press_key("Ctrl+T")
    person.wait_until(lambda: person.window.training.sheet_command.sheet is not None)
    sheet = person.window.training.sheet_command.sheet
    person.wait_until(lambda: sheet.snapshot is not None)
    sheet.recipe_choice.button("classifier").click()
    return sheet


def start(person: Trainer, qtbot, **values) -> None:
    sheet = open_sheet(person)
    sheet.form.set_values(values)
    qtbot.keyClick(sheet.start_button, Qt.Key.Key_Return)


def test_both_parts_of_the_training_are_seen_and_each_box_is_told_its_class(person, qtbot):
    person.pretend("complete", epochs=6, pause=0.2)
    start(person, qtbot)
    said, run = set(), person.run
    run.progress_changed.connect(lambda: said.add(run_words.progress_of(run)))
    person.wait_until(lambda: "✓ 0." in " ".join(person.predicted))
    person.wait_for_end()
    assert {"Epoch 3 of 6, head", "Epoch 4 of 6, fine-tuning"} <= said
    assert "macro F1" in person.panel
    chart = person.window.runs.chart
    person.wait_until(lambda: chart.canvas.chart is not None and chart.canvas.chart.phases == ((3.5, "fine-tuning"),))
    assert len(chart.canvas.chart.panels) == 2
    assert person.run.folder.settings().source == "boxes"


def test_a_box_that_is_seen_otherwise_is_relabelled_with_the_keys(person, qtbot):
    person.pretend("complete", epochs=2, pause=0.05)
    person.go_to("01.png")
    start(person, qtbot)
    person.wait_for_end()
    assert person.predicted == ["≠ square 0.83"]
    assert class_of_box(person) == "circle"
    person.press_key("Tab")
    assert "The model takes this box for:" in person.panel
    assert "square 83 %" in person.panel
    person.press_key("Return")
    assert class_of_box(person) == "square"
    assert person.predicted == ["✓ 0.83"]
    assert "The model takes this box for:" in person.panel, "the only box needs not be selected"
    person.press_key("Ctrl+Z")
    assert person.predicted == ["≠ square 0.83"]


def test_names_of_folders_become_classes_and_are_learned(trainer, tmp_path, qtbot):
    names = [f"{kind}/{number}.png" for kind in ("cats", "dogs") for number in range(8)]
    write_pictures(tmp_path / "pets", names, 96, 64)
    person = trainer(tmp_path / "pets")
    person.pretend("complete", epochs=2, pause=0.05)
    sheet = open_sheet(person)
    sheet.findChild(QPushButton, "use_folder_names").click()
    person.wait_until(lambda: "16 images of 2 classes" in sheet.text)
    assert person.class_list == ["cats", "dogs"]
    assert "Learns whole images by their own class: cats 8, dogs 8." in sheet.text
    qtbot.keyClick(sheet.start_button, Qt.Key.Key_Return)
    person.wait_for_end()
    person.wait_until(lambda: "model: cats 0.83" in person.canvas.overlay.texts)
    assert person.run.folder.settings().source == "images"
    person.press_key("Ctrl+Z")
    assert person.class_list == []


def test_the_recipe_and_its_settings_are_remembered(person, qtbot):
    person.pretend("complete", epochs=1)
    start(person, qtbot, epochs=9)
    person.wait_for_end()
    person.press_train(epochs=5)
    person.wait_for_end()
    sheet = open_sheet(person)
    assert sheet.chosen_values()["epochs"] == 5
    assert sheet.chosen_values()["recipe"] == "classifier"
    sheet.recipe_choice.choose("localizer")
    assert sheet.chosen_values()["epochs"] == 120
    sheet.reject()


def test_a_mistake_leads_from_the_matrix_to_its_box_on_the_canvas(open_window, tmp_path, qtbot):
    folder = tmp_path / "photos"
    dataset = make_project_of(folder, draw_learnable(folder, 12))
    judged = every_third_wrong(dataset.images, CLASSES)
    classifier_run(folder / "runs" / "2026-01-02_03-04-05-classifier", dataset.images, judged, CLASSES, folder)
    person = open_window()
    person.open(folder)
    person.action("runs").trigger()
    page = person.window.run_list.window.details.page
    page.tabs.setCurrentIndex(FIGURES)
    person.wait_until(lambda: page.figures.confusion.table.rowCount() == 2)
    wrong = next(image for image in worst_first(judged) if image.verdict is Verdict.WRONG_CLASS)
    click_cell(page, wrong, qtbot)
    assert page.tabs.currentIndex() == IMAGES
    first = page.gallery.model.index(0)
    grid = page.gallery.grid
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.visualRect(first).center())
    person.wait_for_picture(wrong.filename)
    person.wait_until(lambda: page.gallery.top_classes.isVisible())
    assert page.gallery.top_classes.bars.texts[0].startswith(wrong.predicted.label)
    assert person.document.selection == {0}


@pytest.mark.training
def test_a_real_classifier_is_trained_from_the_window_and_answers_about_boxes(trainer, tmp_path, qtbot):
    folder = tmp_path / "shapes"
    dataset = make_project_of(folder, draw_learnable(folder, 24))
    person = trainer(folder)
    start(person, qtbot, **TINY)
    qtbot.waitUntil(lambda: not person.run.is_running, timeout=TRAINING_PATIENCE_MS)
    assert person.run.outcome.kind is OutcomeKind.COMPLETED, person.panel
    assert "macro F1" in person.panel
    person.wait_until(lambda: person.window.training.classes_seen.is_there)
    person.wait_until(lambda: len(person.window.training.classes_seen.bars) == 2)
    judged = read_judged(person.run.folder.judged_file)
    assert len(judged) == len(dataset.images)
    assert all(image.is_classified for image in judged)
    person.action("predict_all").trigger()
    person.wait_until(lambda: person.document.proposals.image_count == len(dataset.images))
    person.action("runs").trigger()
    page = person.window.run_list.window.details.page
    page.tabs.setCurrentIndex(FIGURES)
    person.wait_until(lambda: len(page.figures.classes.rows) == 2)


def make_project_of(folder: Path, dataset: Dataset) -> Dataset:
    """The true boxes as a person's own."""
    classes = [ClassRecord(number, name, "#4363d8") for number, name in enumerate(CLASSES, start=1)]
    ids = {known.name: known.id for known in classes}
    store = ProjectStore.open(folder)
    store.write(
        [
            ImageRecord(
                one.filename,
                one.width,
                one.height,
                tuple(ProjectBox(*box.corners, ids[box.label]) for box in one.boxes),
            )
            for one in dataset.images
        ],
        tuple(classes),
    )
    store.close()
    return dataset


def class_of_box(person: Trainer) -> str:
    document = person.document
    return document.class_of_id(document.current_record.boxes[0].class_id).name


def click_cell(page, image, qtbot) -> None:
    view = page.figures.confusion
    place = map(CLASSES.index, (image.truth.label, image.predicted.label))
    view.scrollTo(cell := view.table.index(*place))
    page.figures.ensureWidgetVisible(view)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(cell).center())
