"""From the window in which a model is used into the project: frames with proposals, recordings with a class."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.images.image_filter import Mark
from desktop_app.predict.use_window import UseWindow
from tests.helpers.mjpeg import MjpegServer
from tests.helpers.pretended_models import finished_run, use_pretended_predictor, write_bright_pictures
from tests.helpers.trainer import Trainer
from tests.helpers.videos import write_video
from tests.helpers.window_driver import WindowDriver
from training.dataset.dataset import Split
from training.dataset.formats import boxwright_csv
from training.dataset.records import ImageState
from training.run.answers.letterbox import Pixels
from training.run.answers.prediction import Answer
from training.run.recipes.names import CLASSIFIER
from training.run.run_folder import RunFolder
from training.run.samples.classifier_images import IMAGES, prepare_classifier_images

FRAME = np.full((72, 96, 3), 230, np.uint8)  # so bright that the pretended model is sure
COLOURS = {"fork": (215, 50, 40), "knife": (40, 70, 210)}


@pytest.fixture
def person(trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trainer:
    """At a project with one class and a run whose model sees a cup in the middle of bright pictures."""
    use_pretended_predictor(monkeypatch)
    folder = tmp_path / "photos"
    write_bright_pictures(folder, {"a.png": 0.9, "b.png": 0.2})
    finished_run(folder)
    opened = trainer(folder)
    opened.window.class_edits.add("cup")
    return opened


def use_window(person: WindowDriver) -> UseWindow:
    """Ctrl+U, and the model of the newest run is there."""
    person.press_key("Ctrl+U")
    window = person.window.use.window
    assert window is not None
    assert window.isVisible()
    return window


def with_model(person: WindowDriver) -> UseWindow:
    window = use_window(person)
    person.wait_until(lambda: window.holder.model is not None)
    return window


def test_the_window_opens_by_key_menu_and_button_once_and_goes_with_the_main_window(person: Trainer):
    first = use_window(person)
    first.close()
    person.choose("Training", "Use the model…")
    assert person.window.use.window is first
    assert first.isVisible()
    assert person.action("use_model").toolTip() == "Use a model on files, a video or a camera (Ctrl+U)"
    person.window.close()
    assert person.window.use.window is None


@pytest.mark.parametrize("opener", ["use_model", "runs"])
def test_the_key_to_quit_works_in_every_window(person: Trainer, opener: str):
    person.action(opener).trigger()
    window = person.window.use.window if opener == "use_model" else person.window.run_list.window
    window.activateWindow()
    person.wait_until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    person.wait_until(lambda: not person.window.isVisible())


def test_the_runs_of_the_project_are_offered_and_the_newest_is_taken(person: Trainer):
    finished_run(person.document.folder, minute=5)
    window = with_model(person)
    assert window.holder.model is not None
    assert window.holder.model.run.path.name.startswith("2026-03-01_12-05")


def test_a_video_frame_arrives_with_proposals_that_enter_accepts(person: Trainer, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tests.helpers.videos.numbered_frame", lambda *_size: FRAME)
    video = write_video(tmp_path / "kitchen.avi", count=4, width=96, height=72)
    window = with_model(person)
    window.open_video(video)
    person.wait_until(lambda: window.video.view.shown is not None)
    window.video.put_into_project()
    person.wait_for_picture("video/kitchen 000000.jpg")
    assert person.listed_images == ["a.png", "b.png", "video/kitchen 000000.jpg"]
    person.press_key("Tab")
    person.press_key("Return")
    record = person.document.record("video/kitchen 000000.jpg")
    assert [(box.class_id, box.origin[:10]) for box in record.boxes] == [(1, "2026-03-01")]
    assert record.boxes[0].corners == pytest.approx((24, 24, 72, 48), abs=1)
    person.press_key("Ctrl+Z")
    assert person.boxes_of("video/kitchen 000000.jpg") == []
    assert (person.document.folder / "video/kitchen 000000.jpg").is_file()


def test_another_model_gives_the_word_back_when_its_proposals_are_put_away(person: Trainer):
    shown = finished_run(person.document.folder, minute=5)
    person.window.training.open_run(shown)
    person.wait_until(lambda: person.document.proposals.run == shown.path.name)
    person.wait_until(lambda: person.document.proposals.knows("a.png"))
    window = with_model(person)
    older = RunFolder(next((person.document.folder / "runs").glob("2026-03-01_12-00*")))
    window.choose_model(older)
    person.wait_until(lambda: window.holder.model is not None and window.holder.model.run == older)
    model = window.holder.model
    assert model is not None
    window.frame_offered.emit(FRAME, model.predictor.answer_frame(FRAME), "video/clip 1", model)
    person.wait_for_picture("video/clip 1.jpg")
    person.wait_until(lambda: person.window.training.is_answered_by_finished_model("video/clip 1.jpg"))
    proposals, bar = person.document.proposals, person.window.prediction_bar
    assert (proposals.run, proposals.is_guest, proposals.count_in("video/clip 1.jpg")) == (older.path.name, True, 1)
    assert bar.back_button.isVisible()
    assert bar.texts[0]
    bar.back_button.click()
    person.wait_until(lambda: proposals.knows("video/clip 1.jpg"))
    assert (proposals.run, proposals.is_guest) == (shown.path.name, False)
    assert not bar.back_button.isVisible()


def test_files_of_elsewhere_are_copied_with_what_the_model_sees_in_them(person: Trainer, tmp_path: Path):
    write_bright_pictures(tmp_path / "elsewhere", {"c.png": 0.95})
    window = with_model(person)
    window.files_offered.emit([(tmp_path / "elsewhere" / "c.png", Answer(), window.holder.model)])
    person.wait_for_picture("added/c.png")
    person.wait_until(lambda: "is in the project" in window.status.currentMessage())
    assert "added/c.png" in person.message


def test_very_many_files_come_a_few_at_a_time_with_progress_and_can_be_cancelled(person: Trainer, tmp_path: Path):
    write_bright_pictures(tmp_path / "many", {f"{number:03}.png": number / 255 for number in range(250)})
    window = with_model(person)
    window.open_files([tmp_path / "many"])
    person.wait_until(lambda: window.files.questions.done == 250)
    window.files.select_all()
    window.files.add_to_project()
    adding, work = person.window.use.adding, window.files.work
    assert person.window.use.new_images.waiting <= 64
    assert (adding.is_busy, work.is_busy, work.progress_bar.maximum()) == (True, True, 250)
    assert window.present_works == ["Adding to the project"]
    assert not window.files.actions_table["add_to_project"].isEnabled()
    person.wait_until(lambda: sum(image.startswith("added/") for image in person.document.images) > 10)
    QTest.mouseClick(work.cancel_button, Qt.MouseButton.LeftButton)
    person.window.use.new_images.finish()
    count = sum(image.startswith("added/") for image in person.document.images)
    assert 10 < count < 250
    assert not work.is_busy
    assert f"{count} in all" in window.status.currentMessage()
    window.files.add_to_project()
    person.wait_until(lambda: not work.is_busy)
    person.window.use.new_images.finish()
    assert sum(image.startswith("added/") for image in person.document.images) == 250
    assert f"{count} were in it already" in window.status.currentMessage()


def test_what_a_run_sees_in_new_pictures_is_there_when_the_project_opens_again(
    person: Trainer, trainer, tmp_path: Path
):
    write_bright_pictures(tmp_path / "elsewhere", {"c.png": 0.95})
    folder = person.document.folder
    window = with_model(person)
    model = window.holder.model
    assert model is not None
    window.frame_offered.emit(FRAME, model.predictor.answer_frame(FRAME), "video/clip 1", model)
    window.files_offered.emit([(tmp_path / "elsewhere" / "c.png", model.predictor.answer_frame(FRAME), model)])
    person.wait_for_picture("added/c.png")
    person.window.close()
    again = trainer(folder)
    again.window.training.open_run(model.run)
    proposals = again.document.proposals
    again.wait_until(lambda: proposals.knows("video/clip 1.jpg") and proposals.knows("added/c.png"))
    assert [proposals.count_in(image) for image in ("video/clip 1.jpg", "added/c.png")] == [1, 1]
    assert (proposals.run, proposals.is_guest) == (model.run.path.name, False)


def test_without_a_project_somebody_is_asked_to_open_one(open_window):
    person = open_window()
    window = use_window(person)
    window.recording_offered.emit(FRAME, "camera/take", 1)
    assert "Open a folder first" in person.problem
    assert "Open a folder first" in window.problems.text


def test_a_frame_without_a_model_comes_without_proposals(window: WindowDriver):
    use = use_window(window)
    use.frame_offered.emit(FRAME, Answer(), "video/clip 1", None)
    window.wait_for_picture("video/clip 1.jpg")
    assert window.document.proposals.run == ""
    assert window.mark_of("video/clip 1.jpg") is Mark.UNLABELLED


def plain(colour: tuple[int, int, int]):
    """Pictures of one thing, which lies elsewhere in each."""

    def picture(number: int) -> Pixels:
        pixels = np.full((60, 80, 3), 120, np.uint8)
        left = 5 + 7 * (number % 7)
        pixels[10:50, left : left + 26] = colour
        return pixels

    return picture


def test_a_class_recorded_from_a_stream_is_what_a_classifier_learns_from(window: WindowDriver, qtbot: QtBot):
    person = Trainer(window.window, qtbot)
    camera = use_window(person).camera
    for name, colour in COLOURS.items():
        with MjpegServer(rate=60, picture=plain(colour), cycle=7) as server:
            hold_to_record(person, camera, server.address, name, 10)
            camera.stop()
    document = person.document
    steps = [document.undo_stack.text(at) for at in range(document.undo_stack.count())]
    counts = {known.name: document.image_class_counts[known.id] for known in document.classes}
    assert steps == [
        "Add class", f"Recorded {counts['fork']} images of “fork”",
        "Add class", f"Recorded {counts['knife']} images of “knife”",
    ]  # fmt: skip
    recorded = [image for image in document.images if image.startswith("camera/")]
    assert {document.summary(image).state for image in recorded} == {ImageState.REVIEWED}
    person.pretend("complete", epochs=1)
    run = person.press_train()
    person.wait_for_end()
    assert run.folder is not None
    assert run.folder.settings().recipe == CLASSIFIER, "which the sheet chooses by itself"
    dataset, problems = boxwright_csv.read(run.folder.dataset_file)
    assert problems == []
    assert {image.split for image in dataset.images if image.image_class} == set(Split), "they fill up the splits"
    learned = prepare_classifier_images(dataset.images, document.folder, tuple(COLOURS), 64, IMAGES, 0.0)
    assert Counter(learned.class_indices.tolist()) == {0: counts["fork"], 1: counts["knife"]}
    assert min(counts.values()) >= 10
    reds = learned.squares[..., 0].astype(int) - learned.squares[..., 2]
    assert [int(np.sign(one.sum())) for one in reds] == [1 if index == 0 else -1 for index in learned.class_indices]


def hold_to_record(person: WindowDriver, camera, address: str, name: str, count: int) -> None:
    """Hold the button until so many pictures are images of a class."""
    window = person.window.use.window
    window.tabs.setCurrentWidget(camera)
    camera.bar.camera.set_text(address)
    camera.start()
    person.wait_until(lambda: camera.session is not None and camera.session.is_live)
    camera.bar.class_choice.setEditText(name)
    camera.bar.rate.setValue(30)
    QTest.mousePress(camera.bar.record_button, Qt.MouseButton.LeftButton)

    def are_enough() -> bool:
        known = person.document.class_named(name)
        return known is not None and person.document.image_class_counts.get(known.id, 0) >= count

    person.wait_until(are_enough)
    QTest.mouseRelease(camera.bar.record_button, Qt.MouseButton.LeftButton)
    person.window.use.new_images.finish()
