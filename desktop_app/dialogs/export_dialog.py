"""Where the boxes go, in which format, and whether it is one file or one a split."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QLabel, QLineEdit, QRadioButton, QWidget

from desktop_app.background import Job, Progress
from desktop_app.dialogs import file_choice
from desktop_app.dialogs.job_dialog import JobDialog
from desktop_app.dialogs.problem_list import ProblemList
from desktop_app.document.document import Document
from desktop_app.elided_choice import ElidedChoice
from desktop_app.settings import Settings
from desktop_app.small_widgets import copyable, heading, muted_label
from desktop_app.style import make_muted
from desktop_app.words import counted, filled
from training.dataset.dataset import Split
from training.dataset.export_losses import Foreseen, foreseen_losses
from training.dataset.exporting import ExportResult, export_project, missing_splits, project_dataset
from training.dataset.formats import boxwright_csv
from training.dataset.formats.format import Format
from training.dataset.formats.registry import FORMATS, WRITERS
from training.dataset.store import ProjectError, ProjectStore


class ExportDialog(JobDialog):
    """First the splits that are missing are worked out and stored, then the files are written, both in the background."""

    def __init__(self, document: Document, parent: QWidget | None = None, settings: Settings | None = None) -> None:
        super().__init__(parent, QDialogButtonBox.StandardButton.Close)
        self.setWindowTitle(self.tr("Export boxes"))
        self._document, self._settings = document, settings
        self._foreseeing: Job | None = None
        self.setMinimumWidth(560)
        self.format = ElidedChoice()
        self.format.setAccessibleName(self.tr("Format"))
        self.format.setToolTip(self.tr("What the files are; your choice is remembered"))
        for name, format_ in WRITERS.items():
            if name not in FORMATS and self.format.itemData(self.format.count() - 1) in FORMATS:
                self.format.insertSeparator(self.format.count())  # what follows are tables that some program wants
            self.format.addItem(format_.title, name)
        self.format.setCurrentIndex(max(0, self.format.findData(settings.export_format if settings else "")))
        self.format.currentIndexChanged.connect(self._on_format)
        self.folder = QLineEdit(str(document.folder / "export"))
        self.folder.setAccessibleName(self.tr("Folder for the files"))
        self.folder.setToolTip(self.tr("It is made if it is not there; files of the same names are replaced"))
        self.one_file = QRadioButton()
        self.one_file.setChecked(True)
        self.file_per_split = QRadioButton()
        self.file_per_split.setToolTip(self.tr("For programs that want a file for each split (Alt+T)"))
        self.losses = copyable(muted_label(wrap=True))
        self.problems = ProblemList()
        tip = self.tr("Write the files into this folder (Return)")
        self.export_button = self._primary_button(self.tr("Export"), tip, QDialogButtonBox.ButtonRole.ActionRole)
        self.export_button.clicked.connect(self._on_export)
        self._place_parts()
        self.export_button.setDefault(True)  # in its place by now: before, it is the default of no dialog
        self._show_format()

    def _place_parts(self) -> None:
        make_muted(self._summary)
        top = QHBoxLayout()
        label = QLabel(self.tr("&Format"))
        label.setProperty("heading", True)
        label.setBuddy(self.format)
        top.addWidget(label)
        top.addWidget(self.format, 1)
        place = self._place_row(self.folder, self._on_choose)
        title, choices = heading(self.tr("Folder")), (self.one_file, self.file_per_split)
        parts = (top, title, place, *choices, self.losses, self._summary, self._progress, self.problems)
        self._lay = self._lay_out(*parts)
        self._lay.setStretchFactor(self.problems, 1)

    def done(self, result: int) -> None:
        """Files take their places together, at the end: what is cancelled before leaves none."""
        if self.is_working:
            self._document.message_sent.emit(self.tr("The export was cancelled."))
        self._drop_foreseeing()
        super().done(result)

    # --- the format

    @property
    def chosen(self) -> Format:
        return WRITERS[self.format.currentData()]

    @property
    def is_foreseeing(self) -> bool:
        """Whether what would be lost is still worked out."""
        return self._foreseeing is not None

    def _on_format(self) -> None:
        if self._settings is not None:
            self._settings.export_format = self.format.currentData()
        self.problems.show_problems("", ())
        self._show_format()

    def _show_format(self) -> None:
        chosen = self.chosen
        exported = self.tr("Labelled and reviewed images are exported; the image files stay where they are.")
        if chosen is boxwright_csv.FORMAT:
            one = self.tr("&One file, dataset.csv, with a column for the split")
            three = self.tr("&Three files: train.csv, validation.csv and test.csv")
            exported += " " + self.tr("The list of classes goes into classes.txt.")
            self.one_file.setToolTip(self.tr("What this program imports again as it was (Alt+O)"))
        elif chosen.file_name:
            suffix = Path(chosen.file_name).suffix
            one = filled(self.tr("&One file, %1"), chosen.file_name)
            three = filled(self.tr("&Three files: train%1, validation%1 and test%1"), suffix)
            self.one_file.setToolTip(self.tr("All of it together (Alt+O)"))
        else:
            one = self.tr("&One folder with all files")
            three = self.tr("&Three folders: train, validation and test")
            self.one_file.setToolTip(self.tr("All of it together (Alt+O)"))
        self.one_file.setText(one)
        self.file_per_split.setText(three)
        self._summary.setText(exported)
        self._foresee()

    def _foresee(self) -> None:
        """What would be lost is worked out beside; nobody has to wait for it."""
        self._drop_foreseeing()
        self.losses.hide()
        place, chosen = self._document.place_for_reading, self.chosen
        if chosen is boxwright_csv.FORMAT:
            return
        job = self._foreseeing = Job(lambda _progress: _foreseen(place, chosen), (ProjectError, OSError))
        job.done.connect(self._on_foreseen)
        job.failed.connect(self._drop_foreseeing)
        job.start()

    def _drop_foreseeing(self) -> None:
        job, self._foreseeing = self._foreseeing, None
        if job is not None:
            job.cancel()
            job.disconnect(self)

    def _on_foreseen(self, foreseen: Foreseen) -> None:
        self._foreseeing = None
        lines = [self.tr("Not everything can be said in this format:"), *foreseen.losses]
        if foreseen.tried < foreseen.images:
            lines[0] = filled(self.tr("Of %1 images that were tried, not everything can be said:"), foreseen.tried)
        self.losses.setText("\n• ".join(lines))
        self.losses.setVisible(bool(foreseen.losses))
        self._fit()

    def _fit(self) -> None:
        """All of the wrapped text: its own idea of its height is that of a wider dialog."""
        margins = self._lay.contentsMargins()
        width = max(self.width(), self.minimumWidth()) - margins.left() - margins.right()
        for label in (self.losses, self._summary):
            label.setMinimumHeight(max(0, label.heightForWidth(width)))
        self.adjustSize()

    # --- exporting

    def _on_choose(self) -> None:
        start = Path(self.folder.text())
        chosen = file_choice.choose_folder(
            self, self.tr("Folder for the files"), start if start.is_dir() else start.parent
        )
        if chosen is not None:
            self.folder.setText(str(chosen))

    def _on_export(self) -> None:
        place = self._document.place_for_reading
        self._work(self.tr("Writing…"), lambda progress: _missing_splits(place, progress), self._on_splits)

    def _on_splits(self, splits: dict[str, Split]) -> None:
        if not self._document.set_splits(splits):
            self._on_failed(self.tr("The split can't be stored, so nothing was exported."))
            return
        place, folder, per_split = self._document.place_for_reading, self.folder.text(), self.file_per_split.isChecked()
        chosen = self.chosen
        self._work(
            self.tr("Writing…"),
            lambda progress: _export(place, Path(folder), per_split, chosen, progress),
            self._on_exported,
        )

    def _on_exported(self, result: ExportResult) -> None:
        boxes = counted(result.boxes, self.tr("1 box"), self.tr("%n boxes"))
        images = counted(result.images, self.tr("1 image"), self.tr("%n images"))
        files = ", ".join(file.name for file in result.files[:4])
        if len(result.files) > 4:
            files = filled(self.tr("%1 files"), len(result.files))
        folder = self.folder.text()
        said = [filled(self.tr("%1 of %2 exported to %3: %4."), boxes, images, folder, files)]
        if result.replaced:
            one, many = (
                self.tr("1 file that was there was replaced."),
                self.tr("%n files that were there were replaced."),
            )
            said.append(counted(result.replaced, one, many))
        self._document.message_sent.emit(said[0])
        if result.losses:
            self.losses.setText("\n• ".join([self.tr("Not in the files:"), *result.losses]))
            self.losses.show()
        self._summary.setText(" ".join(said))
        self.problems.show_problems(self.tr("These images can't be read and stay out:"), result.problems)
        self._fit()

    def _show_busy(self, is_busy: bool) -> None:
        super()._show_busy(is_busy)
        self._close_cancels(is_busy)
        for widget in (self.export_button, self.format, self.folder, self.one_file, self.file_per_split):
            widget.setEnabled(not is_busy)


def _missing_splits(place: Path, progress: Progress) -> dict[str, Split]:
    with closing(ProjectStore.open(place, read_only=True)) as store:
        return missing_splits(store, project_dataset(store, progress).images, progress)


def _export(place: Path, folder: Path, per_split: bool, target: Format, progress: Progress) -> ExportResult:
    """Every image has its split by now, so this writes nothing into the project."""
    with closing(ProjectStore.open(place, read_only=True)) as store:
        return export_project(store, folder, per_split, target, progress)


def _foreseen(place: Path, target: Format) -> Foreseen:
    with closing(ProjectStore.open(place, read_only=True)) as store:
        return foreseen_losses(store, target)
