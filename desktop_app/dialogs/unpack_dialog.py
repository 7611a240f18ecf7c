"""A project that came as a zip: what is in it, and where it is unpacked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from desktop_app.background import Job, Progress
from desktop_app.dialogs import file_choice
from desktop_app.export_words import size_words
from desktop_app.small_widgets import copyable, heading, muted_label, push_button
from desktop_app.style import make_primary
from desktop_app.words import counted, filled
from training.dataset.project_errors import ProjectError
from training.dataset.project_unzip import Unpacked, ZippedProject, free_folder, opened_project_zip, unpack_project


class UnpackDialog(QDialog):
    """Looks into the zip as soon as it is shown; unpacking ends with `unpacked`. Closing it cancels."""

    unpacked = Signal(object)  # Unpacked

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._job: Job | None = None
        self._is_project = False
        self.setWindowTitle(self.tr("Unpack a project"))
        self.setMinimumWidth(520)
        self.folder = QLineEdit(str(free_folder(path.parent, path)))
        self.folder.setAccessibleName(self.tr("New folder for the project"))
        self.folder.setToolTip(self.tr("A folder that is new or empty; nothing is ever written over"))
        self.with_runs = QCheckBox(self.tr("With the &runs in it, whose models are checked"))
        self.with_runs.setToolTip(self.tr("Reports and models of trainings that came along"))
        self.with_runs.hide()
        self._summary = copyable(muted_label(self.tr("Looking into it…"), wrap=True))
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("How far the unpacking is"))
        self._progress.setRange(0, 0)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.unpack_button = self.buttons.addButton(self.tr("Unpack"), QDialogButtonBox.ButtonRole.ActionRole)
        self.unpack_button.setToolTip(self.tr("Unpack it into this folder and open it (Return)"))
        self.unpack_button.setEnabled(False)
        make_primary(self.unpack_button)
        self._lay_out()
        self.unpack_button.clicked.connect(self._on_unpack)
        self.buttons.rejected.connect(self.reject)
        self._start(Job(lambda _progress: _content(path), (ProjectError, OSError)), self._on_looked)

    @property
    def summary(self) -> str:
        return self._summary.text()

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job.disconnect(self)
            self._job = None
        super().done(result)

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        place.addWidget(self.folder, 1)
        choose = push_button(self.tr("Choose…"), self._on_choose)
        choose.setObjectName("choose")
        choose.setToolTip(self.tr("Choose where it goes"))
        place.addWidget(choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(heading(self._path.name))
        layout.addWidget(self._summary)
        layout.addWidget(heading(self.tr("New folder")))
        layout.addLayout(place)
        layout.addWidget(self.with_runs)
        layout.addWidget(self._progress)
        layout.addStretch(0)
        layout.addWidget(self.buttons)

    def _on_choose(self) -> None:
        """The folder that is chosen gets the project's folder, unless it is empty itself."""
        start = Path(self.folder.text()).parent
        chosen = file_choice.choose_folder(self, self.tr("Where to unpack"), start)
        if chosen is not None:
            is_empty = chosen.is_dir() and not any(chosen.iterdir())
            self.folder.setText(str(chosen if is_empty else free_folder(chosen, self._path)))

    # --- work

    def _start(self, job: Job, on_done: object) -> None:
        self._job = job
        job.done.connect(on_done)
        job.failed.connect(self._on_failed)
        job.start()

    def _on_looked(self, content: ZippedProject) -> None:
        self._end()
        self._is_project = True
        images = counted(len(content.images), self.tr("1 image"), self.tr("%n images"))
        parts = [filled(self.tr("A project with %1, %2."), images, size_words(content.size))]
        if content.foreign:
            files = counted(content.foreign, self.tr("1 other file"), self.tr("%n other files"))
            parts.append(filled(self.tr("%1 in it will not be unpacked."), files))
        self._summary.setText(" ".join(parts))
        self.with_runs.setVisible(bool(content.run_files))
        self.unpack_button.setEnabled(True)
        self.unpack_button.setDefault(True)

    def _on_unpack(self) -> None:
        path, folder = self._path, Path(self.folder.text().strip()).expanduser().absolute()
        with_runs = self.with_runs.isChecked()
        self._progress.show()
        self.unpack_button.setEnabled(False)
        self._summary.setText(filled(self.tr("Unpacking into %1…"), str(folder)))
        job = Job(lambda progress: _unpack(path, folder, with_runs, progress), (ProjectError, OSError))
        job.progressed.connect(self._on_progressed)
        self._start(job, self._on_unpacked)

    def _on_progressed(self, done: int, total: int) -> None:
        self._progress.setRange(0, total)
        self._progress.setValue(done)

    def _on_unpacked(self, result: Unpacked) -> None:
        self._end()
        self.unpacked.emit(result)
        self.accept()

    def _on_failed(self, reason: str) -> None:
        self._end()
        self._summary.setText(reason)
        self.unpack_button.setEnabled(self._is_project)

    def _end(self) -> None:
        self._job = None
        self._progress.setRange(0, 0)
        self._progress.hide()


def _content(path: Path) -> ZippedProject:
    with opened_project_zip(path) as zipped:
        return zipped.content


def _unpack(path: Path, folder: Path, with_runs: bool, progress: Progress) -> Unpacked:
    from training.run.opening.run_check import fault_of_run  # with numpy, which most zips don't need

    return unpack_project(path, folder, with_runs=with_runs, check_run=fault_of_run, progress=progress)
