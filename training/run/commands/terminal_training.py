"""A training in this process: its progress on the terminal, Ctrl+C for its end, its figures at last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from training.dataset.command_output import fail, say, say_json
from training.run.commands.figure_lines import shown_numbers
from training.run.commands.interrupting import stopping_on_interrupt
from training.run.events import EndedEvent, StartedEvent
from training.run.kept_outcome import keep_outcome
from training.run.outcome import Outcome, OutcomeKind, outcome_told
from training.run.outcome_words import what_happened, what_to_try, what_was_kept
from training.run.private_stdout import native_output_into
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder
from training.run.run_parts import counted_epochs, lasting_events
from training.run.together.cluster import Cluster
from training.run.together.shared_control import SharedControl
from training.run.what_to_try import kept_of, suggestions
from training.run.worker import run_training


def train_on_terminal(run: RunFolder, as_json: bool, images: Path | None = None, cluster: Cluster | None = None) -> int:
    """Start or resume a run and report; the exit code. Ctrl+C stops after the batch and keeps the model.

    Raises what `run_training` does.
    """
    ended = _ended(run, images, cluster)
    if ended.outcome == "failed":
        code = fail(ended.reason)  # one line; the rest is no error
        _say_way_on(run, ended)
        return code
    _say_result(run, ended)
    _say_way_on(run, ended)
    if as_json:
        say_json(_report(run, ended))
    return 0


def help_on_terminal(run: RunFolder, cluster: Cluster) -> int:
    """Take part in a training of several machines, in a folder that is not kept; the exit code."""
    ended = _ended(run, None, cluster)
    if ended.outcome == "failed":
        return fail(ended.reason)
    say(f"{ended.outcome.capitalize()}. The run's folder is where process 0 works.")
    return 0


def _ended(run: RunFolder, images: Path | None, cluster: Cluster | None) -> EndedEvent:
    from training.run.commands.terminal_progress import TerminalProgress

    control = RunControl() if cluster is None else SharedControl(cluster)
    with native_output_into(run.log_file) as (out, _), stopping_on_interrupt(control):
        progress = TerminalProgress(out)
        try:
            return run_training(run, progress, control, images, cluster)
        except KeyboardInterrupt:
            keep_outcome(run, Outcome(OutcomeKind.KILLED))
            raise
        finally:
            progress.close()


def _report(run: RunFolder, ended: EndedEvent) -> dict[str, Any]:
    if not run.report_file.is_file():
        return {"outcome": ended.outcome, "reason": ended.reason}
    report: dict[str, Any] = json.loads(run.report_file.read_text(encoding="utf-8"))
    return report


def _say_result(run: RunFolder, ended: EndedEvent) -> None:
    for split, figures in _report(run, ended).get("figures", {}).items():
        say(f"{split}: " + ", ".join(f"{name} {value:.4g}" for name, value in shown_numbers(figures).items()))
    say(f"{ended.outcome.capitalize()}{': ' + ended.reason if ended.reason else ''}. The run is in {run.path}.")
    if ended.code == "loss_stuck":
        say(what_happened(outcome_told(ended)))


def _say_way_on(run: RunFolder, ended: EndedEvent) -> None:
    """What was kept, where that is a question, and what to try; nothing after an end that leaves nothing to do."""
    outcome, events = outcome_told(ended), lasting_events(run)
    started = next((event for event in reversed(events) if isinstance(event, StartedEvent)), None)
    best = next((event.epoch for event in reversed(counted_epochs(events)) if event.best), 0)
    kept = kept_of(run, best)
    tries = suggestions(outcome, run.settings(), started, kept)
    if ended.outcome == "failed":
        say(what_was_kept(kept))
    if advice := what_to_try(outcome, kept, tries, f"“boxwright resume {run.path}”"):
        say(advice)
