"""How a run ended, in the window's words: what happened, what was kept, what to try."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from desktop_app.runs.no_weights_words import advice_without_weights, reason_without_weights
from desktop_app.runs.training_run import TrainingRun
from desktop_app.words import filled
from training.run.outcome import INTERRUPTED, Outcome, OutcomeKind
from training.run.what_to_try import NO_WAY_ON, Kept, Suggestion


def what_happened(run: TrainingRun, outcome: Outcome) -> str:
    """An end that the person asked for is not told as the worker's failing."""
    if outcome.kind is OutcomeKind.COMPLETED:
        return _completed(outcome)
    if outcome.kind is OutcomeKind.STOPPED:
        return _stopped(run)
    if outcome.kind is OutcomeKind.KILLED:
        if run.ended_at_once:
            return _tr("You ended the training at once.")
        return _tr("The training did not stop by itself and was ended.")
    if outcome.kind is OutcomeKind.CRASHED:
        return _crashed(outcome)
    start = outcome.kind is OutcomeKind.COULD_NOT_START
    text = _tr("The training could not start: %1") if start else _tr("The training failed: %1")
    return filled(text, _ended(_reason(outcome)))


def _completed(outcome: Outcome) -> str:
    if outcome.code == "loss_stuck":
        return _tr("The training is complete, but its loss has hardly moved: the model has learned next to nothing.")
    if outcome.code == "early_stopped":
        facts = outcome.facts
        if not {"epochs", "best_epoch"} <= facts.keys():
            return _tr("The training is complete; it ended early.")
        text = _tr("The training is complete: it ended early, as nothing got better after epoch %1 for %2 epochs.")
        return filled(text, facts["best_epoch"], facts["epochs"])
    return _tr("The training is complete.")


def _stopped(run: TrainingRun) -> str:
    if run.best_epoch is None:
        return _tr("The training was stopped before its first epoch was complete.")
    return _tr("The training was stopped; the model is kept.")


def _crashed(outcome: Outcome) -> str:
    if outcome.code == INTERRUPTED:
        return _tr("The training was interrupted; nobody saw how it ended.")
    if outcome.code == "out_of_memory":
        return filled(_tr("The training crashed (%1): memory ran out."), outcome.reason)
    if outcome.code == "maybe_out_of_memory":
        text = _tr("The training crashed (%1): something ended it from outside, maybe because memory ran out.")
        return filled(text, outcome.reason)
    return filled(_tr("The training crashed (%1)."), outcome.reason)


def _reason(outcome: Outcome) -> str:
    facts = {"file": "", "library": "", "step": "0", "epoch": "?", **outcome.facts}
    if outcome.code == "nan_loss":
        step = int(facts["step"]) if facts["step"].isdecimal() else 0
        text = _tr("the loss is no longer a number, since epoch %1, step %2") if step else _lost_at_end()
        return filled(text, facts["epoch"], step)
    if outcome.code == "no_weights":
        return reason_without_weights(outcome)
    reasons = {
        "out_of_memory": _tr("memory ran out"),
        "disk_full": _tr("the disk is full"),
        "no_permission": _tr("a file or folder can't be written or read"),
        "missing_library": filled(_tr("%1 is missing, or can't be loaded here"), facts["library"]),
        "missing_program": filled(_tr("there is no program %1"), facts["file"]),
    }
    reason = reasons.get(outcome.code, outcome.reason)
    if outcome.code in ("disk_full", "no_permission") and facts["file"]:
        return filled(_tr("%1 (%2)"), reason, facts["file"])
    return reason


def _lost_at_end() -> str:
    return _tr("the loss is no longer a number, since the end of epoch %1")


def what_was_kept(kept: Kept, outcome: Outcome) -> str:
    if kept.best_epoch is None:
        if kept.has_state:
            return _tr("Kept: your boxes and the last state. There is no model yet.")
        return _tr("Kept: your boxes. There is no model yet.")
    goes_on = kept.has_state and outcome.kind is not OutcomeKind.COMPLETED and outcome.code not in NO_WAY_ON
    if not kept.best_epoch:
        return _tr("Kept: a first model.") if not goes_on else _tr("Kept: a first model and the last state.")
    if goes_on:
        return filled(_tr("Kept: the best model (epoch %1) and the last state."), kept.best_epoch)
    return filled(_tr("Kept: the best model (epoch %1)."), kept.best_epoch)


def what_to_try(outcome: Outcome) -> str:
    """Beside the buttons: what they can't do by themselves. Nothing for an end that was asked for."""
    facts = {"package": "", **outcome.facts}
    texts = {
        "out_of_memory": _tr("A smaller batch needs less memory, and so does a smaller input or model."),
        "maybe_out_of_memory": _tr("A smaller batch needs less memory, and so does a smaller input or model."),
        "nan_loss": _tr("A lower learning rate takes smaller steps."),
        "state_unfit": _tr("Train again; the new run may start from this one's best model."),
        "loss_stuck": _tr("Try another learning rate, and look whether the boxes are on the right images."),
        "disk_full": _tr("Make room on the disk, then start over."),
        "no_permission": _tr("See to it that the folder can be written, then start over."),
        "missing_library": filled(
            _tr("Install it with “python -m pip install %1”, or install Boxwright again; then start over."),
            facts["package"],
        ),
        "missing_program": _tr("Install Boxwright again: a part of it is missing."),
        "no_weights": advice_without_weights(outcome),
        "unexpected": _tr("This is a fault of the program, not yours. The details can be copied for a bug report."),
        "early_stopped": "",
    }
    if outcome.code in texts:
        return texts[outcome.code]
    if outcome.kind is OutcomeKind.FAILED:
        return _tr("Mend what it names, or choose other settings, and train again.")
    if outcome.kind is OutcomeKind.COULD_NOT_START:
        return _tr("Is there room on the disk, and is the program installed completely? The details say more.")
    if outcome.kind is OutcomeKind.CRASHED:
        return _tr("The details tell what happened last.")
    return ""


def button_for(suggestion: Suggestion, kept: Kept) -> str:
    changes = dict(suggestion.changes)
    if not changes:
        return _tr("Resume") if kept.has_state else _tr("Start over")
    if changes.get("device") == "cpu":
        return _tr("Try again on the CPU")
    if changes.get("weights") == "random":
        return _tr("Try again from scratch")
    names = {
        "batch_size": _tr("Try again with batch size %1"),
        "learning_rate": _tr("Try again with learning rate %1"),
        "input_size": _tr("Try again with input size %1"),
    }
    key, value = next(iter(changes.items()))
    return filled(names.get(key, _tr("Try again with other settings")), _number(value))


def _number(value: object) -> str:
    """As the sheet writes it: in the person's own way."""
    return QLocale().toString(value, "g", 6) if isinstance(value, float) else str(value)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _tr(text: str) -> str:
    return QCoreApplication.translate("OutcomeWords", text)
