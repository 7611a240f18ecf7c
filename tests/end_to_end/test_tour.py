"""The tour, as a newcomer takes it: each step is done in the real window, the training once by the real worker."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractAnimation, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.dialogs import file_choice
from desktop_app.settings import Settings, sample_folder
from desktop_app.tour.memory import TourState
from desktop_app.tour.sample_images import unlabelled_images
from desktop_app.tour.step import STEPS
from desktop_app.tour.training_steps import QUICK
from tests.helpers.newcomer import FEW_PICTURES, Newcomer, write_sample
from tests.helpers.trainer import TRAINING_PATIENCE_MS
from training.dataset.records import ImageState
from training.run.answers.prediction import PredictedBox

ENOUGH = 60  # pictures; the model finds what is in the others


def draw_first_box(person: Newcomer) -> str:
    """The steps up to the drawn box; the image it is in."""
    person.take_tour()
    person.wait_for_picture()
    person.press_key("D")
    person.wait_for_step("draw")
    image = person.image
    person.wait_for_picture(image)
    person.draw_box(10, 10, 50, 50)
    person.wait_for_step("class")
    return image


def test_from_the_first_picture_to_a_model_that_is_used(visitor, qtbot, monkeypatch):
    write_sample(ENOUGH)
    person, ended = visitor(), []
    steps: list[str] = []
    person.tour.step_changed.connect(steps.append)
    person.tour.finished.connect(lambda: ended.append(True))
    image = draw_first_box(person)
    assert person.document.summary(image).box_count == 1
    person.press_key("2")
    person.wait_for_step("train")
    sheet = person.open_sheet()
    assert {name: sheet.form.values()[name] for name in QUICK} == QUICK
    person.wait_for_words("Start training")
    assert person.bubble.window() is sheet
    person.press_button(sheet.start_button)
    person.wait_for_step("watch")
    assert person.image == image
    assert person.bubble.window() is person.window
    qtbot.waitUntil(lambda: "The loss falls" in person.words, timeout=TRAINING_PATIENCE_MS)
    person.wait_for_step("figures")
    share = f"{round(100 * person.run.final_figures['val_mean_iou'])}\N{NO-BREAK SPACE}%"
    assert f"share {share} of what both cover" in person.words
    person.press_button(person.bubble.next_button)
    person.wait_for_step("correct")
    person.wait_for_words("is what your model proposes")
    corrected = person.image
    assert person.document.summary(corrected).state is ImageState.UNLABELLED
    person.wait_for_picture(corrected)
    person.press_key("Tab")
    person.wait_for_words("Enter makes it your box")
    person.press_key("Return")
    person.wait_for_step("use")
    assert person.record.boxes == person.document.record(corrected).boxes != ()
    person.press_key("Ctrl+U")
    person.wait_for_words("Press Add pictures")
    use = person.window.use.window
    asked = []

    def choose_one(_parent, _title, start, _kinds):
        asked.append(start)
        return [sample_folder() / corrected]

    monkeypatch.setattr(file_choice, "choose_files", choose_one)
    person.wait_until(lambda: use.holder.model is not None)
    person.press_button(use.files.empty.pictures_button)
    person.wait_for_words("That is what your model sees")
    assert asked == [sample_folder()]
    person.press_button(person.bubble.next_button)
    assert ended == [True]
    assert steps == [*STEPS, ""]
    assert not person.bubbles
    assert person.tour.memory.state is TourState.FINISHED


def test_the_picture_to_correct_is_the_one_of_which_the_model_is_surest(newcomer):
    newcomer.come_to_training()
    newcomer.pretend("complete")
    newcomer.start_training()
    newcomer.wait_for_step("figures")
    document = newcomer.document
    scores = dict(zip(unlabelled_images(document), (0.53, 0.97, 0.6), strict=True))

    def answer(image: str) -> None:
        if image in scores:
            boxes = [PredictedBox(2, 2, 9 + at, 9, "red", 1, score) for at, score in enumerate((0.51, scores[image]))]
            document.proposals.tell(image, boxes)

    document.set_current_image(document.images[0])
    document.current_image_changed.connect(lambda image: QTimer.singleShot(0, lambda: answer(image)))
    newcomer.press_button(newcomer.bubble.next_button)
    newcomer.wait_for_step("correct")
    newcomer.wait_for_words("is what your model proposes")
    assert scores[newcomer.image] == 0.97
    assert all(document.proposals.knows(image) for image in scores)


# --- back, and other ways


def test_a_box_that_is_taken_back_is_drawn_again(newcomer):
    draw_first_box(newcomer)
    newcomer.press_key("Ctrl+Z")
    newcomer.wait_for_step("draw")
    assert "gone again" in newcomer.words


def test_who_goes_past_the_picture_without_a_box_is_told_to_choose_one(newcomer):
    newcomer.take_tour()
    newcomer.press_key("D")
    newcomer.wait_for_step("draw")
    waits = newcomer.image
    assert "Here is a picture without a box" in newcomer.words
    newcomer.press_key("A")
    assert newcomer.record.boxes
    assert "has a box already" in newcomer.words
    newcomer.press_key("W")
    assert "has a box already" in newcomer.words
    newcomer.go_to(waits)
    assert "Drag from one corner" in newcomer.words


def test_a_class_that_is_right_stays_with_a_press(newcomer):
    draw_first_box(newcomer)
    assert "“block”" in newcomer.words
    newcomer.press_button(newcomer.bubble.next_button)
    assert newcomer.tour.step == "train"


def test_back_and_skip_walk_through_the_steps_without_doing_them(newcomer):
    newcomer.take_tour()
    assert not newcomer.bubble.back_button.isVisible()
    newcomer.press_button(newcomer.bubble.next_button)
    newcomer.press_button(newcomer.bubble.skip_button)
    assert newcomer.tour.step == "class"
    assert "Every box has a class" in newcomer.words
    newcomer.press_button(newcomer.bubble.back_button)
    assert newcomer.tour.step == "draw"
    assert "2 of 8" in newcomer.words
    assert not newcomer.document.undo_stack.count()


def test_without_a_model_training_can_not_be_skipped(newcomer):
    newcomer.come_to_training()
    assert not newcomer.bubble.skip_button.isVisible()
    assert not newcomer.bubble.next_button.isVisible()


def test_a_sheet_that_is_closed_leaves_the_step_where_it_was(newcomer):
    newcomer.come_to_training()
    sheet = newcomer.open_sheet()
    newcomer.wait_for_words("Start training")
    sheet.reject()
    newcomer.wait_for_words("Press Train.")
    assert newcomer.bubble.window() is newcomer.window
    assert newcomer.tour.step == "train"


def test_the_prepared_settings_are_for_the_tour_alone(newcomer):
    newcomer.come_to_training()
    newcomer.pretend("complete")
    newcomer.start_training()
    newcomer.wait_for_step("figures")
    newcomer.tour.stop()
    values = newcomer.open_sheet().form.values()
    assert values["epochs"] != QUICK["epochs"]
    newcomer.window.training.sheet_command.sheet.reject()


def test_also_for_whoever_ends_it_in_the_sheet(newcomer):
    newcomer.come_to_training()
    sheet = newcomer.open_sheet()
    newcomer.wait_for_words("Start training")
    newcomer.press_button(newcomer.bubble.end_button)
    newcomer.pretend("complete")
    newcomer.press_button(sheet.start_button)
    newcomer.wait_until(lambda: newcomer.run is not None and newcomer.run.outcome is not None)
    assert newcomer.open_sheet().form.values()["epochs"] != QUICK["epochs"]
    newcomer.window.training.sheet_command.sheet.reject()


@pytest.mark.parametrize(("behaviour", "words"), [("fail", "did not get to its end"), ("crash", "the panel")])
def test_a_training_that_fails_leads_back_to_its_start(newcomer, behaviour, words):
    newcomer.come_to_training()
    newcomer.pretend(behaviour)
    newcomer.start_training()
    newcomer.wait_for_step("train")
    assert words in newcomer.words
    newcomer.pretend("complete")
    newcomer.start_training()
    newcomer.wait_for_step("figures")


def test_a_training_that_is_stopped_early_leads_back_and_one_with_a_model_goes_on(newcomer):
    newcomer.come_to_training()
    newcomer.pretend("train", pause=0.05)
    newcomer.start_training()
    newcomer.wait_for_epochs(1)
    newcomer.window.training.stop()
    newcomer.wait_for_step("figures")
    newcomer.press_button(newcomer.bubble.back_button)
    newcomer.press_button(newcomer.bubble.back_button)
    newcomer.pretend("hang")
    newcomer.start_training()
    newcomer.window.training.stop()
    newcomer.window.training.stop()
    newcomer.wait_for_step("train")
    assert "stopped before there was a model" in newcomer.words


def test_the_window_for_using_a_model_can_be_closed_and_opened_again(newcomer):
    newcomer.come_to_training()
    newcomer.pretend("complete")
    newcomer.start_training()
    newcomer.wait_for_step("figures")
    newcomer.press_button(newcomer.bubble.next_button)
    newcomer.press_button(newcomer.bubble.skip_button)
    assert "Press Use." in newcomer.words
    newcomer.press_key("Ctrl+U")
    newcomer.wait_until(lambda: newcomer.bubble.window() is newcomer.window.use.window)
    newcomer.window.use.window.close()
    newcomer.wait_for_words("Press Use.")
    assert newcomer.bubble.window() is newcomer.window
    newcomer.press_key("Ctrl+U")
    newcomer.wait_until(lambda: newcomer.bubble.window() is newcomer.window.use.window)
    newcomer.tour.stop()
    assert not newcomer.window.settings.preference("use_files_folder")


def test_who_trains_before_being_asked_watches_at_once(newcomer):
    newcomer.take_tour()
    newcomer.pretend("complete")
    newcomer.start_training()
    newcomer.wait_for_step("figures")


def test_another_project_ends_it_and_taking_it_again_goes_on(newcomer, photos):
    newcomer.come_to_training()
    newcomer.open(photos)
    assert newcomer.tour.step == ""
    assert not newcomer.bubbles
    assert "Help > Take the tour" in newcomer.message
    newcomer.choose("Help", "Take the tour")
    newcomer.wait_for_step("train")
    assert newcomer.document.folder == sample_folder()


def test_taking_it_twice_brings_the_keys_to_the_bubble(newcomer):
    newcomer.take_tour()
    newcomer.wait_for_picture()
    newcomer.choose("Help", "Take the tour")
    assert newcomer.bubble.isAncestorOf(QApplication.focusWidget())
    assert len(newcomer.bubbles) == 1


def test_a_second_tour_destroys_nothing_and_has_pictures_to_draw_in(newcomer, monkeypatch):
    drawn = []

    def draw(folder, _progress):
        drawn.append(folder)
        shutil.copytree(sample_folder(), folder, ignore=shutil.ignore_patterns("project.boxwright*"))
        return folder

    monkeypatch.setattr("training.dataset.sample_project.create_sample_project", draw)
    draw_first_box(newcomer)
    newcomer.press_button(newcomer.bubble.end_button)
    boxes = {image: newcomer.boxes_of(image) for image in newcomer.document.images}
    for image in newcomer.document.images[-6:]:
        newcomer.go_to(image)
        newcomer.draw_box(5, 5, 20, 20)
    newcomer.take_tour()
    assert drawn == [newcomer.document.folder] == [sample_folder().with_name("sample-2")]
    newcomer.press_button(newcomer.bubble.next_button)
    newcomer.open(sample_folder())
    newcomer.wait_until(lambda: newcomer.document.folder == sample_folder())
    assert all(set(boxes[image]) <= set(newcomer.boxes_of(image)) for image in boxes)
    newcomer.choose("Help", "Take the tour")
    newcomer.wait_for_step("draw")
    assert newcomer.document.folder == drawn[0]


# --- asked once, ended by whoever wants to


@pytest.fixture
def first_start(visitor):
    """Somebody who starts the program for the first time, with the offer before them."""
    write_sample(FEW_PICTURES)
    return started(visitor(), "New here?")


def started(person, words):
    person.window.tour.offer_at_start()
    person.window.opening.open_at_start(None)
    if words:
        person.wait_for_words(words)
    else:
        person.wait_for_picture()
    return person


def test_on_the_very_first_start_it_is_offered_and_declining_is_for_ever(first_start, visitor):
    person = first_start
    person.press_button(person.bubble.skip_button)
    assert not person.bubbles
    person.window.close()
    again = started(visitor(), "")
    assert not again.bubbles
    assert again.tour.memory.state is TourState.DISMISSED


def test_an_offer_that_nobody_answers_goes_when_somebody_begins_to_work(first_start, visitor):
    person = first_start
    person.wait_for_picture()
    person.draw_box(10, 10, 30, 30)
    assert not person.bubbles
    person.window.close()
    again = started(visitor(), "")
    assert not again.bubbles


def test_the_offer_leads_to_the_first_step_and_a_window_closed_on_the_way_finds_its_step_again(first_start, visitor):
    person = first_start
    person.press_button(person.bubble.next_button)
    person.wait_for_step("look")
    person.press_button(person.bubble.next_button)
    person.window.close()
    assert not person.bubbles
    again = started(visitor(), "Go on?")
    again.press_button(again.bubble.next_button)
    again.wait_for_step("draw")


@pytest.mark.parametrize(("left", "step"), [("all", "figures"), ("no model", "train"), ("a model alone", "train")])
def test_a_step_after_training_is_found_again_only_with_its_run_and_model(visitor, left, step):
    write_sample(FEW_PICTURES)
    person = visitor()
    person.come_to_training()
    person.pretend("complete")
    person.start_training()
    person.wait_for_step("figures")
    run = person.run.folder
    assert Path(person.tour.memory.run) == run.path
    person.window.close()
    if left != "no model":  # what only pretends to train leaves none
        run.best_model.write_bytes(b"stands for a model")
    if left == "a model alone":  # the run can't be read
        run.events_file.unlink()
        run.settings_file.unlink()
    again = visitor()
    again.choose("Help", "Take the tour")
    again.wait_until(lambda: again.tour.step == step)


def test_the_start_page_offers_it_first_until_it_was_answered(visitor):
    write_sample(FEW_PICTURES)
    person = visitor()
    page = person.window.stage.start_page
    person.window.stage.show_page()
    assert page.first_control.text() == "Take the tour"
    QTest.keyClick(page.first_control, Qt.Key.Key_Space)
    person.wait_for_step("look")
    person.press_button(person.bubble.end_button)
    assert "menu Help" in person.message
    person.document.close()
    assert page.first_control.text() == "Open folder…"


def test_escape_ends_it_only_where_the_bubble_has_the_keys(newcomer):
    newcomer.take_tour()
    newcomer.wait_for_picture()
    newcomer.press_key("Escape")
    assert newcomer.tour.step == "look"
    newcomer.press_key("F6")
    newcomer.wait_until(lambda: newcomer.bubble.isAncestorOf(QApplication.focusWidget()))
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert newcomer.tour.step == ""
    assert newcomer.tour.memory.state is TourState.DISMISSED


def test_the_keys_go_back_to_where_the_work_is(newcomer):
    newcomer.take_tour()
    newcomer.wait_for_picture()
    newcomer.press_key("F6")
    assert QApplication.focusWidget() is newcomer.bubble.next_button
    newcomer.press_key("F6")
    assert QApplication.focusWidget() is newcomer.canvas
    newcomer.press_key("F6")
    QTest.keyClick(newcomer.bubble.next_button, Qt.Key.Key_Space)
    assert newcomer.tour.step == "draw"
    assert QApplication.focusWidget() is newcomer.canvas


def test_enter_on_a_button_of_the_bubble_does_not_start_the_training(newcomer):
    newcomer.come_to_training()
    newcomer.open_sheet()
    newcomer.wait_for_words("Start training")
    newcomer.bubble.back_button.setFocus()
    QTest.keyClick(newcomer.bubble.back_button, Qt.Key.Key_Return)
    assert newcomer.tour.step == "class"
    assert newcomer.window.training.run is None
    assert newcomer.window.training.sheet_command.sheet is None
    assert newcomer.bubble.window() is newcomer.window


def test_it_takes_no_focus_by_itself_and_is_told_to_screen_readers(newcomer):
    newcomer.take_tour()
    newcomer.wait_for_picture()
    assert newcomer.window.focusWidget() is newcomer.canvas
    assert newcomer.bubble.accessibleName() == "Tour: Pictures with boxes"
    assert newcomer.bubble.accessibleDescription().startswith("Somebody has drawn")
    assert newcomer.bubble.end_button.accessibleName()


def test_stopped_it_leaves_nothing(newcomer):
    newcomer.take_tour()
    newcomer.wait_for_picture()
    newcomer.tour.stop()
    gc.collect()
    assert not newcomer.bubbles
    assert not [timer for timer in newcomer.tour.findChildren(QTimer) if timer.isActive()]
    assert not newcomer.tour.findChildren(QAbstractAnimation)
    assert Settings().preference("tour")
