"""A project and its photos as one zip: where it goes, how far it is, and what came of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QLineEdit, QWidget

from desktop_app.dialogs import file_choice
from desktop_app.dialogs.job_dialog import JobDialog
from desktop_app.dialogs.problem_list import ProblemList
from desktop_app.document.document import Document
from desktop_app.export_words import size_words
from desktop_app.small_widgets import heading
from desktop_app.style import make_muted
from desktop_app.words import counted, filled
from training.dataset.dataset import Problem
from training.dataset.is_there import is_folder
from training.dataset.project_zip import RUNS, ZIP_SUFFIX, HandedIn, write_project_zip


class HandInDialog(JobDialog):
    """Writes in the background; closing it cancels, and nothing is left of the zip."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent, QDialogButtonBox.StandardButton.Close)
        self.setWindowTitle(self.tr("Hand in as zip"))
        self._document = document
        self._chosen = Path()  # somebody agreed in a dialog that this file is replaced
        self.setMinimumWidth(520)
        self.file = QLineEdit(str(_free_file(document.folder)))
        self.file.setAccessibleName(self.tr("File to write"))
        self.file.setToolTip(self.tr("The zip that will hold the project and all its photos"))
        self.with_runs = QCheckBox(self.tr("With the &reports and models of its runs"))
        self.with_runs.setToolTip(self.tr("Without what only resuming a training needs"))
        self.with_runs.setEnabled(is_folder(document.folder / RUNS))
        self.problems = ProblemList()
        tip = self.tr("Write the project and its photos into this file (Return)")
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.hand_in_button = self._primary_button(self.tr("Write zip"), tip, role)
        self._place_parts()
        self._connect()
        self._show_what_happens()

    def _place_parts(self) -> None:
        make_muted(self._summary)
        place = self._place_row(self.file, self._on_choose)
        title = heading(self.tr("File"))
        layout = self._lay_out(title, place, self.with_runs, self._summary, self._progress, self.problems)
        layout.setStretchFactor(self.problems, 1)

    def _connect(self) -> None:
        self.hand_in_button.setDefault(True)
        self.hand_in_button.clicked.connect(self._on_hand_in)
        self.file.textChanged.connect(self._show_what_happens)
        self._document.closing.connect(self.reject)

    def _show_what_happens(self) -> None:
        text = self.tr("The photos as they are, and the boxes and classes as they are now. Your files stay unchanged.")
        path = Path(self.file.text())
        if path.is_file() and path != self._chosen:
            text = filled(self.tr("%1 is there already and will be replaced. %2"), path.name, text)
        self._summary.setText(text)
        self.hand_in_button.setEnabled(bool(self.file.text().strip()))

    def _on_choose(self) -> None:
        start = Path(self.file.text())
        chosen = file_choice.choose_new_file(self, self.tr("Hand in as zip"), start, self.tr("Zip archive (*.zip)"))
        if chosen is not None:
            self._chosen = chosen
            self.file.setText(str(chosen))

    def _on_hand_in(self) -> None:
        place, with_runs = self._document.place_for_reading, self.with_runs.isChecked()
        target = Path(self.file.text().strip()).expanduser().absolute()
        if target.suffix.lower() != ZIP_SUFFIX:
            target = target.with_name(target.name + ZIP_SUFFIX)
        self.problems.show_problems("", ())
        self._work(
            filled(self.tr("Writing %1…"), target.name),
            lambda progress: (target, write_project_zip(place, target, with_runs=with_runs, progress=progress)),
            self._on_written,
        )

    def _on_written(self, written: tuple[Path, HandedIn]) -> None:
        target, result = written
        images = counted(result.images, self.tr("1 image"), self.tr("%n images"))
        self._summary.setText(
            filled(self.tr("%1 and the project are in %2 (%3)."), images, str(target), size_words(result.size))
        )
        renamed = [
            Problem(image, None, filled(self.tr("is called %1 there, so that every system can open it"), name))
            for image, name in result.renamed
        ]
        self.problems.show_problems(self.tr("Not everything is as it was:"), [*result.problems, *renamed])
        self._document.message_sent.emit(self.summary)

    def _show_busy(self, is_busy: bool) -> None:
        super()._show_busy(is_busy)
        for widget in (self.file, self.hand_in_button):
            widget.setEnabled(not is_busy)
        self.with_runs.setEnabled(not is_busy and is_folder(self._document.folder / RUNS))
        self._close_cancels(is_busy)


def _free_file(folder: Path) -> Path:
    """Beside the folder, not over a file that is there."""
    name = folder.name or "project"
    path, number = folder.parent / f"{name}{ZIP_SUFFIX}", 1
    while path.exists():
        number += 1
        path = folder.parent / f"{name} {number}{ZIP_SUFFIX}"
    return path
