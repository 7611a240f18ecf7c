from __future__ import annotations

import os

import pytest

from desktop_app.runs import run_words
from desktop_app.runs.outcome_words import what_happened
from desktop_app.runs.training_run import Stage, TrainingRun
from tests.helpers.runs import prepared_run
from training.run.answers.prediction import PredictedBox
from training.run.events import (
    EndedEvent,
    EpochEvent,
    EstimateEvent,
    ImagePrediction,
    PhaseEvent,
    PredictionsEvent,
    SavedEvent,
    StartedEvent,
    StepEvent,
    WarningEvent,
    to_line,
)
from training.run.outcome import INTERRUPTED, Outcome, OutcomeKind
from training.run.reading_back import read_run
from training.run.run_folder import RunFolder

FIGURES = {"loss": 1.0, "mean_iou": 0.4, "val_loss": 1.2, "val_mean_iou": 0.5, "val_iou50": 0.75}
ACCURACIES = {"val_class_accuracy": 0.9, "val_presence_accuracy": 1.0}


def started(epochs: int = 4, **more) -> StartedEvent:
    return StartedEvent(
        versions={},
        device="CPU",
        train_images=7,
        validation_images=2,
        parameters=10,
        epochs=epochs,
        steps_per_epoch=5,
        classes=("fork",),
        **{"heads": ("class", "box", "presence"), **more},
    )


def step(epoch: int, number: int, eta: float = 130.0) -> StepEvent:
    return StepEvent(epoch=epoch, step=number, steps=5, loss=1.0, images_per_second=50.0, eta_seconds=eta)


def epoch(number: int, best: bool = True, epochs: int = 4) -> EpochEvent:
    figures = {**FIGURES, **ACCURACIES, "val_mean_iou": 0.5 + number / 100}
    return EpochEvent(epoch=number, epochs=epochs, figures=figures, seconds=1.0, best=best)


def predictions(number: int, *images: str, reason: str = "epoch", boxes: bool = True) -> PredictionsEvent:
    box = PredictedBox(1, 2, 30 + number, 40, "fork", 3, 0.9)
    found = tuple(ImagePrediction(image, (box,) if boxes else ()) for image in images)
    return PredictionsEvent(epoch=number, reason=reason, images=found)


WHOLE_RUN = [
    PhaseEvent(name="import", text="Loading TensorFlow"),
    WarningEvent(code="left_out", text="bad.jpg is left out."),
    PhaseEvent(name="data", text="Reading the images", done=3, total=9),
    started(2),
    PhaseEvent(name="train", text="Training"),
    step(1, 5),
    epoch(1, epochs=2),
    predictions(1, "a.jpg", "b.jpg"),
    step(2, 5),
    epoch(2, best=False, epochs=2),
    predictions(2, "a.jpg", "b.jpg", boxes=False),
    SavedEvent(what="litert", path="best.tflite"),
    EndedEvent(outcome="completed", figures=epoch(1).figures),
]


@pytest.fixture
def run(qtbot):
    made = TrainingRun()
    yield made
    made.deleteLater()


def write_events(folder, events) -> RunFolder:
    run_folder = RunFolder(folder)
    run_folder.events_file.write_text("".join(map(to_line, events)), encoding="utf-8")
    return run_folder


def state_of(run: TrainingRun):
    words = (run_words.heading_of(run), run_words.progress_of(run), run_words.key_figures(run), run.warnings)
    boxes = [list(run.predictions_for(image)) for image in ("a.jpg", "b.jpg")]
    figures = [past.figures for past in run.history]
    return (*words, boxes, figures, run.progress, run.outcome, run.final_figures)


def test_a_run_read_back_is_the_run_that_was_lived_through(run, tmp_path):
    for event in WHOLE_RUN:
        run.apply(event)
    run.end(Outcome(OutcomeKind.COMPLETED))
    past = TrainingRun.from_record(read_run(write_events(tmp_path, WHOLE_RUN)), run)
    assert state_of(past) == state_of(run)


def test_a_run_whose_worker_died_was_interrupted_when_read_back(run, tmp_path):
    folder = write_events(tmp_path, WHOLE_RUN[:-1])
    os.utime(folder.events_file, (1, 1))
    past = TrainingRun.from_record(read_run(folder), run)
    assert past.outcome.code == INTERRUPTED
    assert run_words.heading_of(past) == "Interrupted · 2 epochs"
    assert len(past.history) == 2


def test_a_run_that_grows_is_running_when_read_back(run, tmp_path):
    past = TrainingRun.from_record(read_run(write_events(tmp_path, WHOLE_RUN[:-1])), run)
    assert past.is_running


def test_a_prepared_run_waits_when_read_back(run, tmp_path):
    past = TrainingRun.from_record(read_run(prepared_run(tmp_path)), run)
    assert (past.is_running, past.is_waiting, past.stage) == (False, True, Stage.PREPARED)
    assert run_words.heading_of(past) == "Not started yet"
    past.set_stage(Stage.WAITING)
    assert run_words.heading_of(past) == "Waiting for its turn"


# --- resumed


def test_a_second_start_keeps_the_epochs_that_count_and_forgets_later_ones(run):
    heard: list[str] = []
    run.apply(started())
    for number in (1, 2, 3):
        run.apply(epoch(number))
        run.apply(predictions(number, f"only in {number}.jpg"))
    run.apply(step(4, 2))
    run.figures_changed.connect(lambda: heard.append("figures"))
    run.predictions_changed.connect(heard.append)
    run.apply(started(epochs_before=2))
    assert [past.epoch for past in run.history] == [1, 2]
    assert heard == ["figures", "only in 3.jpg"]
    assert run.answered_images == ["only in 1.jpg", "only in 2.jpg"]
    assert run.step is None
    run.apply(epoch(3))
    assert [past.epoch for past in run.history] == [1, 2, 3]


def test_a_run_that_starts_over_forgets_everything(run):
    run.apply(started())
    run.apply(epoch(1))
    run.apply(predictions(1, "a.jpg"))
    run.apply(started())
    assert run.history == []
    assert not run.has_answer_for("a.jpg")


def test_a_run_that_is_to_go_on_forgets_how_it_ended_and_keeps_its_curve(run):
    for event in WHOLE_RUN:
        run.apply(event)
    run.request_stop()
    run.end(Outcome(OutcomeKind.STOPPED), "last words")
    run.go_on()
    assert (run.outcome, run.stop_requested, run.phase, run.step, run.final_figures) == (None, False, None, None, {})
    assert len(run.history) == 2
    assert run_words.heading_of(run) == "Starting…"


def test_a_warning_that_comes_again_is_told_once(run, qtbot):
    for _ in range(2):
        run.apply(WarningEvent(code="left_out", text="bad.jpg is left out."))
    assert run.warnings == ["bad.jpg is left out."]


def test_a_run_read_back_is_the_one_that_was_resumed_live(run, tmp_path):
    events = [started(), epoch(1), predictions(1, "a.jpg"), epoch(2), predictions(2, "b.jpg")]
    events += [started(epochs_before=1), epoch(2), predictions(2, "b.jpg"), EndedEvent(outcome="completed")]
    for event in events:
        run.apply(event)
    run.end(Outcome(OutcomeKind.COMPLETED))
    assert state_of(TrainingRun.from_record(read_run(write_events(tmp_path, events)), run)) == state_of(run)


def test_every_event_is_signalled_once(run, qtbot):
    heard: list[str] = []
    run.progress_changed.connect(lambda: heard.append("progress"))
    run.figures_changed.connect(lambda: heard.append("figures"))
    run.predictions_changed.connect(heard.append)
    run.warned.connect(lambda: heard.append("warned"))
    run.ended.connect(lambda: heard.append("ended"))
    for event in WHOLE_RUN[3:8]:
        run.apply(event)
    assert heard == ["progress", "progress", "progress", "figures", "a.jpg", "b.jpg"]


def test_an_answer_from_an_earlier_epoch_comes_too_late(run):
    run.apply(predictions(3, "a.jpg"))
    run.apply(predictions(2, "a.jpg", reason="watch", boxes=False))
    assert run.predictions_for("a.jpg")[0].xmax == 33
    run.apply(predictions(4, "a.jpg"))
    assert run.predictions_for("a.jpg")[0].xmax == 34


def test_no_object_is_an_answer_too(run):
    assert not run.has_answer_for("a.jpg")
    run.apply(predictions(1, "a.jpg", boxes=False))
    assert run.has_answer_for("a.jpg")
    assert run.predictions_for("a.jpg") == ()


def test_the_same_answer_again_redraws_nothing(run):
    heard: list[str] = []
    run.predictions_changed.connect(heard.append)
    for number in (1, 1):
        run.apply(predictions(number, "a.jpg"))
    assert heard == ["a.jpg"]


LOADING_JAX = PhaseEvent(name="import", text="x", backend="JAX")
PHASES = [
    ([], "Starting…", ""),
    ([LOADING_JAX], "Getting ready to train…", ""),
    ([PhaseEvent(name="import", text="Waiting for all")], "Getting ready to train…", ""),  # and in old runs
    ([PhaseEvent(name="data", text="x", done=34, total=148)], "Reading the images…", "34 of 148"),
    ([PhaseEvent(name="build", text="x")], "Building the network…", ""),
    ([PhaseEvent(name="weights", text="x")], "Downloading the ImageNet weights…", ""),
    (
        [PhaseEvent(name="weights", text="x", done=3_200_000, total=9_406_464)],
        "Downloading the ImageNet weights…",
        "3.2 of 9.4 MB",
    ),
    ([PhaseEvent(name="weights", text="x", done=3_200_000)], "Downloading the ImageNet weights…", "3.2 MB"),
    ([started(80), PhaseEvent(name="train", text="x"), step(12, 3)], "Training", "Epoch 12 of 80 · step 3 of 5"),
    ([started(), step(4, 5), PhaseEvent(name="evaluate", text="x")], "Judging the best model…", ""),
    ([started(), step(4, 5), PhaseEvent(name="export", text="x")], "Saving the model…", ""),
]


@pytest.mark.parametrize(("events", "heading", "progress"), PHASES)
def test_what_the_run_is_doing_is_said_in_words(run, events, heading, progress):
    for event in events:
        run.apply(event)
    assert (run_words.heading_of(run), run_words.progress_of(run)) == (heading, progress)
    assert ("JAX" in run_words.heading_tip(run)) is (LOADING_JAX in events)


def test_the_time_left_is_told_while_steps_are_made(run):
    assert run_words.time_left_of(run) == ""
    run.apply(started())
    run.apply(step(1, 1))
    assert run_words.time_left_of(run) == "about 2 minutes left"
    run.request_stop()
    assert run_words.time_left_of(run) == ""
    assert run_words.heading_of(run) == "Stopping…"


def test_before_the_first_step_the_steps_that_were_tried_tell_the_time_left(run):
    run.apply(started())
    run.apply(EstimateEvent(epoch_seconds=2.0, seconds=200.0))
    assert run_words.time_left_of(run) == "about 3 minutes left"
    run.apply(step(1, 1))
    assert run_words.time_left_of(run) == "about 2 minutes left"


def test_progress_counts_the_steps_of_all_epochs(run):
    run.apply(started(4))
    assert run.progress == 0.0
    run.apply(step(2, 5))
    assert run.progress == pytest.approx(0.5)


def test_the_figures_are_of_the_validation_images_and_in_the_end_of_the_best_epoch(run):
    run.apply(started())
    for number in (1, 2, 3):
        run.apply(epoch(number, best=number == 2))
    assert run_words.key_figures(run)[:2] == [("mean IoU", "53 %"), ("IoU ≥ 0.5", "75 %")]
    assert run_words.figures_origin(run) == "Epoch 3, validation"
    run.apply(EndedEvent(outcome="completed", figures=epoch(2).figures))
    run.end(Outcome(OutcomeKind.COMPLETED))
    assert run_words.key_figures(run)[0] == ("mean IoU", "52 %")
    assert run_words.figures_origin(run) == "Best epoch 2 as it learned, validation"


def test_without_validation_images_the_training_figures_are_shown_and_named(run):
    run.apply(started())
    run.apply(EpochEvent(epoch=1, epochs=4, figures={"loss": 1.0, "mean_iou": 0.4}, seconds=1.0, best=True))
    assert run_words.key_figures(run)[0] == ("mean IoU", "40 %")
    assert "no validation images" in run_words.figures_origin(run)


def test_a_model_without_presence_has_no_figure_for_it(run):
    run.apply(started(heads=("class", "box")))
    run.apply(epoch(1))
    assert [name for name, _ in run_words.key_figures(run)] == ["mean IoU", "IoU ≥ 0.5", "class right"]


@pytest.mark.parametrize("kind", OutcomeKind)
def test_every_outcome_has_a_heading_and_words(run, kind):
    run.end(Outcome(kind, "a reason"))
    assert run_words.heading_of(run)
    assert what_happened(run, run.outcome)
