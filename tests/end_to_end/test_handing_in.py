"""A project is handed in as one zip and opened on another computer, in the real window."""

from __future__ import annotations

import threading
import zipfile
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialogButtonBox

from desktop_app.dialogs import file_choice
from desktop_app.dialogs.hand_in_dialog import HandInDialog
from desktop_app.dialogs.unpack_dialog import UnpackDialog
from tests.helpers.past_runs import make_run
from tests.helpers.window_driver import WindowDriver
from training.dataset import project_zip
from training.dataset.project_zip import write_project_zip


@pytest.fixture
def zipped(photos: Path, tmp_path: Path) -> Path:
    write_project_zip(photos, tmp_path / "from Ada.zip")
    return tmp_path / "from Ada.zip"


def hand_in(person: WindowDriver, target: Path) -> HandInDialog:
    person.choose("File", "Hand in as zip…")
    dialog = person.dialog(HandInDialog)
    dialog.file.setText(str(target))
    dialog.hand_in_button.click()
    return dialog


def unpack(person: WindowDriver) -> UnpackDialog:
    dialog = person.dialog(UnpackDialog)
    person.wait_until(dialog.unpack_button.isEnabled)
    return dialog


def test_what_was_drawn_travels_with_its_photos(window: WindowDriver, photos: Path, tmp_path: Path):
    window.add_class("cup")
    window.draw_box(10, 10, 60, 40)
    dialog = hand_in(window, tmp_path / "mine")
    window.wait_until(dialog.hand_in_button.isEnabled)
    assert dialog.summary.startswith(f"3 images and the project are in {tmp_path / 'mine.zip'} (")
    dialog.buttons.button(QDialogButtonBox.StandardButton.Close).click()
    assert window.drop(tmp_path / "mine.zip")
    dialog = unpack(window)
    assert dialog.summary.startswith("A project with 3 images, ")
    assert dialog.folder.text() == str(tmp_path / "mine")
    dialog.unpack_button.click()
    window.wait_until(lambda: window.title == "mine")
    window.wait_for_picture("one.png")
    assert window.document.folder == tmp_path / "mine"
    assert window.boxes_of("one.png") == [(10, 10, 60, 40)]
    assert window.class_list == ["cup"]


def test_the_file_that_is_offered_is_a_new_one(window: WindowDriver, photos: Path):
    photos.with_name("photos.zip").write_bytes(b"another")
    window.choose("File", "Hand in as zip…")
    dialog = window.dialog(HandInDialog)
    assert dialog.file.text() == str(photos.with_name("photos 2.zip"))
    dialog.file.setText(str(photos.with_name("photos.zip")))
    assert "will be replaced" in dialog.summary
    dialog.reject()


def test_cancelling_leaves_no_zip(window: WindowDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It is pressed while the first photo is on its way; the next progress ends it."""
    out, held, pressed = tmp_path / "out", [], threading.Event()
    add = project_zip._Writing._add

    def waiting(self, file):
        held.append(file.name)
        pressed.wait(10)
        return add(self, file)

    monkeypatch.setattr(project_zip._Writing, "_add", waiting)
    dialog = hand_in(window, out / "in.zip")
    window.wait_until(lambda: bool(held))
    cancel = dialog.buttons.button(QDialogButtonBox.StandardButton.Close)
    assert cancel.text() == "Cancel"
    cancel.click()
    pressed.set()
    window.wait_until(lambda: out.is_dir() and list(out.iterdir()) == [])


def test_the_buttons_keep_their_places_while_it_works(window: WindowDriver):
    window.choose("File", "Hand in as zip…")
    dialog = window.dialog(HandInDialog)
    close = dialog.buttons.button(QDialogButtonBox.StandardButton.Close)
    places = []
    for is_busy in (False, True, False):
        dialog._show_busy(is_busy)
        dialog.buttons.layout().activate()
        places.append((close.text(), close.geometry(), dialog.hand_in_button.geometry()))
    assert [text for text, *_ in places] == ["Close", "Cancel", "Close"]
    assert len({(rect.x(), rect.width()) for _, rect, _ in places}) == 1
    assert len({(rect.x(), rect.width()) for _, _, rect in places}) == 1
    dialog.reject()


def test_what_cannot_be_written_is_told(window: WindowDriver, tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    dialog = hand_in(window, tmp_path / "file" / "in.zip")
    window.wait_until(dialog.hand_in_button.isEnabled)
    assert str(tmp_path / "file") in dialog.summary
    dialog.reject()


def test_a_zip_that_is_named_at_the_start(open_window, zipped: Path, tmp_path: Path):
    person = open_window()
    person.window.opening.open_at_start(str(zipped))
    dialog = unpack(person)
    assert person.page_text
    dialog.unpack_button.click()
    person.wait_for_picture("one.png")
    assert person.document.folder == tmp_path / "from Ada"


def test_one_is_chosen_in_the_menu_and_the_folder_where_it_goes(
    window: WindowDriver, zipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(file_choice, "choose_file", lambda *_: zipped)
    monkeypatch.setattr(file_choice, "choose_folder", lambda *_: tmp_path)
    window.choose("File", "Open a zip…")
    dialog = unpack(window)
    dialog.folder.setText(str(tmp_path / "photos"))
    dialog.unpack_button.click()
    window.wait_until(lambda: "is not empty" in dialog.summary)
    assert dialog.unpack_button.isEnabled()
    dialog.findChild(type(dialog.buttons.buttons()[0]), "choose").click()
    assert dialog.folder.text() == str(tmp_path / "from Ada")
    dialog.unpack_button.click()
    window.wait_until(lambda: window.title == "from Ada")


def test_a_zip_that_is_no_project_is_told(window: WindowDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with zipfile.ZipFile(tmp_path / "holiday.zip", "w") as archive:
        archive.writestr("a.png", b"x")
    monkeypatch.setattr(file_choice, "choose_file", lambda *_: tmp_path / "holiday.zip")
    window.choose("File", "Open a zip…")
    dialog = window.dialog(UnpackDialog)
    window.wait_until(lambda: "there is no project.boxwright in it" in dialog.summary)
    assert not dialog.unpack_button.isEnabled()
    dialog.reject()


def test_a_zip_with_a_model_goes_where_models_are_used(window: WindowDriver, tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as archive:
        archive.writestr("model.json", b"{}")
    assert window.drop(tmp_path / "model.zip")
    window.wait_until(lambda: window.window.use.window is not None)
    use = window.window.use.window
    assert use is not None
    window.wait_until(lambda: "model.zip" in use.problems.text)


def test_what_stayed_out_is_told_when_the_project_is_open(
    window: WindowDriver, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run = make_run(photos / "runs")
    (run.path / "best.tflite").write_bytes(b"stands for a model")
    write_project_zip(photos, tmp_path / "theirs.zip", with_runs=True)
    monkeypatch.setattr("training.run.opening.run_check.fault_of_run", lambda _run: "best.keras is no model")
    assert window.drop(tmp_path / "theirs.zip")
    dialog = unpack(window)
    assert dialog.with_runs.isVisibleTo(dialog)
    assert dialog.with_runs.isChecked(), "somebody chose to hand them in"
    dialog.unpack_button.click()
    assert f"runs/{run.path.name}" in window.wait_for_problem("its models stay out")
    assert window.title == "theirs"


def test_a_window_that_goes_takes_its_dialog_along_once(open_window, photos: Path):
    """It is ended by the window, and by its project that closes."""
    person = open_window()
    person.open(photos)
    person.choose("File", "Hand in as zip…")
    dialog = person.dialog(HandInDialog)
    assert person.window.close()
    assert not dialog.isVisible()


def test_closing_the_window_cancels(open_window, photos: Path, zipped: Path):
    person = open_window()
    person.open(photos)
    person.drop(zipped)
    unpack(person)
    assert person.window.close()
    assert not any(dialog.isVisible() for dialog in person.window.findChildren(UnpackDialog))
