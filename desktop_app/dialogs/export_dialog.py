"""Where the CSV goes, and whether it is one file or one a split."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.background import Job
from desktop_app.dialogs import file_choice
from desktop_app.dialogs.problem_list import ProblemList
from desktop_app.document.document import Document
from desktop_app.small_widgets import copyable, heading, muted_label, push_button
from desktop_app.style import make_primary
from training.dataset.dataset import Split
from training.dataset.exporting import ExportResult, export_project, missing_splits, project_dataset
from training.dataset.store import ProjectError, ProjectStore


class ExportDialog(QDialog):
    """First the splits that are missing are worked out and stored, then the files are written, both in the background."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._job: Job | None = None
        self.setWindowTitle(self.tr("Export boxes as CSV"))
        self.setMinimumWidth(520)
        self.folder = QLineEdit(str(document.folder / "export"))
        self.folder.setAccessibleName(self.tr("Folder for the files"))
        self.one_file = QRadioButton(self.tr("&One file, dataset.csv, with a column for the split"))
        self.file_per_split = QRadioButton(self.tr("&Three files: train.csv, validation.csv and test.csv"))
        self._summary = copyable(muted_label(wrap=True))
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.hide()
        self.problems = ProblemList()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.export_button = self.buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.ActionRole)
        make_primary(self.export_button)
        self._lay_out()
        self._connect()

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
        place.addWidget(push_button(self.tr("Choose…"), self._on_choose))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(heading(self.tr("Folder")))
        layout.addLayout(place)
        layout.addWidget(self.one_file)
        layout.addWidget(self.file_per_split)
        layout.addWidget(self._summary)
        layout.addWidget(self._progress)
        layout.addWidget(self.problems, 1)
        layout.addStretch(0)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.one_file.setChecked(True)
        self.export_button.setDefault(True)
        self._summary.setText(
            self.tr("Labelled and reviewed images are exported, and the list of classes as classes.txt.")
        )
        self.export_button.clicked.connect(self._on_export)
        self.buttons.rejected.connect(self.reject)

    def _on_choose(self) -> None:
        start = Path(self.folder.text())
        chosen = file_choice.choose_folder(
            self, self.tr("Folder for the files"), start if start.is_dir() else start.parent
        )
        if chosen is not None:
            self.folder.setText(str(chosen))

    def _on_export(self) -> None:
        self.export_button.setEnabled(False)
        self._progress.show()
        self._summary.setText(self.tr("Writing…"))
        place = self._document.place_for_reading
        self._start(Job(lambda _progress: _missing_splits(place), (ProjectError, OSError)), self._on_splits)

    def _on_splits(self, splits: dict[str, Split]) -> None:
        if not self._document.set_splits(splits):
            self._on_failed(self.tr("The split can't be stored, so nothing was exported."))
            return
        place, folder, per_split = self._document.place_for_reading, self.folder.text(), self.file_per_split.isChecked()
        work = Job(lambda _progress: _export(place, Path(folder), per_split), (ProjectError, OSError))
        self._start(work, self._on_exported)

    def _start(self, job: Job, on_done: object) -> None:
        self._job = job
        job.done.connect(on_done)
        job.failed.connect(self._on_failed)
        job.start()

    def _on_failed(self, reason: str) -> None:
        self._end(reason)

    def _on_exported(self, result: ExportResult) -> None:
        boxes = self.tr("1 box") if result.boxes == 1 else self.tr("%n boxes", "", result.boxes)
        images = self.tr("1 image") if result.images == 1 else self.tr("%n images", "", result.images)
        files = ", ".join(file.name for file in result.files)
        sentence = self.tr("%1 of %2 exported to %3: %4.").replace("%1", boxes).replace("%2", images)
        folder = str(result.files[0].parent)
        self._end(sentence.replace("%3", folder).replace("%4", files))
        self.problems.show_problems(self.tr("These images can't be read and stay out:"), result.problems)
        self._document.message_sent.emit(self.summary)

    def _end(self, sentence: str) -> None:
        self._job = None
        self._progress.hide()
        self.export_button.setEnabled(True)
        self._summary.setText(sentence)


def _missing_splits(place: Path) -> dict[str, Split]:
    store = ProjectStore.open(place, read_only=True)
    try:
        return missing_splits(store, project_dataset(store).images)
    finally:
        store.close()


def _export(place: Path, folder: Path, per_split: bool) -> ExportResult:
    """Every image has its split by now, so this writes nothing into the project."""
    store = ProjectStore.open(place, read_only=True)
    try:
        return export_project(store, folder, per_split)
    finally:
        store.close()
