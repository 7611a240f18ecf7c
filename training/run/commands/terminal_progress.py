"""A run's events for people at a terminal: bars where it is one, plain lines otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from training.dataset.command_output import harmless, say
from training.run.estimate import in_words
from training.run.events import EpochEvent, EstimateEvent, Event, PhaseEvent, StartedEvent, StepEvent, WarningEvent
from training.run.recipes.names import CLASSIFIER

SHOWN = ("loss", "val_loss", "mean_iou", "val_mean_iou", "val_class_accuracy", "val_presence_accuracy")
SHOWN_OF_CLASSIFIER = ("loss", "val_loss", "class_accuracy", "val_class_accuracy", "macro_f1", "val_macro_f1")
PHASES = {"head": "the head", "fine_tune": "fine-tuning"}


class TerminalProgress:
    """Shows events on `out`; call `close` at the end."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
            console=Console(file=out),
            disable=not out.isatty(),
            transient=True,
        )
        self._task = self._bar.add_task("Starting", total=None, speed="")
        self._epochs = 0
        self._shown: tuple[str, ...] = SHOWN
        self._shows: dict[type[Event], Callable[..., None]] = {
            PhaseEvent: self._show_phase,
            StartedEvent: self._show_started,
            EstimateEvent: self._show_estimate,
            StepEvent: self._show_step,
            EpochEvent: self._show_epoch,
            WarningEvent: lambda event: self._line(f"Warning: {event.text}"),
        }
        self._bar.start()

    def __call__(self, event: Event) -> None:
        show = self._shows.get(type(event))
        if show is not None:
            show(event)

    def close(self) -> None:
        self._bar.stop()

    def _show_phase(self, event: PhaseEvent) -> None:
        # A bar of its own each time: one that had a total can't be made endless again.
        self._bar.remove_task(self._task)
        unit = 1_000_000 if event.name == "weights" else 1
        total = None if event.total is None else event.total // unit
        self._task = self._bar.add_task(
            harmless(event.text), total=total, completed=(event.done or 0) // unit, speed=""
        )
        if not self._out.isatty() and event.done in (None, event.total):
            self._line(event.text)

    def _show_started(self, event: StartedEvent) -> None:
        self._epochs = event.epochs
        self._shown = SHOWN_OF_CLASSIFIER if event.recipe == CLASSIFIER else SHOWN
        self._line(
            f"{event.train_images} training and {event.validation_images} validation images, "
            f"{len(event.classes)} classes ({', '.join(event.classes)}), {event.parameters:,} parameters, {event.device}"
        )
        if event.epochs_before:
            self._line(f"Going on after epoch {event.epochs_before} of {event.epochs}")
        for sentence in event.taken:
            self._line(sentence)

    def _show_estimate(self, event: EstimateEvent) -> None:
        self._line(f"It will take {in_words(event.seconds)}, {event.epoch_seconds:.2g} s an epoch")

    def _show_step(self, event: StepEvent) -> None:
        self._bar.update(
            self._task,
            description=f"Epoch {event.epoch} of {self._epochs}, loss {event.loss:.3f}",
            completed=(event.epoch - 1) * event.steps + event.step,
            total=self._epochs * event.steps,
            speed=f"{event.images_per_second:.0f} images/s",
        )

    def _show_epoch(self, event: EpochEvent) -> None:
        figures = ", ".join(
            f"{name} {event.figures[name]:.3f}"
            for name in self._shown
            if math.isfinite(event.figures.get(name, math.nan))
        )
        best = ", best so far" if event.best else ""
        phase = f", {PHASES.get(event.phase, event.phase)}" if event.phase else ""
        self._line(f"Epoch {event.epoch} of {event.epochs}{phase}: {figures} ({event.seconds:.1f} s{best})")

    def _line(self, text: str) -> None:
        if self._out.isatty():
            self._bar.console.print(harmless(text), markup=False, highlight=False)
        else:
            say(text, self._out)
            self._out.flush()
