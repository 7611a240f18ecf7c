"""A training in this process: its progress on the terminal, Ctrl+C for its end, its figures at last."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from training.dataset.command_output import fail, say, say_json
from training.run.events import EndedEvent
from training.run.private_stdout import native_output_into
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder
from training.run.worker import run_training


def train_on_terminal(run: RunFolder, as_json: bool, images: Path | None = None) -> int:
    """Start or resume a run and report; the exit code. Ctrl+C stops after the batch and keeps the model.

    Raises what `run_training` does.
    """
    ended = _ended(run, images)
    if ended.outcome == "failed":
        return fail(ended.reason)
    _say_result(run, ended, as_json)
    return 0


def _ended(run: RunFolder, images: Path | None) -> EndedEvent:
    from training.run.terminal_progress import TerminalProgress

    control = RunControl()
    with native_output_into(run.log_file) as (out, _), _stopping_on_interrupt(control):
        progress = TerminalProgress(out)
        try:
            return run_training(run, progress, control, images)
        finally:
            progress.close()


@contextmanager
def _stopping_on_interrupt(control: RunControl) -> Iterator[None]:
    """The first Ctrl+C asks for an end, a second one interrupts at once."""

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        if control.stop_requested:
            raise KeyboardInterrupt
        control.request_stop()

    former = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def _say_result(run: RunFolder, ended: EndedEvent, as_json: bool) -> None:
    report: dict[str, Any] = {"outcome": ended.outcome, "reason": ended.reason}
    if run.report_file.is_file():
        report = json.loads(run.report_file.read_text(encoding="utf-8"))
    for split, figures in report.get("figures", {}).items():
        shown = {name: value for name, value in figures.items() if isinstance(value, (int, float))}
        say(f"{split}: " + ", ".join(f"{name} {value:.4g}" for name, value in shown.items()))
    say(f"{ended.outcome.capitalize()}{': ' + ended.reason if ended.reason else ''}. The run is in {run.path}.")
    if as_json:
        say_json(report)
