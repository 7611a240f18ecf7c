"""Leaving while runs go on: the question, a clean end, an end at once; and windows that die."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from tests.end_to_end.test_nothing_lost import kill, start
from tests.helpers.leftovers import _is_dead
from tests.helpers.trainer import TRAINING_PATIENCE_MS, Trainer
from training.run.outcome import OutcomeKind
from training.run.run_folder import RunFolder
from training.run.worker_client import WorkerClient

# A window of its own process that trains with a pretended worker, and says the worker's number and the run's folder.
TRAINING_PERSON = """
import sys
from PySide6.QtCore import QTimer
import desktop_app.application as application
from desktop_app.main_window import MainWindow
from tests.helpers.fake_worker import fake_worker_command

def look(window):
    training = window.training
    if training.run is not None:
        if len(training.run.history) >= 2:
            window.timer.stop()
            print(training.worker_pid, training.run.folder.path, flush=True)
        return
    sheet = training.sheet_command.sheet
    if sheet is not None and sheet.start_button.isEnabled():
        sheet.start_button.click()
    elif sheet is None and window.document.is_open:
        window.action("train").trigger()

real_show = MainWindow.show
def show(window):
    real_show(window)
    window.training.command = lambda run: fake_worker_command(run, "train", epochs=9, pause=0.05)
    window.training.sheet_command.devices_command = []
    window.timer = QTimer(window, interval=20)
    window.timer.timeout.connect(lambda: look(window))
    window.timer.start()
MainWindow.show = show
sys.exit(application.run_application(sys.argv[1:]))
"""


def train(person: Trainer, behaviour: str, **options) -> int:
    """The number of the worker's process."""
    person.pretend(behaviour, **options)
    person.press_train()
    person.wait_for_epochs(1)
    return person.window.training.worker_pid


def question_of(person: Trainer) -> str:
    box = person.window.quitting.question
    return f"{box.text()}\n{box.informativeText()}"


def assert_is_gone(pid: int) -> None:
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_window_that_trains_asks_and_stays_when_told_to(person):
    pid = train(person, "train")
    assert not person.window.close()
    assert f"“{person.run.folder.path.name}” is training. Stop it and quit?" in question_of(person)
    assert "The model is saved first" in question_of(person)
    assert "waits" not in question_of(person)
    person.window.quitting.keep_button.click()
    person.wait_for_epochs(len(person.run.history) + 1)
    assert person.window.isVisible()
    os.kill(pid, 0)
    assert person.run.is_running


def test_leaving_while_the_use_window_saves_asks_first(person, monkeypatch):
    person.press_key("Ctrl+U")
    use = person.window.use.window
    saving = ["Saving out.csv"]
    monkeypatch.setattr(type(use), "present_works", saving)
    assert not person.window.close()
    assert "This is not done yet: Saving out.csv. Stop it and quit?" in question_of(person)
    person.window.quitting.keep_button.click()
    assert person.window.isVisible()
    assert use.isVisible()
    assert not person.window.close()
    person.window.quitting.stop_button.click()
    assert not person.window.isVisible()
    assert not use.isVisible()


def test_one_question_names_the_training_and_what_is_saved(person, monkeypatch):
    train(person, "train")
    person.press_key("Ctrl+U")
    monkeypatch.setattr(type(person.window.use.window), "present_works", ["Saving out.csv"])
    assert not person.window.close()
    assert "is training. Stop it and quit?" in question_of(person)
    assert "This is not done yet either: Saving out.csv." in question_of(person)
    person.window.quitting.stop_button.click()
    person.wait_until(lambda: not person.window.isVisible())


def test_stop_and_quit_waits_for_the_workers_last_word(person):
    pid = train(person, "train")
    run = person.run
    assert not person.window.close()
    person.window.quitting.stop_button.click()
    dialog = person.window.quitting.stopping
    assert "Stopping the training and saving the model…" in dialog.findChild(QLabel).text()
    assert "Stopping…" in person.panel
    person.wait_until(lambda: not person.window.isVisible())
    assert run.outcome.kind is OutcomeKind.STOPPED
    assert_is_gone(pid)


def test_a_worker_that_hangs_is_ended_at_once_when_asked_to(person):
    pid = train(person, "hang")
    person.window.close()
    person.window.quitting.stop_button.click()
    person.window.quitting.stopping.at_once_button.click()
    person.wait_until(lambda: not person.window.isVisible())
    assert_is_gone(pid)


def test_a_worker_that_hangs_is_ended_when_its_patience_is_over(person, monkeypatch):
    monkeypatch.setattr(WorkerClient.stop, "__defaults__", (0.3,))
    pid = train(person, "hang")
    person.window.close()
    person.window.quitting.stop_button.click()
    person.wait_until(lambda: not person.window.isVisible())
    assert_is_gone(pid)


def test_closing_a_second_time_ends_a_worker_that_hangs_at_once(person):
    pid = train(person, "hang")
    assert not person.window.close()
    person.window.quitting.stop_button.click()
    assert person.window.close()
    assert_is_gone(pid)


def test_what_waits_is_told_and_stays_prepared(person):
    train(person, "train")
    folders = [person.queue_another().folder for _ in range(2)]
    assert not person.window.close()
    assert "2 runs that wait stay prepared" in question_of(person)
    person.window.quitting.stop_button.click()
    person.wait_until(lambda: not person.window.isVisible())
    assert all(folder.settings_file.is_file() and not folder.events_file.exists() for folder in folders)


def test_a_run_that_ends_while_it_is_asked_lets_the_window_go(person):
    pid = train(person, "train")
    run = person.run
    person.window.close()
    person.window.training.stop()
    person.wait_until(lambda: run.outcome is not None)
    person.window.quitting.stop_button.click()
    person.wait_until(lambda: not person.window.isVisible())
    assert_is_gone(pid)


def test_without_a_training_nobody_is_asked(person):
    assert person.window.close()


# --- windows that die


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_the_worker_of_a_killed_window_ends_by_itself_and_the_run_goes_on_later(trainer, project):
    process = start("-c", TRAINING_PERSON, str(project))
    try:
        told = process.stdout.readline()
        assert told, process.stderr.read()
    finally:
        kill(process)
    pid, path = told.split(maxsplit=1)
    deadline = time.monotonic() + 20
    while not _is_dead(int(pid)):
        assert time.monotonic() < deadline, "the worker goes on without its window"
        time.sleep(0.02)
    person = trainer(project)
    person.window.training.open_run(RunFolder(Path(path.strip())))
    person.wait_until(lambda: person.window.training.run is not None)
    done = len(person.run.history)
    assert person.run.outcome.kind is OutcomeKind.STOPPED
    assert done >= 2
    person.pretend("complete", epochs=done + 3)
    resume(person)
    person.wait_until(lambda: person.run.outcome is not None)
    assert person.run.outcome.kind is OutcomeKind.COMPLETED
    assert [epoch.epoch for epoch in person.run.history] == list(range(1, done + 4))


def resume(person: Trainer) -> None:
    ended = person.run
    person.window.runs.header.resume_button.click()
    person.wait_until(lambda: person.run is not ended)


# --- the real worker


@pytest.mark.training
def test_the_model_is_saved_before_a_window_with_a_real_training_closes(person, project):
    person.press_train(epochs=500, model_size="small", input_size=64, device="cpu", batch_size=8)
    run = person.run
    person._qtbot.waitUntil(lambda: bool(run.history) or run.outcome is not None, timeout=TRAINING_PATIENCE_MS)
    assert run.is_running, run.outcome
    pid = person.window.training.worker_pid
    assert not person.window.close()
    person.window.quitting.stop_button.click()
    person._qtbot.waitUntil(lambda: not person.window.isVisible(), timeout=TRAINING_PATIENCE_MS)
    assert run.outcome.kind is OutcomeKind.STOPPED
    assert run.folder.best_model.is_file()
    assert run.folder.litert_model.is_file()
    assert_is_gone(pid)
