"""What only a format knows is kept as it is, whatever it is; what can't be kept is said."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.dataset.formats import registry
from training.dataset.formats.annotation_rows import AnnotationFile, to_dataset
from training.dataset.formats.extras import TOO_MUCH, joined, of_a_copy, packed, unpacked
from training.dataset.formats.format import Choices, WriteChoices

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
REPEATABLE = settings(
    derandomize=True, database=None, max_examples=12, deadline=None, suppress_health_check=list(HealthCheck)
)


def coco(value: Any) -> dict[str, Any]:
    return {
        "info": value,
        "mine": value,
        "images": [{"id": 2**63, "file_name": "a.jpg", "width": 64, "height": 48, "mine": value}],
        "categories": [{"id": 7, "name": "cat", "mine": value}],
        "annotations": [{"id": 1, "image_id": 2**63, "category_id": 7, "bbox": [1, 2, 3, 4], "mine": value}],
    }


def labelme(value: Any) -> dict[str, Any]:
    shape = {"label": "cat", "points": [[1, 2], [30, 40]], "shape_type": "rectangle", "flags": {"blurred": True}}
    return {
        "version": "5.5.0",
        "flags": {"night": True, "day": False},
        "shapes": [shape | {"description": None, "group_id": 7, "mine": value, "empty": {}}],
        "imagePath": "a.jpg",
        "imageData": None,
        "imageHeight": 48,
        "imageWidth": 64,
        "mine": value,
        "none": None,
    }


def again(name: str, content: object, folder: Path) -> tuple[Any, AnnotationFile]:
    """Read and written: what stands in the new file."""
    before, after = folder / "a.json", folder / "new" / "a.json"
    before.write_text(json.dumps(content), encoding="utf-8")
    format_ = registry.FORMATS[name]
    file = registry.read(before, format_, Choices())
    assert format_.write is not None
    format_.write(to_dataset(file), after if format_.file_name else after.parent, WriteChoices())
    return json.loads(after.read_text(encoding="utf-8")), file


@REPEATABLE
@given(value=JSON)
def test_unknown_fields_of_coco_come_back_as_they_were(value: Any):
    with tempfile.TemporaryDirectory() as folder:
        content, file = again("coco", coco(value), Path(folder))
    assert file.problems == file.notes == []
    expected = coco(value)
    for key in ("info", "mine", "images", "categories"):
        assert content[key] == expected[key]
    assert content["annotations"][0].items() >= expected["annotations"][0].items()


@REPEATABLE
@given(value=JSON)
def test_unknown_fields_of_labelme_come_back_as_they_were(value: Any):
    with tempfile.TemporaryDirectory() as folder:
        content, file = again("labelme", labelme(value), Path(folder))
    assert file.problems == file.notes == []
    assert content == labelme(value) | {"shapes": [labelme(value)["shapes"][0] | {"mask": None}]}


@pytest.mark.parametrize("name", ["coco", "labelme"])
def test_what_is_too_long_is_left_out_and_said(name: str, tmp_path: Path):
    content = {"coco": coco, "labelme": labelme}[name]("x" * 30_000)
    _, file = again(name, content, tmp_path)
    assert len(file.rows) == 1
    assert sum(TOO_MUCH in note.reason for note in file.notes) == 2


def label_studio(value: Any) -> list[dict[str, Any]]:
    box = {"x": 10, "y": 20, "width": 25, "height": 50, "rotation": 0, "rectanglelabels": ["cat"]}
    result = {
        "id": "abc",
        "type": "rectanglelabels",
        "from_name": "things",
        "to_name": "photo",
        "original_width": 64,
        "original_height": 48,
        "image_rotation": 0,
        "meta": {"text": [value]},
        "value": box,
    }
    return [{"id": 7, "meta": value, "data": {"image": "/a.jpg", "mine": value}, "annotations": [{"result": [result]}]}]


@REPEATABLE
@given(value=JSON)
def test_what_label_studio_says_besides_comes_back(value: Any):
    with tempfile.TemporaryDirectory() as folder:
        (task,), file = again("label-studio", label_studio(value), Path(folder))
    assert file.problems == file.notes == []
    (before,) = label_studio(value)
    assert (task["id"], task["meta"], task["data"]["mine"]) == (7, value, value)
    (result,), (expected,) = task["annotations"][0]["result"], before["annotations"][0]["result"]
    assert result | {"value": 0} == expected | {"value": 0}


def test_turned_boxes_and_polygons_of_voc_are_said(tmp_path: Path):
    (tmp_path / "a.xml").write_text(
        "<annotation><filename>a.jpg</filename><object><type>robndbox</type><name>cat</name><difficult>1</difficult>"
        "<robndbox><cx>50</cx><cy>40</cy><w>20</w><h>10</h><angle>1.5707963</angle></robndbox></object>"
        "<object><name>dog</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>9</xmax><ymax>8</ymax></bndbox>"
        "<polygon><x1>1</x1><y1>2</y1></polygon><part><name>head</name></part></object></annotation>"
    )
    file = registry.read(tmp_path / "a.xml", registry.FORMATS["voc"])
    corners = [row.box.corners for row in file.rows if row.box is not None]
    assert corners == [pytest.approx((45, 30, 55, 50)), (1, 2, 9, 8)]
    assert file.rows[0].extra == packed("voc", {"difficult": "1"})
    assert [note.reason for note in file.notes] == [
        "turned box: the box around it was taken",
        "polygon: the box around it was taken",
        "its parts are not kept; the box is",
    ]


def test_what_is_turned_in_label_studio_is_turned(tmp_path: Path):
    """About the first corner of a box and the centre of an ellipse, in pixels: the picture is twice as wide as high."""
    size = {"original_width": 200, "original_height": 100}
    box = {"x": 50, "y": 50, "width": 10, "height": 10, "rotation": 90, "rectanglelabels": ["cat"]}
    ellipse = {"x": 50, "y": 50, "radiusX": 10, "radiusY": 10, "rotation": 90, "ellipselabels": ["cat"]}
    brush = {"format": "rle", "rle": [1, 2], "brushlabels": ["cat"]}
    results = [size | {"value": value} for value in (box, ellipse, brush, brush)]
    (tmp_path / "a.json").write_text(json.dumps([{"data": {"image": "a.jpg"}, "annotations": [{"result": results}]}]))
    file = registry.read(tmp_path / "a.json", registry.FORMATS["label-studio"])
    corners = [row.box.corners for row in file.rows if row.box is not None]
    assert corners == [pytest.approx((0.45, 0.5, 0.5, 0.7)), pytest.approx((0.45, 0.3, 0.55, 0.7))]
    assert [(problem.reason, problem.rows) for problem in file.problems] == [
        ("a brush stroke was left out: it has no box; so it was with 2 in all", 2)
    ]
    assert {note.reason for note in file.notes} == {
        "turned box: the box around it was taken", "ellipse: the box around it was taken"
    }  # fmt: skip


def test_an_empty_list_of_coco_is_something_said(tmp_path: Path):
    content, _ = again("coco", coco(1) | {"mine": []}, tmp_path)
    assert content["mine"] == []


def test_a_copy_has_all_but_the_name_of_the_one_that_it_was():
    extra = joined(packed("coco", {"id": 7, "mine": [None, 1.5]}), packed("cvat", {"uuid": "a"}))
    assert of_a_copy(extra) == packed("coco", {"mine": [None, 1.5]})
    assert of_a_copy(packed("voc", {"difficult": "1"})) == packed("voc", {"difficult": "1"})


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '{"coco": 5}', '{"coco": {"x": NaN}}', "[" * 100_000, '{"a":{"b":"\\ud800"}}']
)
def test_what_others_put_there_is_nothing(text: str):
    assert of_a_copy(text) == ""
    assert unpacked(text, "voc") == {}
    assert unpacked(joined(text, packed("voc", {"difficult": "1"})), "voc") == {"difficult": "1"}
