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
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.elided_label import ElidedLabel
from desktop_app.flowing_text import FlowingText
from desktop_app.runs import run_words
from desktop_app.runs.charts.charts import ChartView
from desktop_app.runs.figure_tiles import FigureTiles
from desktop_app.runs.last_run import LastRun
from desktop_app.runs.outcome_card import OutcomeCard
from desktop_app.runs.queue_strip import QueueStrip
from desktop_app.runs.run_header import AllRunsButton, RunHeader
from desktop_app.runs.top_classes import TopClasses
from desktop_app.runs.training_control import TrainingControl
from desktop_app.runs.training_run import TrainingRun
from desktop_app.shrinkable import shrinkable
from desktop_app.small_widgets import muted_label
from desktop_app.style import make_muted
from desktop_app.words import filled

MOST_WARNINGS = 3
LEAST_OF_ORIGIN = 110  # pixels of the line that says what the figures are of; what is seen in the image has the rest


class RunPanel(QWidget):
    """Reads the TrainingRun that is shown, and shows it."""

    def __init__(self, control: TrainingControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._control = control
        self._run: TrainingRun | None = None
        self.header = RunHeader(control)
        self.queue_strips = [QueueStrip(control), QueueStrip(control)]
        self._origin, self._seen = (ElidedLabel(Qt.TextElideMode.ElideRight) for _ in range(2))
        self.tiles = FigureTiles()
        self.top_classes = TopClasses()
        self.chart = ChartView()
        for label in (self._origin, self._seen):
            make_muted(label)
        self._warnings = shrinkable(muted_label())
        self._warnings.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome_card = OutcomeCard(offers_resume=False)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty_page(control.train_action))
        self._pages.addWidget(self._run_page())
        self._show_why_empty()
        self._join()

    def _join(self) -> None:
        control = self._control
        control.run_changed.connect(self._on_run_changed)
        control.runs_changed.connect(self.header.refresh_name)
        control.project_changed.connect(self.header.refresh_name)
        control.project_changed.connect(self._show_why_empty)
        control.queue_changed.connect(self.header.refresh)
        control.current_answer_changed.connect(self._show_answer)
        control.classes_seen.changed.connect(self._show_answer)
        control.shutting_down.connect(self.chart.shut_down)
        # Who opens the sheet is about to want curves.
        control.sheet_command.sheet_opened.connect(self.chart.canvas.warm_up)
        self.outcome_card.again_asked.connect(control.train_again)

    # What the tests and the window reach for.

    @property
    def stop_button(self) -> QPushButton:
        return self.header.stop_button

    @property
    def progress_bar(self) -> QProgressBar:
        return self.header.progress_bar

    def set_all_runs(self, action: QAction) -> None:
        """The entry that opens the list of runs stands beside the run's name, too."""
        for button in (self.header.all_runs_button, self._all_runs):
            button.show_action(action)

    def _on_run_changed(self) -> None:
        self.show_run(self._control.run)

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
        self.header.refresh_name()
        self._on_ended()
        self._show_warnings()
        self._show_answer()

    def _connections(self, run: TrainingRun) -> list[tuple[SignalInstance, Callable[[], None]]]:
        return [
            (run.progress_changed, self.header.refresh),
            (run.figures_changed, self._show_figures),
            (run.warned, self._show_warnings),
            (run.ended, self._on_ended),
        ]

    # --- what it is made of

    def _empty_page(self, train_action: QAction) -> QWidget:
        page = QWidget()
        text = self._why_empty = muted_label(wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._all_runs = AllRunsButton()
        self.last_run = LastRun(self._control)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(14)
        layout.addWidget(self.queue_strips[0])
        layout.addStretch(1)
        layout.addWidget(text)
        layout.addWidget(_button_for(train_action), 0, Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.last_run)
        layout.addWidget(self._all_runs, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(2)
        return page

    def _show_why_empty(self) -> None:
        ready = self.tr(
            "Train a model on your boxes or on images with a class, and watch here how it learns and what it sees in "
            "your images."
        )
        missing = self.tr("Open a folder of images first; then a model can be trained, and watched here.")
        self._why_empty.setText(missing if self._control.project_folder is None else ready)

    def _run_page(self) -> QWidget:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(10, 6, 10, 6)
        layout.setSpacing(6)
        layout.addWidget(self.header)
        layout.addWidget(self.queue_strips[1])
        layout.addWidget(self.outcome_card)
        layout.addWidget(self.tiles)
        layout.addLayout(self._origin_line())
        layout.addWidget(self.top_classes)
        layout.addWidget(self.chart, 100)
        layout.addWidget(self._warnings)
        layout.addStretch(1)  # keeps everything at the top while there is no chart
        page = QScrollArea()
        page.setAccessibleName(self.tr("The training"))
        page.setWidget(content)
        page.setWidgetResizable(True)
        page.setFrameShape(QFrame.Shape.NoFrame)
        page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return page

    def _origin_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(10)
        self._origin.setMinimumWidth(LEAST_OF_ORIGIN)
        line.addWidget(self._origin, 1)
        line.addWidget(self._seen)
        return line

    # --- what it shows

    def _show_figures(self) -> None:
        run = self._run
        if run is None:
            return
        self.tiles.setVisible(bool(run.history))
        self.chart.setVisible(bool(run.history))
        self.tiles.show_figures(run_words.key_figures(run))
        origin = run_words.figures_origin(run)
        self._origin.setVisible(bool(origin))
        self._origin.set_whole(origin)

    def _show_answer(self) -> None:
        classes = self._control.classes_seen
        self.top_classes.setVisible(classes.is_there)
        if classes.is_there:
            self.top_classes.show_classes(classes.title, classes.bars)
        boxes = None if classes.is_there else self._control.current_answer
        self._seen.setVisible(boxes is not None)
        self._seen.set_whole("" if boxes is None else run_words.seen_in(boxes))

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
        self.header.offer_resume(self.outcome_card.resume_text)
        self.header.refresh()
        self._show_figures()

    @property
    def text(self) -> str:
        """All that can be read, for tests and for screen readers."""
        labels = [label for label in self.findChildren(QLabel) if label.isVisibleTo(self)]
        texts = [flowing.text() for flowing in self.findChildren(FlowingText) if flowing.isVisibleTo(self)]
        texts += [label.whole if isinstance(label, ElidedLabel) else label.text() for label in labels]
        texts += self.top_classes.bars.texts if self.top_classes.bars.isVisibleTo(self) else []
        return "\n".join(text for text in texts if text)


def _button_for(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setProperty("primary", True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
