"""A person who trains: what the panel and the canvas say about it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from desktop_app.runs.queued_run import QueuedRun
from desktop_app.runs.training_run import TrainingRun
from tests.helpers.fake_worker import fake_worker_command
from tests.helpers.window_driver import WindowDriver

TRAINING_PATIENCE_MS = 200_000


class Trainer(WindowDriver):
    """A person who trains: what the panel and the canvas say about it."""

    @property
    def panel(self) -> str:
        return self.window.runs.text

    @property
    def run(self) -> TrainingRun:
        run = self.window.training.run
        assert run is not None
        return run

    @property
    def predicted(self) -> list[str]:
        """What the chips at the dashed boxes say."""
        return self.canvas.canvas_scene.predictions.texts

    def pretend(self, behaviour: str, **options) -> None:
        self.window.training.command = lambda run: fake_worker_command(run, behaviour, **options)

    def press_train(self, **values) -> TrainingRun:
        """Ctrl+T, wait for the sheet's words, change some settings, and Start; the run that is shown then."""
        self.press_key("Ctrl+T")
        self.wait_until(lambda: self.window.training.sheet_command.sheet is not None)
        sheet = self.window.training.sheet_command.sheet
        self.wait_until(lambda: sheet.snapshot is not None)
        sheet.form.set_values(values)
        self._qtbot.keyClick(sheet.start_button, Qt.Key.Key_Return)
        return self.run

    def queue_another(self, behaviour: str = "complete", **options) -> QueuedRun:
        """An order while a run goes on; it waits, and its folder is there."""
        self.pretend(behaviour, **options)
        known = self.window.training.queue.waiting
        self.press_train()
        queued = next(queued for queued in self.window.training.queue.waiting if queued not in known)
        self.wait_until(lambda: queued.folder is not None)
        return queued

    @property
    def queue_text(self) -> str:
        """What the panel says about the other runs of this window."""
        return next((strip.text for strip in self.window.runs.queue_strips if strip.isVisibleTo(self.window)), "")

    def wait_for_end(self) -> None:
        self._qtbot.waitUntil(lambda: not self.run.is_running, timeout=TRAINING_PATIENCE_MS)

    def wait_for_epochs(self, count: int) -> None:
        self.wait_until(lambda: len(self.run.history) >= count)
