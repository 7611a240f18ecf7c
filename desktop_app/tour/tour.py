"""The tour: it leads a newcomer through real work on the sample project, up to a trained model that is used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.tour.memory import TourMemory, TourState, read_memory, write_memory
from desktop_app.tour.step import STEPS, WATCH, OnTheWay, Step
from desktop_app.tour.tour_project import TourProject
from desktop_app.tour.usher import Usher
from desktop_app.words import filled

if TYPE_CHECKING:
    from desktop_app.main_window import MainWindow
    from desktop_app.runs.queued_run import QueuedRun
    from desktop_app.tour.offer import TourOffer


class Tour(QObject):
    """It goes on when the person has done what a step asks for; it never does it for them, and never blocks the window.

    The way: 1. `start` opens the sample project; 2. each step says something beside a control and waits; 3. what the
    person does there begins the next step, or, where something went wrong, an earlier one; 4. after the last one it is
    `finished`. Whoever closes the window, or opens another project, finds the step that was reached again.
    """

    step_changed = Signal(str)  # the step's name; "" when there is none any more
    finished = Signal()  # the last step was done

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._step: Step | None = None
        self._way = OnTheWay()
        self._project = TourProject(window, self)
        self._project.opened.connect(self._on_project_there)
        self._project.left.connect(self._on_project_left)
        self._usher = Usher(window, self)
        self._usher.next_pressed.connect(self._on_next)
        self._usher.back_pressed.connect(lambda: self._go_by(-1))
        self._usher.skip_pressed.connect(lambda: self._go_by(1))
        self._usher.end_pressed.connect(self.dismiss)
        window.training.orders.placed.connect(self._on_placed)
        window.training.shutting_down.connect(self.stop)
        window.stage.start_page.tour_asked.connect(self.start)
        self._offer: TourOffer | None = None
        self._show_on_start_page()

    @property
    def step(self) -> str:
        """The name of the present one; nothing while there is none."""
        return "" if self._step is None else self._step.name

    @property
    def spoken_of(self) -> tuple[QWidget, ...]:
        """The controls that the bubble may stand beside now."""
        return () if self._step is None else self._step.said().about

    @property
    def memory(self) -> TourMemory:
        return read_memory(self._window.settings)

    def start(self) -> None:
        """Open the sample project, and show the first step or the one that was reached."""
        if self._step is not None:
            self._usher.take_focus()
            return
        if self._offer is not None:
            self._offer.leave()
        if self.memory.state is not TourState.UNDER_WAY:
            self._remember(TourMemory(TourState.UNDER_WAY, STEPS[0]))
        memory = self.memory
        is_new = memory.step == STEPS[0] or not memory.folder
        self._project.open(None if is_new else Path(memory.folder))

    def offer_at_start(self) -> None:
        """Before anything is opened: whoever starts the program for the first time, or left the tour in the middle, is
        asked once.
        """
        from desktop_app.tour.offer import TourOffer

        state = self.memory.state
        is_new = state is TourState.NEW and not self._window.settings.recent_folders()
        if not is_new and state is not TourState.UNDER_WAY:
            return
        offer = TourOffer(self._window, self, is_begun=state is TourState.UNDER_WAY)
        offer.accepted.connect(self.start)
        offer.declined.connect(self.dismiss)
        if is_new:
            offer.shown.connect(lambda: self._remember(TourMemory(TourState.OFFERED)))
        self._offer = offer

    def stop(self) -> None:
        """Put the bubble away; what was done stays, and `start` goes on with the step that was reached."""
        self._project.forget()
        had_step = self._step is not None
        self._end_step()
        self._usher.leave()
        if had_step:
            self.step_changed.emit("")

    def dismiss(self) -> None:
        """The person has had enough: nobody asks again."""
        self._remember(replace(self.memory, state=TourState.DISMISSED))
        self.stop()
        self._window.status.say(self.tr("The tour is in the menu Help, whenever you want it."))

    # --- the way

    def _on_project_there(self) -> None:
        memory = self.memory
        self._way = OnTheWay()
        step = memory.step if memory.step in STEPS else STEPS[0]
        if STEPS.index(step) < STEPS.index(WATCH):
            self._begin(step)
        else:
            self._project.show_run(Path(memory.run), lambda found: self._begin(step if found else "train"))

    def _on_project_left(self) -> None:
        """Another project is open now; that is no mistake."""
        if self._step is not None:
            self.stop()
            self._window.status.say(
                self.tr("The tour has ended with its project; Help > Take the tour goes on with it.")
            )

    def _begin(self, name: str) -> None:
        from desktop_app.tour.all_steps import made_step

        self._end_step()
        run = self._way.run
        folder = "" if run is None or run.folder is None else str(run.folder.path)
        memory = TourMemory(TourState.UNDER_WAY, name, folder or self.memory.run, str(self._window.document.folder))
        self._remember(memory)
        step = self._step = made_step(name, self._window, self._way, self)
        step.said_changed.connect(self._show)
        step.done.connect(self._on_done)
        step.fell_back.connect(self._begin)
        self.step_changed.emit(name)
        step.begin()
        self._show()

    def _end_step(self) -> None:
        step, self._step = self._step, None
        if step is not None:
            for signal in (step.said_changed, step.done, step.fell_back):
                signal.disconnect()
            step.end()
            step.deleteLater()

    def _on_done(self) -> None:
        if self._step is not None and self._step.name == STEPS[-1]:
            self._finish()
        else:
            self._go_by(1)

    def _go_by(self, count: int) -> None:
        if self._step is not None:
            self._step.give_way()
            at = STEPS.index(self._step.name) + count
            if at == len(STEPS):
                self._finish()
            else:
                self._begin(STEPS[max(0, at)])

    def _on_next(self) -> None:
        if self._step is not None:
            self._step.on_next()

    def _on_placed(self, queued: QueuedRun) -> None:
        """Who trains before the tour has come to that is watching now."""
        if self._step is not None and STEPS.index(self._step.name) < STEPS.index(WATCH) - 1:
            self._way.run = queued.run
            self._begin(WATCH)

    def _finish(self) -> None:
        self._remember(TourMemory(TourState.FINISHED))
        self.stop()
        self.finished.emit()

    # --- showing

    def _show(self) -> None:
        step = self._step
        if step is None:
            return
        at = STEPS.index(step.name)
        how_far = filled(self.tr("%1 of %2"), at + 1, len(STEPS))
        said = step.said()
        self._usher.show(said, how_far, back=at > 0, skip=step.can_be_skipped and not said.next_text)

    def _remember(self, memory: TourMemory) -> None:
        write_memory(self._window.settings, memory)
        self._show_on_start_page()

    def _show_on_start_page(self) -> None:
        memory = self.memory
        self._window.stage.start_page.set_tour_wanted(
            is_first=not memory.is_answered, is_begun=memory.state is TourState.UNDER_WAY
        )
