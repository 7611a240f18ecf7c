"""An outcome in plain English: what happened, what was kept, what to try. The window has its own, translated words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from training.run.outcome import Outcome, OutcomeKind
from training.run.what_to_try import Kept, Suggestion

_MAYBE_MEMORY = " Another program, or the system for want of memory, ended it; memory may have run out."
_MEMORY = " Memory ran out."


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """Each is one or more sentences; `to_try` is empty where nothing need be tried."""

    happened: str
    kept: str
    to_try: str


def in_words(outcome: Outcome, kept: Kept, tries: Sequence[Suggestion]) -> OutcomeWords:
    return OutcomeWords(what_happened(outcome), what_was_kept(kept), what_to_try(outcome, kept, tries))


def what_happened(outcome: Outcome) -> str:
    reason = outcome.reason
    if outcome.kind is OutcomeKind.COMPLETED:
        return _completed(outcome)
    if outcome.kind is OutcomeKind.STOPPED:
        return f"The training was {reason}." if reason else "The training was stopped; the model is kept."
    if outcome.kind is OutcomeKind.FAILED:
        return f"The training failed: {_ended(reason)}"
    if outcome.kind is OutcomeKind.KILLED:
        return "The training did not stop by itself and was ended."
    if outcome.kind is OutcomeKind.COULD_NOT_START:
        return f"The training could not start: {_ended(reason)}"
    if outcome.code == "interrupted":
        return "The training was interrupted; nobody saw how it ended."
    hint = {"out_of_memory": _MEMORY, "maybe_out_of_memory": _MAYBE_MEMORY}.get(outcome.code, "")
    return f"The training crashed ({reason}); its folder's log.txt says more.{hint}"


def _completed(outcome: Outcome) -> str:
    if outcome.code == "loss_stuck":
        return "The training is complete, but its loss has hardly moved: the model has learned next to nothing."
    if outcome.code == "early_stopped":
        return f"The training is complete: it ended early, {_ended(outcome.reason)}"
    return "The training is complete."


def what_was_kept(kept: Kept) -> str:
    if kept.best_epoch is None:
        return "Nothing was kept but its log." if not kept.has_state else "Its last state is kept."
    model = f"The best model, of epoch {kept.best_epoch}, is kept" if kept.best_epoch else "A first model is kept"
    return f"{model}, and its last state." if kept.has_state else f"{model}."


def what_to_try(outcome: Outcome, kept: Kept, tries: Sequence[Suggestion], resume: str = "Resume") -> str:
    """The way on, with the numbers; `resume` is what one presses or types to go on with the run."""
    changes = [_worded(dict(one.changes)) for one in tries if one.changes]
    parts = [_first_mend(outcome)]
    if changes:
        parts.append(f"Train again with {', or with '.join(changes)}.")
    if any(not one.changes for one in tries):
        parts.append(f"{resume} goes on from its last state." if kept.has_state else f"{resume} starts it once more.")
    return " ".join(part for part in parts if part)


def _first_mend(outcome: Outcome) -> str:
    facts = outcome.facts
    mends = {
        "disk_full": "Make room on the disk first.",
        "no_permission": "See to it that the folder can be written first, or choose another one.",
        "missing_library": f"Install {facts.get('library', 'it')} first (python -m pip install {facts.get('package', '')}).",
        "unexpected": "This is a fault of the program: its log.txt belongs to a bug report.",
        "no_weights": ""
        if facts.get("problem") in (None, "download")
        else "Name another file of weights (--weights FILE).",
        "missing_program": "Install Boxwright again: a part of it is missing.",
    }
    return mends.get(outcome.code, "")


def _worded(changes: dict[str, Any]) -> str:
    names = {"batch_size": "batch size", "learning_rate": "learning rate", "input_size": "input size"}
    if changes.get("weights") == "random":
        return "random weights"
    if changes.get("device") == "cpu":
        return "the CPU instead of the GPU"
    return " and ".join(f"{names.get(key, key)} {value:g}" for key, value in changes.items())


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
