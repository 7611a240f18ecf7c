"""The run that goes on, or the last one: progress, figures, curves, and how it ended."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.icons import set_icon
from desktop_app.runs import run_words
from desktop_app.runs.charts import ChartView
from desktop_app.runs.figure_tiles import FigureTiles
from desktop_app.runs.outcome_card import OutcomeCard
from desktop_app.runs.shrinkable import shrinkable
from desktop_app.runs.training_control import TrainingControl
from desktop_app.runs.training_run import TrainingRun
from desktop_app.runs.words import filled
from desktop_app.small_widgets import heading, muted_label, push_button

PROGRESS_STEPS = 1000
MOST_WARNINGS = 3


class RunPanel(QWidget):
    """Reads the current TrainingRun and shows it."""

    def __init__(self, control: TrainingControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._control = control
        self._run: TrainingRun | None = None
        self._heading = shrinkable(heading(""))
        self.stop_button = push_button(self.tr("Stop"), control.stop)
        set_icon(self.stop_button, "stop")
        self.stop_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # keys for the canvas must not press it
        self.progress_bar = QProgressBar()
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setAccessibleName(self.tr("Progress of the training"))
        self._where, self._origin, self._seen = (shrinkable(muted_label()) for _ in range(3))
        self._time_left = muted_label()
        self.tiles = FigureTiles()
        self.chart = ChartView()
        self._warnings = shrinkable(muted_label())
        self._warnings.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome_card = OutcomeCard()
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty_page(control.train_action))
        self._pages.addWidget(self._run_page(control.train_action))
        control.run_changed.connect(lambda: self.show_run(control.run))
        control.current_answer_changed.connect(self._show_answer)
        control.shutting_down.connect(self.chart.shut_down)

    def show_run(self, run: TrainingRun | None) -> None:
        if self._run is not None:
            for signal, follow in self._connections(self._run):
                signal.disconnect(follow)
        self._run = run
        self.chart.show_run(run)
        self._pages.setCurrentIndex(0 if run is None else 1)
        if run is None:
            return
        for signal, follow in self._connections(run):
            signal.connect(follow)
        self._on_ended()
        self._show_figures()
        self._show_warnings()
        self._show_answer()

    def _connections(self, run: TrainingRun) -> list[tuple[SignalInstance, Callable[[], None]]]:
        return [
            (run.progress_changed, self._show_progress),
            (run.figures_changed, self._show_figures),
            (run.warned, self._show_warnings),
            (run.ended, self._on_ended),
        ]

    # --- what it is made of

    def _empty_page(self, train_action: QAction) -> QWidget:
        page = QWidget()
        text = muted_label(
            self.tr("Train a model on your boxes, and watch here how it learns and what it sees in your images."),
            wrap=True,
        )
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(14)
        layout.addStretch(1)
        layout.addWidget(text)
        layout.addWidget(_button_for(train_action), 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(2)
        return page

    def _run_page(self, train_action: QAction) -> QWidget:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        top = QHBoxLayout()
        top.addWidget(self._heading, 1)
        top.addWidget(self.stop_button)
        self._again = _button_for(train_action)
        top.addWidget(self._again)
        where = QHBoxLayout()
        where.addWidget(self._where, 1)
        where.addWidget(self._time_left)
        layout.addLayout(top)
        layout.addWidget(self.progress_bar)
        layout.addLayout(where)
        layout.addWidget(self.outcome_card)
        layout.addWidget(self.tiles)
        layout.addWidget(self._origin)
        layout.addWidget(self._seen)
        layout.addWidget(self.chart, 100)
        layout.addWidget(self._warnings)
        layout.addStretch(1)  # keeps everything at the top while there is no chart
        page = QScrollArea()
        page.setWidget(content)
        page.setWidgetResizable(True)
        page.setFrameShape(QFrame.Shape.NoFrame)
        page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return page

    # --- what it shows

    def _show_progress(self) -> None:
        run = self._run
        if run is None:
            return
        _set_text(self._heading, run_words.heading_of(run))
        _set_text(self._where, run_words.progress_of(run))
        _set_text(self._time_left, run_words.time_left_of(run))
        for part in (self.progress_bar, self._where, self._time_left):
            part.setVisible(run.is_running)
        if run.is_training:
            self.progress_bar.setRange(0, PROGRESS_STEPS)
            self.progress_bar.setValue(round(PROGRESS_STEPS * run.progress))
        elif run.phase is not None and run.phase.total:
            self.progress_bar.setRange(0, run.phase.total)
            self.progress_bar.setValue(run.phase.done or 0)
        else:
            self.progress_bar.setRange(0, 0)
        self._show_buttons(run)

    def _show_buttons(self, run: TrainingRun) -> None:
        self.stop_button.setVisible(run.is_running)
        self._again.setVisible(not run.is_running)
        self.stop_button.setText(self.tr("End at once") if run.stop_requested else self.tr("Stop"))
        tip = (
            self.tr("Don't wait until the model is saved") if run.stop_requested else self.tr("Stop and keep the model")
        )
        self.stop_button.setToolTip(tip)

    def _show_figures(self) -> None:
        run = self._run
        if run is None:
            return
        self.tiles.setVisible(bool(run.history))
        self.chart.setVisible(bool(run.history))
        self.tiles.show_figures(run_words.key_figures(run))
        origin = run_words.figures_origin(run)
        self._origin.setVisible(bool(origin))
        _set_text(self._origin, origin)

    def _show_answer(self) -> None:
        boxes = self._control.current_answer
        self._seen.setVisible(boxes is not None)
        _set_text(self._seen, "" if boxes is None else run_words.seen_in(boxes))

    def _show_warnings(self) -> None:
        warnings = [] if self._run is None else self._run.warnings
        lines = warnings[:MOST_WARNINGS]
        if len(warnings) > MOST_WARNINGS:
            lines = [
                *lines,
                filled(
                    self.tr("and %1 more; all of them are in the details at the end"), len(warnings) - MOST_WARNINGS
                ),
            ]
        self._warnings.setText("\n".join(lines))
        self._warnings.setVisible(bool(lines))

    def _on_ended(self) -> None:
        self.outcome_card.show_run(self._run)
        self._show_progress()
        self._show_figures()

    @property
    def text(self) -> str:
        """All that can be read, for tests and for screen readers."""
        labels = [label for label in self.findChildren(QLabel) if label.isVisibleTo(self)]
        return "\n".join(label.text() for label in labels if label.text())


def _button_for(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setProperty("primary", True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _set_text(label: QLabel, text: str) -> None:
    """Layouts are only asked again when there is something new."""
    if label.text() != text:
        label.setText(text)
