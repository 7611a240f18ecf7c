"""How far asking about the files has got, and Cancel or Resume."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from desktop_app.predict.files.questions import Questions
from desktop_app.small_widgets import ElidedLabel, push_button
from desktop_app.words import counted, filled, time_left

PROGRESS_WIDTH = 220


class AskingBar(QWidget):
    cancel_asked = Signal()
    resume_asked = Signal()
    problems_asked = Signal()  # the files that can't be read

    def __init__(self, questions: Questions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._questions = questions
        self._is_loading = False
        self.sentence = ElidedLabel()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(PROGRESS_WIDTH)
        self.progress.setAccessibleName(self.tr("How many pictures the model was asked about"))
        self.problems = push_button("", self.problems_asked.emit)
        self.problems.setToolTip(self.tr("Show only those, with the reasons"))
        self.cancel = push_button(self.tr("Cancel"), self.cancel_asked.emit)
        self.cancel.setToolTip(self.tr("Stop here; what was answered stays"))
        self.resume = push_button(self.tr("Resume"), self.resume_asked.emit)
        self.resume.setToolTip(self.tr("Go on with those that were not asked about yet"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.addWidget(self.progress)
        layout.addWidget(self.sentence, 1)
        for button in (self.problems, self.cancel, self.resume):
            layout.addWidget(button)
        self.update_from()

    def show_loading(self, *, is_loading: bool) -> None:
        """The model that is to be asked is on its way."""
        self._is_loading = is_loading
        self.update_from()

    def update_from(self) -> None:
        asked = self._questions
        is_busy = asked.is_asking or asked.is_looking
        self.progress.setVisible(is_busy or asked.can_resume)
        if asked.is_looking and not asked.is_asking:
            self.progress.setRange(0, 0)
        else:
            self.progress.setRange(0, max(1, asked.total))
            self.progress.setValue(asked.done)
        self.cancel.setVisible(is_busy)
        self.cancel.setEnabled(not (asked.is_asking and asked.is_cancelled))
        self.resume.setVisible(asked.can_resume)
        unreadable = len(asked.columns.problems)
        self.problems.setVisible(unreadable > 0)
        self.problems.setText(counted(unreadable, self.tr("1 can't be read"), self.tr("%n can't be read")))
        self.sentence.setText(self._text())

    def _text(self) -> str:
        asked = self._questions
        if asked.is_looking and not asked.is_asking:
            return self.tr("Looking for pictures…")
        if not asked.total:
            return ""
        count = filled(self.tr("%1 of %2"), f"{asked.done:n}", f"{asked.total:n}")
        if asked.is_asking and not asked.is_cancelled:
            return " · ".join(part for part in (count, self._rate(), time_left(asked.seconds_left)) if part)
        if asked.can_resume:
            return filled(self.tr("Stopped after %1 pictures"), count)
        if asked.done < asked.total:
            coming = self.tr("They wait for the model, which is being loaded.")
            return coming if self._is_loading else self.tr("They wait for a model.")
        return counted(asked.total, self.tr("Done: 1 picture"), self.tr("Done: %n pictures"))

    def _rate(self) -> str:
        rate = self._questions.per_second
        if not math.isfinite(rate) or rate <= 0:
            return ""
        return filled(self.tr("%1 a second"), f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}")
