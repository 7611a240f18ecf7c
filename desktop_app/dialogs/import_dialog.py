"""What is in the chosen files, before anything changes; then one undo step brings it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QRadioButton, QWidget

from desktop_app.dialogs.fitting_scroll import FittingScroll
from desktop_app.dialogs.import_preview import ImportPreview
from desktop_app.dialogs.import_readings import Examined, Reading, examine
from desktop_app.dialogs.import_source_panel import ImportSourcePanel
from desktop_app.dialogs.job_dialog import JobDialog
from desktop_app.dialogs.problem_list import ProblemList
from desktop_app.document.document import Document
from desktop_app.import_words import boxes_in_images, bring_in, brings_nothing, rows_left_out, words_of
from desktop_app.small_widgets import heading
from desktop_app.words import counted, filled
from training.dataset.dataset import AnnotationFileError
from training.dataset.importing import ImportPlan
from training.dataset.store import ProjectError


class ImportDialog(JobDialog):
    """Recognises, reads and checks in the background as soon as it is shown, and again when a choice changes."""

    def __init__(self, document: Document, files: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import boxes"))
        self._document = document
        self._readings: tuple[Reading, ...] = tuple(Reading(file) for file in files)
        self._plan: ImportPlan | None = None
        self.setMinimumWidth(720)
        self.source = ImportSourcePanel()
        self.source.changed.connect(self._on_changed)
        self.source.hide()
        self.preview = ImportPreview()
        self.add_choice = QRadioButton(self.tr("&Add to what is there"))
        self.add_choice.setChecked(True)
        self.add_choice.setToolTip(self.tr("Boxes that are there already stay, and are not added twice (Alt+A)"))
        self.replace_choice = QRadioButton(self.tr("&Replace what is there, in the images that the files mention"))
        self.replace_choice.setToolTip(self.tr("Undo brings back what was there (Alt+R)"))
        self.replace_choice.toggled.connect(self._check)
        self.negatives = QCheckBox(self.tr("Images listed without boxes have &nothing on them: mark them as reviewed"))
        self.negatives.setToolTip(self.tr("Otherwise they stay as they are (Alt+N)"))
        self.negatives.setChecked(True)
        self.negatives.clicked.connect(self._on_negatives)
        self.negatives.hide()
        self.problems = ProblemList()
        self.notes = ProblemList()
        tip = self.tr("Bring it into the project, as one step that undo takes back (Return)")
        self.import_button = self._primary_button(self.tr("Import"), tip, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self._on_import)
        self._place_parts(files)
        self._check()

    def _place_parts(self, files: Sequence[Path]) -> None:
        title = heading(", ".join(file.name for file in files[:4]) + (" …" if len(files) > 4 else ""))
        title.setWordWrap(True)
        choices = (self.add_choice, self.replace_choice, self.negatives)
        parts = (title, self.source, self._summary, self._progress, self.preview, *choices, self.problems, self.notes)
        self._scroll = FittingScroll(parts)
        self._scroll.give_room(self.problems, 2)
        self._scroll.give_room(self.notes, 1)
        layout = self._lay_out(self._scroll)
        layout.setStretchFactor(self._scroll, 1)

    # --- checking

    def _check(self) -> None:
        """Plan the import anew; an older plan that is still on its way is dropped."""
        place, readings, replacing = self._document.place_for_reading, self._readings, self.replace_choice.isChecked()
        self._plan = None
        self.import_button.setEnabled(False)
        self._work(
            self.tr("Reading and checking every row…"),
            lambda progress: examine(place, readings, replacing, progress),
            self._on_examined,
            (AnnotationFileError, ProjectError, OSError),
        )

    def _on_changed(self, readings: tuple[Reading, ...]) -> None:
        self._readings = readings
        self._check()

    def _on_negatives(self, is_wanted: bool) -> None:
        self._readings = tuple(
            replace(one, choices=replace(one.in_force, empty_is_negative=is_wanted)) for one in self._readings
        )
        self._check()

    def _on_examined(self, examined: Examined) -> None:
        self._readings = examined.readings
        was_confirmed = self.focusWidget() is self.source.confirm_button  # which goes
        self.source.show_readings(examined.readings)
        self.source.show()
        plan = self._plan = examined.plan
        if plan is None:
            self._show_nothing(examined.reason or self.tr("Nothing is read before the question is answered."))
            return
        words = " ".join(filter(None, (words_of(plan), rows_left_out(plan))))
        if not examined.is_answered:
            words += " " + self.tr("Please look at the question and the pictures first.")
        self._show_summary(words)
        self.preview.show_pictures(examined.pictures, plan.classes_after)
        # Replacing can change something where adding changes nothing, so a choice once made can be unmade.
        self._show_choice(not brings_nothing(plan) or plan.images > 0)
        self.negatives.setVisible(plan.negatives > 0 or not self.negatives.isChecked())
        self.problems.show_problems(self._problem_title(sum(p.rows for p in plan.problems)), plan.problems)
        self.notes.show_problems(self.tr("Read differently from what the file says:"), plan.notes)
        self.import_button.setEnabled(not brings_nothing(plan) and examined.is_answered)
        self.import_button.setDefault(True)
        if was_confirmed:
            self.import_button.setFocus()
        self._fit()

    def _on_failed(self, reason: str) -> None:
        self._show_nothing(reason)

    def _show_nothing(self, reason: str) -> None:
        self._show_summary(reason)
        self._show_choice(False)
        self.preview.show_pictures((), ())
        self.negatives.setVisible(not self.negatives.isChecked())
        self.problems.show_problems("", ())
        self.notes.show_problems("", ())
        self._fit()

    def _show_summary(self, text: str) -> None:
        """All of it: a wrapped label's own idea of its height is that of a wider dialog."""
        self._summary.setText(text)
        self._summary.setMinimumHeight(max(0, self._summary.heightForWidth(self._scroll.width_inside(self))))

    def _fit(self) -> None:
        self._scroll.fit()
        self.resize(self.width(), self.sizeHint().height())

    def _show_choice(self, is_offered: bool) -> None:
        self.add_choice.setVisible(is_offered)
        self.replace_choice.setVisible(is_offered)

    def _problem_title(self, count: int) -> str:
        return counted(
            count, self.tr("1 row can't be used and stays out:"), self.tr("%n rows can't be used and stay out:")
        )

    # --- importing

    def _on_import(self) -> None:
        plan = self._plan
        if plan is None or not self.import_button.isEnabled():
            return
        if bring_in(self._document, plan):
            came = filled(self.tr("Imported %1"), boxes_in_images(plan))
            told = came if plan.boxes else filled(self.tr("Imported: %1"), words_of(plan))
            self._document.message_sent.emit(" ".join(filter(None, (told, rows_left_out(plan)))))
            self.accept()
