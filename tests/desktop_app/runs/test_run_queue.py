"""Turns, without a window: orders, devices, and who begins when another one has ended."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest

from desktop_app.runs.queued_run import QueuedRun
from desktop_app.runs.run_queue import ANY_DEVICE, RunQueue, device_key
from desktop_app.runs.training_run import Stage, TrainingRun
from tests.helpers.fake_worker import MISSING_PROGRAM, fake_worker_command
from tests.helpers.runs import some_dataset, some_settings
from training.run.outcome import OutcomeKind
from training.run.run_folder import RunFolderError, prepare_run, prepare_run_at

PATIENCE_MS = 20_000


@pytest.fixture
def queue(qtbot):
    made = RunQueue()
    made.set_gpus(())
    yield made
    made.shut_down(0.1)
    made.deleteLater()


@pytest.fixture
def order(queue, tmp_path):
    """Puts a prepared run into the queue, with a worker that behaves as asked."""

    def place(name: str, behaviour: str = "train", device: str = "auto", command=None, **options) -> QueuedRun:
        folder = prepare_run_at(tmp_path / name, some_settings(tmp_path, device=device), some_dataset())
        usual = command or (lambda run: fake_worker_command(run, behaviour, **options))
        queued = QueuedRun(TrainingRun(), device, Path(), command=usual)
        queued.take_folder(folder)
        queue.add(queued)
        return queued

    return place


def names(runs) -> list[str]:
    return [queued.folder.path.name for queued in runs]


def wait_for_end(qtbot, queued: QueuedRun) -> None:
    run = queued.run
    qtbot.waitUntil(lambda: run.outcome is not None, timeout=PATIENCE_MS)


def wait_for_epoch(qtbot, queued: QueuedRun) -> None:
    run = queued.run
    qtbot.waitUntil(lambda: bool(run.history), timeout=PATIENCE_MS)


def test_the_first_begins_at_once_and_the_others_wait_in_their_order(qtbot, queue, order):
    first, second, third = order("a"), order("b"), order("c")
    assert (names(queue.running), names(queue.waiting)) == (["a"], ["b", "c"])
    assert [queued.run.stage for queued in (first, second, third)] == [Stage.RUNNING, Stage.WAITING, Stage.WAITING]
    assert not second.folder.events_file.exists()


@pytest.mark.parametrize("behaviour", ["complete", "fail", "crash", "no_start"])
def test_however_one_ends_the_next_begins_by_itself(qtbot, queue, order, behaviour):
    first, second = order("a", behaviour, epochs=1).run, order("b", "complete", epochs=1).run
    qtbot.waitUntil(lambda: first.outcome is not None and second.outcome is not None, timeout=PATIENCE_MS)
    assert second.outcome.kind is OutcomeKind.COMPLETED
    assert queue.runs == []


def test_a_worker_that_cannot_be_started_lets_the_next_begin(qtbot, queue, order):
    order("a", command=lambda run: MISSING_PROGRAM)
    second = order("b", "complete", epochs=1)
    wait_for_end(qtbot, second)


def test_only_one_worker_at_a_time_on_a_device(qtbot, queue, order):
    runs = [order(name, "complete", epochs=2).run for name in "abc"]
    qtbot.waitUntil(lambda: all(run.outcome is not None for run in runs), timeout=PATIENCE_MS)
    lives = [[event.time for event in run.folder.read_events()[0]] for run in runs]
    assert all(max(before) <= min(after) for before, after in pairwise(lives))


def test_a_later_one_can_be_the_next(qtbot, queue, order):
    first = order("a")
    order("b")
    third = order("c", "complete", epochs=1)
    queue.put_first(third)
    assert names(queue.waiting) == ["c", "b"]
    wait_for_epoch(qtbot, first)
    run = third.run
    first.stop()
    qtbot.waitUntil(lambda: run.outcome is not None, timeout=PATIENCE_MS)


def test_one_that_waits_can_be_removed_and_never_begins(qtbot, queue, order):
    first, second, third = order("a"), order("b"), order("c")
    removed, then = second.run, third.run
    queue.remove(second)
    queue.remove(first)  # trains, and stays
    assert names(queue.runs) == ["a", "c"]
    wait_for_epoch(qtbot, first)
    first.stop()
    qtbot.waitUntil(lambda: bool(then.history), timeout=PATIENCE_MS)
    assert removed.history == []


def test_devices_do_not_wait_for_each_other(qtbot, queue, order):
    queue.set_gpus(("gpu:0", "gpu:1"))
    order("a", device="gpu")
    order("b", device="cpu")
    order("c", device="auto")
    order("d", device="gpu:1")
    order("e", device="cpu")
    assert names(queue.running) == ["a", "b", "d"]
    assert names(queue.waiting) == ["c", "e"]
    assert [queue.would_wait(device) for device in ("gpu:1", "gpu:2")] == [True, False]


def test_who_computes_on_all_gpus_waits_for_each_of_them(qtbot, queue, order):
    queue.set_gpus(("gpu:0", "gpu:1", "gpus"))
    order("a", device="gpu:1")
    assert [queue.would_wait(device) for device in ("auto", "gpus", "gpu:0", "cpu")] == [True, True, False, False]
    order("b", device="auto")
    assert queue.would_wait("gpu:0")  # it keeps its place behind the one that waits for all


def test_while_nobody_knows_the_devices_all_take_turns_and_begin_when_they_are_known(qtbot, order, queue):
    queue._gpus = None
    order("a", device="auto")
    order("b", device="cpu")
    assert names(queue.waiting) == ["b"]
    queue.set_gpus(("gpu:0",))
    assert names(queue.running) == ["a", "b"]


KEYS = [
    ("cpu", None, "cpu"),
    ("auto", None, ANY_DEVICE),
    ("gpu:1", None, ANY_DEVICE),
    ("auto", (), "cpu"),
    ("gpu", (), "cpu"),
    ("auto", ("gpu:0", "gpu:1"), "gpu:0"),
    ("auto", ("gpu:0", "gpu:1", "gpus"), "gpus"),
    ("gpus", ("gpu:0", "gpu:1", "gpus"), "gpus"),
    ("gpus", ("gpu:0",), "gpu:0"),
    ("cpu:2", ("gpu:0",), "cpu"),
    ("gpu", ("gpu:0",), "gpu:0"),
    ("gpu:1", ("gpu:0", "gpu:1"), "gpu:1"),
    ("cpu", ("gpu:0",), "cpu"),
]


@pytest.mark.parametrize(("setting", "gpus", "key"), KEYS)
def test_the_device_that_a_setting_means(setting, gpus, key):
    assert device_key(setting, gpus) == key


def test_one_that_is_still_being_prepared_keeps_its_place(qtbot, queue, order, tmp_path):
    early = QueuedRun(TrainingRun(), "auto", Path(), command=lambda run: fake_worker_command(run, "complete", 1))
    queue.add(early)
    late = order("late", "complete", epochs=1)
    run = early.run
    assert run.is_running  # its turn has come
    early.prepare(lambda: prepare_run(tmp_path / "runs", some_settings(tmp_path), some_dataset()), (OSError,))
    wait_for_end(qtbot, late)
    assert run.outcome.kind is OutcomeKind.COMPLETED


def test_a_folder_that_cannot_be_made_is_told_and_the_next_begins(qtbot, queue, order):
    def refuse():
        raise RunFolderError("no room")

    early = QueuedRun(TrainingRun(), "auto", Path())
    run = early.run
    queue.add(early)
    late = order("late", "complete", epochs=1)
    early.prepare(refuse, (RunFolderError,))
    wait_for_end(qtbot, late)
    assert (run.outcome.kind, run.outcome.reason) == (OutcomeKind.COULD_NOT_START, "no room")


def test_a_stop_before_the_worker_is_there_is_not_forgotten(qtbot, queue, order):
    first = order("a")
    first.stop()
    wait_for_end(qtbot, first)
    assert first.run.outcome.kind is OutcomeKind.STOPPED


def test_shutting_down_leaves_no_process_and_those_that_wait_prepared(qtbot, queue, order):
    first, second = order("a", "hang"), order("b")
    wait_for_epoch(qtbot, first)
    pid, folder = first.worker_pid, second.folder
    queue.shut_down(0.1)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert folder.settings_file.is_file()
    assert not folder.events_file.exists()


def test_a_held_queue_lets_nobody_begin(qtbot, queue, order):
    first = order("a")
    order("b")
    queue.hold()
    wait_for_epoch(qtbot, first)
    first.stop()
    qtbot.waitUntil(lambda: names(queue.runs) == ["b"], timeout=PATIENCE_MS)
    assert names(queue.waiting) == ["b"]


def test_a_run_is_found_by_its_folder(queue, order):
    first, second = order("a"), order("b")
    assert queue.of(first.folder) is first
    assert queue.of(second.folder.path / ".." / "b") is second
    queue.remove(second)
    assert queue.of(second.run.folder) is None


def test_asking_again_about_a_folder_does_not_go_to_the_disk(queue, order, tmp_path, monkeypatch):
    asked: list[Path] = []
    original = Path.resolve
    monkeypatch.setattr(Path, "resolve", lambda path: asked.append(path) or original(path))
    assert queue.of(tmp_path / "a") is None
    assert asked == []
    here = order("a")
    for _ in range(3):
        assert queue.of(tmp_path / "a") is here
        assert queue.of(tmp_path / "b") is None
    # A worker that starts meanwhile asks about places of its own.
    assert sorted(path for path in asked if path.is_relative_to(tmp_path)) == [tmp_path / "a", tmp_path / "b"]
