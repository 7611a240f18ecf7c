"""A copy of one's own of a project that somebody else has open: what of it, and where it goes."""

from __future__ import annotations

from pathlib import Path

import platformdirs
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QLineEdit, QRadioButton, QWidget

from desktop_app.background import Progress
from desktop_app.dialogs import file_choice
from desktop_app.dialogs.job_dialog import JobDialog
from desktop_app.document.opening import BusyProject
from desktop_app.export_words import size_words
from desktop_app.small_widgets import heading, muted_label
from desktop_app.style import make_muted
from desktop_app.words import counted, filled
from training.dataset.project_copy import CopiedProject, CopyPlan, copy_boxes, copy_project, plan_copy


class CopyDialog(JobDialog):
    """Looks how much there is as soon as it is shown; copying ends with `copied`. Closing it cancels."""

    copied = Signal(object)  # CopiedProject

    def __init__(self, project: BusyProject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open a copy"))
        self._project = project
        self._is_ready = False
        self.setMinimumWidth(560)
        self.whole = QRadioButton(self.tr("Copy the &photos, too"))
        self.whole.setToolTip(self.tr("A folder of your own, which needs the shared one no more"))
        self.whole.setChecked(True)
        self.boxes_only = QRadioButton(self.tr("Copy the &boxes alone, and read the photos where they are"))
        self.boxes_only.setToolTip(self.tr("Quick and small, but it works only while the shared folder can be reached"))
        self.folder = QLineEdit(str(_free_folder(platformdirs.user_documents_path(), self._name)))
        self.folder.setAccessibleName(self.tr("New folder for the copy"))
        self.folder.setToolTip(self.tr("A folder that is new or empty; nothing is ever written over"))
        self.with_runs = QCheckBox(self.tr("With the &reports and models of its runs"))
        self.with_runs.setToolTip(self.tr("Without what only resuming a training needs"))
        self.with_runs.hide()
        tip = self.tr("Make the copy and open it (Return)")
        self.copy_button = self._primary_button(self.tr("Copy"), tip, QDialogButtonBox.ButtonRole.ActionRole)
        self._place_parts()
        self.whole.toggled.connect(self._show_what_can_be_chosen)
        self.copy_button.clicked.connect(self._on_copy)
        self._work(
            self.tr("Looking how much there is…"), lambda _progress: plan_copy(project.project_file), self._on_planned
        )

    @property
    def _name(self) -> str:
        return self._project.folder.name or self.tr("project")

    def _place_parts(self) -> None:
        make_muted(self._summary)
        explained = muted_label(
            self.tr(
                "Nobody else sees your copy. Bring your work back with File > Hand in as zip…: whoever has the shared "
                "project open takes it in with File > Merge with another project…"
            ),
            wrap=True,
        )
        self._place = self._place_row(self.folder, self._on_choose)
        parts = (self.whole, self._place, self.with_runs, self.boxes_only)
        self._lay_out(
            heading(filled(self.tr("A copy of “%1”"), self._name)), explained, *parts, self._summary, self._progress
        )

    def _on_planned(self, plan: CopyPlan) -> None:
        images = counted(plan.images, self.tr("1 photo"), self.tr("%n photos"))
        self._summary.setText(
            filled(self.tr("There are %1 in it, %2 with the project."), images, size_words(plan.size))
        )
        self.with_runs.setVisible(plan.runs > 0)
        self.copy_button.setDefault(True)
        self.folder.setFocus()  # while it looked, only Cancel could have the keys, and Return would press it

    def _on_choose(self) -> None:
        """The folder that is chosen gets the copy's folder, unless it is empty itself."""
        chosen = file_choice.choose_folder(self, self.tr("Where to copy"), Path(self.folder.text()).parent)
        if chosen is not None:
            is_empty = chosen.is_dir() and not any(chosen.iterdir())
            self.folder.setText(str(chosen if is_empty else _free_folder(chosen, self._name)))

    def _on_copy(self) -> None:
        source, target = self._project.project_file, Path(self.folder.text().strip()).expanduser().absolute()
        with_runs = self.with_runs.isChecked()

        def work(progress: Progress) -> CopiedProject:
            return copy_project(source, target, with_runs=with_runs, progress=progress)

        if self.boxes_only.isChecked():
            self._work(self.tr("Copying the boxes…"), lambda _progress: copy_boxes(source), self._on_copied)
        else:
            self._work(filled(self.tr("Copying into %1…"), str(target)), work, self._on_copied)

    def _on_copied(self, copy: CopiedProject) -> None:
        self.copied.emit(copy)
        self.accept()

    def _show_busy(self, is_busy: bool) -> None:
        super()._show_busy(is_busy)
        self._is_ready = not is_busy
        self._show_what_can_be_chosen()

    def _show_what_can_be_chosen(self) -> None:
        """Nothing while it works, and no folder for boxes alone."""
        with_photos = self._is_ready and self.whole.isChecked()
        self.whole.setEnabled(self._is_ready)
        self.boxes_only.setEnabled(self._is_ready and self._project.own_boxes is None)
        for number in range(self._place.count()):
            item = self._place.itemAt(number)
            if item is not None and (widget := item.widget()) is not None:
                widget.setEnabled(with_photos)
        self.with_runs.setEnabled(with_photos)
        self.copy_button.setEnabled(self._is_ready)


def _free_folder(parent: Path, name: str) -> Path:
    folder, number = parent / f"{name} (copy)", 1
    while folder.exists():
        number += 1
        folder = parent / f"{name} (copy {number})"
    return folder
