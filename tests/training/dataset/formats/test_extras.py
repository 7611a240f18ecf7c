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
