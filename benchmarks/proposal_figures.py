"""How quick 5,000 stored predictions are filtered: the canvas, the badges of the list and the order of the worst."""

from __future__ import annotations

import random
import shutil
import statistics
import time
from pathlib import Path

from figures import Figure
from PySide6.QtWidgets import QApplication
from real_window import opened_window, settle, wait_until

from desktop_app.main_window import MainWindow
from tests.helpers.pretended_models import SIZE, finished_run, write_bright_pictures
from training.dataset.box import ProjectBox
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore
from training.run.answers.prediction import PredictedBox
from training.run.model_card import ModelCard
from training.run.result_files import Seen, write_predictions
from training.run.run_folder import RunFolder

COUNT = 5000
LABELLED_SHARE = 0.6


def measure_predictions(place: Path, rounds: int) -> Figure:
    """The median of a step of the slider, to the end of the painting that it causes; the slower of both orders."""
    folder, run = make_project(place / "many", COUNT)
    with opened_window(folder, place / "many.ini") as window:
        proposals = window.document.proposals
        window.training.open_run(run)
        wait_until(lambda: proposals.image_count == COUNT, "reading the stored predictions")
        settle(1.0)
        by_name = median_of_steps(window, rounds)
        window.action("worst_first").trigger()
        settle(1.0)
        by_worst = median_of_steps(window, rounds)
    return Figure("predictions_5000_ms", round(max(by_name, by_worst), 2), "ms", "at most 33")


def median_of_steps(window: MainWindow, rounds: int) -> float:
    times = []
    for step in range(rounds):
        started = time.perf_counter()
        window.prediction_bar.slider.setValue(5 + 83 * (step + 1) % 90)
        QApplication.processEvents()
        window.images.list.viewport().repaint()
        window.canvas.viewport().repaint()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def make_project(folder: Path, count: int) -> tuple[Path, RunFolder]:
    """Pictures of which most have a box, and a run that saw something in each."""
    random.seed(3)
    write_bright_pictures(folder, {"00000.png": 0.5})
    names = [f"{number:05}.png" for number in range(count)]
    for name in names[1:]:
        shutil.copyfile(folder / names[0], folder / name)
    labelled = random.sample(names, round(LABELLED_SHARE * count))
    store = ProjectStore.open(folder)
    records = [ImageRecord(name, *SIZE, (ProjectBox(*corners(), 1),)) for name in labelled]
    store.write(records, (ClassRecord(1, "cup", "#4363d8"),))
    store.close()
    seen: list[Seen] = [(name, [PredictedBox(*corners(), "cup", 1, random.random())]) for name in names]
    run = finished_run(folder)
    write_predictions(run.proposals_file, seen, ModelCard.read(run.model_card).epoch)
    return folder, run


def corners() -> tuple[float, float, float, float]:
    x, y = random.uniform(0, 40), random.uniform(0, 30)
    return x, y, x + random.uniform(15, 50), y + random.uniform(15, 40)
