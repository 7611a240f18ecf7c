"""What somebody who is to help must know of the program, the computer and the run, as text to copy. English."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from desktop_app.settings import log_file
from training.run.catalogue.log_tail import last_lines
from training.run.machine.machine import this_machine
from training.run.machine.memory_need import amount
from training.run.machine.package_versions import package_versions

if TYPE_CHECKING:
    from desktop_app.runs.training_run import TrainingRun


def bug_report(error: str = "", run: TrainingRun | None = None, log: Path | None = None) -> str:
    """`error` is a traceback, `run` the one that is shown. The home folder's name is left out."""
    parts = [_program(), _computer(), _screens(), f"Error:\n{error.strip()}" if error else "", _run(run)]
    log_end = last_lines(log_file() if log is None else log)
    parts.append(f"Last lines of the program's log:\n{log_end}" if log_end else "")
    text = "\n\n".join(part for part in parts if part) + "\n"
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def _program() -> str:
    versions = package_versions()
    own = versions.pop("boxwright")
    return f"Boxwright {own}\nQt {qVersion()}, " + ", ".join(f"{name} {version}" for name, version in versions.items())


def _computer() -> str:
    machine = this_machine()
    return (
        f"{machine.system}\n{machine.processor}, {machine.cores} cores, "
        f"{amount(machine.memory)} of memory, {amount(machine.memory_free)} free"
    )


def _screens() -> str:
    screens = (
        f"{screen.size().width()}x{screen.size().height()} at {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    )
    return f"Screens ({QGuiApplication.platformName()}): {', '.join(screens)}"


def _run(run: TrainingRun | None) -> str:
    if run is None:
        return ""
    from desktop_app.runs.details_text import run_details

    return f"The run that is shown:\n{run_details(run)}"
