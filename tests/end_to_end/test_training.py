"""Training from the real window: with a pretended worker for everything that can happen, and once with the real one."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from desktop_app.runs.predict_all import load_stored
from tests.helpers.learnable_pictures import draw_learnable
from tests.helpers.trainer import TRAINING_PATIENCE_MS, Trainer
from training.dataset.box import ProjectBox, iou
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore
from training.run.outcome import OutcomeKind

FILES = {
    "settings.json", "dataset.csv", "classes.txt", "events.jsonl", "log.txt", "history.csv", "best.keras", "last.keras",
    "best.tflite", "model.json", "predictions.csv", "judged.csv", "report.json",
}  # fmt: skip


def test_without_boxes_the_sheet_says_what_to_do_instead(trainer, photos):
    person = trainer(photos)
    person.press_key("Ctrl+T")
    sheet = person.window.training.sheet_command.sheet
    person.wait_until(lambda: "Press W" in sheet.text)
    assert "3 images, none labelled yet" in sheet.text
    sheet.reject()


def test_progress_chart_and_figures_are_seen_while_it_goes_on(person):
    person.pretend("train", pause=0.05)
    person.press_train()
    person.wait_for_epochs(3)
    person.wait_until(lambda: person.window.runs.chart.image is not None)
    assert "Epoch" in person.panel
    assert "left" in person.panel
    assert "mean IoU" in person.panel
    person.action("stop_training").trigger()
    person.wait_for_end()
    assert person.run.outcome.kind is OutcomeKind.STOPPED
    assert "The training was stopped" in person.panel


def test_the_models_box_is_on_the_canvas_each_epoch_and_with_the_next_image(person):
    person.pretend("train", pause=0.05)
    person.press_train()
    person.wait_until(lambda: bool(person.predicted))
    assert person.predicted[0].startswith("square 0.90 · IoU 0.1")
    first = [prediction.xmax for prediction in person.window.training.predictions_for(person.image)]
    person.wait_until(lambda: [p.xmax for p in person.window.training.predictions_for(person.image)] != first)
    person.go_to("05.png")
    assert person.predicted == []
    person.wait_until(lambda: bool(person.predicted))


def test_boxes_are_drawn_while_it_trains(person):
    person.pretend("train", pause=0.02)
    person.go_to("16.png")
    person.press_train()
    person.wait_for_epochs(1)
    person.draw_box(10, 10, 60, 40)
    assert len(person.boxes_of("16.png")) == 1
    person.wait_for_epochs(len(person.run.history) + 2)
    person.press_key("Ctrl+Z")
    assert person.boxes_of("16.png") == []
    assert person.run.is_running


def test_a_killed_worker_is_told_and_everything_else_goes_on(person):
    person.pretend("train")
    person.press_train()
    person.wait_for_epochs(2)
    os.kill(person.window.training.worker_pid, signal.SIGKILL)
    person.wait_for_end()
    assert "The training crashed (SIGKILL)" in person.panel
    assert "memory" in person.panel
    assert "Try again with batch size" in person.window.runs.outcome_card.text
    person.go_to("16.png")
    person.draw_box(10, 10, 60, 40)
    assert len(person.boxes_of("16.png")) == 1


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [("fail", "The training failed: the disk is full"), ("no_start", "The training could not start")],
)
def test_what_kept_a_training_from_its_end_is_told(person, behaviour, words):
    person.pretend(behaviour)
    person.press_train()
    person.wait_for_end()
    assert words in person.panel


# --- the real worker


def make_learnable_project(folder: Path) -> dict[str, ProjectBox | None]:
    """60 pictures with an object and 12 without; all labelled but the last of the first and of the second kind."""
    dataset = draw_learnable(folder, 60, negatives=12)
    classes = tuple(ClassRecord(5 + place, name, "#4363d8") for place, name in enumerate(dataset.classes))
    ids = {record.name: record.id for record in classes}
    truth: dict[str, ProjectBox | None] = {}
    for image in dataset.images:
        box = image.largest_box
        truth[image.filename] = ProjectBox(*box.corners, ids[box.label]) if box else None
    records = [
        ImageRecord(
            name, dataset.images[0].width, dataset.images[0].height, (box,) if box else (), reviewed=box is None
        )
        for name, box in truth.items()
    ]
    unlabelled = {"059.png", "071.png"}
    store = ProjectStore.open(folder)
    store.write([record for record in records if record.path not in unlabelled], classes)
    store.close()
    return truth


@pytest.mark.training
def test_a_real_training_from_the_first_press_to_the_finished_models_box(trainer, tmp_path):
    truth = make_learnable_project(tmp_path / "photos")
    person = trainer(tmp_path / "photos")
    person.go_to("059.png")
    run = person.press_train(epochs=14, model_size="small", input_size=64, device="cpu", seed=3)
    person._qtbot.waitUntil(lambda: run.has_answer_for("059.png") or not run.is_running, timeout=TRAINING_PATIENCE_MS)
    assert run.is_running, run.outcome
    person.wait_for_end()
    assert run.outcome.kind is OutcomeKind.COMPLETED, (run.outcome, run.last_lines)
    assert {path.name for path in run.folder.path.iterdir()} == FILES
    losses = [epoch.figures["loss"] for epoch in run.history]
    assert losses[-1] < 0.7 * losses[0]
    assert run.final_figures["val_mean_iou"] >= 0.5
    assert "The training is complete." in person.panel
    check_finished_model(person, truth)
    check_all_images(person, len(truth))


def check_finished_model(person: Trainer, truth: dict[str, ProjectBox | None]) -> None:
    """It answers about an image that it never saw, by LiteRT in this process, and by the class's present name."""
    training = person.window.training
    person.window.class_edits.rename(person.document.classes[1].id, "red thing")
    person.go_to("000.png")
    person.go_to("059.png")
    person.wait_until(lambda: training.is_answered_by_finished_model("059.png"))
    box = training.predictions_for("059.png")[0]
    expected = truth["059.png"]
    assert expected is not None
    assert iou(box, expected) >= 0.4
    assert box.class_id == expected.class_id
    names = {record.id: record.name for record in person.document.classes}
    assert person.predicted[0].startswith(names[expected.class_id])


def check_all_images(person: Trainer, count: int) -> None:
    """LiteRT in a thread and Keras in a process see the same in all images."""
    run, proposals = person.run.folder, person.document.proposals
    tables = []
    for _ in range(2):
        person.action("predict_all").trigger()
        person._qtbot.waitUntil(lambda: person.action("predict_all").isEnabled(), timeout=TRAINING_PATIENCE_MS)
        assert f"Predicted {count} images" in person.message
        tables.append(load_stored(run, person.document.images))
        run.proposals_file.unlink()
        run.litert_model.unlink(missing_ok=True)
    by_litert, by_keras = tables
    assert by_litert.images == by_keras.images == person.document.images
    assert np.abs(by_litert.corners - by_keras.corners).max() < 0.5
    person.wait_until(lambda: proposals.image_count == count)
    assert proposals.figures_of("000.png").is_judged
    assert not proposals.figures_of("059.png").is_judged
