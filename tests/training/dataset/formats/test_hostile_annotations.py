"""Broken and hostile annotation files: refused with place and reason, good rows kept, in bounded time."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from tests.helpers.annotation_datasets import some_dataset
from training.dataset.dataset import AnnotationFileError
from training.dataset.formats import registry
from training.dataset.formats.annotation_rows import AnnotationFile
from training.dataset.formats.format import Choices, WriteChoices

VOC_BOX = (
    "<object><name>{name}</name><bndbox><xmin>{x}</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object>"
)
GOOD_IMAGE = {"id": 1, "file_name": "1.png", "width": 64, "height": 48}
GOOD_BOX = {"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}


def read(name: str, place: Path, choices: Choices | None = None) -> AnnotationFile:
    format_ = registry.FORMATS[name]
    return registry.read(place, format_, choices or format_.recognise(place).choices)


def reasons(file: AnnotationFile) -> str:
    return "\n".join(map(str, file.problems))


def voc(folder: Path, name: str, body: str, before: str = "") -> None:
    (folder / name).write_text(f"{before}<annotation><filename>1.png</filename>{body}</annotation>")


def coco(path: Path, annotations: object, images: object = None, categories: object = None) -> Path:
    content = {
        "images": [GOOD_IMAGE] if images is None else images,
        "categories": [{"id": 1, "name": "cat"}] if categories is None else categories,
        "annotations": annotations,
    }
    path.write_text(json.dumps(content))
    return path


def test_bad_voc_files_stay_out_one_by_one(tmp_path: Path):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    voc(tmp_path, "bomb.xml", "<x>&l9;</x>", f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>')
    voc(tmp_path, "entity.xml", "<x>&e;</x>", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    voc(tmp_path, "deep.xml", "<a>" * 5000 + "</a>" * 5000)
    voc(tmp_path, "good.xml", VOC_BOX.format(name="cat", x=1))
    voc(tmp_path, "huge.xml", VOC_BOX.format(name="cat", x="9" * 500) + VOC_BOX.format(name="cat", x="1e308"))
    voc(tmp_path, "nan.xml", VOC_BOX.format(name="cat", x="nan") + VOC_BOX.format(name="dog", x=1))
    voc(tmp_path, "none.xml", VOC_BOX.format(name=" ", x=1))
    (tmp_path / "cut.xml").write_text(
        "<annotation><filename>2.png</filename>" + VOC_BOX.format(name="cat", x=3) + "<obj"
    )
    (tmp_path / "climbs.xml").write_text("<annotation><filename>../../etc/passwd</filename></annotation>")
    file = read("voc", tmp_path)
    assert sorted((row.file, row.label) for row in file.rows) == [
        ("cut.xml", "cat"), ("good.xml", "cat"), ("nan.xml", "dog")
    ]  # fmt: skip
    told = reasons(file)
    for expected in (
        "bomb.xml: it defines entities",
        "entity.xml: it defines entities",
        "deep.xml: its elements are more than 50 deep",
        "huge.xml, object 1: xmin: expected a number",
        "huge.xml, object 2: xmin: 1e+308 is no place in an image",
        "nan.xml, object 1: xmin: expected a number, got 'nan'",
        "none.xml, object 1: the box has no class",
        "climbs.xml: '../../etc/passwd' is not a path inside the folder",
        "; what stands before that is read",
    ):
        assert expected in told


def test_bad_entries_of_coco_stay_out_and_make_no_negatives(tmp_path: Path):
    bad = [
        {**GOOD_BOX, "bbox": [1, 2, float("nan"), 4]},
        {**GOOD_BOX, "bbox": [1, 2, -3, 4]},
        {**GOOD_BOX, "bbox": [1, 2, 10**400, 4]},
        {**GOOD_BOX, "bbox": [1, 2, 3]},
        {**GOOD_BOX, "bbox": {"x": 1}},
        {**GOOD_BOX, "image_id": 99},
        {**GOOD_BOX, "category_id": [1]},
        None,
    ]
    file = read("coco", coco(tmp_path / "a.json", bad))
    assert file.rows == []
    assert len(file.problems) == len(bad)
    file = read("coco", coco(tmp_path / "a.json", [*bad, GOOD_BOX]))
    assert [(row.line, row.label) for row in file.rows] == [(len(bad) + 1, "cat")]


def test_names_that_are_no_text_are_refused(tmp_path: Path):
    """JSON can write half a pair of surrogates, which no file can hold."""
    (tmp_path / "a.json").write_text(
        '{"images": [{"id": 1, "file_name": "1.png"}], "categories": [{"id": 1, "name": "\\ud800"}, {"id": 2, "name": '
        '"dog"}], "annotations": [{"image_id": 1, "category_id": 2, "bbox": [1, 2, 3, 4], "note": "\\udfff"}]}'
    )
    file = read("coco", tmp_path / "a.json")
    assert [(row.label, row.extra) for row in file.rows] == [("dog", "")]
    assert "is no name for a class" in reasons(file)


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '{"images": ' + "[" * 100_000 + "]" * 100_000,
        '{"a":' * 50_000,
        '{"images": [{"id": 1' + "0" * 10_000 + "}]}",
        '"text"',
        "",
        "nonsense",
    ],
)
def test_json_that_is_a_trap_is_refused_quickly(content: str, tmp_path: Path):
    (tmp_path / "a.json").write_text(content)
    began = time.monotonic()
    registry.recognise(tmp_path / "a.json")
    for name in ("coco", "via", "createml", "label-studio"):
        told = ""
        try:
            file = read(name, tmp_path / "a.json")
        except AnnotationFileError as error:
            told = str(error)
        else:
            assert file.rows == []
            told = reasons(file)
        assert told
    assert time.monotonic() - began < 20


def test_coco_is_read_up_to_where_it_breaks(tmp_path: Path):
    whole = coco(tmp_path / "a.json", [GOOD_BOX] * 1000).read_text()
    (tmp_path / "a.json").write_text(whole[: len(whole) // 2])
    file = read("coco", tmp_path / "a.json")
    assert 300 < len(file.rows) < 700
    assert "what stands before that is read" in reasons(file)


def test_annotations_may_come_before_images_and_ids_be_long(tmp_path: Path):
    content = {
        "annotations": [{"image_id": 2**70, "category_id": "7", "bbox": ["1", "2", "3", "4"]}],
        "images": [{"id": 2**70, "file_name": "photos\\1.png"}],
        "categories": [{"id": 7, "name": "cat"}],
    }
    (tmp_path / "a.json").write_text(json.dumps(content))
    (row,) = read("coco", tmp_path / "a.json").rows
    assert (row.filename, row.label, row.box and row.box.corners) == ("photos/1.png", "cat", (1, 2, 4, 6))


@pytest.mark.parametrize("name", registry.WRITERS)
def test_files_cut_and_changed_anywhere_are_refused_in_words(name: str, tmp_path: Path):
    """No exception but ours, whatever stands there."""
    chance = random.Random(name)
    target = registry.WRITERS[name]
    reader = registry.FORMATS.get(name) or registry.FORMATS["table"]
    place = tmp_path / (target.file_name or "out")
    assert target.write is not None
    files = target.write(some_dataset(), place, WriteChoices()).files
    choices = reader.recognise(place).choices
    originals = {path: path.read_bytes() for path in files}
    for _ in range(60):
        path = chance.choice(files)
        path.write_bytes(_spoiled(originals[path], chance))
        registry.recognise(place)
        try:
            file = registry.read(place, reader, choices)
        except AnnotationFileError:
            pass
        else:
            assert all(row.box is None or not row.box.is_empty for row in file.rows)
            assert all(problem.reason for problem in file.problems)
        path.write_bytes(originals[path])


def _spoiled(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    way = chance.randrange(4)
    if way == 0:
        return bytes(changed[: chance.randrange(len(changed) + 1)])
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed) or 1)
        if way == 1:
            changed[at : at + 1] = bytes([chance.randrange(256)])
        elif way == 2:
            del changed[at : at + chance.randint(1, 20)]
        else:
            changed[at:at] = chance.choice(
                [b"9" * 400, b"nan", b"-1e999", b'"', b"<", b"]", b"\0", b"null", b",,", b"\n"]
            )
    return bytes(changed)
