"""A project that came as a zip: what is in it, and where it is unpacked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QLineEdit, QWidget

from desktop_app.background import Progress
from desktop_app.dialogs import file_choice
from desktop_app.dialogs.job_dialog import JobDialog
from desktop_app.export_words import size_words
from desktop_app.small_widgets import heading
from desktop_app.style import make_muted
from desktop_app.words import counted, filled
from training.dataset.project_unzip import Unpacked, ZippedProject, free_folder, opened_project_zip, unpack_project


class UnpackDialog(JobDialog):
    """Looks into the zip as soon as it is shown; unpacking ends with `unpacked`. Closing it cancels."""

    unpacked = Signal(object)  # Unpacked

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Unpack a project"))
        self._path = path
        self._is_project = False
        self.setMinimumWidth(520)
        self.folder = QLineEdit(str(free_folder(path.parent, path)))
        self.folder.setAccessibleName(self.tr("New folder for the project"))
        self.folder.setToolTip(self.tr("A folder that is new or empty; nothing is ever written over"))
        self.with_runs = QCheckBox(self.tr("With the &runs in it, whose models are checked"))
        self.with_runs.setToolTip(self.tr("Reports and models of trainings that came along"))
        self.with_runs.setChecked(True)  # somebody chose to hand them in
        self.with_runs.hide()
        tip = self.tr("Unpack it into this folder and open it (Return)")
        self.unpack_button = self._primary_button(self.tr("Unpack"), tip, QDialogButtonBox.ButtonRole.ActionRole)
        self.unpack_button.clicked.connect(self._on_unpack)
        make_muted(self._summary)
        place = self._place_row(self.folder, self._on_choose)
        titles = heading(path.name), heading(self.tr("New folder"))
        self._lay_out(titles[0], self._summary, titles[1], place, self.with_runs, self._progress)
        self._work(self.tr("Looking into it…"), lambda _progress: _content(path), self._on_looked)

    def _on_choose(self) -> None:
        """The folder that is chosen gets the project's folder, unless it is empty itself."""
        start = Path(self.folder.text()).parent
        chosen = file_choice.choose_folder(self, self.tr("Where to unpack"), start)
        if chosen is not None:
            is_empty = chosen.is_dir() and not any(chosen.iterdir())
            self.folder.setText(str(chosen if is_empty else free_folder(chosen, self._path)))

    # --- work

    def _on_looked(self, content: ZippedProject) -> None:
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
        doing = filled(self.tr("Unpacking into %1…"), str(folder))
        self._work(doing, lambda progress: _unpack(path, folder, with_runs, progress), self._on_unpacked)

    def _on_unpacked(self, result: Unpacked) -> None:
        self.unpacked.emit(result)
        self.accept()

    def _show_busy(self, is_busy: bool) -> None:
        super()._show_busy(is_busy)
        self.unpack_button.setEnabled(self._is_project and not is_busy)


def _content(path: Path) -> ZippedProject:
    with opened_project_zip(path) as zipped:
        return zipped.content


def _unpack(path: Path, folder: Path, with_runs: bool, progress: Progress) -> Unpacked:
    from training.run.opening.run_check import fault_of_run  # with numpy, which most zips don't need

    return unpack_project(path, folder, with_runs=with_runs, check_run=fault_of_run, progress=progress)
