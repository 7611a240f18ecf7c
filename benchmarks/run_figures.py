"""What living with runs costs: stopping one, opening an old one again, and an hour of both with many edits."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
from figures import Figure
from PySide6.QtWidgets import QApplication
from real_window import go_to, settle, wait_until

from desktop_app.main_window import MainWindow
from tests.helpers.canvas_driver import CanvasDriver
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.run.answers.prediction import PredictedBox
from training.run.events import EndedEvent, EpochEvent, Event, ImagePrediction, PredictionsEvent, StartedEvent, to_line
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.settings import ClassEntry, TrainingSettings

EPOCHS, PREDICTIONS, STEPS = 200, 2000, 20
MEBIBYTE = 2**20
FIGURES = ("loss", "class_loss", "box_loss", "presence_loss", "mean_iou", "iou50", "iou60", "class_accuracy")


def measure_stop(window: MainWindow) -> Figure:
    """Seconds from the press on Stop to the end of the run, when the model is kept, exported and judged."""
    run = window.training.run
    assert run is not None
    assert run.is_running
    pressed = time.monotonic()
    window.training.stop()
    wait_until(lambda: not run.is_running, "the end of the run")
    took = time.monotonic() - pressed
    assert run.folder is not None
    assert run.folder.best_model.is_file(), f"no model was kept: {run.outcome}"
    return Figure("stop_s", round(took, 2), "s", "at most 3")


def write_old_run(folder: Path, images: Path, names: list[str]) -> RunFolder:
    """A run of 200 epochs that left 2,000 predictions, as a worker writes it."""
    entry = ClassEntry(1, "something")
    rows = tuple(LabelledImage(name, 640, 480, split=Split.TRAIN) for name in names)
    settings = TrainingSettings(image_root=str(images), classes=(entry,), epochs=EPOCHS)
    run = prepare_run_at(folder, settings, Dataset(rows, (entry.name,)))
    with run.events_file.open("w", encoding="utf-8") as file:
        file.writelines(to_line(replace(event, time=1.7e9 + number)) for number, event in enumerate(old_events(names)))
    return run


def old_events(names: list[str]) -> list[Event]:
    events: list[Event] = [
        StartedEvent(
            versions={"keras": "3"}, device="CPU", train_images=len(names), validation_images=len(names), parameters=1,
            epochs=EPOCHS, steps_per_epoch=STEPS, classes=("something",), heads=("class", "box", "presence"),
        )
    ]  # fmt: skip
    for epoch in range(1, EPOCHS + 1):
        figures = {part + name: 1.0 / epoch for name in FIGURES for part in ("", "val_")}
        events.append(EpochEvent(epoch=epoch, epochs=EPOCHS, figures=figures, seconds=1.0, best=True))
        box = PredictedBox(10, 10, 60, 50 + epoch / 10, label="something", class_id=1, score=0.9)
        seen = [names[(epoch + number) % len(names)] for number in range(PREDICTIONS // EPOCHS)]
        images = tuple(ImagePrediction(name, (box,)) for name in seen)
        events.append(PredictionsEvent(epoch=epoch, reason="epoch", images=images))
    return [*events, EndedEvent(outcome="completed", figures=figures)]


def measure_reopening(window: MainWindow, run: RunFolder, rounds: int) -> Figure:
    """From asking for an old run to its figures, words and curves on the screen."""
    times = []
    for _ in range(rounds):
        window.training.close_run(run)
        settle()
        times.append(1000 * opened(window, run))
    return Figure("reopen_run_ms", round(statistics.median(times), 1), "ms", "at most 300")


def opened(window: MainWindow, run: RunFolder) -> float:
    """Seconds until the run and its curves are shown."""
    drawn: list[float] = []
    canvas = window.runs.chart.canvas
    asked = time.perf_counter()
    canvas.drawn.connect(lambda: drawn.append(time.perf_counter()))
    window.training.open_run(run)

    def is_shown() -> bool:
        shown = window.training.run
        return shown is not None and shown.folder == run and len(shown.history) == EPOCHS and bool(drawn)

    wait_until(is_shown, "the old run")
    return drawn[0] - asked


def measure_growth(window: MainWindow, runs: list[RunFolder], switches: int, edits: int) -> Figure:
    """What the process keeps more than before, after caches were filled once: memory that never comes back."""
    images = list(window.document.images)
    driver = CanvasDriver(window.canvas)

    def work(switches: int, edits: int, runs: list[RunFolder]) -> None:
        for number in range(switches):
            window.document.set_current_image(images[number % len(images)])
            QApplication.processEvents()
        go_to(window, images[0])
        for number in range(edits):
            edit(window, driver, number)
        for run in runs:
            opened(window, run)
            window.training.close_run(run)
            settle(0.05)

    work(len(images), 50, runs[:1])
    before = resident()
    work(switches, edits, runs)
    return Figure("hour_growth_mb", round((resident() - before) / MEBIBYTE, 1), "MB", "at most 50")


def edit(window: MainWindow, driver: CanvasDriver, number: int) -> None:
    """A box is drawn, moved and deleted, and the last step taken back."""
    step: dict[int, Callable[[], object]] = {
        0: lambda: driver.draw_box(20, 20, 80 + number % 40, 90),
        1: lambda: window.edits.nudge_selected(1.0, 0.0),
        2: window.edits.delete_selected,
        3: window.document.undo,
    }
    step[number % 4]()
    QApplication.processEvents()


def resident() -> int:
    settle(0.5)
    gc.collect()
    return int(psutil.Process().memory_info().rss)
