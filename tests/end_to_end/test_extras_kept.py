"""What only one format knows goes through the window: imported, its boxes edited by hand, exported, still there."""

from __future__ import annotations

import json

import pytest

from desktop_app.dialogs.export_dialog import ExportDialog
from tests.helpers.annotation_dialogs import choose_format, export_into, import_of

ODD = {"deep": [{"a": None, "b": [1.5, -2e-7, True]}], "big": 2**63, "text": "Größe ☃", "empty": {}, "none": None}


def coco():
    return {
        "info": {"year": 2018, "mine": ODD},
        "mine": ODD,
        "images": [{"id": 2**62, "file_name": "one.png", "width": 300, "height": 200, "mine": ODD}],
        "categories": [{"id": 90, "name": "cup", "supercategory": "dish", "mine": ODD}],
        "annotations": [
            {"id": 5, "image_id": 2**62, "category_id": 90, "bbox": [10, 10, 50, 30], "mine": ODD, "note": None}
        ],
    }


def labelme():
    shape = {"label": "cup", "points": [[10, 10], [60, 40]], "shape_type": "rectangle", "flags": {"blurred": True}}
    return {
        "version": "5.5.0",
        "flags": {"night": True, "day": False},
        "shapes": [shape | {"group_id": 2**63, "description": "ein Becher", "mine": ODD}],
        "imagePath": "one.png",
        "imageData": None,
        "imageHeight": 200,
        "imageWidth": 300,
        "mine": ODD,
    }


VOC = """<annotation verified="yes">
<filename>one.png</filename><source><database>Mine</database></source>
<size><width>300</width><height>200</height><depth>3</depth></size>
<object><name>cup</name><pose>Left</pose><truncated>1</truncated><difficult>1</difficult><occluded>1</occluded>
<bndbox><xmin>10</xmin><ymin>10</ymin><xmax>60</xmax><ymax>40</ymax></bndbox></object>
</annotation>"""


def imported(person, place):
    import_of(person, place).import_button.click()


def exported(person, folder, name):
    person.window.window_actions.show_export()
    dialog = person.dialog(ExportDialog)
    choose_format(person, dialog, name)
    export_into(person, dialog, folder)
    dialog.reject()
    return dialog


def edit_by_hand(person):
    """Moved, made larger, undone and done again, and doubled."""
    person.document.set_current_image("one.png")
    person.document.select([0])
    edits = person.window.edits
    edits.nudge_selected(5, 5)
    edits.stretch_selected(10, 10)
    person.document.undo()
    person.document.redo()
    edits.duplicate_selected()
    assert [box.corners for box in person.document.record("one.png").boxes] == [(15, 15, 75, 55), (25, 25, 85, 65)]


def test_unknown_fields_of_coco_survive(window, tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(coco()))
    imported(window, tmp_path / "a.json")
    edit_by_hand(window)
    exported(window, tmp_path / "out", "coco")
    content = json.loads((tmp_path / "out" / "annotations.json").read_text(encoding="utf-8"))
    for key in ("info", "mine", "images", "categories"):
        assert content[key] == coco()[key]
    for number, annotation in enumerate(content["annotations"], start=1):
        assert (annotation["id"], annotation["mine"], annotation["note"]) == (number, ODD, None)


def test_unknown_fields_of_labelme_survive(window, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.json").write_text(json.dumps(labelme()))
    imported(window, tmp_path / "in")
    edit_by_hand(window)
    exported(window, tmp_path / "out", "labelme")
    content = json.loads((tmp_path / "out" / "one.json").read_text(encoding="utf-8"))
    before = labelme()
    assert {**content, "shapes": 0, "imagePath": 0} == {**before, "shapes": 0, "imagePath": 0}
    for shape in content["shapes"]:
        assert shape.items() >= {**before["shapes"][0], "points": shape["points"]}.items()


def test_what_voc_says_of_its_objects_survives(window, tmp_path):
    (tmp_path / "one.xml").write_text(VOC)
    imported(window, tmp_path / "one.xml")
    edit_by_hand(window)
    exported(window, tmp_path / "out", "voc")
    text = (tmp_path / "out" / "Annotations" / "one.xml").read_text(encoding="utf-8")
    for said in ("<pose>Left</pose>", "<truncated>1</truncated>", "<difficult>1</difficult>", "<occluded>1</occluded>"):
        assert text.count(said) == 2
    assert '<annotation verified="yes">' in text
    assert "<database>Mine</database>" in text


@pytest.mark.parametrize("name", ["csv", "coco", "voc"])
def test_what_one_format_can_not_hold_of_another_is_said_before_and_after(window, tmp_path, name):
    (tmp_path / "one.xml").write_text(VOC)
    imported(window, tmp_path / "one.xml")
    dialog = exported(window, tmp_path / "out", name)
    said = (
        "no place for what else Pascal VOC XML says of 1 box and 1 image: pose, truncated, difficult, occluded, source"
    )
    assert (said in dialog.losses.text()) == (name != "voc")
