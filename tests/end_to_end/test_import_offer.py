"""A folder that holds annotation files offers their boxes, quietly and once."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from desktop_app import import_offer
from desktop_app.dialogs.import_dialog import ImportDialog
from tests.helpers.annotation_dialogs import import_of
from tests.helpers.window_driver import WindowDriver
from training.__main__ import main

HEADER = "filename,width,height,class,xmin,ymin,xmax,ymax\n"
POLYGON = {
    "version": "5.0.0",
    "imagePath": "one.png",
    "imageWidth": 300,
    "imageHeight": 200,
    "shapes": [{"label": "cup", "shape_type": "polygon", "points": [[10, 20], [60, 30], [40, 90]]}],
}


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(import_offer, "LOOK_AFTER_MS", 0)


@pytest.fixture
def table(photos):
    file = photos / "lists" / "boxes.csv"
    file.parent.mkdir()
    file.write_text(HEADER + "one.png,300,200,cup,10,10,60,40\ntwo.png,300,200,fork,1,2,30,40\n")
    return file


def opened(open_window, folder) -> WindowDriver:
    person = open_window()
    person.open(folder)
    person.wait_until(lambda: not person.window.import_offer.is_working)
    return person


def offered(person) -> str:
    bar = person.window.import_offer.bar
    return bar.text if bar.isVisibleTo(person.window) else ""


def coco(category=1, info=None) -> dict:
    return {
        "info": info or {},
        "images": [{"id": 5, "file_name": "one.png", "width": 300, "height": 200}],
        "categories": [{"id": category, "name": "cup"}],
        "annotations": [{"id": 9, "image_id": 5, "category_id": category, "bbox": [10, 10, 50, 30], "area": 1500}],
    }


def test_one_press_brings_all_boxes_as_one_step(open_window, photos, table):
    person = opened(open_window, photos)
    assert "boxes.csv" in offered(person)
    assert not (photos / "project.boxwright").exists()
    person.window.import_offer.bar.import_button.click()
    person.wait_until(lambda: "Imported: 2 boxes in 2 images." in offered(person))
    assert person.boxes_of("two.png") == [(1, 2, 30, 40)]
    person.press_key("Ctrl+Z")
    assert person.boxes_of("two.png") == []
    assert person.class_list == []


def test_it_says_that_polygons_became_boxes(open_window, photos):
    (photos / "one.json").write_text(json.dumps(POLYGON))
    person = opened(open_window, photos)
    assert "labelme" in offered(person)
    person.window.import_offer.bar.import_button.click()
    person.wait_until(lambda: "Imported" in offered(person))
    assert "Polygon: the box around it was taken." in offered(person)
    assert person.boxes_of("one.png") == [(10, 20, 60, 90)]


def test_defects_are_shown_before_anything_is_imported(open_window, photos, table):
    table.write_text(table.read_text() + "nowhere.png,300,200,cup,1,1,2,2\n")
    person = opened(open_window, photos)
    person.window.import_offer.bar.import_button.click()
    dialog = person.dialog(ImportDialog)
    person.wait_until(lambda: not dialog.is_working)
    assert "nowhere.png" in dialog.problems.text
    assert person.class_list == []
    dialog.import_button.click()
    assert person.class_list == ["cup", "fork"]


def test_one_can_look_first_and_choose_another_format(open_window, photos, table):
    (photos / "one.json").write_text(json.dumps(POLYGON))
    person = opened(open_window, photos)
    assert "Also as" in offered(person)
    person.window.import_offer.bar.look_button.click()
    dialog = person.dialog(ImportDialog)
    person.wait_until(lambda: not dialog.is_working)
    titles = [dialog.source.format.itemText(at) for at in range(dialog.source.format.count())]
    assert any("labelme" in title for title in titles[:2])
    assert offered(person) == ""
    dialog.reject()


def test_after_one_format_the_next_with_boxes_for_other_images_is_offered(open_window, photos, table):
    (photos / "three.json").write_text(json.dumps({**POLYGON, "imagePath": "sub/three.jpg"}))
    person = opened(open_window, photos)
    bar = person.window.import_offer.bar
    assert offered(person).startswith("This folder holds boxes as labelme")
    bar.import_button.click()
    person.wait_until(lambda: "Imported" in offered(person))
    bar.close_button.click()
    person.wait_until(lambda: "boxes.csv" in offered(person))
    person.window.close()
    again = opened(open_window, photos)
    assert "boxes.csv" in offered(again)
    again.window.import_offer.bar.import_button.click()
    again.wait_until(lambda: "Imported" in offered(again))
    assert all(again.boxes_of(image) for image in ("one.png", "two.png", "sub/three.jpg"))
    again.window.import_offer.bar.close_button.click()
    again.wait_until(lambda: not again.window.import_offer.is_working)
    assert offered(again) == ""


def test_the_same_boxes_rounded_otherwise_are_not_offered_after_the_first(open_window, photos):
    (photos / "boxes.csv").write_text(HEADER + "one.png,300,200,cup,10.2,10,60,40\n")
    (photos / "boxes.json").write_text(json.dumps(coco()))
    person = opened(open_window, photos)
    assert "Also as" in offered(person)
    person.window.import_offer.bar.import_button.click()
    person.wait_until(lambda: "Imported" in offered(person))
    person.window.import_offer.bar.close_button.click()
    person.wait_until(lambda: not person.window.import_offer.is_working)
    assert offered(person) == ""
    person.window.close()
    assert offered(opened(open_window, photos)) == ""


def test_closing_the_offer_keeps_all_of_its_formats_quiet(open_window, photos, table):
    (photos / "three.json").write_text(json.dumps({**POLYGON, "imagePath": "sub/three.jpg"}))
    person = opened(open_window, photos)
    person.window.import_offer.bar.close_button.click()
    person.window.close()
    assert offered(opened(open_window, photos)) == ""


def test_cancelling_the_look_brings_the_offer_back(open_window, photos, table):
    person = opened(open_window, photos)
    bar, before = person.window.import_offer.bar, offered(person)
    bar.look_button.click()
    dialog = person.dialog(ImportDialog)
    person.wait_until(lambda: not dialog.is_working)
    assert offered(person) == ""
    dialog.reject()
    assert offered(person) == before
    bar.look_button.click()
    dialog = person.dialog(ImportDialog)
    person.wait_until(dialog.import_button.isEnabled)
    dialog.import_button.click()
    person.wait_until(lambda: not person.window.import_offer.is_working)
    assert offered(person) == ""


def test_who_closed_it_is_not_asked_again_about_the_same_files(open_window, photos, table):
    person = opened(open_window, photos)
    person.window.import_offer.bar.close_button.click()
    assert offered(person) == ""
    person.window.close()
    again = opened(open_window, photos)
    assert offered(again) == ""
    again.window.close()
    table.write_text(table.read_text() + "sub/three.jpg,300,200,cup,1,1,20,20\n")
    os.utime(table, (time.time() + 5, time.time() + 5))
    assert "boxes.csv" in offered(opened(open_window, photos))


def test_what_the_project_has_already_is_not_offered(open_window, photos, table):
    person = opened(open_window, photos)
    person.window.import_offer.bar.import_button.click()
    person.wait_until(lambda: "Imported" in offered(person))
    settings = person.window.settings
    person.window.close()
    settings.dismiss_annotations(photos, ())
    settings.flush()
    assert offered(opened(open_window, photos)) == ""


def test_the_same_boxes_from_another_format_are_no_step(open_window, photos):
    """A COCO file also has ids, which nobody sees."""
    (photos / "boxes.csv").write_text(HEADER + "one.png,300,200,cup,10,10,60,40\n")
    person = opened(open_window, photos)
    person.window.import_offer.bar.import_button.click()
    person.wait_until(lambda: "Imported" in offered(person))
    person.window.close()
    (photos / "boxes.csv").unlink()
    (photos / "boxes.json").write_text(json.dumps(coco()))
    again = opened(open_window, photos)
    assert offered(again) == ""
    dialog = import_of(again, photos / "boxes.json")
    assert dialog.summary == "Boxes that are there already: 1. Nothing would change."
    assert not dialog.import_button.isEnabled()
    dialog.reject()


def test_boxes_that_two_files_share_are_not_said_to_be_there(open_window, photos, table, tmp_path):
    person = opened(open_window, photos)
    dialog = import_of(person, table, Path(shutil.copy(table, tmp_path / "again.csv")))
    assert "Boxes that another of the files has, too, and that count once: 2." in dialog.summary
    assert "there already" not in dialog.summary
    dialog.reject()


def test_a_split_alone_is_told_as_what_it_is(open_window, photos, table):
    person = opened(open_window, photos)
    person.window.import_offer.bar.import_button.click()
    person.wait_until(lambda: "Imported" in offered(person))
    dialog = import_of(person, table.rename(table.with_name("train.csv")))
    assert "0 boxes" not in dialog.summary
    dialog.import_button.click()
    assert person.message.startswith("Imported: Split by the files: 2 for training.")


def test_what_only_coco_knows_comes_back_in_coco(open_window, photos, tmp_path):
    (photos / "boxes.json").write_text(json.dumps(coco(category=7, info={"contributor": "the kitchen"})))
    person = opened(open_window, photos)
    person.window.import_offer.bar.import_button.click()
    person.wait_until(lambda: "Imported" in offered(person))
    person.window.close()
    assert main(["export", str(photos), "--out", str(tmp_path / "out"), "--format", "coco"]) == 0
    written = json.loads(next((tmp_path / "out").rglob("*.json")).read_text())
    assert written["info"] == {"contributor": "the kitchen"}
    assert [category["id"] for category in written["categories"]] == [7]


def test_other_texts_and_own_exports_are_not_offered(open_window, photos):
    (photos / "readme.txt").write_text("These are photos of cups, taken by me.\n")
    (photos / "prices.csv").write_text("what,price,shop\ncup,3,here\nfork,2,there\n")
    (photos / "export").mkdir()
    (photos / "export" / "dataset.csv").write_text(HEADER + "one.png,300,200,cup,10,10,60,40\n")
    assert offered(opened(open_window, photos)) == ""


def test_drawing_meanwhile_is_kept(open_window, photos, table):
    person = opened(open_window, photos)
    person.window.import_offer.bar.import_button.click()
    person.add_class("plate")
    person.draw_box(100, 100, 150, 150)
    person.wait_until(lambda: "Imported" in offered(person))
    assert set(person.boxes_of("one.png")) == {(100, 100, 150, 150), (10, 10, 60, 40)}


def test_cancelling_leaves_nothing_behind(open_window, photos, table):
    person = opened(open_window, photos)
    bar = person.window.import_offer.bar
    bar.import_button.click()
    bar.cancel_button.click()
    assert "boxes.csv" in offered(person)
    assert bar.import_button.isVisibleTo(bar)
    assert person.class_list == []
    assert not person.document.undo_stack.canUndo()


def test_annotation_files_and_folders_of_them_can_be_dropped(open_window, photos, tmp_path):
    person = opened(open_window, photos)
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "one.json").write_text(json.dumps(POLYGON))
    for dropped in (tmp_path / "labels", tmp_path / "labels" / "one.json"):
        assert person.drop(dropped)
        dialog = person.dialog(ImportDialog)
        person.wait_until(lambda dialog=dialog: not dialog.is_working)
        assert dialog.summary.startswith("1 box in 1 image.")
        dialog.reject()
        person.wait_until(lambda dialog=dialog: not dialog.isVisible())


def test_without_a_project_a_dropped_file_is_answered(open_window, tmp_path):
    person = open_window()
    (tmp_path / "one.json").write_text(json.dumps(POLYGON))
    assert person.drop(tmp_path / "one.json")
    assert "Open the folder of images that one.json belongs to" in person.wait_for_problem("one.json")
