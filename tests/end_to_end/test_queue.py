"""Several trainings take their turns in the real window, with pretended workers."""

from __future__ import annotations

import json
import sys

import pytest

from desktop_app.runs.training_run import Stage
from tests.helpers.labelled_projects import make_labelled_project
from tests.helpers.trainer import Trainer
from training.run.outcome import OutcomeKind


@pytest.fixture
def busy(person: Trainer) -> Trainer:
    """A training goes on until it is stopped."""
    person.pretend("train", pause=0.05)
    person.press_train()
    person.wait_for_epochs(1)
    return person


def lines_of(person: Trainer):
    return next(strip for strip in person.window.runs.queue_strips if strip.isVisibleTo(person.window)).lines


def test_a_second_order_waits_in_sight_and_begins_by_itself(busy):
    first = busy.run
    second = busy.queue_another("complete", epochs=2)
    run, name = second.run, second.name
    assert busy.run is first
    assert busy.queue_text == f"{name} · next"
    busy.action("stop_training").trigger()
    busy.wait_until(lambda: run.outcome is not None)
    assert (first.outcome.kind, run.outcome.kind) == (OutcomeKind.STOPPED, OutcomeKind.COMPLETED)
    assert busy.run is run  # who watched the first to its end watches the next
    assert "The training is complete." in busy.panel
    assert busy.queue_text == ""


def test_what_is_drawn_later_does_not_leak_into_a_run_that_waits(busy):
    second = busy.queue_another()
    before = second.folder.dataset_file.read_text(encoding="utf-8")
    busy.go_to("16.png")
    busy.draw_box(10, 10, 60, 40)
    assert "16.png" not in before
    run = second.run
    busy.window.training.stop()
    busy.wait_until(lambda: run.outcome is not None)
    assert run.folder.dataset_file.read_text(encoding="utf-8") == before


def test_one_that_waits_is_moved_up_and_another_removed_into_the_trash(busy):
    waiting = [busy.queue_another() for _ in range(3)]
    second, third, fourth = ([queued.name, queued.folder.path][0] for queued in waiting)
    assert busy.queue_text == f"{second} · next\n{third} · waits\n{fourth} · waits"
    lines_of(busy)[2].first_button.click()
    assert busy.queue_text == f"{fourth} · next\n{second} · waits\n{third} · waits"
    folder = waiting[1].folder
    lines_of(busy)[1].remove_button.click()
    busy.wait_until(lambda: not waiting_folder_is_there(busy, second))
    assert busy.queue_text == f"{fourth} · next\n{third} · waits"
    assert folder.path.exists()


def waiting_folder_is_there(person: Trainer, name: str) -> bool:
    return (person.window.training.runs_folder / name).exists()


def test_many_that_wait_are_counted(busy):
    for _ in range(5):
        busy.queue_another()
    assert len(busy.queue_text.splitlines()) == 4
    assert busy.queue_text.endswith("and 2 more that wait")


def test_one_that_waits_is_shown_and_the_one_that_trains_again(busy):
    first, second = busy.run, busy.queue_another()
    lines_of(busy)[0].show_button.click()
    assert busy.run is second.run
    assert "Waiting for its turn" in busy.panel
    assert not busy.window.runs.stop_button.isVisible()
    busy.wait_until(lambda: "%" in busy.queue_text)  # how far the other one is
    lines_of(busy)[0].show_button.click()
    assert busy.run is first
    assert busy.window.runs.stop_button.isVisible()


def test_a_shown_one_that_waits_can_be_removed(busy):
    first, second = busy.run, busy.queue_another()
    busy.window.training.show_queued(second)
    path = second.folder.path
    busy.window.runs.header.remove_button.click()
    busy.wait_until(lambda: not path.exists())
    assert busy.run is first
    assert busy.queue_text == ""


def test_a_stopped_run_that_waits_to_be_resumed_is_never_thrown_away(busy):
    stopped = busy.run
    busy.window.training.stop()
    busy.wait_until(lambda: stopped.outcome is not None)
    busy.press_train()
    busy.wait_until(lambda: busy.run is not stopped and bool(busy.run.history))
    busy.window.training.resume_run(stopped.folder)
    busy.wait_until(lambda: bool(busy.window.training.queue.waiting))
    resumed = busy.window.training.queue.waiting[0]
    assert len(resumed.run.history) == len(stopped.history)  # its curve is there
    busy.window.training.show_queued(resumed)
    busy.window.runs.header.remove_button.click()
    busy.wait_until(lambda: busy.run.outcome is not None)
    assert busy.run.outcome.kind is OutcomeKind.STOPPED
    assert busy.window.training.queue.waiting == []
    assert stopped.folder.events_file.is_file()


def test_the_boxes_on_the_canvas_are_those_of_the_run_that_is_shown(busy):
    busy.go_to("05.png")
    busy.wait_until(lambda: bool(busy.predicted))
    second = busy.queue_another()
    busy.window.training.show_queued(second)
    assert busy.predicted == []


def test_a_gpu_and_the_cpu_train_at_the_same_time(person):
    devices = [{"id": "cpu", "name": "CPU"}, {"id": "gpu:0", "name": "A pretended GPU"}]
    training = person.window.training
    training.sheet_command.devices_command = [sys.executable, "-c", f"print({json.dumps(json.dumps(devices))})"]
    person.pretend("train", pause=0.05)
    person.press_train(device="cpu")
    person.wait_for_epochs(1)
    person.press_key("Ctrl+T")
    sheet = training.sheet_command.sheet
    sheet.form.set_values({"device": "cpu"})
    assert sheet.start_button.text() == "Add to the queue"
    person.wait_until(lambda: training.queue.knows_devices)
    sheet.form.set_values({"device": "gpu:0"})
    assert sheet.start_button.text() == "Start training"
    person.wait_until(sheet.start_button.isEnabled)
    sheet.start_button.click()
    assert len(training.queue.running) == 2
    second = training.queue.running[1].run
    person.wait_until(lambda: bool(second.history))
    assert person.run is not second  # what is watched stays in sight
    assert "%" in person.queue_text


def test_after_a_restart_what_waited_is_there_and_starts(busy, trainer, tmp_path):
    folder = busy.queue_another().folder
    busy.window.close()
    busy.window.close()  # a second time: at once
    again = trainer(tmp_path / "photos")
    training = again.window.training
    training.open_run(folder)
    again.wait_until(lambda: training.run is not None)
    assert again.run.stage is Stage.PREPARED
    assert "Not started yet" in again.panel
    again.pretend("complete", epochs=2)
    again.window.runs.header.start_button.click()
    again.wait_until(lambda: again.run.outcome is not None)
    assert again.run.outcome.kind is OutcomeKind.COMPLETED
    assert again.run.folder == folder
    assert len(again.run.history) == 2


def test_another_project_is_opened_and_the_runs_of_the_first_go_on(busy, tmp_path):
    first, second = busy.run, busy.queue_another("complete", epochs=1).run
    make_labelled_project(tmp_path / "others")
    busy.window.opening.open(tmp_path / "others")
    busy.wait_until(lambda: busy.document.folder.name == "others" and busy.document.is_open)
    assert "Of the project “photos”" in busy.panel
    epochs = len(first.history)
    busy.wait_for_epochs(epochs + 1)
    busy.window.training.stop()
    busy.wait_until(lambda: second.outcome is not None)
    assert second.outcome.kind is OutcomeKind.COMPLETED
    assert "Of the project “photos”" in busy.panel
    assert busy.predicted == []


def test_a_run_that_has_ended_is_not_told_of_another_project(busy, tmp_path):
    busy.window.training.stop()
    busy.wait_until(lambda: busy.run.outcome is not None)
    name = busy.run.folder.path.name
    busy.window.document.project_opened.emit()
    assert name in busy.panel, "read again, it is still of this project"
    make_labelled_project(tmp_path / "others")
    busy.window.opening.open(tmp_path / "others")
    busy.wait_until(lambda: busy.document.folder.name == "others" and busy.document.is_open)
    assert busy.window.training.run is None
    assert name not in busy.panel
