"""Beside the list: one selected run with all that is known of it, or several of them compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop_app.runs.charts.compare_view import CompareView
from desktop_app.runs.list.run_list_words import sentence_of
from desktop_app.runs.page.run_page import RunPage
from desktop_app.runs.run_reader import RunReader
from desktop_app.runs.training_control import TrainingControl
from desktop_app.runs.training_run import TrainingRun
from desktop_app.small_widgets import copyable, muted_label
from desktop_app.words import filled
from training.run.catalogue.run_summary import RunState, RunSummary

MOST_COMPARED = 8
SELECTING_PAUSE_MS = 60  # going through the list quickly reads the last one only


class RunDetails(QWidget):
    """Reads what is selected off the event loop and follows it; `sentence` stands there while there is nothing else."""

    image_chosen = Signal(str)

    def __init__(self, control: TrainingControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._control = control
        self._selected: list[RunSummary] = []
        self._readers: dict[Path, RunReader] = {}
        self._problems: dict[Path, str] = {}
        self.page = RunPage(control)
        self.page.image_chosen.connect(self.image_chosen)
        self.compare = CompareView()
        self._message = copyable(muted_label(wrap=True))
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedLayout(self)
        for part in (self._message_page(), self.page, self.compare):
            self._pages.addWidget(part)
        self._pause = QTimer(self, singleShot=True, interval=SELECTING_PAUSE_MS)
        self._pause.timeout.connect(self._show)
        self._show()

    @property
    def sentence(self) -> str:
        """What stands there instead of a run."""
        return self._message.text() if self._pages.currentIndex() == 0 else ""

    @property
    def runs(self) -> list[TrainingRun]:
        """Those that are shown."""
        found = (self._run_of(run) for run in self._selected)
        return [run for run in found if run is not None]

    def select(self, runs: Sequence[RunSummary]) -> None:
        """Another choice, or news of the same one."""
        former, self._selected = self._selected, list(runs)
        grew_again = [run for run in runs if run.is_growing and self._is_told_to_the_end(run)]
        for run in grew_again:
            self._forget(run.folder.path)  # it was resumed
        if grew_again or [run.folder for run in former] != [run.folder for run in runs]:
            self._pause.start()
        elif former != self._selected and len(runs) > 1:
            self._show()  # another name

    def shut_down(self) -> None:
        self._pause.stop()
        self.select([])
        self._pause.stop()
        self._show()
        self.compare.shut_down()

    def _is_told_to_the_end(self, run: RunSummary) -> bool:
        reader = self._readers.get(run.folder.path)
        return reader is not None and reader.run is not None and not reader.run.is_running

    # --- reading

    def _show(self) -> None:
        wanted = self._selected if len(self._selected) <= MOST_COMPARED else []
        paths = {run.folder.path for run in wanted}
        for path in list(self._readers):
            if path not in paths:
                self._forget(path)
        for run in wanted:
            self._read(run)
        self._show_what_is_there()

    def _read(self, run: RunSummary) -> None:
        path = run.folder.path
        if path in self._readers or not _can_be_read(run) or self._own_run(run) is not None:
            return
        self._problems.pop(path, None)
        reader = RunReader(run.folder, self)
        self._readers[path] = reader
        reader.ready.connect(self._show_what_is_there)
        reader.failed.connect(lambda reason: self._on_failed(path, reason))
        reader.read()

    def _on_failed(self, path: Path, reason: str) -> None:
        self._problems[path] = reason
        self._show_what_is_there()

    def _forget(self, path: Path) -> None:
        reader = self._readers.pop(path, None)
        self._problems.pop(path, None)
        if reader is not None:
            reader.shut_down()

    def _own_run(self, run: RunSummary) -> TrainingRun | None:
        """The run that this window trains or shows is told live."""
        shown = self._control.run
        if shown is not None and shown.folder == run.folder:
            return shown
        queued = self._control.queue.of(run.folder)
        return None if queued is None else queued.run

    def _run_of(self, run: RunSummary) -> TrainingRun | None:
        reader = self._readers.get(run.folder.path)
        return self._own_run(run) or (None if reader is None else reader.run)

    # --- showing

    def _show_what_is_there(self) -> None:
        runs = self.runs
        is_whole = len(runs) == len(self._selected)
        self.page.show_run(runs[0] if is_whole and len(runs) == 1 else None)
        names = [run.name for run in self._selected]
        self.compare.show_runs(*((runs, names) if is_whole and len(runs) > 1 else ([], [])))
        self._message.setText(self._sentence())
        self._pages.setCurrentIndex(0 if not is_whole or not runs else 1 if len(runs) == 1 else 2)

    def _sentence(self) -> str:
        selected = self._selected
        if not selected:
            return self.tr("Select a run to see it, or several to compare them.")
        if len(selected) > MOST_COMPARED:
            text = self.tr("%1 runs are selected. Select at most %2 to compare them.")
            return filled(text, len(selected), MOST_COMPARED)
        missing = [run for run in selected if self._run_of(run) is None]
        broken = [run for run in missing if not _can_be_read(run) or run.folder.path in self._problems]
        if not broken:
            return self.tr("Reading…")
        lines = [self._problem_of(run) for run in broken]
        named = [filled(self.tr("%1: %2"), run.name, line) for run, line in zip(broken, lines, strict=True)]
        return "\n\n".join(lines if len(selected) == 1 else named)

    def _problem_of(self, run: RunSummary) -> str:
        return self._problems.get(run.folder.path) or sentence_of(run)

    def _message_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(32, 32, 32, 32)
        layout.addWidget(self._message)
        return page


def _can_be_read(run: RunSummary) -> bool:
    return run.state is not RunState.UNREADABLE
