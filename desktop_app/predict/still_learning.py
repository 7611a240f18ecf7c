"""Follows the run whose model is in use while it still learns: says so, and takes the finished model when it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.predict.learning_bar import LearningBar
from desktop_app.predict.model_holder import ModelHolder
from desktop_app.words import filled
from training.run.catalogue.run_summary import RunSummary


class StillLearning(QObject):
    """A newer model that is on the way leaves the one before in use until it is there.

    Before the run ends a newer model is taken only when somebody asks for it: Keras starts in a process of its own for it,
    beside the training.
    """

    said = Signal(str)  # a sentence

    def __init__(self, holder: ModelHolder, is_working: Callable[[], bool], parent: QObject) -> None:
        """`is_working`: something is being saved with the model that is in use, which must not be taken from it."""
        super().__init__(parent)
        self.bar = LearningBar()
        self._holder = holder
        self._is_working = is_working
        self._runs: Mapping[Path, RunSummary] = {}
        self._grew: Path | None = None  # the run that learnt on since its model was read
        self._ended = False  # the model that is being loaded is the finished one
        self.bar.newer_asked.connect(holder.renew)
        holder.chosen.connect(self._on_chosen)
        holder.changed.connect(self._on_changed)
        holder.busy_changed.connect(self._show)

    def set_runs(self, runs: Sequence[RunSummary]) -> None:
        self._runs = {run.folder.path: run for run in runs}
        run = self._run
        if run is not None and run.is_growing:
            self._grew = run.folder.path
        elif run is not None and self._grew == run.folder.path and not self._holder.is_busy and not self._is_working():
            self._holder.renew()
            self._ended = True
        self._show()

    @property
    def _run(self) -> RunSummary | None:
        """That of the model in use, or of the one that is being loaded."""
        place = self._holder.place
        return None if place is None else self._runs.get(place)

    def _on_chosen(self) -> None:
        run = self._run
        self._grew = run.folder.path if run is not None and run.is_growing else None
        self._ended = False

    def _on_changed(self) -> None:
        model, run = self._holder.model, self._run
        if self._ended and model is not None and run is not None:
            said = self.tr("“%1” has ended: its finished model, of epoch %2, answers now.")
            self.said.emit(filled(said, run.name, model.card.epoch))
        self._ended = False
        self._show()

    def _show(self) -> None:
        model, run = self._holder.model, self._run
        if model is None or run is None or not run.is_growing or run.folder != model.run:
            self.bar.hide()
        else:
            self.bar.show_epoch(model.card.epoch, run.best_epoch, is_busy=self._holder.is_busy)
