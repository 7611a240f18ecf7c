"""Where the boxes go, in which format, and whether it is one file or one a split."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QRadioButton, QWidget

from desktop_app.background import Job
from desktop_app.dialogs import file_choice
from desktop_app.dialogs.export_work import export, foreseen_of, missing_splits_of
from desktop_app.dialogs.job_dialog import JobDialog
from desktop_app.dialogs.problem_list import ProblemList
from desktop_app.document.document import Document
from desktop_app.elided_choice import ElidedChoice
from desktop_app.settings import Settings
from desktop_app.small_widgets import copyable, heading, muted_label
from desktop_app.style import make_muted
from desktop_app.words import counted, filled, on_one_line, quoted_names
from training.dataset.dataset import Split
from training.dataset.export_losses import Foreseen
from training.dataset.exporting import ExportResult
from training.dataset.formats import boxwright_csv
from training.dataset.formats.format import Format
from training.dataset.formats.registry import FORMATS, WRITERS
from training.dataset.project_errors import ProjectError, WouldReplaceError

LONGEST_NAME = 60  # in the question


class ExportDialog(JobDialog):
    """First the splits that are missing are worked out and stored, then the files are written, both in the background."""

    def __init__(self, document: Document, parent: QWidget | None = None, settings: Settings | None = None) -> None:
        super().__init__(parent, QDialogButtonBox.StandardButton.Close)
        self.setWindowTitle(self.tr("Export boxes"))
        self._document, self._settings = document, settings
        self._foreseeing: Job | None = None
        self._would_replace: tuple[Path, ...] = ()  # while it asks whether they may be replaced
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
        self.folder.setToolTip(
            self.tr("It is made if it is not there; before other files of the same names are replaced, you are asked")
        )
        self.one_file = QRadioButton()
        self.one_file.setChecked(True)
        self.file_per_split = QRadioButton()
        self.file_per_split.setToolTip(self.tr("For programs that want a file for each split (Alt+T)"))
        self.losses = copyable(muted_label(wrap=True))
        self.problems = ProblemList()
        tip = self.tr("Write the files into this folder (Return)")
        self.export_button = self._primary_button(self.tr("Export"), tip, QDialogButtonBox.ButtonRole.ActionRole)
        self.export_button.clicked.connect(self._on_export)
        self.replace_button = self.buttons.addButton(self.tr("Replace"), QDialogButtonBox.ButtonRole.ActionRole)
        self.replace_button.setToolTip(self.tr("Write the files in the place of those that are there"))
        self.replace_button.clicked.connect(self._on_replace)
        self.replace_button.hide()
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

    def reject(self) -> None:
        """Cancel and Esc answer the question, if there is one; the dialog stays."""
        if not self.is_asking:
            super().reject()
            return
        self._end_question()
        self._summary.setText(self.tr("Nothing was exported, and no file was replaced."))
        self._fit()

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
        job = self._foreseeing = Job(lambda _progress: foreseen_of(place, chosen), (ProjectError, OSError))
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
        self._work(self.tr("Writing…"), lambda progress: missing_splits_of(place, progress), self._on_splits)

    def _on_splits(self, splits: dict[str, Split]) -> None:
        if self._document.set_splits(splits):
            self._write(may_replace=())
        else:
            self._on_failed(self.tr("The split can't be stored, so nothing was exported."))

    def _write(self, may_replace: tuple[Path, ...]) -> None:
        place, folder, per_split = self._document.place_for_reading, self.folder.text(), self.file_per_split.isChecked()
        chosen = self.chosen
        self._work(
            self.tr("Writing…"),
            lambda progress: export(place, Path(folder), per_split, chosen, progress, may_replace),
            self._on_exported,
        )

    def _on_exported(self, result: ExportResult | WouldReplaceError) -> None:
        if isinstance(result, WouldReplaceError):
            self._ask(result.files)
        else:
            self._show_result(result)

    # --- files that are there

    @property
    def is_asking(self) -> bool:
        """Whether files that are there may be replaced."""
        return bool(self._would_replace)

    def _ask(self, files: tuple[Path, ...]) -> None:
        self._would_replace = files
        names = quoted_names([_shown(file.relative_to(self.folder.text())) for file in files])
        one, many = (
            self.tr("A file in the folder holds something else and would be replaced: %1."),
            filled(self.tr("%1 files in the folder hold something else and would be replaced: %2."), len(files), names),
        )
        self._summary.setText(filled(one, names) if len(files) == 1 else many)
        self._enable_choices(False)
        self._show_question(True)
        self._close_cancels(True)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        self._fit()

    def _on_replace(self) -> None:
        agreed = self._would_replace
        self._end_question()
        self._write(may_replace=agreed)

    def _end_question(self) -> None:
        self._would_replace = ()
        self._show_question(False)
        self._close_cancels(False)
        self._enable_choices(True)
        self.export_button.setDefault(True)
        self.export_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_question(self, is_asking: bool) -> None:
        self.export_button.setVisible(not is_asking)
        self.replace_button.setVisible(is_asking)

    # --- what came of it

    def _show_result(self, result: ExportResult) -> None:
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
            said.append(counted(len(result.replaced), one, many))
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
        self._enable_choices(not is_busy)

    def _enable_choices(self, is_enabled: bool) -> None:
        choices = (
            self.format,
            self.folder,
            *self.findChildren(QPushButton, "choose"),
            self.one_file,
            self.file_per_split,
        )
        for widget in (self.export_button, *choices):
            widget.setEnabled(is_enabled)


def _shown(path: Path) -> str:
    """The end says which file it is."""
    name = on_one_line(path.as_posix())
    return name if len(name) <= LONGEST_NAME else f"…{name[-LONGEST_NAME:]}"
