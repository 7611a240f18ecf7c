"""How a run ended: what happened, what was kept, what to try; folded to a line or two, so that the curves stay in sight."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.flowing_text import FlowingText
from desktop_app.icons import set_icon
from desktop_app.runs.details_text import aftermath_of, run_details
from desktop_app.runs.outcome_words import button_for, what_happened, what_to_try, what_was_kept
from desktop_app.runs.training_run import TrainingRun
from desktop_app.shrinkable import shrinkable
from desktop_app.small_widgets import copyable, muted_label, push_button
from desktop_app.style import make_muted
from desktop_app.words import filled
from training.run.outcome import OutcomeKind
from training.run.what_to_try import Kept, Suggestion

DETAILS_HEIGHT = 150
GOOD = (OutcomeKind.COMPLETED, OutcomeKind.STOPPED)
TRIES_IN_SIGHT = 2  # the others are in the details


class OutcomeCard(QFrame):
    resume_asked = Signal()  # the same run again, from its last state if it has one
    again_asked = Signal(dict)  # a new run like this one, with these settings changed, maybe none of them

    def __init__(self, parent: QWidget | None = None, *, offers_resume: bool = True) -> None:
        """Without `offers_resume` somebody else has a button for that, with `resume_text` on it."""
        super().__init__(parent)
        self.setObjectName("outcome_card")
        self._offers_resume = offers_resume
        self.resume_text = ""  # while there is nothing to go on with
        self._names_file = False
        self._run: TrainingRun | None = None
        self._sentence, self._advice = FlowingText(), FlowingText()
        make_muted(self._advice)
        self._kept = shrinkable(copyable(muted_label()))
        self.unfold_button = self._made_toggle()
        self._tries = QHBoxLayout()
        self._more_tries = QVBoxLayout()
        self.try_buttons: list[QPushButton] = []
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFixedHeight(DETAILS_HEIGHT)
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName(self.tr("The last lines of the log"))
        self._fold = self._made_fold()
        self._lay_out()
        self._on_unfold(False)

    # --- what it is made of

    def _made_toggle(self) -> QToolButton:
        toggle = QToolButton(self)  # before it has its place, it must not be a window
        toggle.setObjectName("unfold")
        toggle.setText(self.tr("Details"))
        toggle.setCheckable(True)
        toggle.setToolTip(self.tr("Where the run is kept, what was warned of, and the end of its log"))
        toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        toggle.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # keys for the canvas must not press it
        toggle.toggled.connect(self._on_unfold)
        return toggle

    def _made_fold(self) -> QWidget:
        self._folder = self._button(self.tr("Open folder"), self._on_open_folder)
        self._folder.setToolTip(self.tr("Show the files of this run"))
        self.copy_button = self._button(self.tr("Copy details"), self._on_copy)
        self.copy_button.setToolTip(
            self.tr("Outcome, versions, settings and the end of the log, for whoever is to help")
        )
        buttons = QHBoxLayout()
        buttons.addWidget(self._folder)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        fold = QWidget()
        layout = QVBoxLayout(fold)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self._more_tries)
        layout.addLayout(buttons)
        layout.addWidget(self.details)
        return fold

    def _lay_out(self) -> None:
        self._top = QHBoxLayout()
        self._top.addWidget(self._sentence, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 6, 6)
        layout.setSpacing(4)
        layout.addLayout(self._top)
        layout.addWidget(self._kept)
        layout.addWidget(self._advice)
        layout.addLayout(self._tries)
        layout.addWidget(self._fold)

    def _button(self, text: str, handler: Callable[[], object]) -> QPushButton:
        button = push_button(text, handler)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    # --- what it shows

    def show_run(self, run: TrainingRun | None) -> None:
        """Hidden until the run has ended."""
        self._run = run
        outcome = None if run is None else run.outcome
        self.setVisible(outcome is not None)
        self.resume_text = ""
        if run is None or outcome is None:
            return
        kept, tries = aftermath_of(run, outcome)
        self._sentence.setText(what_happened(run, outcome))
        self._kept.setText(what_was_kept(kept, outcome))
        self._advice.setText(what_to_try(outcome))
        self._names_file = outcome.code == "no_weights"
        if run.folder is not None:
            self.resume_text = next((button_for(one, kept) for one in tries if not one.changes), "")
        self._offer(tuple(one for one in tries if one.changes or self._offers_resume), kept)
        self.details.setPlainText(self._details_of(run))
        self._folder.setVisible(run.folder is not None)
        self.unfold_button.setChecked(False)
        self._on_unfold(False)
        self._set_bad(outcome.kind not in GOOD or outcome.code == "loss_stuck")

    @property
    def text(self) -> str:
        """The three parts and the buttons, folded or not."""
        parts = (self._sentence.text(), self._kept.text(), self._advice.text())
        return "\n".join([*parts, *(button.text() for button in self.try_buttons)])

    def _offer(self, tries: tuple[Suggestion, ...], kept: Kept) -> None:
        for button in self.try_buttons:
            button.hide()
            button.deleteLater()
        # The first, and that the run can go on, matter most.
        in_sight = [*tries[:1], *(one for one in tries[1:] if not one.changes)][:TRIES_IN_SIGHT]
        self.try_buttons = []
        for one in (*in_sight, *(rest for rest in tries if rest not in in_sight)):
            button = self._button(button_for(one, kept), partial(self._on_try, dict(one.changes)))
            tip = self.tr("A new run with this changed") if one.changes else self.tr("Go on with this run")
            button.setToolTip(tip)
            self.try_buttons.append(button)
            (self._tries if one in in_sight else self._more_tries).addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        # Beside the buttons where there are any, so that a long sentence has the whole width.
        row = self._tries if in_sight else self._top
        row.addWidget(self.unfold_button, 1 if in_sight else 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)

    def _details_of(self, run: TrainingRun) -> str:
        kept = [] if run.folder is None else [filled(self.tr("This run is kept in %1"), run.folder.path)]
        parts = ("\n".join(kept), "\n".join(run.warnings), run.last_lines)
        return "\n\n".join(part for part in parts if part)

    def _set_bad(self, bad: bool) -> None:
        self.setProperty("bad", bad)
        self.style().unpolish(self)
        self.style().polish(self)
        self._on_unfold(self.unfold_button.isChecked())

    def _on_unfold(self, unfolded: bool) -> None:
        """What was kept after a good end is nobody's worry; it is told when asked for."""
        set_icon(self.unfold_button, "unfold" if unfolded else "next")
        self._fold.setVisible(unfolded)
        bad = bool(self.property("bad"))
        self._kept.setVisible(bool(self._kept.text()) and (bad or unfolded))
        # A button in sight says it shorter, except where a file belongs.
        said_by_button = bool(self.try_buttons) and not self._names_file
        self._advice.setVisible(bool(self._advice.text()) and (unfolded or (bad and not said_by_button)))

    # --- what is pressed

    def _on_try(self, changes: dict[str, object]) -> None:
        has_folder = self._run is not None and self._run.folder is not None
        if changes or not has_folder:
            self.again_asked.emit(changes)
        else:
            self.resume_asked.emit()

    def _on_copy(self) -> None:
        if self._run is not None:
            QGuiApplication.clipboard().setText(run_details(self._run))

    def _on_open_folder(self) -> None:
        if self._run is not None and self._run.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._run.folder.path)))
