"""What `boxwright doctor` and ended runs say, asked of the functions that say it."""

from __future__ import annotations

from dataclasses import replace

from page_parts.markdown import plain, table
from training.run.machine.doctor import Surroundings, verdicts
from training.run.machine.graphics_cards import GraphicsCard
from training.run.machine.machine import Machine, this_machine
from training.run.outcome import Outcome, OutcomeKind
from training.run.outcome_words import what_happened, what_to_try
from training.run.settings import TrainingSettings
from training.run.what_to_try import Kept, suggestions

LINUX = Surroundings("linux", is_wsl=False, backend="tensorflow", has_cuda_build=True, has_cuda_libraries=True)
NVIDIA = GraphicsCard("NVIDIA", "NVIDIA card", driver="DRIVER")
UNANSWERED = replace(NVIDIA, driver="")
AMD, APPLE, INTEL = (GraphicsCard(vendor, f"{vendor} card") for vendor in ("AMD", "Apple", "Intel"))
CASES: tuple[tuple[str, GraphicsCard, Surroundings], ...] = (
    ("NVIDIA, Linux", UNANSWERED, LINUX),
    ("NVIDIA, Windows with WSL2", UNANSWERED, replace(LINUX, is_wsl=True)),
    ("NVIDIA, Linux", NVIDIA, replace(LINUX, has_cuda_build=False)),
    ("NVIDIA, Linux", NVIDIA, replace(LINUX, has_cuda_libraries=False)),
    ("NVIDIA, Linux", NVIDIA, LINUX),
    ("NVIDIA, Linux", NVIDIA, replace(LINUX, hidden="-1")),
    ("NVIDIA, Windows", NVIDIA, replace(LINUX, platform="win32")),
    ("AMD, Linux", AMD, LINUX),
    ("Apple, macOS", APPLE, replace(LINUX, platform="darwin")),
    ("Intel, Linux", INTEL, LINUX),
    ("any, with `KERAS_BACKEND=torch`", NVIDIA, replace(LINUX, backend="torch")),
)
FACTS = {"library": "LIBRARY", "package": "PACKAGE", "problem": "read", "epoch": "3", "step": "12", "epochs": "20"}
# What a run says when it ends, and the reason that goes along.
ENDS: tuple[tuple[OutcomeKind, str, str], ...] = (
    (OutcomeKind.FAILED, "out_of_memory", "memory ran out; a smaller batch size, input size or model needs less"),
    (OutcomeKind.CRASHED, "maybe_out_of_memory", "SIGKILL"),
    (OutcomeKind.FAILED, "nan_loss", "the loss is no longer a number (since epoch 3, step 12)"),
    (OutcomeKind.COMPLETED, "loss_stuck", ""),
    (OutcomeKind.FAILED, "disk_full", "the disk is full"),
    (OutcomeKind.FAILED, "no_permission", "this file or folder can't be written or read: FILE"),
    (OutcomeKind.COULD_NOT_START, "missing_library", "LIBRARY can't be loaded"),
    (OutcomeKind.COULD_NOT_START, "missing_program", "there is no such program"),
    (OutcomeKind.FAILED, "no_weights", "a reason that names the file or the address"),
    (OutcomeKind.CRASHED, "interrupted", ""),
    (OutcomeKind.KILLED, "", ""),
    (OutcomeKind.FAILED, "unexpected", "NAME OF THE ERROR"),
)


def devices() -> str:
    """For cards that are not used: where, why, and the remedy."""
    machine = this_machine()
    rows = [(where, *_said(machine, card, around)) for where, card, around in CASES]
    return table(("Card, system", "What the doctor says", "What to do"), rows)


def _said(machine: Machine, card: GraphicsCard, around: Surroundings) -> tuple[str, str]:
    verdict = verdicts(machine, [card], around)[-1]
    if verdict.is_used:
        raise ValueError(f"the doctor uses {card} in {around}")
    return plain(verdict.reason), plain(verdict.remedy) or "nothing can be done"


def ends() -> str:
    settings = TrainingSettings()
    rows = []
    for kind, code, reason in ENDS:
        outcome = Outcome(kind, reason, code, FACTS)
        kept = Kept(best_epoch=2, has_state=True)
        tries = suggestions(
            outcome, replace(settings, weights="FILE") if code == "no_weights" else settings, None, kept
        )
        rows.append((plain(what_happened(outcome)), plain(what_to_try(outcome, kept, tries)) or "nothing need be done"))
    return table(("What the run says", "What to try"), rows)
