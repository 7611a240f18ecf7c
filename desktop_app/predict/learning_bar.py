"""The line that says of which epoch the model is while its run still learns, and offers a newer one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop_app.small_widgets import muted_label, push_button
from desktop_app.words import filled


class LearningBar(QFrame):
    """Hidden while no model that still learns is in use."""

    newer_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("learning_bar")
        self.sentence = muted_label(wrap=True)
        self.newer_button = push_button("", self.newer_asked.emit)
        self.newer_button.setToolTip(self.tr("Answer with the best model that this run has by now"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.addWidget(self.sentence, 1)
        layout.addWidget(self.newer_button)
        self.hide()

    def show_epoch(self, epoch: int, best_epoch: int, *, is_busy: bool) -> None:
        """`best_epoch` is the one that the run has reached; `is_busy`: a model is being loaded."""
        is_newer = best_epoch > epoch
        now = self.tr("This model is of epoch %1 and still learning.")
        behind = self.tr("This model is of epoch %1; its run, which still learns, is better since epoch %2.")
        end = self.tr("When its run ends, the finished model takes its place by itself.")
        self.sentence.setText(f"{filled(behind if is_newer else now, epoch, best_epoch)} {end}")
        self.newer_button.setText(filled(self.tr("Take epoch %1"), best_epoch))
        self.newer_button.setVisible(is_newer)
        self.newer_button.setEnabled(not is_busy)
        self.show()
