"""A run of the list in words: cells, tooltips, and what its outcome looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from desktop_app.words import filled, percent, quoted_names, tooltip
from training.run.catalogue.run_summary import RunState, RunSummary, clock_time, image_counts
from training.run.recipes.names import CLASSIFIER, LOCALIZER

LENGTH_OF_HASH = 7


@dataclass(frozen=True, slots=True)
class Look:
    """Of an outcome: an icon's name and a colour of the theme."""

    icon: str
    colour: str


LOOKS: Mapping[RunState, Look] = {
    RunState.WAITING: Look("state-unlabelled", "muted"),
    RunState.TRAINING: Look("train", "accent"),
    RunState.ELSEWHERE: Look("train", "accent"),
    RunState.COMPLETED: Look("done", "reviewed"),
    RunState.STOPPED: Look("stop", "labelled"),
    RunState.FAILED: Look("warning", "problem"),
    RunState.CRASHED: Look("warning", "problem"),
    RunState.KILLED: Look("stop", "problem"),
    RunState.INTERRUPTED: Look("warning", "problem"),
    RunState.UNREADABLE: Look("state-problem", "problem"),
}


def outcome_of(run: RunSummary) -> str:
    """The word, or the reason that a program can name; with how far a run is that goes on here."""
    if run.state is RunState.TRAINING and run.epochs:
        return filled(_tr("%1 · %2 of %3"), state_of(run), run.epochs_done, run.epochs)
    codes = {
        "out_of_memory": _tr("Out of memory"),
        "nan_loss": _tr("Loss is no number"),
        "loss_stuck": _tr("Loss did not move"),
        "early_stopped": _tr("Stopped early"),
    }
    return codes.get(run.code, state_of(run))


def state_of(run: RunSummary) -> str:
    return {
        RunState.WAITING: _tr("Waiting"),
        RunState.TRAINING: _tr("Training"),
        RunState.ELSEWHERE: _tr("Training elsewhere"),
        RunState.COMPLETED: _tr("Completed"),
        RunState.STOPPED: _tr("Stopped"),
        RunState.FAILED: _tr("Failed"),
        RunState.CRASHED: _tr("Crashed"),
        RunState.KILLED: _tr("Ended"),
        RunState.INTERRUPTED: _tr("Interrupted"),
        RunState.UNREADABLE: _tr("Unreadable"),
    }[run.state]


def sentence_of(run: RunSummary) -> str:
    """What happened, for people who want to know more than the word."""
    done = filled(_tr("%1 of %2 epochs"), run.epochs_done, run.epochs)
    sentences = {
        RunState.WAITING: _tr("Prepared and not started yet."),
        RunState.TRAINING: filled(_tr("It is training: %1 are done."), done),
        RunState.ELSEWHERE: filled(_tr("It is training elsewhere, and its folder grows: %1 are done."), done),
        RunState.COMPLETED: filled(_tr("The training is complete: %1."), done),
        RunState.STOPPED: filled(_tr("The training was stopped after %1."), done),
        RunState.FAILED: filled(_tr("The training failed after %1."), done),
        RunState.CRASHED: filled(_tr("The training crashed after %1; it can be resumed."), done),
        RunState.KILLED: filled(_tr("The training was ended at once after %1; it can be resumed."), done),
        RunState.INTERRUPTED: filled(_tr("The training ended without a word after %1; it can be resumed."), done),
        RunState.UNREADABLE: "",
    }
    return _joined([sentences[run.state], run.reason, run.problem])


def images_of(run: RunSummary) -> str:
    return image_counts(run.images)


def data_of(run: RunSummary) -> str:
    """A few letters of the dataset's SHA-256: the same letters are the same data."""
    return run.dataset_hash[:LENGTH_OF_HASH] or "–"


def share_of(run: RunSummary, figure: str) -> str:
    return percent(run.figures.get(figure))


def recipe_of(run: RunSummary) -> str:
    names = {LOCALIZER: _tr("Localizer"), CLASSIFIER: _tr("Classifier")}
    return names.get(run.recipe, run.recipe) or "–"


def time_of(run: RunSummary) -> str:
    return clock_time(run.seconds)


def started_of(run: RunSummary) -> str:
    """The time of today, else the day; the tooltip has both."""
    if run.created is None:
        return "–"
    moment = _moment(run.created)
    is_today = moment.date() == QDateTime.currentDateTime().date()
    return QLocale().toString(moment.time() if is_today else moment.date(), QLocale.FormatType.ShortFormat)


def _moment(seconds: float) -> QDateTime:
    return QDateTime.fromSecsSinceEpoch(round(seconds))


# --- tooltips: names and notes come from files, so nothing of them may be read as markup


def name_tip(run: RunSummary) -> str:
    return _tip([run.name, run.note[:500], str(run.folder.path)])


def started_tip(run: RunSummary) -> str:
    if run.created is None:
        return ""
    return _tip([QLocale().toString(_moment(run.created), QLocale.FormatType.LongFormat)])


def outcome_tip(run: RunSummary) -> str:
    return _tip([sentence_of(run)])


def figures_tip(run: RunSummary) -> str:
    if not run.figures:
        return _tip([_tr("There are no figures before the first epoch is over.")])
    images = (
        _tr("validation images") if run.figures_of == "validation" else _tr("training images: no others were there")
    )
    which = (
        _tr("Of the best epoch so far (%1), %2") if run.is_growing else _tr("Of the model that was kept (epoch %1), %2")
    )
    return _tip([filled(which, run.best_epoch or "?", images)])


def images_tip(run: RunSummary) -> str:
    if not run.images:
        return _tip([_tr("dataset.csv is missing or can't be read.")])
    counts = [run.images.get(split, 0) for split in ("train", "validation", "test")]
    return _tip([filled(_tr("%1 images to train on, %2 to validate, %3 to test"), *counts)])


def data_tip(run: RunSummary, same: Sequence[RunSummary]) -> str:
    """`same` are the other runs with the same data."""
    if not run.dataset_hash:
        return images_tip(run)
    others = [filled(_tr("Same data as %1"), quoted_names([other.name for other in same]))] if same else []
    return _tip([*others, filled(_tr("SHA-256 of dataset.csv: %1"), run.dataset_hash)])


def _tip(lines: Sequence[str]) -> str:
    return tooltip("\n".join(filter(None, lines)))


def _joined(sentences: Sequence[str]) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunListWords", text)
