"""Exporting a model: what goes into the zip, how far it is, and what came of it. Three pages of one dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.export_words import format_title, format_use, result_words, size_words, step_words, summary
from desktop_app.icon_mark import IconMark
from desktop_app.small_widgets import copyable, heading, muted_label, push_button
from desktop_app.style import make_primary
from desktop_app.words import filled
from training.run.model_export.export_result import ExportedFormat, ExportFormat, ExportResult, ExportStep

WIDTH, HEIGHT = 560, 420
MARK_SIZE = 16
SHOWN = (ExportFormat.LITERT, ExportFormat.INT8, ExportFormat.ONNX, ExportFormat.SAVED_MODEL, ExportFormat.KERAS)
PICTURES = "pictures"


class ExportModelDialog(QDialog):
    """Says what somebody wants; who made it does it. It is not modal: work goes on meanwhile."""

    export_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(filled(self.tr("Export model · %1"), name))
        self.setMinimumWidth(WIDTH)
        self.resize(WIDTH, HEIGHT)
        self._target: Path | None = None
        self._is_busy = False
        self.choices = {kind: self._choice(format_title(kind), kind) for kind in SHOWN}
        self.pictures = self._choice(self.tr("Pictures in the model card"), PICTURES)
        self.step = QLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far the export is"))
        self._headline = copyable(heading(""))
        self._summary = copyable(muted_label(wrap=True))
        self._rows = QGridLayout()
        self._pages = QStackedWidget()
        self._buttons = QDialogButtonBox()
        self._lay_out()
        self.show_choices()

    # --- what it shows

    def show_choices(self, problem: str = "") -> None:
        """`problem` is why the last attempt failed."""
        self._is_busy = False
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._turn_to(self._choosing, [self.export_button, self.close_button])
        self.export_button.setDefault(True)

    def show_busy(self) -> None:
        self._is_busy = True
        self.step.setText(step_words(ExportStep.LOAD))
        self.bar.setRange(0, 0)
        self.cancel_button.setEnabled(True)
        self._turn_to(self._working, [self.cancel_button])

    def show_step(self, step: ExportStep, done: int, total: int) -> None:
        self.step.setText(step_words(step))
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def show_result(self, result: ExportResult, target: Path) -> None:
        self._is_busy = False
        self._target = target
        self._headline.setText(filled(self.tr("%1, %2"), target.name, size_words(result.size)))
        for row, one in enumerate(sorted(result.formats, key=lambda one: SHOWN.index(one.format))):
            self._add_row(row, one)
        self._summary.setText(summary(result))
        self._turn_to(self._result, [self.folder_button, self.close_button])
        self.folder_button.setFocus()

    @property
    def wanted(self) -> tuple[list[ExportFormat], bool]:
        """The forms that were chosen, and whether pictures go along."""
        return [kind for kind, box in self.choices.items() if box.isChecked()], self.pictures.isChecked()

    @property
    def text(self) -> str:
        """All that is shown, line by line."""
        return "\n".join(
            label.text() for label in self.findChildren(QLabel) if label.text() and label.isVisibleTo(self)
        )

    # --- what people do

    def reject(self) -> None:
        """Esc: an export is cancelled first, and closes the dialog itself."""
        if self._is_busy:
            self._cancel()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_busy:
            self._cancel()
            event.ignore()
        else:
            super().closeEvent(event)

    def _cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self.step.setText(self.tr("Cancelling…"))
        self.bar.setRange(0, 0)
        self.cancel_asked.emit()

    def _open_folder(self) -> None:
        if self._target is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._target.parent)))

    def _on_chosen(self) -> None:
        """An empty zip is of no use."""
        self.export_button.setEnabled(any(box.isChecked() for box in self.choices.values()))

    # --- what it is made of

    def _lay_out(self) -> None:
        self.export_button = push_button(self.tr("Export…"), self.export_asked.emit)
        self.export_button.setToolTip(self.tr("Choose the file and begin (Return)"))
        make_primary(self.export_button)
        self.close_button = push_button(self.tr("Close"), self.reject)
        self.close_button.setToolTip(self.tr("Close (Esc)"))
        self.cancel_button = push_button(self.tr("Cancel"), self._cancel)
        self.cancel_button.setToolTip(self.tr("End the export; nothing is left of it (Esc)"))
        self.folder_button = push_button(self.tr("Open folder"), self._open_folder)
        self.folder_button.setToolTip(self.tr("Show where the zip is"))
        self._choosing, self._working, self._result = self._choice_page(), self._work_page(), self._result_page()
        for page in (self._choosing, self._working, self._result):
            self._pages.addWidget(page)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.folder_button, self.export_button, self.cancel_button, self.close_button):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        layout.addWidget(self._pages, 1)
        layout.addLayout(row)

    def _choice_page(self) -> QWidget:
        page, layout = _page()
        self._problem = copyable(QLabel())
        self._problem.setWordWrap(True)
        self._problem.setProperty("problem", True)
        layout.addWidget(self._problem)
        layout.addWidget(heading(self.tr("What goes into the zip")))
        for kind, box in self.choices.items():
            layout.addWidget(_with_words(box, format_use(kind)))
        card = self.tr("a few of the run's images with what the model says, without names, places or dates")
        layout.addWidget(_with_words(self.pictures, card))
        always = self.tr(
            "Each form is run and compared with Keras before it goes in. There are also the labels, the numbers (model.json), a "
            "model card, and predict.py, which asks the model anywhere with Python. Nothing in it names this computer."
        )
        layout.addWidget(muted_label(always, wrap=True))
        layout.addStretch(1)
        return page

    def _work_page(self) -> QWidget:
        page, layout = _page()
        layout.addStretch(1)
        layout.addWidget(self.step)
        layout.addWidget(self.bar)
        layout.addStretch(1)
        return page

    def _result_page(self) -> QWidget:
        page, layout = _page()
        layout.addWidget(self._headline)
        self._rows.setHorizontalSpacing(10)
        self._rows.setVerticalSpacing(8)
        self._rows.setColumnStretch(2, 1)
        layout.addLayout(self._rows)
        layout.addWidget(self._summary)
        layout.addStretch(1)
        return page

    def _add_row(self, row: int, one: ExportedFormat) -> None:
        mark = IconMark(*(("done", "reviewed") if one.is_there else ("info", "muted")), MARK_SIZE)
        mark.setAccessibleName(self.tr("exported") if one.is_there else self.tr("left out"))
        words = copyable(QLabel(result_words(one)))
        words.setWordWrap(True)
        top = Qt.AlignmentFlag.AlignTop
        self._rows.addWidget(mark, row, 0, top)
        self._rows.addWidget(QLabel(format_title(one.format)), row, 1, top)
        self._rows.addWidget(words, row, 2)

    def _choice(self, title: str, name: str) -> QCheckBox:
        box = QCheckBox(title)
        box.setObjectName(f"export_{name}")
        box.setChecked(True)
        box.toggled.connect(self._on_chosen)
        return box

    def _turn_to(self, page: QWidget, buttons: list[QWidget]) -> None:
        self._pages.setCurrentWidget(page)
        for button in (self.folder_button, self.export_button, self.cancel_button, self.close_button):
            button.setVisible(button in buttons)


def _page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    return page, layout


def _with_words(box: QCheckBox, words: str) -> QWidget:
    line = QWidget()
    row = QVBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(1)
    label = muted_label(words, wrap=True)
    label.setIndent(24)
    box.setToolTip(words)
    box.setAccessibleDescription(words)
    row.addWidget(box)
    row.addWidget(label)
    return line
