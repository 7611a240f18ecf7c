"""The top of the run panel: which run it is, what it does, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QProgressBar, QToolButton, QVBoxLayout, QWidget

from desktop_app.elided_label import ElidedLabel
from desktop_app.icons import set_icon
from desktop_app.runs import run_words
from desktop_app.runs.queued_run import name_of
from desktop_app.runs.training_control import TrainingControl
from desktop_app.runs.training_run import Stage, TrainingRun
from desktop_app.shrinkable import shrinkable
from desktop_app.small_widgets import heading, muted_label, push_button
from desktop_app.style import make_primary
from desktop_app.words import filled

PROGRESS_STEPS = 1000
LINE_HEIGHT = 24


class AllRunsButton(QToolButton):
    """Opens the list of runs; hidden until somebody gives it the action for that."""

    def __init__(self) -> None:
        super().__init__()
        self.setText(self.tr("All runs…"))
        self.setAutoRaise(True)
        self.setFixedHeight(LINE_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # keys for the canvas must not press it
        self.hide()

    def show_action(self, action: QAction) -> None:
        """Not as the button's own action, which would put its words here."""
        self.clicked.connect(action.trigger)
        action.enabledChanged.connect(self.setEnabled)
        self.setEnabled(action.isEnabled())
        self.setToolTip(action.toolTip())
        self.show()


class RunHeader(QWidget):
    """Reads the run that is shown; `refresh` when it has news."""

    def __init__(self, control: TrainingControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._control = control
        self.name = ElidedLabel()
        self.name.setProperty("heading", True)
        self.all_runs_button = AllRunsButton()
        self._state = shrinkable(heading(""))
        self._project, self._where = (shrinkable(muted_label()) for _ in range(2))
        self._time_left = muted_label()
        self.stop_button = push_button(self.tr("Stop"), control.stop)
        set_icon(self.stop_button, "stop")
        start_tip = self.tr("Start this run now")
        self.start_button = push_button(self.tr("Start"), self._on_start, tip=start_tip)
        resume_tip = self.tr("Go on with this run in its own folder")
        self.resume_button = push_button("", self._on_resume, tip=resume_tip)
        remove_tip = self.tr("Take this run out of the queue")
        self.remove_button = push_button(self.tr("Remove"), self._on_remove, tip=remove_tip)
        again_tip = self.tr("A new run with the settings of this one, which you may change")
        self.again_button = push_button(self.tr("Train again…"), control.train_again, tip=again_tip)
        self.progress_bar = QProgressBar()
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setAccessibleName(self.tr("Progress of the training"))
        self._lay_out()

    def _lay_out(self) -> None:
        title, top, where = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        title.addWidget(self.name, 1)
        title.addWidget(self.all_runs_button)
        top.addWidget(self._state, 1)
        for button in (
            self.start_button,
            self.remove_button,
            self.stop_button,
            self.resume_button,
            self.again_button,
        ):
            top.addWidget(button)
        where.addWidget(self._where, 1)
        where.addWidget(self._time_left)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(title)
        layout.addWidget(self._project)
        layout.addLayout(top)
        layout.addWidget(self.progress_bar)
        layout.addLayout(where)
        make_primary(self.start_button)
        for any_button in self.findChildren(QAbstractButton):
            any_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # keys for the canvas must not press it

    # --- what it shows

    def refresh_name(self) -> None:
        run = self._control.run
        if run is None:
            return
        self.name.set_whole(self.tr("A new run") if run.folder is None else name_of(run.folder))
        elsewhere = not self._control.answers.shows_this_project
        _set_text(self._project, filled(self.tr("Of the project “%1”"), self._control.shown_project))
        self._project.setVisible(elsewhere and bool(self._control.shown_project))

    def offer_resume(self, text: str) -> None:
        """What the button says that goes on with an ended run; nothing where that makes no sense."""
        self.resume_button.setText(text)

    def refresh(self) -> None:
        run = self._control.run
        if run is None:
            return
        _set_text(self._state, run_words.heading_of(run))
        self._state.setToolTip(run_words.heading_tip(run))
        _set_text(self._where, run_words.progress_of(run))
        _set_text(self._time_left, run_words.time_left_of(run))
        for part in (self.progress_bar, self._where, self._time_left):
            part.setVisible(run.is_running)
        self._show_progress(run)
        self._show_buttons(run)

    def _show_progress(self, run: TrainingRun) -> None:
        if run.is_training:
            self.progress_bar.setRange(0, PROGRESS_STEPS)
            self.progress_bar.setValue(round(PROGRESS_STEPS * run.progress))
        elif run.phase is not None and run.phase.total:
            self.progress_bar.setRange(0, run.phase.total)
            self.progress_bar.setValue(run.phase.done or 0)
        else:
            self.progress_bar.setRange(0, 0)

    def _show_buttons(self, run: TrainingRun) -> None:
        queued = self._control.shown
        self.stop_button.setVisible(run.is_running and queued is not None)
        self.again_button.setVisible(run.outcome is not None)
        self.resume_button.setVisible(run.outcome is not None and bool(self.resume_button.text()))
        self.start_button.setVisible(run.is_waiting)
        self.start_button.setText(self.tr("Start") if run.stage is Stage.PREPARED else self.tr("Train next"))
        self.remove_button.setVisible(queued is not None and queued.is_waiting)
        self.stop_button.setText(self.tr("End at once") if run.stop_requested else self.tr("Stop"))
        tip = (
            self.tr("Don't wait until the model is saved") if run.stop_requested else self.tr("Stop and keep the model")
        )
        self.stop_button.setToolTip(tip)

    # --- what is pressed

    def _on_start(self) -> None:
        """One that waits comes next; one that was only prepared takes its turn."""
        run, queued = self._control.run, self._control.shown
        if queued is not None:
            self._control.put_first(queued)
        elif run is not None and run.folder is not None:
            self._control.resume_run(run.folder)

    def _on_resume(self) -> None:
        run = self._control.run
        if run is not None and run.folder is not None:
            self._control.resume_run(run.folder)

    def _on_remove(self) -> None:
        if self._control.shown is not None:
            self._control.remove_waiting(self._control.shown)


def _set_text(label: QLabel, text: str) -> None:
    """Layouts are only asked again when there is something new."""
    if label.text() != text:
        label.setText(text)
