"""Real trainings of seconds: by the command line, and by a worker process as the window starts it."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.command_line import PATIENCE, command, environment, last_json, run_command
from tests.helpers.learnable_pictures import draw_learnable, write_learnable
from training.dataset.box import iou
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.dataset.formats import boxwright_csv
from training.dataset.image_files import read_upright
from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.events import (
    EndedEvent,
    EpochEvent,
    EstimateEvent,
    PredictionsEvent,
    StartedEvent,
    StepEvent,
    WarningEvent,
)
from training.run.model_card import ModelCard
from training.run.outcome import OutcomeKind
from training.run.report.judged_images import read_judged
from training.run.run_folder import RunFolder, prepare_run
from training.run.settings import ClassEntry, TrainingSettings
from training.run.worker_client import WorkerClient

pytestmark = pytest.mark.training

EPOCHS = 12
SETTINGS = ("--epochs", EPOCHS, "--model-size", "small", "--input-size", 64, "--device", "cpu", "--seed", 3)
FILES = {
    "settings.json", "dataset.csv", "classes.txt", "events.jsonl", "log.txt", "history.csv", "best.keras", "last.keras",
    "best.tflite", "model.json", "predictions.csv", "judged.csv", "report.json",
}  # fmt: skip


@dataclass(frozen=True)
class Trained:
    images: Path
    data: Path
    run: RunFolder
    result: subprocess.CompletedProcess[str]
    home: Path

    @property
    def report(self) -> dict:
        return last_json(self.result)

    def arguments(self, out: Path) -> tuple[object, ...]:
        return ("train", "localizer", "--data", self.data, "--out", out, "--json", *SETTINGS)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("trained")
    data = write_learnable(folder / "images", 60, negatives=12)
    blank = subprocess.CompletedProcess([], 0, "", "")
    made = Trained(folder / "images", data, RunFolder(folder / "run"), blank, folder)
    return replace(made, result=run_command(folder, *made.arguments(made.run.path)))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_localizer_learns_from_a_small_set(trained: Trained):
    figures = trained.report["figures"]["validation"]
    assert figures["mean_iou"] >= 0.6
    assert figures["class_accuracy"] >= 0.9
    assert figures["presence_accuracy"] >= 0.85


def test_the_last_line_is_the_report_and_nothing_of_tensorflow_is_on_the_terminal(trained: Trained):
    assert trained.report == json.loads(trained.run.report_file.read_text())
    assert trained.result.stderr == ""
    assert "oneDNN" not in trained.result.stdout
    assert "oneDNN" in trained.run.log_file.read_text()
    assert f"Epoch {EPOCHS} of {EPOCHS}: loss " in trained.result.stdout


def test_the_report_says_what_its_figures_were_made_from(trained: Trained):
    report = trained.report
    assert report["outcome"] == "completed"
    assert {key: report["dataset"][key] for key in ("train", "validation", "test")} == {
        "train": report["figures"]["train"]["images"],
        "validation": report["figures"]["validation"]["images"],
        "test": report["figures"]["test"]["images"],
    }
    assert len(report["dataset"]["sha256"]) == 64
    assert {"boxwright", "keras", "tensorflow", "python"} <= report["versions"].keys()
    assert (report["seed"], report["settings"]["epochs"], report["epochs_done"]) == (3, EPOCHS, EPOCHS)
    assert 0 <= report["data_wait_share"] < 1
    assert set(report["figures"]["validation"]["counts"]) == {"0.5", "0.6", "0.75", "0.9"}


def test_the_report_tells_the_model_the_machine_and_each_judged_image(trained: Trained):
    report, images = trained.report, read_judged(trained.run.judged_file)
    assert report["judged"] == ["train", "validation", "test"]
    assert {split: sum(image.split == split for image in images) for split in report["judged"]} == {
        split: report["figures"][split]["images"] for split in report["judged"]
    }
    backbone = next(layer for layer in report["model"]["layers"] if layer["name"] == "backbone")
    inside = sum(layer["parameters"] for layer in backbone["layers"])
    assert 0 < inside == backbone["parameters"] < report["model"]["parameters"] == report["parameters"]
    assert sum(layer["parameters"] for layer in report["model"]["layers"]) == report["parameters"]
    assert 0 < report["model"]["trainable"] < report["parameters"]
    assert report["hardware"]["cpu"]
    assert report["hardware"]["memory"] > 2**30
    assert (report["batch_size"], report["monitor"], len(report["parts"])) == (16, "val_mean_iou", 1)
    counts = report["confusion"]["validation"]["counts"]
    assert sum(map(sum, counts)) == report["figures"]["validation"]["images"]
    assert sum(report["histogram"]["test"]["bins"]) == report["figures"]["test"]["objects"]


def test_what_was_lost_is_judged_again_and_handed_on_as_one_page(trained: Trained, tmp_path: Path):
    run = RunFolder(shutil.copytree(trained.run.path, tmp_path / "copy"))
    run.report_file.unlink()
    run.judged_file.unlink()
    arguments = ("report", run.path, "--judge", "--images", trained.images, "--html", tmp_path / "run.html", "--json")
    report = last_json(run_command(trained.home, *arguments))
    for split, figures in trained.report["figures"].items():
        assert report["figures"][split]["mean_iou"] == pytest.approx(figures["mean_iou"], abs=0.01)
        assert report["figures"][split]["images"] == figures["images"]
    assert report["model"] == trained.report["model"]
    assert report == json.loads(run.report_file.read_text())
    assert (tmp_path / "run.html").read_text().count("data:image/jpeg") == 24


def test_the_run_folder_holds_every_file_and_no_leftover(trained: Trained):
    assert {path.name for path in trained.run.path.iterdir()} == FILES


def test_history_and_events_tell_the_same_epochs(trained: Trained):
    events = trained.run.read_events()[0]
    epochs = [event for event in events if isinstance(event, EpochEvent)]
    rows = rows_of(trained.run.history_file)
    assert [int(row["epoch"]) for row in rows] == [event.epoch for event in epochs] == list(range(1, EPOCHS + 1))
    assert [row["best"] == "1" for row in rows] == [event.best for event in epochs]
    best = max(epochs, key=lambda event: event.figures["val_mean_iou"])
    assert trained.report["best_epoch"] == best.epoch
    assert isinstance(events[-1], EndedEvent)
    assert events[-1].figures == best.figures


def test_each_epoch_predicts_the_validation_images(trained: Trained):
    events = [event for event in trained.run.read_events()[0] if isinstance(event, PredictionsEvent)]
    dataset, _ = boxwright_csv.read(trained.run.dataset_file)
    expected = {image.filename for image in dataset.images if image.split is Split.VALIDATION}
    assert [event.epoch for event in events] == list(range(1, EPOCHS + 1))
    assert {image.filename for image in events[-1].images} == expected


def test_predictions_lie_on_the_true_boxes_in_pixels_of_the_original(trained: Trained):
    dataset, _ = boxwright_csv.read(trained.run.dataset_file)
    truths = {image.filename: image.largest_box for image in dataset.images}
    predictor = LiteRTPredictor(trained.run)
    overlaps = []
    for name, truth in truths.items():
        seen = predictor.predict(read_upright(trained.images / name))
        overlaps.extend(iou(box, truth) for box in seen if truth is not None)
    assert len(overlaps) > 50
    assert np.mean(overlaps) >= 0.6


def test_the_exported_model_answers_as_keras_did(trained: Trained):
    predictor = LiteRTPredictor(trained.run)
    rows = rows_of(trained.run.predictions_file)
    assert {int(row["epoch"]) for row in rows} == {trained.report["best_epoch"]}
    for row in [row for row in rows if row["class"]][:10]:
        (box,) = predictor.predict(read_upright(trained.images / row["filename"]))
        assert box.label == row["class"]
        assert box.score == pytest.approx(float(row["score"]), abs=0.01)
        assert box.corners == pytest.approx([float(row[edge]) for edge in ("xmin", "ymin", "xmax", "ymax")], abs=0.5)


def test_a_saved_model_says_its_classes_by_itself(trained: Trained):
    card = ModelCard.read_from(trained.run.best_model)
    assert card == ModelCard.read(trained.run.model_card)
    assert card.class_names == trained.run.settings().class_names
    assert (card.input_size, card.heads) == (64, ("class", "box", "presence"))


@pytest.mark.parametrize("by", ["litert", "keras"])
def test_evaluating_the_validation_images_gives_the_reports_figures(trained: Trained, tmp_path: Path, by: str):
    hidden = trained.run.litert_model.rename(tmp_path / "hidden") if by == "keras" else None
    arguments = ("--data", trained.run.dataset_file, "--images", trained.images, "--split", "validation", "--json")
    result = run_command(trained.home, "evaluate", trained.run.path, *arguments)
    if hidden is not None:
        hidden.rename(trained.run.litert_model)
    report = trained.report["figures"]["validation"]
    figures = last_json(result)["figures"]
    assert result.stderr == ""
    assert figures["images"] == report["images"]
    assert figures["mean_iou"] == pytest.approx(report["mean_iou"], abs=0.01)
    assert figures["class_accuracy"] == report["class_accuracy"]


def test_predicting_a_folder_and_a_file_skips_what_is_no_picture(trained: Trained, tmp_path: Path):
    draw_learnable(tmp_path / "new" / "deep", 3, seed=9)
    (tmp_path / "new" / "note.jpg").write_text("no picture")
    result = run_command(
        trained.home,
        "predict",
        trained.run.path,
        tmp_path / "new",
        "--out",
        tmp_path / "p.csv",
        "--min-score",
        0,
        "--json",
    )
    assert last_json(result)["skipped"][0]["file"] == "note.jpg"
    assert "skipped: note.jpg: " in result.stderr
    rows = rows_of(tmp_path / "p.csv")
    assert [row["filename"] for row in rows] == ["deep/000.png", "deep/001.png", "deep/002.png"]
    assert list(rows[0]) == ["filename", "class", "score", "xmin", "ymin", "xmax", "ymax"]


def test_ctrl_c_keeps_the_model_and_the_same_seed_gives_the_same_figures(trained: Trained, tmp_path: Path):
    run = RunFolder(tmp_path / "again")
    process = subprocess.Popen(
        command(*trained.arguments(run.path)),
        env=environment(trained.home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Epoch 2 of"):
            process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (0, "")
    report = json.loads(lines[-1])
    assert report["outcome"] == "stopped"
    assert report["epochs_done"] >= 2
    assert run.best_model.is_file()
    assert LiteRTPredictor(run).card.epoch == report["best_epoch"]
    first, again = rows_of(trained.run.history_file), rows_of(run.history_file)
    without_time = [{name: row[name] for name in row if name != "seconds"} for row in (*first, *again)]
    assert without_time[: len(again)] == without_time[len(first) :]


@dataclass(frozen=True)
class Watched:
    run: RunFolder
    events: list
    outcome: OutcomeKind

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """One class, no negatives, nothing to validate on, one missing and one broken picture; watched, then stopped."""
    folder = tmp_path_factory.mktemp("watched")
    images = [image for image in draw_learnable(folder / "images", 24).images if image.largest_box.label == "disc"]
    (folder / "images" / images[0].filename).write_text("no picture")
    missing = LabelledImage("gone.png", 96, 72, images[0].boxes)
    dataset = Dataset(tuple(replace(image, split=Split.TRAIN) for image in (*images, missing)), ("disc",))
    settings = TrainingSettings(
        image_root=str(folder / "images"), classes=(ClassEntry(5, "disc"),), epochs=1000, model_size="small",
        input_size=64, device="cpu", batch_size=4,
    )  # fmt: skip
    run = prepare_run(folder / "runs", settings, dataset)
    client = WorkerClient.start(run)
    events = []
    for event in stopped_after_an_answer(client, images[1].filename):
        events.append(event)
    return Watched(run, events, client.wait(PATIENCE).kind)


def stopped_after_an_answer(client: WorkerClient, image: str) -> Iterator:
    try:
        for event in client.events():
            yield event
            if isinstance(event, StartedEvent):
                client.watch(image)
            if isinstance(event, PredictionsEvent) and event.reason == "epoch":
                client.stop(PATIENCE)
    finally:
        client.kill()


def test_closing_stdin_stops_a_real_worker_and_keeps_its_model(watched: Watched):
    assert watched.outcome is OutcomeKind.STOPPED
    assert isinstance(watched.events[-1], EndedEvent)
    assert {path.name for path in watched.run.path.iterdir()} == FILES | {"state.npz"}
    assert json.loads(watched.run.report_file.read_text())["outcome"] == "stopped"
    assert {image.split for image in read_judged(watched.run.judged_file)} == {"train"}  # there is nothing to validate


def test_a_watched_image_is_answered_within_the_epoch_and_at_its_end(watched: Watched):
    answers = watched.of(PredictionsEvent)
    assert [answer.reason for answer in answers[:2]] == ["watch", "epoch"]
    assert watched.events.index(answers[0]) < watched.events.index(watched.of(EpochEvent)[0])
    box = answers[0].images[0].boxes[0]
    assert (box.label, box.class_id) == ("disc", 5)
    assert 0 <= box.xmin < box.xmax <= 96


def test_pictures_that_can_not_be_used_are_named_and_the_run_goes_on(watched: Watched):
    texts = " ".join(event.text for event in watched.of(WarningEvent) if event.code == "image_left_out")
    assert "gone.png" in texts
    assert json.loads(watched.run.report_file.read_text())["dataset"]["left_out"] == 2


def test_without_negatives_and_validation_images_the_run_says_so_and_does_without(watched: Watched):
    codes = {event.code for event in watched.of(WarningEvent)}
    assert {"no_validation", "no_negatives"} <= codes
    (started,) = watched.of(StartedEvent)
    assert (started.heads, started.validation_images, started.classes) == (("class", "box"), 0, ("disc",))
    assert "mean_iou" in watched.of(EpochEvent)[0].figures
    assert LiteRTPredictor(watched.run).card.heads == ("class", "box")


def test_steps_are_told_with_speed_and_rest(watched: Watched):
    steps = watched.of(StepEvent)
    assert steps
    assert all(step.images_per_second > 0 and step.eta_seconds > 0 for step in steps)
    assert all(later.time - earlier.time >= 0.09 for earlier, later in pairwise(steps))


def test_what_tensorflow_prints_goes_to_the_log(watched: Watched):
    assert "oneDNN" in watched.run.log_file.read_text()


def test_starting_from_a_run_begins_where_it_ended(trained: Trained, tmp_path: Path):
    arguments = (*trained.arguments(tmp_path / "on"), "--epochs", 4, "--learning-rate", 0.0001)
    result = run_command(trained.home, *arguments, "--start-from", trained.run.path)
    assert "Taken from run: the backbone, the box head, the presence head, the class head for block, disc." in (
        result.stdout
    )
    (first, *_), (from_scratch, *_) = rows_of(tmp_path / "on" / "history.csv"), rows_of(trained.run.history_file)
    best = trained.report["figures"]["validation"]["mean_iou"]
    assert float(first["val_mean_iou"]) == pytest.approx(best, abs=0.1)
    assert float(first["val_mean_iou"]) > float(from_scratch["val_mean_iou"]) + 0.2
    run = RunFolder(tmp_path / "on")
    estimates = [event for event in run.read_events()[0] if isinstance(event, EstimateEvent)]
    assert [estimate.epoch_seconds > 0 for estimate in estimates] == [True]
    assert run.settings().start_from == str(trained.run.path)


def test_a_run_to_start_from_that_is_gone_is_told_before_anything_is_written(trained: Trained, tmp_path: Path):
    result = run_command(trained.home, *trained.arguments(tmp_path / "on"), "--start-from", tmp_path / "gone")
    assert result.returncode == 1
    assert (
        result.stderr
        == f"boxwright: the run to start from: expected its folder at {tmp_path / 'gone'}, found none there\n"
    )
    assert not (tmp_path / "on").exists()
