"""Where the CSV goes, and whether it is one file or one a split."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QRadioButton, QWidget

from desktop_app.dialogs import file_choice
from desktop_app.dialogs.job_dialog import JobDialog
from desktop_app.dialogs.problem_list import ProblemList
from desktop_app.document.document import Document
from desktop_app.small_widgets import heading
from desktop_app.style import make_muted
from training.dataset.dataset import Split
from training.dataset.exporting import ExportResult, export_project, missing_splits, project_dataset
from training.dataset.store import ProjectStore


class ExportDialog(JobDialog):
    """First the splits that are missing are worked out and stored, then the files are written, both in the background."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent, QDialogButtonBox.StandardButton.Close)
        self.setWindowTitle(self.tr("Export boxes as CSV"))
        self._document = document
        self.setMinimumWidth(520)
        self.folder = QLineEdit(str(document.folder / "export"))
        self.folder.setAccessibleName(self.tr("Folder for the files"))
        self.folder.setToolTip(self.tr("It is made if it is not there; files of the same names are replaced"))
        self.one_file = QRadioButton(self.tr("&One file, dataset.csv, with a column for the split"))
        self.one_file.setChecked(True)
        self.one_file.setToolTip(self.tr("What this program imports again as it was (Alt+O)"))
        self.file_per_split = QRadioButton(self.tr("&Three files: train.csv, validation.csv and test.csv"))
        self.file_per_split.setToolTip(self.tr("For programs that want a file for each split (Alt+T)"))
        self.problems = ProblemList()
        tip = self.tr("Write the files into this folder (Return)")
        self.export_button = self._primary_button(self.tr("Export"), tip, QDialogButtonBox.ButtonRole.ActionRole)
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(self._on_export)
        self._place_parts()

    def _place_parts(self) -> None:
        make_muted(self._summary)
        exported = self.tr("Labelled and reviewed images are exported, and the list of classes as classes.txt.")
        self._summary.setText(exported)
        place = self._place_row(self.folder, self._on_choose)
        title, choices = heading(self.tr("Folder")), (self.one_file, self.file_per_split)
        layout = self._lay_out(title, place, *choices, self._summary, self._progress, self.problems)
        layout.setStretchFactor(self.problems, 1)

    def _on_choose(self) -> None:
        start = Path(self.folder.text())
        chosen = file_choice.choose_folder(
            self, self.tr("Folder for the files"), start if start.is_dir() else start.parent
        )
        if chosen is not None:
            self.folder.setText(str(chosen))

    def _on_export(self) -> None:
        place = self._document.place_for_reading
        self._work(self.tr("Writing…"), lambda _progress: _missing_splits(place), self._on_splits)

    def _on_splits(self, splits: dict[str, Split]) -> None:
        if not self._document.set_splits(splits):
            self._on_failed(self.tr("The split can't be stored, so nothing was exported."))
            return
        place, folder, per_split = self._document.place_for_reading, self.folder.text(), self.file_per_split.isChecked()
        self._work(self.tr("Writing…"), lambda _progress: _export(place, Path(folder), per_split), self._on_exported)

    def _on_exported(self, result: ExportResult) -> None:
        boxes = self.tr("1 box") if result.boxes == 1 else self.tr("%n boxes", "", result.boxes)
        images = self.tr("1 image") if result.images == 1 else self.tr("%n images", "", result.images)
        files = ", ".join(file.name for file in result.files)
        sentence = self.tr("%1 of %2 exported to %3: %4.").replace("%1", boxes).replace("%2", images)
        folder = str(result.files[0].parent)
        self._summary.setText(sentence.replace("%3", folder).replace("%4", files))
        self.problems.show_problems(self.tr("These images can't be read and stay out:"), result.problems)
        self._document.message_sent.emit(self.summary)

    def _show_busy(self, is_busy: bool) -> None:
        super()._show_busy(is_busy)
        self.export_button.setEnabled(not is_busy)


def _missing_splits(place: Path) -> dict[str, Split]:
    with closing(ProjectStore.open(place, read_only=True)) as store:
        return missing_splits(store, project_dataset(store).images)


def _export(place: Path, folder: Path, per_split: bool) -> ExportResult:
    """Every image has its split by now, so this writes nothing into the project."""
    with closing(ProjectStore.open(place, read_only=True)) as store:
        return export_project(store, folder, per_split)
