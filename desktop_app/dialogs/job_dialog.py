"""A dialog that works in the background: it says what it does and how far it is, and closing it cancels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.background import Job, Progress
from desktop_app.small_widgets import copyable, push_button, with_keys_told
from desktop_app.style import make_primary
from training.dataset.project_errors import ProjectError

AROUND = (20, 18, 20, 16)
BETWEEN = 10

Result = TypeVar("Result")


class JobDialog(QDialog):
    """One job at a time: a new one drops the one before, and closing the dialog drops what runs.

    What is made of the parts, and what it says about a result, is the subclass's: it calls `_lay_out` and `_work`, and
    extends `_show_busy` and `_on_failed` where more than the summary and the bar depends on them.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        close: QDialogButtonBox.StandardButton = QDialogButtonBox.StandardButton.Cancel,
    ) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._summary = copyable(QLabel())
        self._summary.setWordWrap(True)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("How far it is"))
        self._progress.hide()
        self.buttons = with_keys_told(QDialogButtonBox(close))
        self.buttons.rejected.connect(self.reject)
        if close == QDialogButtonBox.StandardButton.Close:
            self._close_cancels(False)

    @property
    def summary(self) -> str:
        """What it does, what came of it, or why nothing did."""
        return self._summary.text()

    @property
    def is_working(self) -> bool:
        return self._job is not None

    def done(self, result: int) -> None:
        self._drop_job()
        super().done(result)

    # --- what it is made of

    def _primary_button(self, text: str, tip: str, role: QDialogButtonBox.ButtonRole) -> QPushButton:
        button = self.buttons.addButton(text, role)
        button.setToolTip(tip)
        make_primary(button)
        return button

    def _place_row(self, field: QLineEdit, on_choose: Callable[[], object]) -> QHBoxLayout:
        """A field for a path, and the system's dialog to choose one."""
        choose = push_button(self.tr("Choose…"), on_choose)
        choose.setObjectName("choose")
        choose.setToolTip(self.tr("Choose where it goes"))
        row = QHBoxLayout()
        row.addWidget(field, 1)
        row.addWidget(choose)
        return row

    def _lay_out(self, *parts: QWidget | QLayout) -> QVBoxLayout:
        """One below the other, and the buttons at the bottom."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*AROUND)
        layout.setSpacing(BETWEEN)
        for part in parts:
            if isinstance(part, QLayout):
                layout.addLayout(part)
            else:
                layout.addWidget(part)
        layout.addStretch(0)
        layout.addWidget(self.buttons)
        return layout

    # --- work

    def _work(
        self,
        doing: str,
        work: Callable[[Progress], Result],
        on_done: Callable[[Result], object],
        expected: tuple[type[Exception], ...] = (ProjectError, OSError),
    ) -> None:
        """`work` runs off the event loop; `on_done` is a method of this dialog, and gets what it returns."""
        self._drop_job()
        self._summary.setText(doing)
        self._show_busy(True)
        job = self._job = Job(work, expected)
        job.progressed.connect(self._on_progressed)
        for ended in (job.done, job.failed):
            ended.connect(self._on_ended)
        job.done.connect(on_done)
        job.failed.connect(self._on_failed)
        job.start()

    def _drop_job(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
            job.disconnect(self)

    def _show_busy(self, is_busy: bool) -> None:
        self._progress.setRange(0, 0)
        self._progress.setVisible(is_busy)

    def _close_cancels(self, is_busy: bool) -> None:
        """The button that closes says so: of a dialog that is there for more than one piece of work."""
        close = self.buttons.button(QDialogButtonBox.StandardButton.Close)
        texts = [self.tr("Cancel"), self.tr("Close")]
        widths = []
        for text in texts if not is_busy else reversed(texts):
            close.setText(text)
            widths.append(close.sizeHint().width())
        close.setMinimumWidth(max(widths))  # what is beside it keeps its place
        if is_busy:
            close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_progressed(self, done: int, total: int) -> None:
        self._progress.setRange(0, total)
        self._progress.setValue(done)

    def _on_ended(self) -> None:
        self._job = None
        self._show_busy(False)

    def _on_failed(self, reason: str) -> None:
        self._summary.setText(reason)
