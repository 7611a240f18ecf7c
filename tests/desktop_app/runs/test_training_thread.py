from __future__ import annotations

import os
import signal
import stat

import pytest
from PySide6.QtCore import QObject

from desktop_app.runs.training_thread import TrainingThread
from tests.helpers.fake_worker import MISSING_PROGRAM, REASON, fake_worker_command
from tests.helpers.runs import prepared_run
from training.run.events import EndedEvent, EpochEvent, PredictionsEvent, StartedEvent
from training.run.outcome import OutcomeKind

PATIENCE_MS = 20_000


class Listener(QObject):
    """What a thread told, in order; an object of the GUI thread, so that it is told there."""

    def __init__(self, thread: TrainingThread) -> None:
        super().__init__(thread)
        self.events: list = []
        self.outcomes: list = []
        self.logs: list[str] = []
        thread.event_received.connect(self._on_event)
        thread.run_ended.connect(self._on_ended)

    def _on_event(self, event) -> None:
        self.events.append(event)

    def _on_ended(self, outcome, log) -> None:
        self.outcomes.append(outcome)
        self.logs.append(log)

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def start(qtbot, tmp_path):
    """Starts a thread with a worker that behaves as asked."""
    started: list[TrainingThread] = []

    def starter(behaviour: str = "complete", command=None, run=None, **options) -> tuple[TrainingThread, Listener]:
        usual = lambda folder: fake_worker_command(folder, behaviour, **options)  # noqa: E731
        thread = TrainingThread(run or prepared_run(tmp_path), command or usual)
        listener = Listener(thread)
        started.append(thread)
        thread.start()
        return thread, listener

    yield starter
    for thread in started:
        thread.shut_down(patience_seconds=0.1)
        thread.deleteLater()


def wait_for_end(qtbot, listener: Listener) -> None:
    qtbot.waitUntil(lambda: bool(listener.outcomes), timeout=PATIENCE_MS)


def wait_for(qtbot, listener: Listener, kind: type) -> None:
    qtbot.waitUntil(lambda: bool(listener.of(kind)), timeout=PATIENCE_MS)


def test_a_training_that_completes_tells_everything_in_order(qtbot, start):
    _, listener = start("complete", epochs=3)
    wait_for_end(qtbot, listener)
    assert listener.outcomes[0].kind is OutcomeKind.COMPLETED
    assert [event.epoch for event in listener.of(EpochEvent)] == [1, 2, 3]
    assert isinstance(listener.events[-1], EndedEvent)


ENDINGS = [
    ("fail", OutcomeKind.FAILED, REASON),
    ("crash", OutcomeKind.CRASHED, "SIGSEGV"),
    ("abort", OutcomeKind.CRASHED, "SIGABRT"),
    ("no_start", OutcomeKind.COULD_NOT_START, "ModuleNotFoundError"),
    ("noise", OutcomeKind.COMPLETED, ""),
]


@pytest.mark.parametrize(("behaviour", "kind", "reason"), ENDINGS)
def test_every_way_of_ending_is_an_outcome(qtbot, start, behaviour, kind, reason):
    _, listener = start(behaviour)
    wait_for_end(qtbot, listener)
    assert listener.outcomes[0].kind is kind
    assert reason in listener.outcomes[0].reason


def test_a_program_that_is_not_there_could_not_start(qtbot, start):
    _, listener = start(command=lambda run: MISSING_PROGRAM)
    wait_for_end(qtbot, listener)
    assert listener.outcomes[0].kind is OutcomeKind.COULD_NOT_START
    assert "/no/such/program" in listener.outcomes[0].reason


def test_what_the_worker_logged_last_comes_with_the_outcome(qtbot, start):
    _, listener = start("no_start")
    wait_for_end(qtbot, listener)
    assert "No module named 'tensorflow'" in listener.logs[0]


def test_a_stop_ends_a_training_that_would_go_on(qtbot, start):
    thread, listener = start("train")
    wait_for(qtbot, listener, EpochEvent)
    thread.stop()
    wait_for_end(qtbot, listener)
    assert listener.outcomes[0].kind is OutcomeKind.STOPPED


def test_a_stop_before_the_worker_is_there_is_not_forgotten(qtbot, start):
    thread, listener = start("train")
    thread.stop()
    wait_for_end(qtbot, listener)
    assert listener.outcomes[0].kind is OutcomeKind.STOPPED


def test_a_worker_that_does_not_stop_is_killed_when_asked_again(qtbot, start):
    thread, listener = start("hang")
    wait_for(qtbot, listener, EpochEvent)
    thread.stop()
    thread.kill()
    wait_for_end(qtbot, listener)
    assert listener.outcomes[0].kind is OutcomeKind.KILLED


def test_a_worker_killed_by_somebody_else_crashed(qtbot, start):
    thread, listener = start("train")
    wait_for(qtbot, listener, EpochEvent)
    os.kill(thread.worker_pid, signal.SIGKILL)
    wait_for_end(qtbot, listener)
    assert listener.outcomes[0].kind is OutcomeKind.CRASHED


def test_a_watched_image_is_answered_and_again_after_each_epoch(qtbot, start):
    thread, listener = start("train")
    thread.watch("early.jpg")  # before there is a worker
    wait_for(qtbot, listener, StartedEvent)
    thread.watch("a.jpg")

    def answers() -> list[str]:
        found = [event for event in listener.of(PredictionsEvent) if event.images[0].filename == "a.jpg"]
        return [event.reason for event in found]

    qtbot.waitUntil(lambda: answers().count("epoch") >= 2 and "watch" in answers(), timeout=PATIENCE_MS)


def test_an_image_watched_before_the_worker_is_there_is_asked_about_later(qtbot, start):
    thread, listener = start("train")
    thread.watch("early.jpg")
    wait_for(qtbot, listener, PredictionsEvent)
    assert listener.of(PredictionsEvent)[0].images[0].filename == "early.jpg"


@pytest.mark.parametrize("behaviour", ["train", "hang"])
def test_shutting_down_leaves_neither_process_nor_thread(qtbot, start, behaviour):
    thread, listener = start(behaviour)
    wait_for(qtbot, listener, EpochEvent)
    pid = thread.worker_pid
    thread.shut_down(patience_seconds=2 if behaviour == "train" else 0.1)
    assert thread.isFinished()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs rights that can be taken away")
def test_a_read_only_folder_could_not_start(qtbot, start, tmp_path):
    run = prepared_run(tmp_path)
    run.path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    _, listener = start(run=run)
    wait_for_end(qtbot, listener)
    run.path.chmod(0o755)
    assert listener.outcomes[0].kind is OutcomeKind.COULD_NOT_START
