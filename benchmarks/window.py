"""How quick the window is: its start, the next image, 1,000 boxes, drawing while a training runs, stopping and old runs."""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from figures import Figure
from proposal_figures import measure_predictions
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from real_window import go_to, opened_window, picture_is_shown, settle, wait_until
from run_figures import measure_growth, measure_reopening, measure_stop, write_old_run

from desktop_app.main_window import MainWindow
from tests.helpers.canvas_driver import CanvasDriver
from training.dataset.box import ProjectBox
from training.dataset.sample_project import create_sample_project
from training.dataset.store import ProjectStore

MANY_BOXES = 1000


def timed(action: object, window: MainWindow) -> float:
    """Milliseconds from the input to the end of the painting it causes."""
    started = time.perf_counter()
    action()  # type: ignore[operator]
    QApplication.processEvents()
    window.canvas.viewport().repaint()
    return 1000 * (time.perf_counter() - started)


def measure_start(folder: Path, rounds: int) -> Figure:
    """The median of warm starts of the real program."""
    seconds = []
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "HOME": home,
            "XDG_CONFIG_HOME": f"{home}/config",
            "XDG_STATE_HOME": f"{home}/state",
        }
        for number in range(rounds + 1):
            probe = [
                sys.executable,
                str(Path(__file__).with_name("start_probe.py")),
                str(time.monotonic()),
                str(folder),
            ]
            answer = subprocess.run(probe, env=environment, capture_output=True, text=True, check=True, timeout=60)
            told = json.loads(answer.stdout.splitlines()[-1])
            assert not told["loaded"], f"loaded at the start: {told['loaded']}"
            if number:  # the first one warms the caches
                seconds.append(told["seconds"])
    return Figure("start_s", round(statistics.median(seconds), 3), "s", "at most 1.0")


def measure_next(window: MainWindow, rounds: int) -> Figure:
    times = []
    for _ in range(rounds):
        settle(0.25)  # the neighbours are decoded ahead
        image = window.images.neighbour(1)
        assert image is not None
        times.append(timed(lambda: QTest.keyClick(window.canvas, "d"), window))
        assert window.document.current_image == image
        if not picture_is_shown(window):
            times[-1] = float("inf")
            wait_until(lambda: picture_is_shown(window), "the next picture")
    return Figure("next_prefetched_ms", round(statistics.median(times), 2), "ms", "at most 30")


def put_many_boxes(folder: Path, image: str) -> None:
    """1,000 boxes over the picture, each a class of the sample's."""
    random.seed(1)
    store = ProjectStore.open(folder)
    record = store.record(image)
    classes = store.classes()
    assert record.width is not None
    assert record.height is not None
    boxes = []
    for number in range(MANY_BOXES):
        x, y = random.uniform(0, record.width - 40), random.uniform(0, record.height - 40)
        size = random.uniform(8, 40)
        boxes.append(ProjectBox(x, y, x + size, y + size, classes[number % len(classes)].id))
    store.write([replace(record, boxes=tuple(boxes))])
    store.close()


def measure_many_boxes(window: MainWindow, image: str, rounds: int) -> list[Figure]:
    go_to(window, image)
    settle()
    driver = CanvasDriver(window.canvas)
    record = window.document.record(image)
    chosen = len(record.boxes) - 1
    window.document.select([chosen])
    box = record.boxes[chosen]
    start = ((box.xmin + box.xmax) / 2, (box.ymin + box.ymax) / 2)
    driver.press(start)
    width, height = record.width or 1, record.height or 1
    places = [(width * (0.2 + 0.6 * (n % 50) / 50), height * (0.3 + 0.4 * (n % 31) / 31)) for n in range(rounds)]
    drags = [timed(lambda place=place: driver.move_to(place), window) for place in places]
    driver.release(places[-1])
    assert window.document.record(image).boxes != record.boxes, "the drag moved nothing"
    undos = []
    for _ in range(rounds // 4):
        undos.append(timed(window.document.undo, window))
        timed(window.document.redo, window)
    return [
        Figure("drag_1000_ms", round(statistics.median(drags), 2), "ms", "at most 16"),
        Figure("undo_1000_ms", round(statistics.median(undos), 2), "ms", "at most 16"),
    ]


@contextmanager
def pauses_recorded() -> Iterator[list[float]]:
    """Milliseconds by which a timer of the event loop came late."""
    pauses: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        pauses.append(1000 * (now - last))
        last = now

    timer = QTimer(interval=0)
    timer.timeout.connect(tick)
    timer.start(1)
    yield pauses
    timer.stop()


def measure_training(window: MainWindow, seconds: float) -> list[Figure]:
    """A person draws a box, looks at the next image, draws again, while the model learns in the same window."""
    control = window.training
    window.action("train").trigger()
    wait_until(lambda: control.sheet_command.sheet is not None, "the sheet")
    sheet = control.sheet_command.sheet
    assert sheet is not None
    sheet.form.set_values({"epochs": 1000})
    wait_until(sheet.start_button.isEnabled, "counting what is there")
    driver = CanvasDriver(window.canvas)
    with pauses_recorded() as pauses:
        sheet.start_button.click()
        wait_until(lambda: control.run is not None, "the run")
        run = control.run
        assert run is not None
        random.seed(2)
        wait_until(lambda: bool(run.history) or not run.is_running, "the first epoch")
        end = time.monotonic() + seconds
        while time.monotonic() < end and run.is_running:
            record = window.document.current_record
            if picture_is_shown(window) and record is not None and record.width and record.height:
                x, y = random.uniform(0, 0.5) * record.width, random.uniform(0, 0.5) * record.height
                driver.draw_box(x, y, x + 60, y + 50)
            wait(0.4)
            QTest.keyClick(window.canvas, "d")
            wait(0.4)
    assert len(run.history) > 1, f"the training did not get far: {run.outcome}"
    return [
        Figure("training_pause_p999_ms", round(float(np.percentile(pauses, 99.9)), 1), "ms", "at most 100"),
        Figure("training_pause_max_ms", round(max(pauses), 1), "ms", "at most 150"),
        measure_stop(window),
    ]


def measure_runs(window: MainWindow, folder: Path, quick: bool) -> list[Figure]:
    """Old runs are opened again and again, among much else."""
    names = list(window.document.images)
    runs = [write_old_run(folder / "runs" / f"old-{number}", folder, names) for number in range(5)]
    switches = 200 if quick else 2000
    return [
        measure_reopening(window, runs[0], 3 if quick else 9),
        measure_growth(window, runs, switches=switches, edits=switches),
    ]


def wait(seconds: float) -> None:
    """Turn the event loop as it turns by itself."""
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() >= end, "time")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "sample"
        create_sample_project(folder)
        measure_start(folder, 2 if quick else 7).print()
        store = ProjectStore.open(folder, read_only=True)
        crowded = next(record.path for record in store.records() if record.boxes)
        store.close()
        settings_file = Path(place) / "settings.ini"
        with opened_window(folder, settings_file) as window:
            measure_next(window, 5 if quick else 25).print()
            for figure in [*measure_training(window, 10 if quick else 45), *measure_runs(window, folder, quick)]:
                figure.print()
        put_many_boxes(folder, crowded)
        with opened_window(folder, settings_file) as window:
            for figure in measure_many_boxes(window, crowded, 40 if quick else 200):
                figure.print()
        measure_predictions(Path(place), 40 if quick else 200).print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
