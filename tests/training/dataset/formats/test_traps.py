"""Small traps of single formats: what looks like something else, and what is made to take long or much."""

from __future__ import annotations

import json
import math
import os
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.dataset.formats import readings, registry, safe_xml
from training.dataset.formats.annotation_rows import AnnotationFile, to_dataset
from training.dataset.formats.format import Choices, WriteChoices
from training.dataset.formats.table_layout import TableLayout
from training.dataset.formats.tfrecord_example import BadExample, decoded
from training.dataset.formats.via_regions import box_of
from training.dataset.formats.yolo_names import read_names

VOC = (
    "<annotation><filename>{}.jpg</filename><object><name>cat</name><bndbox>"
    "<xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object></annotation>"
)


def read(name: str, place: Path) -> AnnotationFile:
    return registry.read(place, registry.FORMATS[name], registry.FORMATS[name].recognise(place).choices)


def voc_with_lists(folder: Path, lists: dict[str, str]) -> dict[str, Split | None]:
    for name in ("cat", "cat 1"):
        (folder / f"{name}.xml").write_text(VOC.format(name))
    (folder / "ImageSets/Main").mkdir(parents=True)
    for name, text in lists.items():
        (folder / "ImageSets/Main" / name).write_text(text)
    return {row.filename: row.split for row in read("voc", folder).rows}


@pytest.mark.parametrize(
    ("encoding", "label"), [("gbk", "猫"), ("Shift_JIS", "ネコ"), ("euc-kr", "고양이"), ("GB2312", "狗")]
)
def test_xml_in_the_encodings_of_east_asia(tmp_path: Path, encoding: str, label: str):
    text = VOC.format("a").replace("cat", label)
    (tmp_path / "a.xml").write_bytes(f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'.encode(encoding))
    assert [row.label for row in read("voc", tmp_path / "a.xml").rows] == [label]


def test_xml_that_is_not_in_the_encoding_it_says_is_refused(tmp_path: Path):
    text = VOC.format("a").encode().replace(b"cat", b"\xff\xff")
    (tmp_path / "a.xml").write_bytes(b"<?xml version='1.0' encoding='gbk'?>" + text)
    with pytest.raises(safe_xml.BadXml, match="cannot be decoded"):
        list(safe_xml.elements(tmp_path / "a.xml", frozenset(), 2**20))


def test_entities_are_refused_in_every_encoding(tmp_path: Path):
    text = f'<!DOCTYPE a [<!ENTITY x "yy">]>{VOC.format("&x;")}'
    (tmp_path / "a.xml").write_text(f'<?xml version="1.0" encoding="gbk"?>{text}')
    with pytest.raises(safe_xml.BadXml, match="entities"):
        list(safe_xml.elements(tmp_path / "a.xml", frozenset(), 2**20))


def test_an_image_that_is_called_like_a_mark_keeps_its_own_split(tmp_path: Path):
    found = voc_with_lists(tmp_path, {"train.txt": "cat 1\n", "test.txt": "cat\n"})
    assert found == {"cat 1.jpg": Split.TRAIN, "cat.jpg": Split.TEST}


def test_marks_on_every_line_are_no_part_of_the_names(tmp_path: Path):
    assert voc_with_lists(tmp_path, {"train.txt": "cat  1\ndog -1\n"})["cat.jpg"] is Split.TRAIN


@pytest.mark.parametrize(("tag", "name"), [("image", "cvat"), ("object", "voc")])
def test_very_many_elements_beside_others_take_no_longer_than_their_number(tag: str, name: str, tmp_path: Path):
    root = "annotations" if name == "cvat" else "annotation"
    path = tmp_path / "many.xml"
    path.write_text(f"<{root}>" + "<a/>" * 90_000 + f"<{tag}/>" * 90_000 + f"</{root}>")
    begun = time.process_time()
    assert len(read(name, path).problems) == 90_000
    assert time.process_time() - begun < 8  # searching each among all others takes half a minute


def test_xml_of_more_elements_than_anything_has_is_not_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(safe_xml, "_MOST_AT_ONCE", 1000)
    path = tmp_path / "many.xml"
    path.write_text("<annotations>" + "<image name='a.jpg'><box/></image>" * 2000 + "</annotations>")
    assert len(read("cvat", path).problems) == 2000
    path.write_text("<annotation>" + "<a/>" * 1000 + "</annotation>")
    assert "more than 1000 of its elements belong to one thing" in str(read("voc", path).problems[0])


@pytest.mark.parametrize("names", ["names: [a" + " " * 50_000 + "{b]", "a" + " " * 50_000 + "b\nnames: [a]"])
def test_a_line_of_spaces_keeps_nobody_waiting(names: str, tmp_path: Path):
    (tmp_path / "data.yaml").write_text(names)
    begun = time.process_time()
    read_names(tmp_path / "data.yaml")
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("name", ["/", ".", "a\0b", "data.data"])
def test_a_list_of_names_that_can_not_be_a_file_is_none(name: str, tmp_path: Path):
    (tmp_path / "obj.data").write_text(f"names = {name}\n")
    assert read_names(tmp_path / "obj.data") is None


def test_boxes_with_a_score_and_a_track_are_no_points(tmp_path: Path):
    (tmp_path / "classes.txt").write_text("cat\n")
    lines = ["0 0.5 0.5 0.25 0.5 0.9 7", "0 0.5 0.5 0.25 0.5 0.9 1", "0 0.25 0.25 0.75 0.25 0.5 0.5"]
    (tmp_path / "a.txt").write_text("\n".join(lines))
    tracked, first, points = (row.box.corners for row in read("yolo", tmp_path).rows if row.box)
    assert tracked == first == (0.375, 0.25, 0.625, 0.75)
    assert points == (0.25, 0.25, 0.75, 0.5)


@pytest.mark.parametrize(
    ("choices", "reason"), [([""], "the box has no class"), (["cat", "dog"], "an image has one class here; 2 were")]
)
def test_choices_of_label_studio_that_are_no_class_are_told(choices: list[str], reason: str, tmp_path: Path):
    result = {"type": "choices", "value": {"choices": choices}}
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps([{"data": {"image": "a.jpg"}, "annotations": [{"result": [result]}]}]))
    file = read("label-studio", path)
    assert (file.rows, len(file.problems)) == ([], 1)
    assert reason in file.problems[0].reason


def test_the_class_of_via_stays_the_class_when_it_is_written_again(tmp_path: Path):
    """Of `name` and `type` the first is the class; both could be."""
    shape = {"name": "rect", "x": 1, "y": 2, "width": 3, "height": 4}
    region = {"shape_attributes": shape, "region_attributes": {"name": "dog", "type": "big"}}
    path = tmp_path / "via.json"
    path.write_text(json.dumps({"a": {"filename": "a.jpg", "size": 1, "regions": [region]}}))
    (row,) = read("via", path).rows
    write = registry.FORMATS["via"].write
    assert write is not None
    write(to_dataset(read("via", path)), tmp_path / "again.json", WriteChoices())
    (again,) = read("via", tmp_path / "again.json").rows
    assert (row.label, again.label) == ("dog", "dog")


def test_one_damaged_record_file_keeps_no_other_out(tmp_path: Path):
    write = registry.FORMATS["tfrecord"].write
    assert write is not None
    write(Dataset((LabelledImage("b.jpg", 10, 10),), ("cat",)), tmp_path / "b.tfrecord", WriteChoices())
    (tmp_path / "a.tfrecord").write_bytes(b"no records at all")
    file = read("tfrecord", tmp_path)
    assert [row.filename for row in file.rows] == ["b.jpg"]
    assert [problem.file for problem in file.problems] == ["a.tfrecord"]


def test_a_record_with_millions_of_numbers_is_refused():
    def part(number: int, content: bytes) -> bytes:
        length, size = bytearray(), len(content)
        while size > 0x7F:
            length.append(size & 0x7F | 0x80)
            size >>= 7
        return bytes((number << 3 | 2,)) + bytes(length) + bytes((size,)) + content

    for kind in (2, 3):
        feature = part(kind, part(1, bytes(4_100_000)))
        content = part(1, part(1, part(1, b"image/width") + part(2, feature)))
        with pytest.raises(BadExample, match="more values than an image can need"):
            decoded(content)


def test_polygons_of_boxes_that_wait_for_their_categories_are_told_all_the_same(tmp_path: Path):
    box = {"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "segmentation": [[1, 2, 4, 2, 4, 6]]}
    content = {
        "images": [{"id": 1, "file_name": "a.jpg"}],
        "annotations": [box, {**box, "bbox": None}],
        "categories": [{"id": 1, "name": "cat"}],
    }
    path = tmp_path / "coco.json"
    path.write_text(json.dumps(content))
    file = read("coco", path)
    assert [row.box.corners for row in file.rows if row.box] == [(1, 2, 4, 6), (1, 2, 4, 6)]
    assert [note.reason for note in file.notes] == ["its polygon is not kept; the box is; so it was with 2 in all"]


def test_fields_of_coco_that_are_too_long_take_none_of_the_others_with_them(tmp_path: Path):
    categories = [{"id": 7 * number, "name": f"class {number}", "group": "x" * 30} for number in range(1, 1204)]
    content = {"info": {"year": 2026}, "videos": [{"id": at} for at in range(10_001)], "categories": categories}
    path = tmp_path / "lvis.json"
    path.write_text(json.dumps({**content, "images": [{"id": 1, "file_name": "a.jpg"}], "annotations": []}))
    file = read("coco", path)
    assert [note.reason for note in file.notes] == ["its field 'videos' is too long to be kept"]
    write = registry.FORMATS["coco"].write
    assert write is not None
    write(to_dataset(file), path, WriteChoices())
    again = json.loads(path.read_text())
    assert (again["info"], again["categories"]) == ({"year": 2026}, categories)


def test_a_file_of_millions_of_empty_lists_is_not_built_in_memory(tmp_path: Path):
    path = tmp_path / "bomb.json"
    path.write_text('{"imagePath": "a.jpg", "shapes": [' + "[]," * 3_000_000 + "[]]}")
    assert "it has more than 6000000 parts" in str(read("labelme", path).problems[0])


def test_the_class_of_an_image_with_boxes_survives_records(tmp_path: Path):
    image = LabelledImage("a.jpg", 10, 10, (Box(1, 2, 3, 4, "cat"),), image_class="dog")
    write = registry.FORMATS["tfrecord"].write
    assert write is not None
    write(Dataset((image,), ("cat", "dog")), tmp_path / "a.tfrecord", WriteChoices())
    (found,) = to_dataset(read("tfrecord", tmp_path / "a.tfrecord")).images
    assert (found.image_class, len(found.boxes)) == ("dog", 1)


def test_labelme_says_that_a_class_beside_boxes_is_lost(tmp_path: Path):
    image = LabelledImage("a.jpg", 10, 10, (Box(1, 2, 3, 4, "cat"),), image_class="dog")
    write = registry.FORMATS["labelme"].write
    assert write is not None
    written = write(Dataset((image,), ("cat", "dog")), tmp_path, WriteChoices())
    assert any(
        "the class of an image that has boxes, too, is a flag of labelme; of 1 " in loss for loss in written.losses
    )


def test_corners_of_napari_without_an_index_are_one_shape(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("axis-0,axis-1,shape-type,vertex-index,index\n1,2\n5,2\n5,9\n")
    layout = TableLayout((), title="napari")
    file = registry.read(path, registry.FORMATS["table"], Choices(table=layout))
    assert [row.box.corners for row in file.rows if row.box] == [(2, 1, 9, 5)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files in folders")
def test_what_is_no_plain_file_keeps_nobody_waiting(tmp_path: Path):
    for name in ("a.xml", "a.json", "a.txt", "a.csv", "a.tfrecord"):
        os.mkfifo(tmp_path / name)
        assert registry.recognise(tmp_path / name) == []
    assert registry.recognise(tmp_path) == []


def test_turned_ellipses_have_the_box_around_them(tmp_path: Path):
    """A quarter of a turn changes the radii, and half of one nothing."""
    ellipse = '<ellipse label="cat" cx="50" cy="40" rx="20" ry="10" rotation="{}"/>'
    shapes = "".join(map(ellipse.format, (0, 90, 180)))
    (tmp_path / "a.xml").write_text(f'<annotations><image name="a.jpg">{shapes}</image></annotations>')
    flat, upright = (30, 30, 70, 50), (40, 20, 60, 60)
    found = [row.box.corners for row in read("cvat", tmp_path / "a.xml").rows if row.box]
    for corners, expected in zip(found, (flat, upright, flat), strict=True):
        assert corners == pytest.approx(expected)
    shape = {"name": "ellipse", "cx": 50, "cy": 40, "rx": 20, "ry": 10, "theta": math.pi / 4}
    diagonal = box_of(shape).corners
    assert diagonal == pytest.approx((50 - 250**0.5, 40 - 250**0.5, 50 + 250**0.5, 40 + 250**0.5))


def test_files_beyond_the_most_are_told_and_a_folder_without_rows_can_be_left(tmp_path: Path, monkeypatch):
    for name in "abc":
        (tmp_path / f"{name}.xml").write_text(VOC.format(name))
    monkeypatch.setattr(readings, "_MOST_FILES", 2)
    file = read("voc", tmp_path)
    assert [row.filename for row in file.rows] == ["a.jpg", "b.jpg"]
    assert [str(problem) for problem in file.problems] == [
        f"{tmp_path.name}: there are more than 2 files; from c.xml on none is read"
    ]
    with pytest.raises(registry.ReadingStopped):
        registry.read(tmp_path, registry.FORMATS["voc"], progress=lambda rows: rows > 0)


def test_a_table_of_many_rows_is_looked_at_whole_without_holding_it(tmp_path: Path):
    path = tmp_path / "many.csv"
    rows = [f"images of a long name/{at:06}.jpg,1,2,30,{40 + at % 7},some class or other\n" for at in range(60_000)]
    rows += [f"images of a long name/{at:06}.jpg,500.5,2,30,40,other\n" for at in range(30_000)]
    path.write_text("".join(rows))
    tracemalloc.start()
    evidence = registry.FORMATS["table"].recognise(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "90000 of 90000 as x, y, width, height" in " ".join(evidence.reasons)
    assert peak < 15e6  # its texts alone are 30 million bytes
