"""The camera page on a network camera: answered frames a second, and whether what is shown grows old.

    .venv/bin/python benchmarks/predict_camera.py [--seconds 120] [--fps-seconds 20]

The camera is an MJPEG stream of 640x480 on 127.0.0.1 from a process of its own. The model is the compact localizer of a
new project (medium, 160 pixels), untrained, answering by LiteRT. The page is the real one in a window of 1280x800, drawn
offscreen; each frame is decoded, letterboxed, answered, brought to the window and painted with its box.

`camera_fps`: frames with their answer that came to the window, of a stream that offers 120 a second, over `--fps-seconds`.
It paints no more of them than a screen shows; how many those were is told, too.
`latency_growth_ms`: over `--seconds` of a stream that offers more than the model can take, the median age of what was
painted in the last 10 seconds, less that of seconds 5 to 15. Age: from the frame's coming to the end of its painting.
Prints one JSON object a line.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import cv2
import numpy as np
from figures import Figure

WIDTH, HEIGHT = 640, 480
WINDOW = 1280, 800
OFFERED, TOO_MANY = 120.0, 240.0  # frames a second
SETTLING_S = 3.0
COMPARED_S, COMPARED_FROM_S = 10.0, 5.0
LONGEST_START_S = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--fps-seconds", type=float, default=20.0)
    parser.add_argument("--serve", type=float, metavar="RATE", help=argparse.SUPPRESS)
    parser.add_argument("--make-run", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve)
    elif given.make_run:
        make_run(given.make_run)
    else:
        for figure in camera_figures(given.seconds, given.fps_seconds):
            figure.print()


def camera_figures(seconds: float = 120.0, fps_seconds: float = 20.0) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="boxwright-bench-") as name:
        folder = Path(name)
        subprocess.run([sys.executable, __file__, "--make-run", str(folder / "run")], check=True, capture_output=True)
        quick = watched(folder, OFFERED, SETTLING_S + fps_seconds)
        long = watched(folder, TOO_MANY, seconds)
    answered, painted = quick.came_since(SETTLING_S), quick.painted_since(SETTLING_S)
    width = min(COMPARED_S, seconds / 4)
    start = min(COMPARED_FROM_S, seconds / 8)
    first, last = long.age_ms(start, start + width), long.age_ms(seconds - width, seconds)
    return [
        Figure("camera_fps", round(len(answered) / fps_seconds, 1), "frames a second", "at least 60"),
        Figure("latency_growth_ms", round(last - first, 1), "ms", "at most 50"),
        Figure("camera_painted_fps", round(len(painted) / fps_seconds, 1), "frames a second", ""),
        Figure("camera_latency_ms", round(quick.age_ms(SETTLING_S, SETTLING_S + fps_seconds), 1), "ms", ""),
        Figure("camera_answered_of_240", round(len(long.came) / seconds, 1), "frames a second", ""),
        Figure("latency_first_ms", round(first, 1), "ms", ""),
        Figure("latency_last_ms", round(last, 1), "ms", ""),
    ]


@dataclass
class Watched:
    """Moments since the first frame came, and how old each frame was when it had been painted."""

    began: float = 0.0
    came: list[float] = field(default_factory=list)
    painted: list[tuple[float, float]] = field(default_factory=list)

    def came_since(self, moment: float) -> list[float]:
        return [one for one in self.came if one >= moment]

    def painted_since(self, moment: float) -> list[tuple[float, float]]:
        return [one for one in self.painted if one[0] >= moment]

    def age_ms(self, start: float, end: float) -> float:
        return 1000 * statistics.median(age for moment, age in self.painted if start <= moment < end)


def watched(folder: Path, rate: float, seconds: float) -> Watched:
    """The page on a stream for so long, from its first frame on."""
    from PySide6.QtWidgets import QApplication
    from real_window import wait_until

    from desktop_app.application import make_appearance, make_application
    from desktop_app.document.document import Document
    from desktop_app.predict.camera_page import CameraPage
    from desktop_app.predict.live.rate_meter import RateMeter
    from desktop_app.predict.model_holder import ModelHolder
    from desktop_app.settings import Settings
    from training.run.run_folder import RunFolder

    application = QApplication.instance() or make_application()
    assert isinstance(application, QApplication)
    settings, document, seen = Settings(folder / "settings.ini"), Document(), Watched()
    appearance = make_appearance(application, settings)

    class Meter(RateMeter):
        def came(self, now: float) -> None:
            super().came(now)
            seen.began = seen.began or now
            seen.came.append(now - seen.began)

        def seen(self, taken: float, now: float) -> None:
            super().seen(taken, now)
            seen.painted.append((now - seen.began, now - taken))

    holder = ModelHolder(document)
    holder.choose(RunFolder(folder / "run"))
    wait_until(lambda: holder.model is not None, "loading the model", LONGEST_START_S)
    page = CameraPage(document, settings)
    page.resize(*WINDOW)
    page.view.meter = Meter()
    page.set_model(holder.model)
    page.show()
    try:
        with camera_process(rate) as address:
            page.bar.camera.set_text(address)
            page.start()
            wait_until(lambda: bool(seen.came), "the first picture", LONGEST_START_S)
            end = time.monotonic() + seconds
            wait_until(lambda: time.monotonic() >= end, "the end", seconds + LONGEST_START_S)
            assert not page.view.sentence, page.view.sentence
    finally:
        page.shut_down()
        page.close()
        page.deleteLater()
        holder.shut_down()
        appearance.deleteLater()
        application.processEvents()
    return seen


@contextmanager
def camera_process(rate: float) -> Iterator[str]:
    """A network camera in a process of its own, and its address."""
    words = [sys.executable, __file__, "--serve", str(rate)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(30)


def serve(rate: float) -> None:
    """Until stdin ends."""
    from tests.helpers.mjpeg import MjpegServer

    with MjpegServer(rate=rate, picture=picture) as server:
        print(server.address, flush=True)
        sys.stdin.read()


def picture(number: int) -> np.ndarray:
    """As much detail as a photo has; no two that follow each other are the same."""
    random = np.random.default_rng(number)
    coarse = random.integers(0, 256, (12, 16, 3)).astype(np.uint8)
    smooth = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return cv2.add(smooth, random.integers(0, 16, smooth.shape, np.uint8))


def make_run(folder: Path) -> None:
    """In a process of its own: Keras and TensorFlow are no part of the window."""
    from predict_folder import write_run

    write_run(folder)


if __name__ == "__main__":
    main()
