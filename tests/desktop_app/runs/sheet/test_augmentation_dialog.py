from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from desktop_app.runs.sheet.augmentation_dialog import AugmentationDialog
from desktop_app.runs.sheet.readiness import Readiness
from desktop_app.runs.sheet.snapshot import Snapshot
from desktop_app.runs.sheet.train_sheet import TrainSheet
from tests.helpers.red_box_pictures import RED_BOX, write_picture
from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage
from training.run.settings import ClassEntry, TrainingSettings


@pytest.fixture
def dialog(qtbot, tmp_path: Path):
    images = []
    for number in range(6):
        write_picture(tmp_path / f"{number}.png")
        images.append(LabelledImage(f"{number}.png", 64, 48, (Box(*RED_BOX, "red"),)))
    settings = TrainingSettings(
        image_root=str(tmp_path), classes=(ClassEntry(1, "red"),), input_size=64, augmentations=("flip",)
    )
    made = AugmentationDialog(settings, images)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: len(made.rows) == 3)
    return made


def boxes_of(dialog: AugmentationDialog) -> set[tuple[float, ...]]:
    return {picture.box.corners for row in dialog.rows for picture in row.varied if picture.box is not None}


def click(qtbot, dialog: AugmentationDialog, button) -> None:
    before = dialog.rows
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.rows is not before)


def tick(qtbot, dialog: AugmentationDialog, kind: str) -> None:
    before = dialog.rows
    dialog.kind_boxes[kind].click()
    qtbot.waitUntil(lambda: dialog.rows is not before)


def test_what_is_chosen_is_shown_and_taken(qtbot, dialog):
    assert dialog.kinds == ("flip",)
    assert len(boxes_of(dialog)) <= 2
    tick(qtbot, dialog, "zoom")
    assert len(boxes_of(dialog)) > 2
    dialog.use_button.click()
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.kinds == ("flip", "zoom")
    assert dialog.augment


def test_other_images_and_other_changes(qtbot, dialog):
    tick(qtbot, dialog, "zoom")
    names, boxes = [row.filename for row in dialog.rows], boxes_of(dialog)
    click(qtbot, dialog, dialog.again_button)
    assert [row.filename for row in dialog.rows] == names
    assert boxes_of(dialog) != boxes
    click(qtbot, dialog, dialog.others_button)
    assert [row.filename for row in dialog.rows] != names


def test_with_nothing_chosen_it_says_so(qtbot, dialog):
    tick(qtbot, dialog, "flip")
    assert not dialog.augment
    assert "as it is" in dialog.message.text()
    assert not dialog.again_button.isEnabled()
    assert all(np.array_equal(picture.square, row.original.square) for row in dialog.rows for picture in row.varied)


def test_many_choices_in_a_row_end_with_the_last(qtbot, dialog):
    for kind in ("zoom", "shift", "light", "blur", "zoom", "shift", "blur"):
        dialog.kind_boxes[kind].click()
    qtbot.waitUntil(lambda: dialog.is_up_to_date)
    assert dialog.kinds == ("flip", "light")
    assert len(boxes_of(dialog)) <= 2


def test_images_that_cannot_be_read_are_named(qtbot, tmp_path):
    (tmp_path / "bad.png").write_bytes(b"no picture")
    settings = TrainingSettings(image_root=str(tmp_path), classes=(ClassEntry(1, "red"),), input_size=64)
    dialog = AugmentationDialog(settings, [LabelledImage("bad.png", 64, 48, (Box(*RED_BOX, "red"),))])
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: "bad.png" in dialog.message.text())


def test_the_sheet_takes_over_what_was_chosen_in_the_preview(qtbot, tmp_path):
    write_picture(tmp_path / "1.png")
    image = LabelledImage("1.png", 64, 48, (Box(*RED_BOX, "red"),))
    sheet = TrainSheet({"augmentations": ["flip", "zoom"]})
    qtbot.addWidget(sheet)
    sheet.show_snapshot(
        Snapshot(
            dataset=Dataset((image,), ("red",)),
            classes=(ClassEntry(1, "red"),),
            image_root=tmp_path,
            runs_folder=tmp_path / "runs",
            new_splits={},
            presence=False,
            readiness=Readiness("1 image", ()),
        )
    )
    sheet.show()
    sheet.unfold_button.click()
    sheet.form.editor("augmentations").preview_button.click()
    dialog = sheet.augmentations.dialog
    assert isinstance(dialog, AugmentationDialog)
    qtbot.waitUntil(lambda: len(dialog.rows) == 1 and dialog.is_up_to_date)
    assert dialog.kinds == ("flip", "zoom")
    tick(qtbot, dialog, "turns")
    dialog.use_button.click()
    assert sheet.chosen_values()["augmentations"] == ("flip", "turns", "zoom")
