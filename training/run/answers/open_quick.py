"""The quickest way to ask a finished model from a program that must not load Keras."""

from __future__ import annotations

from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.answers.predictor import Predictor
from training.run.answers.remote_keras import RemoteKerasPredictor
from training.run.events import WarningEvent
from training.run.failure import ModelFileError
from training.run.run_folder import RunFolder, RunFolderError


def open_quick(run: RunFolder) -> Predictor:
    """LiteRT in this process where the run has it, else Keras in a process of its own; `note` then says why.

    To be closed after use. LiteRT was compared with Keras when the run wrote it. Raises ModelFileError.
    """
    if not run.litert_model.is_file():
        return RemoteKerasPredictor(run, _note(_why_not_exported(run)))
    try:
        return LiteRTPredictor(run)
    except ModelFileError as error:
        if not run.best_model.is_file():
            raise
        return RemoteKerasPredictor(run, _note(str(error)))


def _note(why: str) -> str:
    return f"Keras answers, which takes longer: {why or 'this model is there for Keras alone'}"


def _why_not_exported(run: RunFolder) -> str:
    """What the run said itself; "" if nothing."""
    try:
        events, _ = run.read_events()
    except (RunFolderError, OSError):
        return ""
    told = [event for event in events if isinstance(event, WarningEvent) and event.code == "export_failed"]
    return told[-1].facts.get("why", told[-1].text) if told else ""
