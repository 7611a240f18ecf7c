"""A folder opens by menu, by drop, from the recent list and as an argument; the place in it is remembered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, QThreadPool

from desktop_app.dialogs import file_choice
from desktop_app.images.image_filter import Mark
from desktop_app.settings import sample_folder
from tests.helpers.pictures import NO_IMAGE, write_picture, write_pictures, write_turned_picture


def test_a_folder_opens_from_the_menu(open_window, photos, monkeypatch):
    monkeypatch.setattr(file_choice, "choose_folder", lambda *_: photos)
    person = open_window()
    person.choose("File", "Open folder…")
    person.wait_for_picture("one.png")
    assert person.title == "photos"
    assert person.listed_images == ["one.png", "sub/three.jpg", "two.png"]
    assert person.counts == "0 of 3 done"


def test_a_folder_is_asked_for_where_photos_lie_and_not_beside_the_sample(open_window, photos, home, monkeypatch):
    asked = []
    monkeypatch.setattr(file_choice, "choose_folder", lambda _window, _title, start: asked.append(start))
    person = open_window()
    person.window.settings.remember_folder(sample_folder())
    person.choose("File", "Open folder…")
    pictures = home / "Pictures"
    pictures.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _kind: str(pictures))
    person.choose("File", "Open folder…")
    person.window.settings.remember_folder(photos)
    person.window.settings.remember_folder(sample_folder())
    person.choose("File", "Open folder…")
    assert asked == [Path.home(), pictures, photos.parent]


def test_a_folder_opens_when_it_is_dropped(open_window, photos):
    person = open_window()
    assert person.drop(photos)
    person.wait_for_picture("one.png")


def test_a_dropped_image_opens_its_folder_at_that_image(open_window, photos):
    person = open_window()
    person.drop(photos / "two.png")
    person.wait_for_picture("two.png")
    assert person.title == "photos"


def test_an_image_of_the_open_folder_is_only_gone_to(window, photos):
    window.drop(photos / "sub" / "three.jpg")
    window.wait_for_picture("sub/three.jpg")
    assert window.title == "photos"


def test_what_is_no_image_and_no_folder_is_told_when_dropped(window, photos, tmp_path):
    (tmp_path / "notes.doc").write_text("milk")
    window.drop(tmp_path / "notes.doc")
    assert "notes.doc" in window.wait_for_problem("no image")
    assert window.title == "photos"


def test_folders_opened_lately_are_in_the_menu_newest_first(window, photos, tmp_path):
    write_picture(tmp_path / "garden" / "rose.png")
    window.open(tmp_path / "garden", "rose.png")
    recent = window.window.recent_menu
    recent.fill()
    names = [entry.text() for entry in recent.actions() if entry.text()]
    assert names == [str(tmp_path / "garden"), str(photos), "Clear this list"]
    recent.actions()[1].trigger()
    window.wait_for_picture("one.png")
    assert window.title == "photos"


def test_the_last_place_is_remembered_after_a_restart(open_window, photos):
    person = open_window()
    person.open(photos)
    person.go_to("two.png")
    person.window.close()
    again = open_window()
    again.window.opening.open_at_start(None)
    again.wait_for_picture("two.png")


def test_an_argument_goes_before_the_last_project(open_window, photos, tmp_path):
    person = open_window()
    person.open(photos)
    person.window.close()
    write_picture(tmp_path / "garden" / "rose.png")
    again = open_window()
    again.window.opening.open_at_start(str(tmp_path / "garden"))
    again.wait_for_picture("rose.png")


def test_an_argument_may_be_relative(open_window, photos, monkeypatch):
    monkeypatch.chdir(photos / "sub")
    person = open_window()
    person.window.opening.open_at_start("..")
    person.wait_for_picture("one.png")
    assert person.title == "photos"


def test_with_nothing_else_the_sample_opens_and_is_drawn_once(open_window, home, monkeypatch):
    drawn = []

    def draw_two(folder, progress):
        drawn.append(folder)
        write_pictures(folder, ["snail.png", "teapot.png"])
        progress(2, 2)
        return folder

    monkeypatch.setattr("training.dataset.sample_project.create_sample_project", draw_two)
    person = open_window()
    person.window.opening.open_at_start(None)
    assert "Drawing the sample" in person.page_text
    person.wait_for_picture("snail.png")
    assert home in drawn[0].parents
    person.choose("File", "Open the sample project")
    assert len(drawn) == 1


def test_drawing_the_sample_can_be_cancelled(open_window, monkeypatch):
    def draw_for_ever(folder, progress):
        done = 0
        while True:
            done += 1
            progress(done % 240, 240)

    monkeypatch.setattr("training.dataset.sample_project.create_sample_project", draw_for_ever)
    person = open_window()
    person.window.opening.open_at_start(None)
    person.window.stage.start_page.cancel_asked.emit()
    person.wait_until(lambda: "Open a folder" in person.page_text)
    assert not person.document.is_open


def test_a_folder_without_images_says_what_to_do(open_window, tmp_path):
    (tmp_path / "empty").mkdir()
    person = open_window()
    person.window.opening.open(tmp_path / "empty")
    person.wait_until(lambda: "No images here" in person.page_text)
    assert person.title == "empty"


def test_a_folder_that_is_not_there_leaves_the_open_one(window, photos):
    window.window.opening.open(photos / "nowhere")
    window.wait_for_problem("nowhere")
    assert window.title == "photos"
    assert window.document.is_open


def test_files_that_are_no_image_are_marked_with_their_reason_and_the_rest_works(open_window, photos):
    (photos / "broken.jpg").write_bytes(NO_IMAGE)
    (photos / "empty.png").write_bytes(b"")
    person = open_window()
    person.window.opening.open(photos)
    person.wait_until(lambda: person.title == "photos")
    person.wait_until(lambda: person.mark_of("broken.jpg") == person.mark_of("empty.png") == Mark.PROBLEM)
    assert "not an image" in person.tooltip_of("broken.jpg")
    assert "empty" in person.tooltip_of("empty.png")
    person.go_to("two.png")
    person.draw_box(10, 10, 60, 40)
    assert person.boxes_of("two.png") == [(10, 10, 60, 40)]


def test_a_broken_image_on_the_canvas_says_why(open_window, photos):
    (photos / "a broken one.jpg").write_bytes(NO_IMAGE)
    person = open_window()
    person.window.opening.open(photos)
    person.wait_until(lambda: any("not an image" in text for text in person.badges))
    person.press_key("D")
    person.wait_for_picture("one.png")


def test_turned_photos_stand_upright(open_window, tmp_path):
    write_turned_picture(tmp_path / "photos" / "turned.jpg", 6, 120, 80)
    person = open_window()
    person.open(tmp_path / "photos", "turned.jpg")
    assert (person.record.width, person.record.height) == (120, 80)
    person.draw_box(100, 5, 118, 25)
    assert person.boxes == [(100, 5, 118, 25)]


def test_a_phones_heic_photo_opens(open_window, tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    write_picture(tmp_path / "source.png", 160, 120)
    from PIL import Image

    photo = pillow_heif.from_pillow(Image.open(tmp_path / "source.png"))
    (tmp_path / "photos").mkdir()
    photo.save(tmp_path / "photos" / "IMG_0001.HEIC")
    person = open_window()
    person.open(tmp_path / "photos", "IMG_0001.HEIC")
    assert (person.record.width, person.record.height) == (160, 120)


def test_new_files_are_found_and_gone_ones_told(window, photos):
    write_picture(photos / "a new one.png")
    shutil.move(photos / "two.png", photos.parent / "two.png")
    window.choose("File", "Look for new images")
    window.wait_until(lambda: window.listed_images == ["a new one.png", "one.png", "sub/three.jpg"])
    assert window.image == "one.png"
    assert "1 new image" in window.message


@pytest.mark.parametrize("name", ["a broken one.png", "z broken one.png"])
def test_a_file_that_was_repaired_is_read_again(open_window, photos, name):
    """The first image is marked by the canvas, the last one by its thumbnail."""
    (photos / name).write_bytes(NO_IMAGE)
    person = open_window()
    person.window.opening.open(photos)
    person.wait_until(lambda: person.title == "photos" and person.mark_of(name) == Mark.PROBLEM)
    write_picture(photos / name)
    person.choose("File", "Look for new images")
    person.wait_until(lambda: person.mark_of(name) == Mark.UNLABELLED)
    thumbnails = person.window.images.thumbnails
    person.wait_until(lambda: thumbnails.pixmap(name) is not None)
    person.go_to(name)


def test_an_opening_that_is_cancelled_leaves_what_was_open(window, photos, tmp_path, qapp):
    write_picture(tmp_path / "garden" / "rose.png")
    window.window.opening.open(tmp_path / "garden")
    assert window.window.status.busy.isVisible()
    window.window.status.busy.cancel_asked.emit()
    assert not window.window.status.busy.isVisible()
    QThreadPool.globalInstance().waitForDone()
    qapp.processEvents()
    assert window.title == "photos"
    window.draw_box(10, 10, 60, 40)
    assert window.boxes == [(10, 10, 60, 40)]
