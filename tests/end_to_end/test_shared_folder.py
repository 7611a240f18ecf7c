"""A shared folder is opened by one; the others are told who, and work on a copy that is merged later."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox

from desktop_app.dialogs import file_choice
from desktop_app.dialogs.copy_dialog import CopyDialog
from desktop_app.dialogs.merge_dialog import MergeDialog
from desktop_app.settings import Settings
from tests.helpers.another_process import another_process
from tests.helpers.past_runs import epoch, make_run, tell
from tests.helpers.pretended_models import finished_run, use_pretended_predictor, write_bright_pictures
from tests.helpers.run_keeper import RunKeeper
from tests.helpers.window_driver import WindowDriver
from training.dataset import project_copy
from training.dataset.dataset import Problem
from training.dataset.project_lock import holder_file_of
from training.dataset.store import PROJECT_NAME
from training.run.answers.prediction import Answer, PredictedBox
from training.run.events import EndedEvent


@pytest.fixture
def first(window: WindowDriver) -> WindowDriver:
    """Somebody who draws in the shared folder."""
    window.add_class("cup")
    window.draw_box(10, 10, 60, 40)
    return window


@pytest.fixture
def second(first: WindowDriver, photos: Path, open_window) -> WindowDriver:
    """Somebody else, who was told that it is open."""
    person = open_window()
    person.window.opening.open(photos)
    person.wait_until(lambda: bar(person).isVisible())
    return person


def bar(person: WindowDriver):
    return person.window.shared.bar


def copy_dialog(person: WindowDriver) -> CopyDialog:
    bar(person).copy_button.click()
    dialog = person.dialog(CopyDialog)
    person.wait_until(dialog.copy_button.isEnabled)
    return dialog


def test_the_second_one_is_told_and_may_go_on_with_something_else(second: WindowDriver, tmp_path: Path, photos: Path):
    assert bar(second).text.startswith("“photos” is open in another window or command on this computer. ")
    assert "it can be merged" in bar(second).text
    assert not bar(second).own_copy_button.isVisible()
    assert second.problem == ""
    assert not second.document.is_open
    assert "Draw boxes" in second.page_text
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.png").write_bytes((photos / "one.png").read_bytes())
    second.open(other)
    assert not bar(second).isVisible()


def test_return_makes_the_copy(second: WindowDriver):
    dialog = copy_dialog(second)
    assert dialog.focusWidget() is dialog.folder
    with_files = Path(dialog.folder.text())
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    second.wait_until(lambda: second.document.is_open)
    assert second.document.folder == with_files


def test_a_copy_is_drawn_in_and_merged(
    first: WindowDriver, second: WindowDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    dialog = copy_dialog(second)
    assert dialog.summary.startswith("There are 3 photos in it, ")
    assert Path(dialog.folder.text()).name == "photos (copy)"
    mine = tmp_path / "mine"
    dialog.folder.setText(str(mine))
    dialog.copy_button.click()
    second.wait_until(lambda: second.document.is_open)
    assert second.document.folder == mine
    assert not bar(second).isVisible()
    second.go_to("two.png")
    second.draw_box(20, 20, 90, 80)
    monkeypatch.setattr(file_choice, "choose_file", lambda *_: mine / PROJECT_NAME)
    first.choose("File", "Merge with another project…")
    merging = first.dialog(MergeDialog)
    first.wait_until(merging.merge_button.isEnabled)
    merging.merge_button.click()
    first.wait_until(lambda: first.boxes_of("two.png") == [(20, 20, 90, 80)])
    assert first.boxes_of("one.png") == [(10, 10, 60, 40)]


def test_the_copy_is_offered_the_next_time(second: WindowDriver, photos: Path, tmp_path: Path):
    dialog = copy_dialog(second)
    dialog.folder.setText(str(tmp_path / "mine"))
    dialog.copy_button.click()
    second.wait_until(lambda: second.title == "mine")
    second.window.opening.open(photos)
    second.wait_until(lambda: bar(second).own_copy_button.isVisible())
    assert second.document.folder == tmp_path / "mine"
    bar(second).own_copy_button.click()
    second.wait_until(lambda: not bar(second).isVisible())


def test_boxes_alone(first: WindowDriver, second: WindowDriver, photos: Path):
    dialog = copy_dialog(second)
    dialog.boxes_only.click()
    assert not dialog.folder.isEnabled()
    dialog.copy_button.click()
    second.wait_for_picture("one.png")
    assert second.document.folder == photos
    assert second.document.project_file.parent != photos
    second.draw_box(100, 100, 150, 150)
    assert second.boxes_of("one.png") == [(10, 10, 60, 40), (100, 100, 150, 150)]
    assert first.boxes_of("one.png") == [(10, 10, 60, 40)]
    assert Settings().recent_folders()[0] == second.document.project_file
    second.window.opening.open(photos)
    second.wait_until(lambda: bar(second).own_copy_button.isVisible())
    dialog = copy_dialog(second)
    assert not dialog.boxes_only.isEnabled()
    dialog.reject()


def test_cancelling_removes_the_half_copy(second: WindowDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    out, held, pressed = tmp_path / "out", [], threading.Event()
    copy = project_copy._Copying.copy

    def waiting(self, path):
        held.append(path)
        pressed.wait(10)
        return copy(self, path)

    monkeypatch.setattr(project_copy._Copying, "copy", waiting)
    dialog = copy_dialog(second)
    dialog.folder.setText(str(out / "mine"))
    dialog.copy_button.click()
    second.wait_until(lambda: bool(held))
    dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    pressed.set()
    second.wait_until(lambda: out.is_dir() and list(out.iterdir()) == [])
    assert not second.document.is_open
    assert bar(second).isVisible()


def test_what_cannot_be_copied_is_told(second: WindowDriver, tmp_path: Path):
    (tmp_path / "full" / "inside").mkdir(parents=True)
    dialog = copy_dialog(second)
    dialog.folder.setText(str(tmp_path / "full"))
    dialog.copy_button.click()
    second.wait_until(lambda: "is not empty" in dialog.summary)
    assert dialog.copy_button.isEnabled()
    dialog.reject()


def test_one_may_look_without_changing_anything(first: WindowDriver, second: WindowDriver):
    bar(second).look_button.click()
    second.wait_for_picture("one.png")
    assert bar(second).text.startswith("You are only looking: ")
    assert not bar(second).look_button.isVisible()
    assert second.boxes_of("one.png") == [(10, 10, 60, 40)]
    second.draw_box(100, 100, 150, 150)
    assert "only looking" in second.wait_for_problem("open a copy")
    assert second.boxes_of("one.png") == first.boxes_of("one.png") == [(10, 10, 60, 40)]
    second.action("train").trigger()
    sheet = second.window.training.sheet_command.sheet
    assert "open a copy to train" in sheet.text
    assert not sheet.start_button.isVisible()
    sheet.reject()
    bar(second).again_button.click()
    second.wait_until(lambda: second.message == "It is still open elsewhere.")
    first.window.close()
    bar(second).again_button.click()
    second.wait_until(lambda: not bar(second).isVisible())
    second.wait_for_picture("one.png")
    second.draw_box(100, 100, 150, 150)
    assert len(second.boxes_of("one.png")) == 2


def test_who_looks_leaves_pictures_and_runs_of_the_others_alone(second: WindowDriver, photos: Path, qtbot):
    run = make_run(photos / "runs")
    tell(run, epoch(1), EndedEvent(outcome="stopped"))
    run.last_model.write_bytes(b"stands for a model")
    bar(second).look_button.click()
    second.wait_for_picture("one.png")
    before = files_below(photos)
    answer = Answer(boxes=(PredictedBox(4, 5, 30, 40, label="cup", class_id=1, score=0.9),))
    second.window.use.new_images.add_frame(np.zeros((48, 64, 3), np.uint8), "frame", answer, run.path.name)
    assert "open a copy" in second.problem
    second.window.stage.problems.clear()
    second.window.training.resume_run(run)
    assert "open a copy" in second.problem
    assert not second.window.training.queue.runs
    keeper = RunKeeper(second.window, qtbot)
    window = keeper.open_runs(run.path.name)
    keeper.pick(run.path.name)
    for action in ("resume_run", "rename_run", "write_note", "delete_runs"):
        assert not window.actions_table[action].isEnabled()
    assert window.actions_table["open_run"].isEnabled()
    assert window.list.note.isReadOnly()
    second.window.use.new_images.finish()
    assert files_below(photos) == before
    assert len(second.document.images) == 3


def test_who_looks_may_ask_a_model_of_the_others_and_stores_nothing_of_it(
    open_window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    use_pretended_predictor(monkeypatch)
    folder = tmp_path / "photos"
    write_bright_pictures(folder, {"a.png": 0.9, "b.png": 0.2})
    run = finished_run(folder)
    first, second = open_window(), open_window()
    first.open(folder)
    first.add_class("cup")
    second.window.opening.open(folder)
    second.wait_until(lambda: bar(second).isVisible())
    bar(second).look_button.click()
    second.wait_for_picture("a.png")
    second.window.training.open_run(run)
    second.wait_until(second.action("predict_all").isEnabled)
    before = files_below(folder)
    second.action("predict_all").trigger()
    second.wait_until(lambda: second.message.startswith("Predicted 2 images"))
    assert second.document.proposals.count_in("a.png") == 1
    assert files_below(folder) == before


def files_below(folder: Path) -> dict[Path, bytes]:
    """But for the project: whoever has it open stores in it when the moment comes."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(PROJECT_NAME))
    return {path: path.read_bytes() for path in files}


def test_what_a_copy_left_out_is_told_when_it_is_open(
    second: WindowDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    copy = project_copy._Copying.copy

    def failing(self, path):
        if path.name != "two.png":
            return copy(self, path)
        self.problems.append(Problem("two.png", None, "stays out: may not be read"))
        return False

    monkeypatch.setattr(project_copy._Copying, "copy", failing)
    dialog = copy_dialog(second)
    dialog.folder.setText(str(tmp_path / "mine"))
    dialog.copy_button.click()
    assert "two.png" in second.wait_for_problem("may not be read")
    assert second.title == "mine"
    second.open(tmp_path / "mine")
    assert "may not be read" in second.problem
    second.window.opening.open(tmp_path)
    second.wait_until(lambda: second.title == tmp_path.name)
    assert second.problem == ""


def test_another_process_that_dies_keeps_nobody_out(open_window, photos: Path):
    person = open_window()
    with another_process(photos, "writes") as process:
        person.window.opening.open(photos)
        person.wait_until(lambda: bar(person).isVisible())
        process.kill()
        process.wait()
        bar(person).again_button.click()
        person.wait_for_picture("one.png")
    assert not bar(person).isVisible()


def test_who_has_it_on_another_computer_is_named(first: WindowDriver, photos: Path, open_window):
    first.window.close()
    name = holder_file_of(photos / PROJECT_NAME)
    name.write_text(json.dumps({"host": "DESK-7", "user": "ada", "pid": 1, "token": "theirs"}))
    person = open_window()
    person.window.opening.open(photos)
    person.wait_until(lambda: bar(person).isVisible())
    assert bar(person).text.startswith("“photos” is open elsewhere: by ada on DESK-7. ")
    assert "try again in half a minute" in bar(person).text
    name.unlink()
    bar(person).again_button.click()
    person.wait_for_picture("one.png")


def test_closing_the_window_cancels(second: WindowDriver):
    dialog = copy_dialog(second)
    assert second.window.close()
    assert not dialog.isVisible()
