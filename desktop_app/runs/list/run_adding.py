"""Runs from elsewhere: copied from another machine, or on a share where they still grow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.background import Job
from desktop_app.dialogs import file_choice
from desktop_app.runs.list.run_lister import RunLister, runs_at
from desktop_app.words import filled
from training.run.catalogue.run_summary import RunState, RunSummary


class RunAdding(QObject):
    """A folder is looked at before it is remembered; the project's own runs need not be added."""

    added = Signal(object)  # the folders of the runs that are listed now
    failed = Signal(str)

    def __init__(self, lister: RunLister, window: QWidget) -> None:
        super().__init__(window)
        self._lister = lister
        self._window = window
        self._awaited: list[Path] = []

    def ask(self) -> None:
        """For the folder of a run, or a folder with runs in it."""
        places = self._lister.added_places
        start = places[-1].parent if places else Path.home()
        title = self.tr("Add a run: choose its folder, or a folder of runs")
        chosen = file_choice.choose_folder(self._window, title, start)
        if chosen is not None:
            self.add(chosen)

    def add(self, place: Path) -> None:
        place = place.absolute()
        job = Job(lambda _progress: (place, runs_at(place)))
        job.done.connect(self._on_looked)
        job.start()

    def _on_looked(self, answer: tuple[Path, Sequence[RunSummary]]) -> None:
        place, runs = answer
        found = [run.folder.path for run in runs if run.state is not RunState.UNREADABLE]
        if not found:
            sentence = self.tr("%1 is no run, and there is none in it: a run has a file settings.json.")
            self.failed.emit(filled(sentence, place))
            return
        places = self._lister.added_places
        if place not in places:
            self._lister.set_added_places([*places, place])
        self._awaited = found
        self._lister.refresh()

    def tell_listed(self, runs: Sequence[RunSummary]) -> None:
        """What was added stands in the list now."""
        if self._awaited and {run.folder.path for run in runs}.issuperset(self._awaited):
            found, self._awaited = self._awaited, []
            self.added.emit(found)

    # --- what was added

    def added_of(self, runs: Sequence[RunSummary]) -> list[RunSummary]:
        """Those of some runs that are listed because somebody added them, or the folder they are in."""
        places = set(self._lister.added_places)
        return [run for run in runs if _place_of(run, places) is not None]

    def take_off(self, runs: Sequence[RunSummary]) -> None:
        """A folder of runs goes with all that is in it."""
        places = self._lister.added_places
        gone = {_place_of(run, set(places)) for run in runs}
        self._lister.set_added_places([place for place in places if place not in gone])

    def forget(self, runs: Sequence[RunSummary]) -> None:
        """Runs that are deleted; the folder in which others may be stays on the list."""
        places, gone = self._lister.added_places, {run.folder.path for run in runs}
        if gone.intersection(places):
            self._lister.set_added_places([place for place in places if place not in gone])


def _place_of(run: RunSummary, places: set[Path]) -> Path | None:
    path = run.folder.path
    return next((place for place in (path, path.parent) if place in places), None)
