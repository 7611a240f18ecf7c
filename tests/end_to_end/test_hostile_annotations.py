"""The hostile annotations through the window: each refused file is listed with its reason, and the good ones come in."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from desktop_app.dialogs.import_dialog import ImportDialog
from tests.end_to_end.conftest import OpenWindow
from tests.helpers.annotation_dialogs import import_of
from tests.helpers.real_data import copy_to_write
from tests.helpers.window_driver import WindowDriver

REFUSED_XML = (
    "billion_laughs", "xxe", "truncated", "latin1_without_declaration", "filename_traversal", "nan_inf", "far_outside",
    "huge_numbers", "decimal_comma", "zero_area", "class_names",
)  # fmt: skip
REFUSED_FILES = (
    "truncated.json", "nan.json", "deep_nesting.json", "not_coco.json", "top_level_list.json", "null_fields.json",
    "orphans.json", "negative_size.json", "traversal.json", "url.json", "duplicate_ids.json", "no_extension.bin",
)  # fmt: skip


@pytest.fixture
def made_here(shared_data: Path, tmp_path: Path) -> Path:
    """All of the collection, as somebody has it who was sent it."""
    return copy_to_write(shared_data / "hostile_dev/made_here", tmp_path / "made_here", "8000x6000.jpg")


@pytest.fixture
def person(open_window: OpenWindow, made_here: Path) -> WindowDriver:
    person = open_window()
    person.window.import_offer._timer.setInterval(10**6)  # tests of the offer are elsewhere
    person.open(made_here)
    return person


def copied(dialog: ImportDialog) -> str:
    dialog.problems.copy_button.click()
    return QGuiApplication.clipboard().text()


def box_count(person: WindowDriver) -> int:
    return sum(len(person.document.record(image).boxes) for image in person.document.images)


@pytest.mark.parametrize("below", ["", "annotations/voc"])
def test_a_folder_is_imported_but_for_the_files_that_are_named(person: WindowDriver, made_here: Path, below: str):
    dialog = import_of(person, made_here / below)
    told = copied(dialog)
    for name in REFUSED_XML:
        assert f"{name}.xml" in told, name
    assert "which may hide anything" in told
    assert "10012 boxes" in dialog.summary.replace(",", "").replace("\N{NO-BREAK SPACE}", "")
    dialog.import_button.click()
    assert box_count(person) == 10_012
    assert person.document.record("annotations/1.png").boxes
    person.press_key("Ctrl+Z")
    assert box_count(person) == 0
    assert person.class_list == []


def test_of_many_files_the_good_ones_come_in_and_the_others_are_named(person: WindowDriver, made_here: Path):
    places = sorted((made_here / "annotations/coco").iterdir())
    (made_here / "no_extension.bin").write_bytes(b"\0\1\2")
    dialog = import_of(person, *places, made_here / "no_extension.bin")
    told = copied(dialog)
    for name in REFUSED_FILES:
        assert name in told, name
    dialog.import_button.click()
    assert box_count(person) == 3  # good.json and its like say the same one, duplicate_ids.json two others
    person.press_key("Ctrl+Z")
    assert box_count(person) == 0


def test_files_of_which_none_can_be_read_say_why_each(person: WindowDriver, made_here: Path):
    coco = made_here / "annotations/coco"
    dialog = import_of(person, coco / "deep_nesting.json", coco / "not_coco.json")
    assert "deep_nesting.json" in dialog.summary
    assert "not_coco.json" in dialog.summary
    assert not dialog.import_button.isEnabled()
    dialog.reject()
