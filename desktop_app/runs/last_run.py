"""Beside Train, where no run is shown: the newest run of the project, to go on with what there is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.background import Job
from desktop_app.runs.list.run_list_words import outcome_of, share_of
from desktop_app.runs.training_control import TrainingControl
from desktop_app.small_widgets import muted_label, push_button
from desktop_app.words import filled
from training.run.catalogue.run_catalogue import list_runs
from training.run.catalogue.run_summary import RunState, RunSummary


@dataclass(frozen=True, slots=True)
class _Found:
    runs_folder: Path
    newest: RunSummary | None


class LastRun(QWidget):
    """Hidden until a run was found."""

    def __init__(self, control: TrainingControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._control = control
        self._newest: RunSummary | None = None
        self._text = muted_label(wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = push_button(self.tr("Open the last run"), self._open)
        self.button.setToolTip(self.tr("Its curves, and what its model sees in your images"))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.addWidget(self._text)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        self.hide()
        for signal in (control.project_changed, control.runs_changed, control.run_changed):
            signal.connect(self._look)

    @property
    def text(self) -> str:
        return self._text.text()

    def _look(self) -> None:
        """Only where somebody sees it."""
        folder = self._control.runs_folder
        if folder is None or self._control.run is not None:
            self._show(None)
            return
        job = Job(lambda _progress: _Found(folder, _newest_in(folder)), (OSError,))
        job.done.connect(self._on_found)
        job.start()

    def _on_found(self, found: _Found) -> None:
        if found.runs_folder == self._control.runs_folder and self._control.run is None:
            self._show(found.newest)

    def _show(self, newest: RunSummary | None) -> None:
        self._newest = newest
        self.setVisible(newest is not None)
        if newest is not None:
            parts = [newest.name, outcome_of(newest)]
            if "mean_iou" in newest.figures:
                parts.append(filled(self.tr("mean IoU %1"), share_of(newest, "mean_iou")))
            elif "macro_f1" in newest.figures:
                parts.append(filled(self.tr("macro F1 %1"), share_of(newest, "macro_f1")))
            self._text.setText(" · ".join(parts))

    def _open(self) -> None:
        if self._newest is not None:
            self._control.open_run(self._newest.folder)


def _newest_in(runs_folder: Path) -> RunSummary | None:
    return next((run for run in list_runs(runs_folder) if run.state is not RunState.UNREADABLE), None)
