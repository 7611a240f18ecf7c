"""The window of runs, from the real window: what was trained is there again, also after a restart and from elsewhere."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QThreadPool
from PySide6.QtTest import QTest

from desktop_app.dialogs import file_choice
from desktop_app.runs.list import run_lister
from tests.end_to_end.conftest import OpenWindow
from tests.helpers.labelled_projects import make_labelled_project
from tests.helpers.past_runs import epoch, make_old, make_report, make_run, tell
from tests.helpers.run_keeper import RunKeeper
from training.run.answers.prediction import PredictedBox
from training.run.catalogue.run_notes import read_notes
from training.run.catalogue.run_summary import RunState
from training.run.events import EndedEvent, ImagePrediction, PredictionsEvent
from training.run.run_folder import RunFolder
from training.run.run_lock import hold_run

WINDOWS_FOLDER = "D:\\Bilder\\Küche"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_labelled_project(tmp_path / "photos")
    return tmp_path / "photos"


@pytest.fixture
def start(open_window: OpenWindow, folder: Path, qtbot) -> Callable[[], RunKeeper]:
    def open_one() -> RunKeeper:
        person = RunKeeper(open_window().window, qtbot)
        person.window.training.sheet_command.devices_command = []
        person.open(folder)
        return person

    return open_one


@pytest.fixture
def restart(start) -> Callable[[RunKeeper], RunKeeper]:
    """Closes the window and opens another one on the same folder."""

    def again(person: RunKeeper) -> RunKeeper:
        assert person.window.close()
        return start()

    return again


@pytest.fixture
def person(start) -> RunKeeper:
    return start()


def finished_run(folder: Path, minute: int = 0, image: str = "00.png", **values: object) -> RunFolder:
    """Three epochs, a box in an image, and a report."""
    run = make_run(folder / "runs", minute, epochs=20, **values)
    box = PredictedBox(12, 8, 40, 30, label="cup", class_id=3, score=0.8)
    predictions = PredictionsEvent(epoch=3, reason="epoch", images=(ImagePrediction(image, (box,)),))
    tell(run, *(epoch(number) for number in (1, 2, 3)), predictions, EndedEvent(outcome="completed"))
    make_report(run)
    run.log_file.write_text("Epoch 3 is over\n", encoding="utf-8")
    return run


# --- what is there


def test_without_runs_it_says_what_to_do(person):
    window = person.open_runs()
    assert "No runs yet" in window.list.text
    assert "Select a run" in window.details.sentence
    assert not window.actions_table["delete_runs"].isEnabled()
    assert "Runs…" in person.entries("Training")


def test_a_run_is_listed_while_it_trains_and_after_a_restart_opens_whole(person, restart):
    person.pretend("complete", epochs=3, pause=0.02)
    person.press_train(epochs=3)
    person.wait_for_end()
    name = person.run.folder.path.name
    person.open_runs(name)
    person.wait_until(lambda: person.outcome_of(name) == "Completed")
    assert person.listed[name].images["train"] + person.listed[name].images["validation"] > 0

    person = restart(person)
    assert person.window.training.run is None
    window = person.open_runs(name)
    person.pick(name)
    run = window.details.runs[0]
    assert [one.epoch for one in run.history] == [1, 2, 3]
    assert run.predictions_for(person.image)
    assert "TensorFlow says something" in run.folder.log_file.read_text(encoding="utf-8")
    assert run.folder.settings().epochs == 3
    person.press_in_table(Qt.Key.Key_Return)
    person.wait_until(lambda: bool(person.predicted))
    assert "3 epochs" in person.panel


def test_a_run_that_trains_here_is_shown_live_and_can_not_be_deleted(person):
    person.pretend("train", pause=0.05)
    run = person.press_train()
    person.wait_for_epochs(2)
    name = run.folder.path.name
    window = person.open_runs(name)
    person.wait_until(lambda: person.outcome_of(name).startswith("Training"))
    person.pick(name)
    assert window.details.runs == [run]
    assert not window.actions_table["delete_runs"].isEnabled()
    assert not window.actions_table["resume_run"].isEnabled()
    person.action("stop_training").trigger()
    person.wait_for_end()
    person.wait_until(lambda: person.outcome_of(name) == "Stopped")


def test_a_run_that_crashed_here_is_not_taken_for_one_that_grows(person):
    person.pretend("crash")
    person.press_train()
    person.wait_for_end()
    name = person.run.folder.path.name
    person.open_runs(name)
    person.wait_until(lambda: person.outcome_of(name) == "Crashed")
    person.pick(name)
    assert person.runs_window.actions_table["resume_run"].isEnabled()


# --- from elsewhere


def test_a_run_copied_from_another_machine_opens_with_its_boxes_on_our_images(
    person, folder, tmp_path, monkeypatch, restart
):
    run = finished_run(tmp_path / "elsewhere", image=person.image)
    settings = json.loads(run.settings_file.read_text(encoding="utf-8"))
    run.settings_file.write_text(json.dumps({**settings, "image_root": WINDOWS_FOLDER}), encoding="utf-8")
    copied = Path(shutil.copytree(run.path, tmp_path / "from the big machine"))
    window = person.open_runs()
    monkeypatch.setattr(file_choice, "choose_folder", lambda *_: copied)
    person.do("add_run")
    person.wait_until(lambda: [one.folder.path for one in window.selected] == [copied])
    person.wait_until(lambda: len(window.details.runs) == 1)
    assert len(window.details.runs[0].history) == 3
    person.do("open_run")
    person.wait_until(lambda: bool(person.predicted))
    assert person.predicted[0].startswith("cup 0.80")

    person = restart(person)
    person.open_runs("from the big machine")
    person.pick("from the big machine")
    assert person.runs_window.actions_table["take_off_list"].isEnabled()
    person.do("take_off_list")
    person.wait_until(lambda: not person.listed)
    assert copied.is_dir()


def test_a_folder_of_runs_on_a_share_is_listed_and_a_folder_without_any_is_refused(person, tmp_path, monkeypatch):
    finished_run(tmp_path / "share", 1)
    finished_run(tmp_path / "share", 2)
    window = person.open_runs()
    monkeypatch.setattr(file_choice, "choose_folder", lambda *_: tmp_path / "share" / "runs")
    person.do("add_run")
    person.wait_until(lambda: len(person.listed) == 2)
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(file_choice, "choose_folder", lambda *_: tmp_path / "empty")
    person.do("add_run")
    person.wait_until(lambda: "is no run" in window.problems.text)
    assert len(person.listed) == 2


def test_a_run_that_grows_on_a_share_is_followed(person, folder, monkeypatch):
    monkeypatch.setattr(run_lister, "GROWING_INTERVAL_MS", 50)
    run = make_run(folder / "runs", epochs=20)
    tell(run, epoch(1))
    name = run.path.name
    window = person.open_runs(name)
    assert person.outcome_of(name) == "Training elsewhere"
    person.pick(name)
    shown = window.details.runs[0]
    tell(run, epoch(2), epoch(3))
    person.wait_until(lambda: len(shown.history) == 3)
    person.wait_until(lambda: person.listed[name].epochs_done == 3)
    tell(run, EndedEvent(outcome="stopped"))
    person.wait_until(lambda: person.outcome_of(name) == "Stopped")
    person.wait_until(lambda: shown.outcome is not None)


# --- names and notes


def test_name_and_note_survive_a_restart_and_the_folder_keeps_its_name(person, folder, restart):
    run = finished_run(folder)
    person.open_runs(run.path.name)
    person.pick(run.path.name)
    person.rename("larger input")
    person.wait_until(lambda: "larger input" in person.listed)
    person.write_note("with 128 px & more")
    person = restart(person)
    assert read_notes(run).note == "with 128 px & more"
    window = person.open_runs("larger input")
    person.pick("larger input")
    assert window.list.note.toPlainText() == "with 128 px & more"
    assert run.path.is_dir()


def test_a_note_belongs_to_the_run_that_was_selected_while_it_was_typed(person, folder):
    first, second = finished_run(folder, 1), finished_run(folder, 2)
    window = person.open_runs(first.path.name, second.path.name)
    person.pick(first.path.name)
    person.write_note("of the first")
    person.pick(second.path.name)
    assert window.list.note.toPlainText() == ""
    person.wait_until(lambda: read_notes(first).note == "of the first")
    assert read_notes(second).note == ""


# --- going on


def test_start_again_opens_the_sheet_with_the_settings_of_the_run(person, folder):
    run = finished_run(folder, batch_size=3, learning_rate=0.0005)
    person.open_runs(run.path.name)
    person.pick(run.path.name)
    person.do("start_again")
    command = person.window.training.sheet_command
    person.wait_until(lambda: command.sheet is not None)
    values = command.sheet.form.values()
    assert (values["batch_size"], values["learning_rate"], values["epochs"]) == (3, 0.0005, 20)
    command.sheet.reject()


def test_start_from_it_hands_on_the_folder(person, folder, monkeypatch):
    run = finished_run(folder)
    run.best_model.write_bytes(b"a model")
    asked: list[object] = []
    monkeypatch.setattr(person.window.training.sheet_command, "open_sheet", lambda *values: asked.append(values))
    person.open_runs(run.path.name)
    person.wait_until(lambda: person.listed[run.path.name].has_model)
    person.pick(run.path.name)
    person.do("start_from")
    person.wait_until(lambda: bool(asked))
    assert asked[0][1]["start_from"] == str(run.path)


@pytest.mark.parametrize(("is_stopped", "text"), [(False, "Start"), (True, "Resume")])
def test_a_prepared_run_is_started_and_a_stopped_one_resumed(person, folder, is_stopped, text):
    run = make_run(folder / "runs", image_root=str(folder))
    if is_stopped:
        tell(run, epoch(1), EndedEvent(outcome="stopped"))
    person.pretend("complete", epochs=2)
    window = person.open_runs(run.path.name)
    person.pick(run.path.name)
    assert window.actions_table["resume_run"].text().replace("&", "") == text
    person.do("resume_run")
    person.wait_until(lambda: person.outcome_of(run.path.name) == "Completed")
    assert not window.actions_table["resume_run"].isEnabled()


def test_details_for_a_bug_report_are_those_of_the_selected_run(person, folder, qapp):
    run = finished_run(folder)
    person.open_runs(run.path.name)
    person.pick(run.path.name)
    person.do("copy_details")
    assert run.path.name in qapp.clipboard().text()


# --- comparing


def test_two_selected_runs_are_compared_by_their_names(person, folder):
    first, second = finished_run(folder, 1), finished_run(folder, 2, batch_size=3)
    window = person.open_runs(first.path.name, second.path.name)
    person.pick(first.path.name, second.path.name)
    person.wait_until(lambda: window.details.compare.isVisibleTo(window))
    person.pick(first.path.name)
    person.wait_until(lambda: window.details.page.isVisibleTo(window))


# --- deleting


def test_deleted_runs_lie_in_the_trash(person, folder, home):
    runs = [finished_run(folder, minute) for minute in (1, 2, 3)]
    first, second, third = (run.path.name for run in runs)
    person.open_runs(first, second, third)
    person.pick(first)
    person.press_in_table(Qt.Key.Key_Return)
    person.wait_until(lambda: person.window.training.run is not None)
    person.pick(first, third)
    person.press_in_table(Qt.Key.Key_Delete)
    assert "2 runs" in person.answer("Move to trash")
    person.wait_until(lambda: set(person.listed) == {second})
    assert person.window.training.run is None
    trash = home / ".local" / "share" / "Trash" / "files"
    assert {path.name for path in trash.iterdir()} == {first, third}
    assert [path.name for path in (folder / "runs").iterdir()] == [second]
    person.wait_until(lambda: [run.name for run in person.runs_window.selected] == [second])


def test_without_a_trash_it_asks_a_second_time_and_deletes_for_good(person, folder, monkeypatch):
    monkeypatch.setattr("desktop_app.runs.trash.QFile.moveToTrash", lambda _path: False)
    run = finished_run(folder)
    (folder / "runs" / "holiday").mkdir()
    window = person.open_runs(run.path.name, "holiday")
    person.pick(run.path.name, "holiday")
    person.do("delete_runs")
    person.answer("Move to trash")
    asked = person.answer("Delete for good")
    person.wait_until(lambda: set(person.listed) == {"holiday"})
    assert "for good" in asked
    assert "holiday" not in asked
    assert "is no run" in window.problems.text
    assert (folder / "runs" / "holiday").is_dir()


def test_no_means_no(person, folder):
    run = finished_run(folder)
    person.open_runs(run.path.name)
    person.pick(run.path.name)
    person.do("delete_runs")
    QTest.keyClick(person.question, Qt.Key.Key_Escape)
    assert person.runs_window.deleting.question is None
    QThreadPool.globalInstance().waitForDone(5000)
    assert run.path.is_dir()


def test_a_run_whose_turn_comes_while_the_question_is_open_stays(person, folder):
    person.pretend("train", pause=0.05)
    first = person.press_train()
    person.wait_for_epochs(1)
    second = person.queue_another("train", pause=0.05)
    name = second.name
    window = person.open_runs(name, first.folder.path.name)
    person.pick(name)
    person.do("delete_runs")
    person.window.training.stop()
    person.wait_until(lambda: second.is_running and len(second.run.history) > 0)
    person.answer("Move to trash")
    assert "can't be deleted while it is training" in window.problems.text
    QThreadPool.globalInstance().waitForDone(5000)
    assert second.folder.settings_file.is_file()
    assert second.is_running
    person.window.training.stop()
    person.wait_until(lambda: second.run.outcome is not None)


def test_a_run_that_another_process_began_to_train_stays(person, folder):
    run = finished_run(folder)
    window = person.open_runs(run.path.name)
    person.pick(run.path.name)
    person.do("delete_runs")
    with hold_run(run):
        person.answer("Move to trash")
        person.wait_until(lambda: "can't be deleted while it is training" in window.problems.text)
    assert run.report_file.is_file()


# --- keys


def test_escape_takes_the_filter_away_and_then_closes(person, folder):
    run = finished_run(folder)
    window = person.open_runs(run.path.name)
    window.activateWindow()
    person.wait_until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(window.list.search, "nothing like it")
    assert "No run fits" in window.list.text
    QTest.keyClick(window.list.search, Qt.Key.Key_Escape)
    assert window.list.text == ""
    assert window.isVisible()
    QTest.keyClick(window.list.table, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_the_main_window_comes_to_the_front_when_a_run_is_opened(person, folder):
    run = finished_run(folder)
    person.open_runs(run.path.name)
    person.pick(run.path.name)
    person.press_in_table(Qt.Key.Key_Return)
    person.wait_until(person.window.isActiveWindow)
    assert person.runs_window.isVisible()


# --- what can be wrong


def test_a_broken_run_is_listed_with_a_sentence(person, folder):
    run = finished_run(folder)
    run.settings_file.write_text("{", encoding="utf-8")
    run.events_file.unlink()
    run.report_file.unlink()
    window = person.open_runs(run.path.name)
    person.pick(run.path.name)
    assert person.listed[run.path.name].state is RunState.UNREADABLE
    assert "settings.json: expected JSON" in window.details.sentence
    assert not window.actions_table["open_run"].isEnabled()
    assert window.actions_table["delete_runs"].isEnabled()


def test_another_project_has_another_list(person, folder, tmp_path):
    run = finished_run(folder)
    window = person.open_runs(run.path.name)
    make_labelled_project(tmp_path / "other")
    person.open(tmp_path / "other")
    person.wait_until(lambda: "No runs yet" in window.list.text)
    assert "other" in window.windowTitle()


def test_the_place_and_the_columns_of_the_window_are_remembered(person, folder, restart):
    run = finished_run(folder)
    window = person.open_runs(run.path.name)
    window.resize(780, 640)
    window.list.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    window.list.table.setColumnWidth(0, 222)
    window.close()
    person = restart(person)
    window = person.open_runs(run.path.name)
    assert (window.width(), window.height()) == (780, 640)
    assert window.list.table.columnWidth(0) == 222
    assert window.list.table.horizontalHeader().sortIndicatorSection() == 0


def test_an_old_run_without_an_end_was_interrupted(person, folder):
    run = make_run(folder / "runs")
    tell(run, epoch(1))
    make_old(run)
    began = time.monotonic()
    person.open_runs(run.path.name)
    assert person.outcome_of(run.path.name) == "Interrupted"
    assert time.monotonic() - began < 10
