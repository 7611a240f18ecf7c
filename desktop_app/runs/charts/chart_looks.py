"""Colours and words of charts, for the window and for pictures that are handed on."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from desktop_app.runs.charts.chart_request import ChartContents, ChartLook, ChartRun, Dashes, Line, Panel
from desktop_app.runs.run_words import phase_word
from desktop_app.runs.training_run import TrainingRun
from desktop_app.style import LIGHT, Theme

PRESENCE_LIGHT, PRESENCE_DARK = "#b9741a", "#e0b060"
PAPER = replace(LIGHT, window="#ffffff")  # what pictures for others are drawn on, whatever the window looks like

# After Okabe and Ito, whose colours people with colour-blindness tell apart; lighter or darker where the window asks.
RUNS_LIGHT = ("#0072b2", "#d55e00", "#007a58", "#b0508c", "#b07a00", "#3a9bd6", "#1d2329", "#7a4a2b")
RUNS_DARK = ("#56b4e9", "#e69f00", "#2fc79b", "#e08fbb", "#f0e442", "#ff7f50", "#e4e8ec", "#8f9bff")
DASHES: tuple[Dashes, ...] = ((), (4.0, 1.6), (1.2, 1.4), (5.0, 1.4, 1.2, 1.4))
MOST_RUNS = len(RUNS_LIGHT)


def look_of(theme: Theme) -> ChartLook:
    return ChartLook(
        background=theme.window,
        text=theme.text,
        muted=theme.muted,
        grid=theme.border,
        epoch=_tr("Epoch"),
        seconds=_tr("Seconds of training"),
        minutes=_tr("Minutes of training"),
        hours=_tr("Hours of training"),
        best=_tr("best"),
        resumed=_tr("resumed"),
    )


def chart_run(run: TrainingRun) -> ChartRun:
    parts = tuple((epoch, phase_word(phase)) for epoch, phase in run.phase_starts)
    return ChartRun(tuple(run.history), run.epochs, run.resumed_after, parts)


def contents_of_run(run: TrainingRun, theme: Theme) -> ChartContents:
    """The panels of one run."""
    panels = _classifier_panels(theme) if run.is_classifier else _localizer_panels(theme)
    return ChartContents(panels, (chart_run(run),))


def _classifier_panels(theme: Theme) -> tuple[Panel, ...]:
    shares = _pairs(
        ("class_accuracy", "macro_f1"), (theme.labelled, theme.accent), (_tr("class right"), _tr("macro F1"))
    )
    return (
        Panel(_tr("Loss"), _pair("loss", theme.text, "")),
        Panel(_tr("Quality"), shares, is_share=True, is_whole_share=True),
    )


def _localizer_panels(theme: Theme) -> tuple[Panel, ...]:
    """A head keeps its colour in all of them."""
    heads = (theme.labelled, theme.accent, PRESENCE_DARK if theme.is_dark else PRESENCE_LIGHT)
    losses = ("class_loss", "box_loss", "presence_loss")
    shares = ("class_accuracy", "mean_iou", "presence_accuracy")  # what each head gets right
    loss_names = (_tr("class"), _tr("box"), _tr("presence"))
    share_names = (_tr("class"), _tr("mean IoU"), _tr("presence"))
    return (
        Panel(_tr("Loss"), _pair("loss", theme.text, "")),
        Panel(_tr("Loss by head"), _pairs(losses, heads, loss_names)),
        Panel(_tr("Quality"), _pairs(shares, heads, share_names), is_share=True, is_whole_share=True),
    )


def run_colour(number: int, theme: Theme) -> str:
    """The colour of the run at a place among those compared."""
    return (RUNS_DARK if theme.is_dark else RUNS_LIGHT)[number % MOST_RUNS]


def run_dashes(number: int) -> Dashes:
    return DASHES[number % len(DASHES)]


def _pairs(keys: tuple[str, ...], colours: tuple[str, ...], names: tuple[str, ...]) -> tuple[Line, ...]:
    parts = zip(keys, colours, names, strict=True)
    return tuple(line for key, colour, name in parts for line in _pair(key, colour, name))


def _pair(key: str, colour: str, name: str) -> tuple[Line, Line]:
    """A figure of the training images and of the validation images."""
    return (
        Line(key, colour, name, _tr("training")),
        Line(f"val_{key}", colour, name, _tr("validation")),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Charts", text)
