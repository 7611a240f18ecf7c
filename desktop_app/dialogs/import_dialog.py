"""What is in the chosen files, before anything changes; then one undo step brings it in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from PySide6.QtWidgets import QDialogButtonBox, QRadioButton, QWidget

from desktop_app.background import Progress
from desktop_app.dialogs.job_dialog import JobDialog
from desktop_app.dialogs.problem_list import ProblemList
from desktop_app.document.change import Change
from desktop_app.document.document import Document
from desktop_app.small_widgets import heading
from desktop_app.waiting_cursor import waiting_cursor
from training.dataset.dataset import AnnotationFileError
from training.dataset.importing import ImportPlan, plan_import
from training.dataset.store import ProjectError, ProjectStore


class ImportDialog(JobDialog):
    """Reads and checks in the background as soon as it is shown, and again when the choice changes."""

    def __init__(self, document: Document, files: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import boxes"))
        self._document = document
        self._files = list(files)
        self._plan: ImportPlan | None = None
        self.setMinimumWidth(560)
        self.add_choice = QRadioButton(self.tr("&Add to what is there"))
        self.add_choice.setChecked(True)
        self.add_choice.setToolTip(self.tr("Boxes that are there already stay, and are not added twice (Alt+A)"))
        self.replace_choice = QRadioButton(self.tr("&Replace what is there, in the images that the files mention"))
        self.replace_choice.setToolTip(self.tr("Undo brings back what was there (Alt+R)"))
        self.replace_choice.toggled.connect(self._check)
        self.problems = ProblemList()
        self.notes = ProblemList()
        tip = self.tr("Bring it into the project, as one step that undo takes back (Return)")
        self.import_button = self._primary_button(self.tr("Import"), tip, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self._on_import)
        self._place_parts()
        self._check()

    def _place_parts(self) -> None:
        names = ", ".join(file.name for file in self._files)
        choices, lists = (self.add_choice, self.replace_choice), (self.problems, self.notes)
        self._lay = self._lay_out(heading(names), self._summary, self._progress, *choices, *lists)
        self._lay.setStretchFactor(self.problems, 2)
        self._lay.setStretchFactor(self.notes, 1)

    # --- checking

    def _check(self) -> None:
        """Plan the import anew; an older plan that is still on its way is dropped."""
        place, files, replace = self._document.place_for_reading, self._files, self.replace_choice.isChecked()
        self._plan = None
        self.import_button.setEnabled(False)
        self._work(
            self.tr("Reading and checking every row…"),
            lambda progress: _plan(place, files, replace, progress),
            self._on_planned,
            (AnnotationFileError, ProjectError, OSError),
        )

    def _on_failed(self, reason: str) -> None:
        self._show_summary(reason)
        self._show_choice(False)
        self.problems.show_problems("", ())
        self.notes.show_problems("", ())
        self.adjustSize()

    def _on_planned(self, plan: ImportPlan) -> None:
        self._plan = plan
        self._show_summary(self._words_of(plan))
        # Replacing can change something where adding changes nothing, so a choice once made can be unmade.
        self._show_choice(not plan.is_nothing or plan.images > 0)
        self.problems.show_problems(self._problem_title(sum(p.rows for p in plan.problems)), plan.problems)
        self.notes.show_problems(self.tr("Read differently from what the file says:"), plan.notes)
        self.import_button.setEnabled(not plan.is_nothing)
        self.import_button.setDefault(True)
        self.adjustSize()

    def _show_summary(self, text: str) -> None:
        """All of it: a wrapped label's own idea of its height is that of a wider dialog."""
        self._summary.setText(text)
        margins = self.contentsMargins() + self._lay.contentsMargins()
        width = max(self.width(), self.minimumWidth()) - margins.left() - margins.right()
        self._summary.setMinimumHeight(self._summary.heightForWidth(width))

    def _show_choice(self, is_offered: bool) -> None:
        self.add_choice.setVisible(is_offered)
        self.replace_choice.setVisible(is_offered)

    # --- words

    def _words_of(self, plan: ImportPlan) -> str:
        parts = [self._boxes_in_images(plan)]
        if plan.own_classes:
            parts.append(self.tr("Images with a class of their own: %1.").replace("%1", f"{plan.own_classes:n}"))
        if plan.negatives:
            parts.append(self.tr("Images reviewed, with nothing in them: %1.").replace("%1", f"{plan.negatives:n}"))
        if plan.new_classes:
            names = ", ".join(record.name for record in plan.new_classes)
            parts.append(self.tr("New classes: %1.").replace("%1", names))
        if plan.duplicates:
            parts.append(self.tr("Boxes that are there already: %1.").replace("%1", f"{plan.duplicates:n}"))
        if plan.is_nothing:
            parts.append(self.tr("Nothing would change."))
        return " ".join(parts)

    def _boxes_in_images(self, plan: ImportPlan) -> str:
        boxes = self.tr("1 box") if plan.boxes == 1 else self.tr("%n boxes", "", plan.boxes)
        images = self.tr("1 image") if plan.images == 1 else self.tr("%n images", "", plan.images)
        return self.tr("%1 in %2.").replace("%1", boxes).replace("%2", images)

    def _problem_title(self, count: int) -> str:
        if count == 1:
            return self.tr("1 row can't be used and stays out:")
        return self.tr("%n rows can't be used and stay out:", "", count)

    # --- importing

    def _on_import(self) -> None:
        plan = self._plan
        if plan is None:
            return
        change = Change(self.tr("Import boxes"), plan.changes, (plan.classes_before, plan.classes_after))
        with waiting_cursor():
            is_stored = self._document.push(change)
        if is_stored:
            imported = self.tr("Imported %1").replace("%1", self._boxes_in_images(plan))
            self._document.message_sent.emit(imported)
            self.accept()


def _plan(place: Path, files: Sequence[Path], replace: bool, progress: Progress) -> ImportPlan:
    with closing(ProjectStore.open(place, read_only=True)) as store:
        return plan_import(store, files, replace, progress)
