"""How a run ended: what happened, what to do, the last lines of its log, and its folder."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from desktop_app.icons import set_icon
from desktop_app.runs.run_words import advice_for, sentence_of
from desktop_app.runs.shrinkable import shrinkable
from desktop_app.runs.training_run import TrainingRun
from desktop_app.runs.words import filled
from desktop_app.small_widgets import copyable, muted_label, push_button
from training.run.outcome import OutcomeKind

DETAILS_HEIGHT = 150
GOOD = (OutcomeKind.COMPLETED, OutcomeKind.STOPPED)


class OutcomeCard(QFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outcome_card")
        self._run: TrainingRun | None = None
        self._sentence = shrinkable(copyable(QLabel()))
        self._advice = shrinkable(muted_label())
        self._unfold = QToolButton()
        self._unfold.setObjectName("unfold")
        self._unfold.setText(self.tr("Details"))
        self._unfold.setCheckable(True)
        self._unfold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._unfold.toggled.connect(self._on_unfold)
        self._folder = push_button(self.tr("Open folder"), self._on_open_folder)
        for button in (self._unfold, self._folder):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # keys for the canvas must not press them
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFixedHeight(DETAILS_HEIGHT)
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName(self.tr("The last lines of the log"))
        self._lay_out()
        self._on_unfold(False)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._unfold)
        buttons.addStretch(1)
        buttons.addWidget(self._folder)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(6)
        layout.addWidget(self._sentence)
        layout.addWidget(self._advice)
        layout.addLayout(buttons)
        layout.addWidget(self.details)

    def show_run(self, run: TrainingRun | None) -> None:
        """Hidden until the run has ended."""
        self._run = run
        outcome = None if run is None else run.outcome
        self.setVisible(outcome is not None)
        if run is None or outcome is None:
            return
        self._sentence.setText(sentence_of(run, outcome))
        self._advice.setText(advice_for(outcome))
        self.details.setPlainText(self._details_of(run))
        self._folder.setVisible(run.folder is not None)
        self._unfold.setVisible(bool(self.details.toPlainText()))
        self._unfold.setChecked(False)
        self._set_bad(outcome.kind not in GOOD)

    @property
    def text(self) -> str:
        return f"{self._sentence.text()}\n{self._advice.text()}"

    def _details_of(self, run: TrainingRun) -> str:
        kept = [] if run.folder is None else [filled(self.tr("This run is kept in %1"), run.folder.path)]
        parts = ("\n".join(kept), "\n".join(run.warnings), run.last_lines)
        return "\n\n".join(part for part in parts if part)

    def _set_bad(self, bad: bool) -> None:
        self.setProperty("bad", bad)
        self.style().unpolish(self)
        self.style().polish(self)

    def _on_unfold(self, unfolded: bool) -> None:
        set_icon(self._unfold, "unfold" if unfolded else "next")
        self.details.setVisible(unfolded)

    def _on_open_folder(self) -> None:
        if self._run is not None and self._run.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._run.folder.path)))
