"""The other runs of this window in a few lines: what trains beside, and what comes next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from desktop_app.elided_label import ElidedLabel
from desktop_app.runs import run_words
from desktop_app.runs.queued_run import QueuedRun
from desktop_app.runs.training_control import TrainingControl
from desktop_app.small_widgets import icon_button, muted_label
from desktop_app.words import counted, filled, percent

MOST_LINES = 3
LINE_HEIGHT = 24


class QueueStrip(QFrame):
    """A line for each active run but the one that is shown; a press on its name shows it. Hidden when there is none."""

    def __init__(self, control: TrainingControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue_strip")
        self._control = control
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(8, 3, 4, 3)
        self._layout.setSpacing(0)
        self.lines: list[QueueLine] = []
        self._more = muted_label()
        self._layout.addWidget(self._more)
        control.queue_changed.connect(self.refresh)
        control.run_changed.connect(self.refresh)
        control.runs_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        others = [queued for queued in self._control.queue.runs if queued.run is not self._control.run]
        waiting = self._control.queue.waiting
        shown = others[:MOST_LINES]
        self._forget_lines()
        for place, queued in enumerate(shown):
            line = QueueLine(queued, is_next=queued in waiting[:1], can_move=queued in waiting[1:])
            line.show_button.clicked.connect(_calling(self._control.show_queued, queued))
            line.first_button.clicked.connect(_calling(self._control.put_first, queued))
            line.remove_button.clicked.connect(_calling(self._control.remove_waiting, queued))
            self._layout.insertWidget(place, line)
            self.lines.append(line)
        rest = len(others) - len(shown)
        self._more.setText(counted(rest, self.tr("and 1 more that waits"), self.tr("and %n more that wait")))
        self._more.setVisible(rest > 0)
        self.setVisible(bool(others))

    def _forget_lines(self) -> None:
        lines, self.lines = self.lines, []
        for line in lines:
            line.forget()

    @property
    def text(self) -> str:
        lines = [line.text for line in self.lines]
        return "\n".join([*lines, *([] if self._more.isHidden() else [self._more.text()])])


class QueueLine(QWidget):
    def __init__(self, queued: QueuedRun, is_next: bool, can_move: bool) -> None:
        super().__init__()
        self._run = queued.run
        self._is_next = is_next
        name = queued.name or self.tr("A new run")
        self.show_button = QToolButton()
        self.show_button.setText(self.tr("Show"))
        self.show_button.setToolTip(filled(self.tr("Show “%1” here"), name))
        self._label = ElidedLabel()
        self._label.set_whole(name)
        self._state = muted_label()
        self.first_button = icon_button("up", filled(self.tr("Train “%1” next"), name), _nothing)
        tip = self.tr("Don't resume “%1” now") if queued.was_begun else self.tr("Don't train “%1”: to the trash")
        self.remove_button = icon_button("close", filled(tip, name), _nothing)
        for button in (self.show_button, self.first_button, self.remove_button):
            button.setAutoRaise(True)
            button.setFixedHeight(LINE_HEIGHT)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # keys for the canvas must not press it
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._label, 1)
        for part in (self._state, self.show_button, self.first_button, self.remove_button):
            layout.addWidget(part)
        self.first_button.setVisible(can_move)  # not before they have a parent: they would be windows
        self.remove_button.setVisible(queued.is_waiting)
        self._run.progress_changed.connect(self._show_state)
        self._show_state()

    def _show_state(self) -> None:
        run = self._run
        if run.is_training:
            text = percent(run.progress)
        elif run.is_waiting:
            text = self.tr("next") if self._is_next else self.tr("waits")
        else:
            text = run_words.heading_of(run)
        if text != self._state.text():
            self._state.setText(text)

    def forget(self) -> None:
        self._run.progress_changed.disconnect(self._show_state)
        self.hide()
        self.deleteLater()

    @property
    def text(self) -> str:
        return f"{self._label.whole} · {self._state.text()}"


def _calling(handler: Callable[[QueuedRun], object], queued: QueuedRun) -> Callable[[], object]:
    return lambda: handler(queued)


def _nothing() -> None:
    """What a press does is connected by the strip."""
