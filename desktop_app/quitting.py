"""Leaving the window while runs go on or something is saved: it asks, lets the workers save, and can be hurried."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop_app.runs.training_control import TrainingControl
from desktop_app.small_widgets import muted_label
from desktop_app.words import counted, filled, joined, quoted_names

WIDTH = 420


class Quitting(QObject):
    """`may_close` is asked at every attempt to close. The second one ends everything at once; `leave` is called when all
    workers have said how they ended. None waits for ever: a worker that is too slow to stop is killed by its client.
    """

    def __init__(
        self,
        training: TrainingControl,
        window: QWidget,
        leave: Callable[[], object],
        works: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """`works` says what else is not done yet, such as “Saving out.csv”."""
        super().__init__(window)
        self._works = works
        self._is_sure = False  # what is not done yet may end so
        self._training = training
        self._window = window
        self._leave = leave
        self.question: QMessageBox | None = None
        self.stopping: StoppingDialog | None = None
        self.is_hurried = False

    def may_close(self) -> bool:
        if not self._training.queue.runs and (self._is_sure or not self._works()):
            return True
        if self.question is not None or self.stopping is not None:
            self.is_hurried = True
            return True
        self._ask()
        return False

    def shut_down(self) -> None:
        """The window goes, and takes its questions with it."""
        for dialog in (self.question, self.stopping):
            if dialog is not None:
                dialog.close()

    # --- the question

    def _ask(self) -> None:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Quit"))
        box.setTextFormat(Qt.TextFormat.PlainText)  # names come from files
        box.setText(self._question_text())
        box.setInformativeText(self._consequences())
        self.stop_button = box.addButton(self.tr("Stop and quit"), QMessageBox.ButtonRole.AcceptRole)
        keep = self.tr("Keep training") if self._training.queue.runs else self.tr("Go on saving")
        self.keep_button = box.addButton(keep, QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(self.keep_button)
        box.setEscapeButton(self.keep_button)
        box.finished.connect(self._on_answered)
        self.question = box
        box.open()

    def _question_text(self) -> str:
        if not self._training.queue.runs:
            return filled(self.tr("This is not done yet: %1. Stop it and quit?"), joined(list(self._works())))
        names = [queued.name for queued in self._training.queue.running if queued.name]
        if not names:
            return self.tr("A run is about to start. Stop it and quit?")
        one, many = self.tr("%1 is training. Stop it and quit?"), self.tr("%1 are training. Stop them and quit?")
        return filled(one if len(names) == 1 else many, quoted_names(names))

    def _consequences(self) -> str:
        works = joined(list(self._works()))
        lost = self.tr("A file that is half written is not kept; pictures that are whole stay.")
        if not self._training.queue.runs:
            return lost
        also = f"{filled(self.tr('This is not done yet either: %1.'), works)} {lost}" if works else ""
        return "\n".join(part for part in (self._consequences_for_runs(), also) if part)

    def _consequences_for_runs(self) -> str:
        kept = self.tr("The model is saved first, and you can resume the training later.")
        waiting = len(self._training.queue.waiting)
        if not waiting:
            return kept
        one = self.tr("One run that waits stays prepared: start it from the list of runs when you are back.")
        many = self.tr("%n runs that wait stay prepared: start them from the list of runs when you are back.")
        return f"{kept}\n{counted(waiting, one, many)}"

    def _on_answered(self, _result: int) -> None:
        box, self.question = self.question, None
        if box is None:
            return
        box.deleteLater()
        if box.clickedButton() is self.stop_button and not self.is_hurried:
            self._is_sure = True
            self._stop()

    # --- the end

    def _stop(self) -> None:
        if not self._training.queue.runs:
            self._leave()
            return
        self.stopping = StoppingDialog(self._window)
        self.stopping.at_once_button.clicked.connect(self._end_at_once)
        self.stopping.show()
        self._training.queue.changed.connect(self._leave_when_ended)
        self._training.stop_all()
        self._leave_when_ended()

    def _end_at_once(self) -> None:
        self._training.stop_all(at_once=True)

    def _leave_when_ended(self) -> None:
        if not self._training.queue.running and not self.is_hurried:
            self._training.queue.changed.disconnect(self._leave_when_ended)
            self._training.queue.drop_waiting()
            QTimer.singleShot(0, self, self._leave)


class StoppingDialog(QDialog):
    """Not modal: people may look around until the model is saved, or close the window again, which ends it at once."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("Quit"))
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        self.text = muted_label(self.tr("Stopping the training and saving the model…"), wrap=True)
        layout.addWidget(self.text)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        layout.addWidget(bar)
        self.at_once_button = QPushButton(self.tr("End at once"))
        self.at_once_button.setToolTip(self.tr("Don't wait until the model is saved"))
        buttons = QDialogButtonBox()
        buttons.addButton(self.at_once_button, QDialogButtonBox.ButtonRole.DestructiveRole)
        layout.addWidget(buttons)
        self.setMinimumWidth(WIDTH)
