"""The program as it starts, driven from the first picture to the last process that ends."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from desktop_app.application import run_application
from desktop_app.main_window import MainWindow
from desktop_app.program_log import LOG
from desktop_app.self_check.model_steps import export_the_model, predict_files, read_a_camera
from desktop_app.self_check.project_steps import draw_a_box, see_predicted_boxes, see_the_sample, train
from desktop_app.self_check.report import Report, tell
from desktop_app.self_check.visit import SOON, Visit, require
from desktop_app.self_check.waiting import Patience, StepFailedError
from desktop_app.settings import log_file, sample_folder
from training.dataset.sample_project import create_sample_project
from training.run.report.report import own_version

PICTURES = 60
ENDING_SECONDS = 15.0
DID_NOT_END = 99  # exit code
NEVER_IN_THE_WINDOW = ("tensorflow", "keras")

Step = Callable[[Visit], str]
STEPS: dict[str, Step] = {
    "window": see_the_sample,
    "box": draw_a_box,
    "training": train,
    "predicted box": see_predicted_boxes,
    "files": predict_files,
    "camera": read_a_camera,
    "export": export_the_model,
}


def run_self_check(out: Path, camera: str, steps: dict[str, Step] | None = None) -> int:
    """Leaves screenshots and report.json in `out`; 0 when all is well, else 1. The home must be of this check already."""
    report = Report(out, {"version": own_version(), "program": sys.executable})
    tell(f"Drawing {PICTURES} pictures into {out}")
    create_sample_project(sample_folder(), count=PICTURES)  # where the first start looks for it
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)  # the system's can't be driven
    check = SelfCheck(report, out, camera, STEPS if steps is None else steps)
    code = run_application([], check.begin)
    check.look_at_the_end(code)
    tell(_summary(report, out))
    return 0 if report.ok else 1


class SelfCheck(QObject):
    """The steps, one after another until one fails; whatever happens, the window is closed."""

    def __init__(self, report: Report, out: Path, camera: str, steps: dict[str, Step]) -> None:
        super().__init__()
        self._report, self._out, self._camera, self._steps = report, out, camera, steps
        self._errors = _Errors()
        self._window: MainWindow | None = None

    def begin(self, window: MainWindow) -> None:
        """Once the program has started."""
        LOG.addHandler(self._errors)
        self._window = window
        QTimer.singleShot(0, self, self._go)

    def _go(self) -> None:
        assert self._window is not None
        visit = Visit(self._window, Patience(self._errors.first), self._report, self._out, self._camera)
        for name, step in self._steps.items():
            if not self._take(name, step, visit):
                break
        self._take("closing", _close, visit)
        if any(not step.ok for step in self._report.steps):
            _close_what_is_left()
            QTimer.singleShot(0, self, QApplication.quit)
        QTimer.singleShot(round(1000 * ENDING_SECONDS), self, lambda: QApplication.exit(DID_NOT_END))

    def _take(self, name: str, step: Step, visit: Visit) -> bool:
        started = time.monotonic()
        try:
            sentence, ok = step(visit), True
            require(not self._errors.first(), self._errors.first())
        except StepFailedError as error:
            sentence, ok = _with_what_the_window_says(str(error), visit), False
            visit.report.shoot(visit.window, f"{name.replace(' ', '-')}-failed")
        self._report.add(name, sentence, time.monotonic() - started, ok=ok)
        return ok

    def look_at_the_end(self, code: int) -> None:
        """After the window: no process is left, and what trains was never in this one."""
        LOG.removeHandler(self._errors)
        started = time.monotonic()
        try:
            require(code != DID_NOT_END, "The window was closed, and the program did not end.")
            require(code == 0, f"The program ended with the exit code {code}.")
            left = _left_processes()
            require(not left, f"Processes are left: {', '.join(left)}.")
            loaded = [name for name in NEVER_IN_THE_WINDOW if name in sys.modules]
            require(not loaded, f"The process of the window has loaded {', '.join(loaded)}.")
            sentence, ok = "The window is closed, and no process is left.", True
        except StepFailedError as error:
            sentence, ok = str(error), False
        done = [step.step for step in self._report.steps]
        self._report.is_whole = all(name in done for name in self._steps)
        self._report.add("end", sentence, time.monotonic() - started, ok=ok)


class _Errors(logging.Handler):
    """What the program takes for a mistake of its own."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(record.getMessage().strip().splitlines()[-1])

    def first(self) -> str:
        return f"An unexpected error came up: {self._lines[0]} (see {log_file()})" if self._lines else ""


def _close(visit: Visit) -> str:
    """As people do; where a step has left something at work, the second attempt ends it at once."""
    window = visit.window
    use = window.use.window
    if use is not None:
        use.close()
    if not window.close():
        window.close()
    Patience(lambda: "").wait(lambda: not window.isVisible(), "the window closes", SOON)
    return "The window was closed."


def _close_what_is_left() -> None:
    """The dialog of an unexpected error has no parent."""
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible():
            widget.close()


def _left_processes() -> list[str]:
    children = psutil.Process().children(recursive=True)
    _, alive = psutil.wait_procs(children, timeout=ENDING_SECONDS)
    return [f"{child.pid} {child.name()}" for child in alive]


def _with_what_the_window_says(sentence: str, visit: Visit) -> str:
    use = visit.window.use.window
    bars = [visit.window.stage.problems, *([] if use is None else [use.problems])]
    return " ".join([sentence, *(bar.text for bar in bars if bar.isVisible())])


def _summary(report: Report, out: Path) -> str:
    if report.ok:
        return f"All is well. Screenshots and report.json are in {out}"
    failed = [step.step for step in report.steps if not step.ok]
    return f"Something is not well: {', '.join(failed) or 'not all steps were done'}. See {out}"
