"""The line of the Train sheet that tells how long a training will take: guessed by earlier runs, or tried out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop_app.runs.sheet.snapshot import Snapshot
from desktop_app.runs.sheet.time_probe import TimeProbe
from desktop_app.small_widgets import muted_label, push_button
from desktop_app.words import duration, filled
from training.dataset.dataset import Split
from training.run.catalogue.earlier_runs import EarlierRun, guess
from training.run.estimate import RunEstimate, Work
from training.run.settings import TrainingSettings

# Epochs too, but for them an answer is scaled.
DECIDES_SPEED = (
    "recipe", "architecture", "model_size", "input_size", "batch_size", "device", "threads", "augment", "weights",
    "source", "crop_margin", "fine_tune_epochs", "fine_tune_layers", "feature_copies", "precision",
)  # fmt: skip

QUIET_MS = 1000  # nobody has changed a setting for so long

Key = tuple[Any, ...]


class TimeEstimate(QWidget):
    """An answer stays with the settings it was made for: with other ones it is not shown as theirs."""

    told = Signal()  # there is something new to read

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: Sequence[EarlierRun] = ()
        self._snapshot: Snapshot | None = None
        self._settings: TrainingSettings | None = None
        self._answers: dict[Key, RunEstimate] = {}
        self._latest: dict[str, RunEstimate] = {}  # by recipe
        self._asked: tuple[Key, int] | None = None
        self._problem = ""
        self._is_busy = False
        self._knows_runs = False
        self._tries_by_itself = False
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self._on_quiet)
        self.probe = TimeProbe(parent=self)
        self.probe.answered.connect(self._on_answered)
        self.probe.failed.connect(self._on_failed)
        self._text = muted_label(wrap=True)
        self.button: QPushButton = push_button("", self._on_pressed)
        self.button.setAutoDefault(False)
        self.button.setObjectName("how_long")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._text, 1)
        layout.addWidget(self.button)
        self._show()

    # --- what it is told

    def set_runs(self, runs: Sequence[EarlierRun]) -> None:
        """Those that a guess can be made from, the newest first."""
        self._runs = runs
        self._knows_runs = True
        self._show()

    def try_by_itself(self) -> None:
        """Once, when everything is known and no earlier run tells the time; after that on demand."""
        self._tries_by_itself = True
        self._wait_for_quiet()

    def show_for(self, settings: TrainingSettings | None, snapshot: Snapshot | None) -> None:
        """None where the settings are not possible."""
        self._snapshot = snapshot
        if settings != self._settings:
            self._problem = ""
        self._settings = settings
        self._show()
        self._wait_for_quiet()

    def forget_answers(self) -> None:
        """They were for other images."""
        self._answers.clear()
        self._latest.clear()

    def set_busy(self, is_busy: bool) -> None:
        """While another run trains, trying steps would slow it down, take its memory and answer wrongly."""
        self._is_busy = is_busy
        if is_busy and self.probe.is_asking:
            self.cancel()
        self._show()
        self._wait_for_quiet()

    def cancel(self) -> None:
        """Nothing is tried any more unless somebody asks for it."""
        self._tries_by_itself = False
        self._quiet.stop()
        self._asked = None
        self.probe.cancel()
        self._show()

    # --- asking

    def _wait_for_quiet(self) -> None:
        settings = self._settings
        is_possible = settings is not None and self._snapshot is not None and self._knows_runs and not self._is_busy
        if self._tries_by_itself and is_possible:
            self._quiet.start()
        else:
            self._quiet.stop()

    def _on_quiet(self) -> None:
        if self._settings is not None and self._guess(self._settings) is None:
            self._ask()

    def _on_pressed(self) -> None:
        if self.probe.is_asking:
            self.cancel()
        else:
            self._ask()

    def _ask(self) -> None:
        self._tries_by_itself = False
        self._quiet.stop()
        if self._settings is not None and self._snapshot is not None:
            self._problem = ""
            self._asked = (_key(self._settings), self._settings.total_epochs)
            self.probe.ask(self._settings, self._snapshot.dataset)
            self._show()

    def _on_answered(self, estimate: RunEstimate) -> None:
        if self._asked is not None:
            key, epochs = self._asked
            self._latest[key[0]] = self._answers[key] = estimate.with_epochs(epochs)
            self._asked = None
        self._show()

    def _on_failed(self, reason: str) -> None:
        self._asked = None
        self._problem = reason or self.tr("the process that tries it out ended without an answer")
        self._show()

    # --- what it says

    def _show(self) -> None:
        is_asking = self.probe.is_asking
        is_known = self._settings is not None and _key(self._settings) in self._answers
        question = self.tr("Measure again") if is_known else self.tr("How long will it take?")
        self.button.setText(self.tr("Skip") if is_asking else question)
        self.button.setEnabled(is_asking or (self._settings is not None and not self._is_busy))
        tip = self.tr("Tries a few steps on a few of the images; that takes some seconds")
        if self._is_busy:
            tip = self.tr("Can't be tried while another training is going on")
        self.button.setToolTip("" if is_asking else tip)
        sentence = self.tr("Time: a few steps are being tried…") if is_asking else self._sentence()
        if sentence != self._text.text():
            self._text.setText(sentence)
            self.told.emit()

    def _sentence(self) -> str:
        settings = self._settings
        if settings is None:
            return ""
        if self._problem:
            return filled(self.tr("The time could not be found out: %1"), first_sentence(self._problem))
        answer = self._answers.get(_key(settings))
        if answer is not None:
            estimate = answer.with_epochs(settings.total_epochs)
            text = self.tr("Time: %1, as a few steps have shown (%2 s an epoch).")
            return filled(text, duration(estimate.seconds), f"{estimate.epoch_seconds:.2g}")
        guessed = self._guess(settings)
        if guessed is not None:
            return filled(self.tr("Time: %1, judging by the last run like this."), duration(guessed.seconds))
        latest = self._latest.get(settings.recipe)
        if latest is not None:
            text = self.tr("Time: not known with these settings; before you changed them it was %1.")
            return filled(text, duration(latest.seconds))
        return ""

    def _guess(self, settings: TrainingSettings) -> RunEstimate | None:
        if self._snapshot is None:
            return None
        counts = [len(self._snapshot.dataset.of_split(split).images) for split in Split]
        train, validation, test = counts
        return guess(self._runs, settings, Work(train, validation, test, settings.batch_size, settings.total_epochs))

    @property
    def text(self) -> str:
        return self._text.text()


def _key(settings: TrainingSettings) -> Key:
    return tuple(getattr(settings, key) for key in DECIDES_SPEED)


def first_sentence(text: str) -> str:
    """What happened; what follows is what to do on a command line."""
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", text, maxsplit=1)[0]
