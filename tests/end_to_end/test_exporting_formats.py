"""Every format is exported from the window, says what it can't hold before and after, and is read back."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt, QThreadPool
from PySide6.QtWidgets import QDialogButtonBox

from desktop_app.dialogs.export_dialog import ExportDialog
from tests.helpers.annotation_dialogs import choose_format, export_into
from training.dataset.annotation_finding import look_at
from training.dataset.formats import class_list
from training.dataset.formats.registry import FORMATS, WRITERS
from training.dataset.importing import plan_import
from training.dataset.store import ProjectStore

BOXES = {"one.png": [(10.25, 10, 60, 40.5)], "sub/three.jpg": [(20, 20, 90, 80), (100, 100, 150, 150.75)]}


@pytest.fixture
def labelled(window):
    """Boxes between pixels, two classes and a negative."""
    window.window.import_offer.shut_down()
    window.add_class("cup")
    window.draw_box(*BOXES["one.png"][0])
    window.go_to("sub/three.jpg")
    window.draw_box(*BOXES["sub/three.jpg"][0])
    window.add_class("fork")
    window.draw_box(*BOXES["sub/three.jpg"][1])
    window.go_to("two.png")
    window.press_key("Space")
    return window


def opened(person):
    person.window.window_actions.show_export()
    return person.dialog(ExportDialog)


def test_every_format_is_read_back(labelled, photos, tmp_path):
    dialog = opened(labelled)
    for name in WRITERS:
        choose_format(labelled, dialog, name)
        export_into(labelled, dialog, tmp_path / name)
        assert "3 boxes of 3 images exported" in dialog.summary, name
        with_boxes = {image: labelled.boxes_of(image) for image in BOXES}
        read = boxes_in(tmp_path / name, photos, name)
        assert {image: len(boxes) for image, boxes in read.items()} == {"one.png": 1, "sub/three.jpg": 2}, name
        for image, boxes in with_boxes.items():
            for one, other in zip(sorted(read[image]), sorted(boxes), strict=True):
                assert one == pytest.approx(other, abs=1.001), name


def boxes_in(place, photos, name):
    """What an import into the same images, without boxes so far, would bring."""
    way = look_at(place / WRITERS[name].file_name).ways[0]
    assert way.format.name in (name, "table"), name
    bare = photos.parent / f"bare {name}"
    bare.mkdir()
    for image in ("one.png", "two.png", "sub/three.jpg"):
        (bare / image).parent.mkdir(exist_ok=True)
        (bare / image).write_bytes((photos / image).read_bytes())
    store = ProjectStore.open(bare, read_only=True)
    try:
        plan = plan_import(store, way.places, how=way.how())
    finally:
        store.close()
    return {after.path: [box.corners for box in after.boxes] for _, after in plan.changes if after.boxes}


def test_what_a_format_cannot_hold_is_said_before_and_after(labelled, tmp_path):
    dialog = opened(labelled)
    choose_format(labelled, dialog, "vott")
    before = dialog.losses.text()
    assert "split" in before
    assert "negative" in before
    assert dialog.losses.isVisibleTo(dialog)
    assert not (tmp_path / "out").exists()
    export_into(labelled, dialog, tmp_path / "out")
    assert dialog.losses.text().splitlines()[1:] == before.splitlines()[1:]
    choose_format(labelled, dialog, "csv")
    assert not dialog.losses.isVisibleTo(dialog)


def test_the_format_is_remembered(labelled, open_window):
    dialog = opened(labelled)
    choose_format(labelled, dialog, "yolo")
    assert "Three folders" in dialog.file_per_split.text().replace("&", "")
    dialog.reject()
    labelled.window.close()
    again = open_window()
    again.open(labelled_folder(again))
    dialog = opened(again)
    assert dialog.chosen is FORMATS["yolo"]
    dialog.reject()


def labelled_folder(person):
    return person.window.settings.recent_folders()[0]


def test_one_file_a_split_in_another_format(labelled, tmp_path):
    dialog = opened(labelled)
    choose_format(labelled, dialog, "coco")
    dialog.file_per_split.setChecked(True)
    export_into(labelled, dialog, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["test.json", "train.json", "validation.json"]


@pytest.fixture
def held(monkeypatch):
    """An export waits for the event before its last file, with all others written beside."""
    goes_on, is_there = threading.Event(), threading.Event()
    write = class_list.write

    def wait_and_write(*arguments):
        is_there.set()
        assert goes_on.wait(20)
        write(*arguments)

    monkeypatch.setattr(class_list, "write", wait_and_write)
    yield is_there, goes_on
    goes_on.set()
    QThreadPool.globalInstance().waitForDone()


def begin_export(person, folder, is_there):
    dialog = opened(person)
    choose_format(person, dialog, "csv")
    dialog.folder.setText(str(folder))
    dialog.export_button.click()
    person.wait_until(is_there.is_set)
    return dialog, dialog.buttons.button(QDialogButtonBox.StandardButton.Close)


def test_an_export_that_is_cancelled_leaves_nothing(labelled, tmp_path, held):
    is_there, goes_on = held
    dialog, close = begin_export(labelled, tmp_path / "deep" / "out", is_there)
    assert close.text() == "Cancel"
    assert not dialog.export_button.isEnabled()
    close.click()
    assert labelled.message == "The export was cancelled."
    goes_on.set()
    assert QThreadPool.globalInstance().waitForDone(20_000)
    assert not (tmp_path / "deep").exists()


def test_an_export_that_is_cancelled_leaves_the_files_of_the_one_before(labelled, tmp_path, held):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "dataset.csv").write_text("from before")
    is_there, goes_on = held
    _, close = begin_export(labelled, tmp_path / "out", is_there)
    close.click()
    goes_on.set()
    assert QThreadPool.globalInstance().waitForDone(20_000)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["dataset.csv"]
    assert (tmp_path / "out" / "dataset.csv").read_text() == "from before"


def test_an_export_that_goes_on_ends_with_all_files(labelled, tmp_path, held):
    is_there, goes_on = held
    dialog, close = begin_export(labelled, tmp_path / "out", is_there)
    assert not any(path.suffix for path in (tmp_path / "out").iterdir() if path.is_file())
    goes_on.set()
    labelled.wait_until(dialog.export_button.isEnabled)
    assert close.text() == "Close"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"dataset.csv", "classes.txt"}


def test_return_exports(labelled, qtbot, tmp_path):
    dialog = opened(labelled)
    dialog.folder.setText(str(tmp_path / "out"))
    qtbot.keyClick(dialog.file_per_split, Qt.Key.Key_Return)
    labelled.wait_until(lambda: (tmp_path / "out" / "classes.txt").exists() and not dialog.is_working)
