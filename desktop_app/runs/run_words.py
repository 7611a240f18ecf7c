"""What a run is doing and how it ended, in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from desktop_app.runs.figure_words import VALIDATION, is_validated
from desktop_app.runs.training_run import Stage, TrainingRun
from desktop_app.words import counted, filled, percent, score_text, time_left
from training.run.answers.prediction import PredictedBox
from training.run.events import PhaseEvent
from training.run.outcome import INTERRUPTED, OutcomeKind
from training.run.report.measuring import LEAST_FOR_TOP3

HEAD, FINE_TUNE = "head", "fine_tune"  # parts of a training on a pretrained backbone


def heading_of(run: TrainingRun) -> str:
    if run.outcome is not None:
        done = len(run.history)
        was_interrupted = run.outcome.code == INTERRUPTED
        heading = _tr("Interrupted") if was_interrupted else _ended_headings()[run.outcome.kind]
        epochs = counted(done, _tr("1 epoch"), _tr("%n epochs"))
        return filled(_tr("%1 · %2"), heading, epochs) if done else heading
    if run.is_waiting:
        return _tr("Waiting for its turn") if run.stage is Stage.WAITING else _tr("Not started yet")
    if run.stop_requested:
        return _tr("Stopping…")
    if run.is_training:
        return _tr("Fine-tuning") if run.training_phase == FINE_TUNE else _tr("Training")
    if run.phase is None:
        return _tr("Starting…")
    return _phase_in_words(run.phase)


def _ended_headings() -> dict[OutcomeKind, str]:
    return {
        OutcomeKind.COMPLETED: _tr("Trained"),
        OutcomeKind.STOPPED: _tr("Stopped"),
        OutcomeKind.FAILED: _tr("Failed"),
        OutcomeKind.CRASHED: _tr("Crashed"),
        OutcomeKind.KILLED: _tr("Ended"),
        OutcomeKind.COULD_NOT_START: _tr("Not started"),
    }


def _phase_in_words(phase: PhaseEvent) -> str:
    words = {
        "import": _tr("Getting ready to train…"),
        "data": _tr("Reading the images…"),
        "weights": _tr("Downloading the ImageNet weights…"),
        "build": _tr("Building the network…"),
        "features": _tr("Running the backbone over the images, once for all epochs…"),
        "train": _tr("Preparing the network; the first step takes a while…"),
        "fine_tune": _tr("Preparing the fine-tuning; the first step takes a while…"),
        "evaluate": _tr("Judging the best model…"),
        "export": _tr("Saving the model…"),
    }
    return words[phase.name]


def heading_tip(run: TrainingRun) -> str:
    """What is behind a plain heading, for those who know it."""
    phase = run.phase
    if phase is None or phase.name != "import" or not phase.backend or not run.is_running:
        return ""
    return filled(_tr("Loading %1, which takes some seconds"), phase.backend)


def phase_word(phase: str) -> str:
    """A part of a training as people call it; one that is unknown here is called as it came."""
    return {HEAD: _tr("head"), FINE_TUNE: _tr("fine-tuning")}.get(phase, phase)


def progress_of(run: TrainingRun) -> str:
    """Where the run is: images read, or epoch and step."""
    step = run.step
    if step is not None and run.is_training:
        if run.training_phase:
            epoch, words = run.epoch_in_progress, phase_word(run.training_phase)
            return filled(_tr("Epoch %1 of %2, %3"), epoch, run.epochs or "?", words)
        text = _tr("Epoch %1 of %2 · step %3 of %4")
        return filled(text, step.epoch, run.epochs or "?", step.step, step.steps)
    phase = run.phase
    if run.is_running and phase is not None and phase.name == "weights" and phase.done:
        return _megabytes(phase.done, phase.total)
    if run.is_running and phase is not None and phase.total:
        return filled(_tr("%1 of %2"), phase.done or 0, phase.total)
    return ""


def _megabytes(done: int, total: int | None) -> str:
    if total is None:
        return filled(_tr("%1 MB"), f"{done / 1e6:.1f}")
    return filled(_tr("%1 of %2 MB"), f"{done / 1e6:.1f}", f"{total / 1e6:.1f}")


def time_left_of(run: TrainingRun) -> str:
    """By the newest step; until there is one, by the steps that were tried before."""
    if not run.is_running or run.stop_requested:
        return ""
    if run.step is None:
        return "" if run.estimate is None else time_left(run.estimate.seconds)
    return time_left(run.step.eta_seconds) if run.is_training else ""


def key_figures(run: TrainingRun) -> list[tuple[str, str]]:
    """Names and values of the figures people ask for: of the last epoch, and in the end of the best one."""
    figures = run.final_figures or (run.history[-1].figures if run.history else {})
    part = VALIDATION if is_validated(figures) else ""
    if run.is_classifier:
        of_classifier = [
            ("class_accuracy", _tr("class right")),
            ("macro_f1", _tr("macro F1")),
            ("top3_accuracy", _tr("in the top 3")),
        ]
        says_nothing = run.started is not None and len(run.started.classes) < LEAST_FOR_TOP3
        told = of_classifier[:2] if says_nothing else of_classifier
        return [(name, percent(figures.get(part + key))) for key, name in told]
    wanted = [
        ("mean_iou", _tr("mean IoU")),
        ("iou50", _tr("IoU ≥ 0.5")),
        ("class_accuracy", _tr("class right")),
        ("presence_accuracy", _tr("presence right")),
    ]
    shown = [(name, percent(figures.get(part + key))) for key, name in wanted]
    has_presence = run.started is None or "presence" in run.started.heads
    return shown if has_presence else shown[:3]


def figures_origin(run: TrainingRun) -> str:
    """Which images and which epoch the figures are of."""
    if not run.history:
        return ""
    validated = is_validated(run.history[-1].figures)
    images = _tr("validation") if validated else _tr("training images: there are no validation images")
    best = run.best_epoch
    if run.outcome is not None and run.final_figures and best is not None:
        return filled(_tr("Best epoch %1 as it learned, %2"), best.epoch, images)
    return filled(_tr("Epoch %1, %2"), run.history[-1].epoch, images)


def seen_in(boxes: Sequence[PredictedBox]) -> str:
    """What the model answered about the image that is open."""
    if not boxes:
        return _tr("This image: no object")
    seen = [filled(_tr("%1 %2"), box.label, score_text(box.score)) for box in boxes]
    return filled(_tr("This image: %1"), _tr(", ").join(seen))


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunWords", text)
