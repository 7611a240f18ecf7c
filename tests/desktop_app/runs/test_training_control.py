from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QPushButton, QScrollArea, QWidget

from desktop_app.document.class_edits import ClassEdits
from desktop_app.document.edits import Edits
from desktop_app.runs.run_panel import RunPanel
from desktop_app.runs.training_control import TrainingControl
from tests.helpers.documents import open_in
from tests.helpers.fake_worker import MISSING_PROGRAM, REASON, fake_worker_command
from tests.helpers.labelled_projects import make_labelled_project
from training.dataset.box import Rectangle
from training.dataset.dataset import Split
from training.run.answers.prediction import PredictedBox
from training.run.events import ImagePrediction, PhaseEvent, PredictionsEvent, WarningEvent
from training.run.outcome import OutcomeKind

PATIENCE_MS = 20_000


class Window(QWidget):
    """What the main window does with the training, and nothing else."""

    def __init__(self, document, settings) -> None:
        super().__init__()
        self.document = document
        self.training = TrainingControl(document, settings, self, devices_command=[])
        self.training.sheet_command.probes_by_itself = False
        self.panel = RunPanel(self.training, self)
        self.panel.resize(380, 700)
        self.resize(380, 700)
        self.shown: list[tuple[str, list]] = []
        self.training.predictions_changed.connect(self._on_predictions_changed)

    def _on_predictions_changed(self, image: str) -> None:
        self.shown.append((image, self.training.predictions_for(image)))


@pytest.fixture
def window(qtbot, document, settings):
    made = Window(document, settings)
    qtbot.addWidget(made, before_close_func=lambda widget: widget.training.shut_down())
    made.show()
    return made


@pytest.fixture
def train(qtbot, window):
    """Presses Train, waits for the sheet, presses Start, and a pretended worker behaves as asked."""

    def press(behaviour: str = "complete", command=None, **options):
        window.training.command = command or (lambda run: fake_worker_command(run, behaviour, **options))
        sheet = open_sheet(qtbot, window)
        sheet.start_button.click()
        assert window.training.run is not None
        return window.training.run

    return press


def open_sheet(qtbot, window):
    window.training.train_action.trigger()
    sheet = window.training.sheet_command.sheet
    qtbot.waitUntil(lambda: sheet.snapshot is not None, timeout=PATIENCE_MS)
    return sheet


def wait_for_end(qtbot, run) -> None:
    qtbot.waitUntil(lambda: not run.is_running, timeout=PATIENCE_MS)


def wait_for_epoch(qtbot, run, number: int = 1) -> None:
    qtbot.waitUntil(lambda: len(run.history) >= number, timeout=PATIENCE_MS)


def test_the_sheet_says_what_the_project_holds(qtbot, window):
    sheet = open_sheet(qtbot, window)
    assert "15 images, 2 classes, 2 unlabelled" in sheet.text
    assert "“square” has only 6 boxes." in sheet.text
    sheet.reject()
    assert window.training.run is None


def test_a_snapshot_for_a_sheet_that_was_closed_is_dropped(qtbot, window):
    window.training.train_action.trigger()
    window.training.sheet_command.sheet.reject()
    sheet = open_sheet(qtbot, window)
    qtbot.wait(50)
    assert sheet.text.count("kept apart as a test") == 1


def test_one_press_keeps_training_images_for_validation(qtbot, window, document):
    labelled = [f"{number:02}.png" for number in range(15)]
    document.set_splits(dict.fromkeys(labelled, Split.TRAIN))
    sheet = open_sheet(qtbot, window)
    button = sheet.findChild(QPushButton, "keep_for_validation")
    assert button.text() == "Keep 3 of the 15 training images for validation"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "12 to learn from, 3 to check on after each epoch, 0 kept" in sheet.text)
    assert "No image is kept for validation" not in sheet.text
    assert sum(document.record(image).split is Split.VALIDATION for image in labelled) == 3
    sheet.reject()


def test_one_press_trains_and_leaves_a_run_in_the_folder(qtbot, window, train, folder):
    run = train("complete", epochs=3)
    assert window.training.train_action.isEnabled()
    wait_for_end(qtbot, run)
    assert run.outcome.kind is OutcomeKind.COMPLETED
    assert run.folder.path.parent == folder / "runs"
    settings = run.folder.settings()
    assert (settings.image_root, settings.class_names, settings.presence) == (str(folder), ("square", "circle"), True)
    assert window.training.train_action.isEnabled()
    assert "The training is complete." in window.panel.text
    assert "74 %" in window.panel.text


def test_splits_are_stored_before_the_run_starts(qtbot, window, train, document):
    run = train("complete", epochs=1)
    wait_for_end(qtbot, run)
    lines = run.folder.dataset_file.read_text(encoding="utf-8").splitlines()[1:]
    told = {line.split(",")[0]: line.rsplit(",", 1)[1] for line in lines}
    assert told == {image: document.record(image).split for image in told}
    assert len(told) == 15


ENDINGS = [
    ("fail", f"The training failed: {REASON}", "Kept: your boxes."),
    ("crash", "The training crashed (SIGSEGV)", "The details tell what happened last."),
    ("no_start", "The training could not start: TensorFlow is missing", "pip install tensorflow"),
]


@pytest.mark.parametrize(("behaviour", "sentence", "advice"), ENDINGS)
def test_the_window_says_what_happened_to_the_worker_and_what_to_do(qtbot, window, train, behaviour, sentence, advice):
    wait_for_end(qtbot, train(behaviour))
    assert sentence in window.panel.text
    assert advice in window.panel.text
    assert window.training.train_action.isEnabled()


def test_the_details_hold_the_folder_and_the_last_words_of_the_log(qtbot, window, train):
    run = train("no_start")
    wait_for_end(qtbot, run)
    details = window.panel.outcome_card.details.toPlainText()
    assert str(run.folder.path) in details
    assert "No module named 'tensorflow'" in details


def test_of_many_warnings_a_few_are_shown_and_all_are_in_the_details(qtbot, window, train):
    run = train("complete", epochs=1)
    for number in range(9):
        run.apply(WarningEvent(code="image", text=f"{number}.jpg is left out."))
    assert window.panel.text.count(".jpg is left out.") == 3
    assert "and 6 more" in window.panel.text or "and 7 more" in window.panel.text
    wait_for_end(qtbot, run)
    assert window.panel.outcome_card.details.toPlainText().count(".jpg is left out.") == 9


def test_a_worker_that_cannot_be_started_is_told(qtbot, window, train):
    wait_for_end(qtbot, train(command=lambda run: MISSING_PROGRAM))
    assert "The training could not start" in window.panel.text


def test_a_killed_worker_is_told_and_another_training_can_start(qtbot, window, train):
    run = train("train")
    wait_for_epoch(qtbot, run)
    os.kill(window.training.worker_pid, signal.SIGKILL)
    wait_for_end(qtbot, run)
    assert "The training crashed (SIGKILL)" in window.panel.text
    assert "memory" in window.panel.text
    again = train("complete", epochs=1)
    wait_for_end(qtbot, again)
    assert again.outcome.kind is OutcomeKind.COMPLETED
    assert again.folder.path != run.folder.path


def test_stop_keeps_what_there_is(qtbot, window, train):
    run = train("train")
    wait_for_epoch(qtbot, run)
    window.panel.stop_button.click()
    assert "Stopping…" in window.panel.text or not run.is_running
    wait_for_end(qtbot, run)
    assert run.outcome.kind is OutcomeKind.STOPPED


def test_a_worker_that_hangs_is_ended_at_once_when_asked_again(qtbot, window, train):
    run = train("hang")
    wait_for_epoch(qtbot, run)
    window.panel.stop_button.click()
    assert window.panel.stop_button.text() == "End at once"
    window.panel.stop_button.click()
    wait_for_end(qtbot, run)
    assert run.outcome.kind is OutcomeKind.KILLED
    assert "You ended the training at once" in window.panel.text
    assert "did not stop by itself" not in window.panel.text


def test_clicks_on_the_panels_buttons_leave_the_keyboard_where_it_was(qtbot, window, train):
    wait_for_end(qtbot, train("complete", epochs=1))
    buttons = [
        button for button in window.panel.findChildren(QAbstractButton) if not button.objectName().startswith("qt_")
    ]
    assert len(buttons) >= 5
    assert all(not button.focusPolicy() & Qt.FocusPolicy.ClickFocus for button in buttons)


def test_however_long_its_sentences_are_the_panel_fits_into_its_column(qtbot, window, train, document):
    document.set_current_image("00.png")
    run = train("train")
    wait_for_epoch(qtbot, run)
    run.apply(WarningEvent(code="image", text=f"{'long_name_' * 30}.jpg is left out."))
    run.apply(replace(run.history[-1], figures={"loss": 0.5, "mean_iou": 0.5}))
    assert "there are no validation images" in window.panel.text
    seen = PredictedBox(1, 1, 9, 9, "class_" * 40, 1, 0.5)
    run.apply(PredictionsEvent(epoch=10_000, reason="watch", images=(ImagePrediction("00.png", (seen,)),)))
    content = window.panel.findChild(QScrollArea).widget()
    assert content.minimumSizeHint().width() <= 300
    window.training.stop()
    wait_for_end(qtbot, run)
    assert content.minimumSizeHint().width() <= 300


def test_until_the_first_step_it_says_that_this_takes_a_while(qtbot, window, train):
    run = train("train", pause=0.05)
    run.apply(PhaseEvent(name="train", text=""))
    assert "the first step takes a while" in window.panel.text
    wait_for_epoch(qtbot, run)
    assert "the first step takes a while" not in window.panel.text


def test_progress_time_left_and_figures_are_shown_while_it_goes_on(qtbot, window, train):
    run = train("complete", epochs=60, pause=0.05)
    wait_for_epoch(qtbot, run, 3)
    assert "of 60 · step" in window.panel.text
    assert "left" in window.panel.text
    assert "mean IoU" in window.panel.text
    assert 0 < window.panel.progress_bar.value() < window.panel.progress_bar.maximum()
    assert "This training is only pretended." in window.panel.text
    window.training.stop()
    wait_for_end(qtbot, run)


def test_the_chart_is_drawn_while_it_goes_on(qtbot, window, train):
    run = train("train", pause=0.05)
    qtbot.waitUntil(lambda: window.panel.chart.image is not None, timeout=PATIENCE_MS)
    assert run.is_running
    first = window.panel.chart.image.copy()
    qtbot.waitUntil(lambda: window.panel.chart.image != first, timeout=PATIENCE_MS)


def test_the_current_image_is_answered_each_epoch_and_another_one_when_it_is_current(qtbot, window, train, document):
    document.set_current_image("00.png")
    train("train")

    def edges_of(image: str) -> list[float]:
        return [boxes[0].xmax for name, boxes in window.shown if name == image and boxes]

    qtbot.waitUntil(lambda: len(set(edges_of("00.png"))) >= 2, timeout=PATIENCE_MS)
    document.set_current_image("05.png")
    qtbot.waitUntil(lambda: len(set(edges_of("05.png"))) >= 2, timeout=PATIENCE_MS)
    edges = edges_of("05.png")
    assert edges == sorted(edges)


def test_the_panel_says_what_is_seen_in_the_image_that_is_open(qtbot, window, train, document):
    document.set_current_image("00.png")
    run = train("train")
    qtbot.waitUntil(lambda: "This image: square 90 %" in window.panel.text, timeout=PATIENCE_MS)
    run.apply(PredictionsEvent(epoch=10_000, reason="watch", images=(ImagePrediction("00.png"),)))
    assert "This image: no object" in window.panel.text
    document.set_current_image("")
    assert "This image" not in window.panel.text


def test_a_class_renamed_meanwhile_has_its_new_name_in_the_predictions(qtbot, window, train, document):
    document.set_current_image("00.png")
    run = train("train")
    qtbot.waitUntil(lambda: run.has_answer_for("00.png"), timeout=PATIENCE_MS)
    ClassEdits(document).rename(1, "quadrangle")
    box = window.training.predictions_for("00.png")[0]
    assert (box.class_id, box.label) == (1, "quadrangle")


def test_another_project_sees_no_predictions_of_this_one(qtbot, window, train, document, tmp_path):
    document.set_current_image("00.png")
    run = train("train")
    qtbot.waitUntil(lambda: run.has_answer_for("00.png"), timeout=PATIENCE_MS)
    make_labelled_project(tmp_path / "others")
    open_in(qtbot, document, tmp_path / "others", "00.png")
    assert window.training.predictions_for("00.png") == []
    assert run.is_running


def test_boxes_are_drawn_and_undone_while_it_goes_on_and_the_event_loop_never_waits(qtbot, window, train, document):
    document.set_current_image("16.png")
    edits = Edits(document)
    run = train("train", pause=0.02)
    pauses: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        pauses.append(now - last)
        last = now
        edits.add_box(Rectangle(5, 5, 20 + len(pauses) % 20, 30))
        document.undo()

    timer = QTimer(interval=10)
    timer.timeout.connect(tick)
    timer.start()
    wait_for_epoch(qtbot, run, 40)
    timer.stop()
    assert document.record("16.png").boxes == ()
    # Waiting for the worker would be far longer than what a busy machine does to any process.
    assert sorted(pauses)[int(len(pauses) * 0.95)] < 0.1
    assert max(pauses) < 2


def test_the_settings_of_the_last_training_are_there_again(qtbot, window, train, settings, folder):
    sheet = open_sheet(qtbot, window)
    sheet.form.editor("epochs").set_value(7)
    window.training.command = lambda run: fake_worker_command(run, "complete", 1)
    sheet.start_button.click()
    wait_for_end(qtbot, window.training.run)
    assert json.loads(settings.training_settings_in(folder))["epochs"] == 7
    assert open_sheet(qtbot, window).chosen_values()["epochs"] == 7


def test_while_one_trains_the_sheet_says_that_another_will_be_queued(qtbot, window, train):
    run = train("train")
    sheet = open_sheet(qtbot, window)
    assert sheet.start_button.text() == "Add to the queue"
    window.training.stop()
    wait_for_end(qtbot, run)
    assert sheet.start_button.text() == "Start training"
    sheet.reject()


def test_closing_while_a_training_hangs_leaves_no_process(qtbot, window, train, monkeypatch):
    monkeypatch.setattr("desktop_app.runs.training_thread.CLOSING_PATIENCE_SECONDS", 0.2)
    run = train("hang")
    wait_for_epoch(qtbot, run)
    pid = window.training.worker_pid
    window.training.shut_down()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_before_the_first_training_the_panel_says_what_it_is_for(window):
    assert "Train a model on your boxes or on images with a class" in window.panel.text
