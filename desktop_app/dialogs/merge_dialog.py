"""Another person's work on the same photos: what it would bring, where the two disagree, and whose it is to be."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QPushButton, QWidget

from desktop_app.background import Progress
from desktop_app.dialogs import file_choice
from desktop_app.dialogs.disagreement_table import DisagreementTable
from desktop_app.dialogs.job_dialog import JobDialog
from desktop_app.dialogs.merge_words import summary_of
from desktop_app.dialogs.problem_list import ProblemList
from desktop_app.document.change import Change
from desktop_app.document.document import Document
from desktop_app.small_widgets import heading, muted_label, push_button
from desktop_app.words import counted, filled
from training.dataset.merging.differences import Choice, Finding
from training.dataset.merging.merge_table import write_table
from training.dataset.merging.project_merging import MergePlan, plan_merge
from training.dataset.store import ProjectStore

WIDTH, HEIGHT = 860, 560


class MergeDialog(JobDialog):
    """Reads both projects in the background as soon as it is shown; merging is one undo step."""

    def __init__(self, document: Document, other: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Merge with another project"))
        self._document = document
        self._other = other
        self._plan: MergePlan | None = None
        self.resize(WIDTH, HEIGHT)
        self.table = DisagreementTable()
        self.mine = self._choice(self.tr("Mine"), Choice.MINE, self.tr("Keep mine (M)"))
        self.theirs = self._choice(self.tr("Theirs"), Choice.THEIRS, self.tr("Take theirs instead (T)"))
        both_tip = self.tr("Take both boxes; of edges the box between, of an image's class mine (B)")
        self.both = self._choice(self.tr("Both"), Choice.BOTH, both_tip)
        self.save_button = push_button(self.tr("Save table…"), self._on_save)
        self.save_button.setToolTip(self.tr("Write where the two of you disagree as CSV"))
        self._choosing = QWidget()
        self.problems = ProblemList()
        tip = self.tr("Bring their work into this project, as one step that undo takes back")
        self.merge_button = self._primary_button(self.tr("Merge"), tip, QDialogButtonBox.ButtonRole.AcceptRole)
        self.merge_button.setEnabled(False)
        self._place_parts()
        self._connect()
        place = document.place_for_reading
        self._work(self.tr("Reading both projects…"), lambda progress: _plan(place, other, progress), self._on_planned)

    # --- what it is made of

    def _choice(self, name: str, choice: Choice, tip: str) -> QPushButton:
        button = push_button(name, lambda: self.table.choose(choice))
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button

    def _place_parts(self) -> None:
        row = QHBoxLayout(self._choosing)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(muted_label(self.tr("For the marked rows, or for all where none is marked:")))
        for button in (self.mine, self.theirs, self.both):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.save_button)
        title = heading(self._other.name)
        layout = self._lay_out(title, self._summary, self._progress, self.table, self._choosing, self.problems)
        layout.setStretchFactor(self.table, 3)
        layout.setStretchFactor(self.problems, 1)
        self._show_table(False)

    def _connect(self) -> None:
        self.save_button.setAutoDefault(False)
        self.table.image_asked.connect(self._on_image_asked)
        self.table.rows.choices_changed.connect(self._allow_merging)
        self.buttons.accepted.connect(self._on_merge)
        self._document.closing.connect(self.reject)

    def _show_table(self, is_shown: bool) -> None:
        self.table.setVisible(is_shown)
        self._choosing.setVisible(is_shown)

    def _on_planned(self, plan: MergePlan) -> None:
        self._plan = plan
        self._summary.setText(summary_of(plan))
        self.table.rows.show_plan(plan)
        self._show_table(bool(plan.findings))
        self.problems.show_problems(self.tr("To be looked at:"), [*plan.problems, *plan.notes])
        self._allow_merging()
        self.merge_button.setDefault(True)
        if plan.findings:
            self.table.setFocus()

    # --- deciding

    def _allow_merging(self) -> None:
        plan = self._plan
        chosen = any(choice is not Choice.MINE for choice in self.table.rows.choices.values())
        self.merge_button.setEnabled(plan is not None and bool(plan.taken or plan.new_classes or chosen))

    def _on_image_asked(self, finding: Finding) -> None:
        """The window behind shows the image, with my boxes that it is about selected."""
        self._document.set_current_image(finding.image)
        self._document.select(finding.mine)

    def _on_save(self) -> None:
        if self._plan is None:
            return
        start = self._document.folder / "disagreements.csv"
        chosen = file_choice.choose_new_file(self, self.tr("Save table"), start, self.tr("Table (*.csv)"))
        if chosen is None:
            return
        try:
            write_table(self._plan, chosen)
        except OSError as error:
            self._summary.setText(filled(self.tr("%1 can't be written: %2"), str(chosen), error.strerror or str(error)))
            return
        self._document.message_sent.emit(filled(self.tr("The table is in %1."), str(chosen)))

    def _on_merge(self) -> None:
        plan = self._plan
        if plan is None:
            return
        changes = plan.changes(self.table.rows.choices)
        text = filled(self.tr("Merge with “%1”"), plan.title)
        if self._document.push(Change(text, changes, (plan.classes_before, plan.classes_after))):
            images = counted(len(changes), self.tr("1 image"), self.tr("%n images"))
            self._document.message_sent.emit(filled(self.tr("Merged with “%1”: %2 changed"), plan.title, images))
            self.accept()


def _plan(place: Path, other: Path, progress: Progress) -> MergePlan:
    with closing(ProjectStore.open(place, read_only=True)) as store:
        return plan_merge(store, other, progress)
