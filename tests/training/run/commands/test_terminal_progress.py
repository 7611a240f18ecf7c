from __future__ import annotations

import io
import math
from dataclasses import replace

from training.run.commands.terminal_progress import TerminalProgress
from training.run.events import EpochEvent, EstimateEvent, PhaseEvent, StartedEvent, StepEvent, WarningEvent

FIGURES = {"loss": 1.25, "val_loss": 1.5, "mean_iou": math.nan, "val_mean_iou": 0.5, "box_loss": 1.0}
EVENTS = [
    PhaseEvent(name="data", text="Reading the training images: 1 of 9", done=1, total=9),
    PhaseEvent(name="data", text="Reading the training images: 9 of 9", done=9, total=9),
    WarningEvent(code="x", text="Left out: a\x1b[31m.jpg"),
    StartedEvent(
        versions={}, device="CPU", train_images=7, validation_images=2, parameters=12345, epochs=3, steps_per_epoch=4,
        classes=("cup", "fork"),
    ),
    StepEvent(epoch=1, step=2, steps=4, loss=1.0, images_per_second=10.0, eta_seconds=3.0),
    EpochEvent(epoch=1, epochs=3, figures=FIGURES, seconds=1.23, best=True),
]  # fmt: skip


def test_where_there_is_no_terminal_a_run_is_told_in_plain_lines():
    out = io.StringIO()
    progress = TerminalProgress(out)
    for event in EVENTS:
        progress(event)
    progress.close()
    assert out.getvalue().splitlines() == [
        "Reading the training images: 9 of 9",
        "Warning: Left out: a\\x1b[31m.jpg",
        "7 training and 2 validation images, 2 classes (cup, fork), 12,345 parameters, CPU",
        "Epoch 1 of 3: loss 1.250, val_loss 1.500, val_mean_iou 0.500 (1.2 s, best so far)",
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_and_names_can_not_command_it():
    out = Terminal()
    progress = TerminalProgress(out)
    for event in EVENTS:
        progress(event)
    progress.close()
    assert "Epoch 1 of 3, loss 1.000" in out.getvalue()
    assert "\x1b[31m.jpg" not in out.getvalue()
    assert "a\\x1b[31m.jpg" in out.getvalue()


def test_a_phase_that_can_not_be_counted_shows_no_count_of_the_one_before():
    out = Terminal()
    progress = TerminalProgress(out)
    progress(EVENTS[1])
    progress(PhaseEvent(name="import", text="Loading TensorFlow"))
    progress.close()
    shown = out.getvalue().rpartition("Loading TensorFlow")[2]
    assert "/9" not in shown


def test_the_time_and_what_was_taken_are_told_before_the_first_step():
    out = io.StringIO()
    progress = TerminalProgress(out)
    progress(replace(EVENTS[3], taken=("Taken from run: the backbone.",)))
    progress(EstimateEvent(epoch_seconds=1.52, seconds=190.0))
    progress.close()
    assert out.getvalue().splitlines()[1:] == [
        "Taken from run: the backbone.",
        "It will take about 3 minutes, 1.5 s an epoch",
    ]


def test_a_classifier_is_told_in_its_own_figures_and_phases():
    out = io.StringIO()
    progress = TerminalProgress(out)
    progress(replace(EVENTS[3], recipe="classifier", phases=("head", "fine_tune")))
    figures = {"loss": 1.0, "val_loss": 1.2, "class_accuracy": 0.7, "val_class_accuracy": 0.6, "val_macro_f1": 0.55}
    progress(EpochEvent(epoch=2, epochs=9, figures=figures, seconds=2.0, best=False, phase="fine_tune"))
    progress.close()
    assert out.getvalue().splitlines()[-1] == (
        "Epoch 2 of 9, fine-tuning: loss 1.000, val_loss 1.200, class_accuracy 0.700, val_class_accuracy 0.600, "
        "val_macro_f1 0.550 (2.0 s)"
    )
