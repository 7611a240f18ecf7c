"""Formats that are only read: known by what is in them, every good box kept, everything else said."""

from __future__ import annotations

import json
import random
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.pictures import write_pictures
from training.dataset.dataset import AnnotationFileError
from training.dataset.formats import registry
from training.dataset.formats.annotation_rows import AnnotationFile, to_dataset
from training.dataset.formats.format import Choices, Sureness, WriteChoices
from training.dataset.importing import plan_import
from training.dataset.store import ProjectStore

Found = list[tuple[str, str | None, tuple[float, ...] | None]]


def recognised_and_read(name: str, place: Path, choices: Choices | None = None) -> AnnotationFile:
    found = registry.recognise(place)
    assert [(one.format.name, one.evidence.sureness, one.evidence.questions) for one in found][:1] == [
        (name, Sureness.SURE, ())
    ]
    return registry.read(place, registry.FORMATS[name], choices or found[0].evidence.choices)


def said_in(file: AnnotationFile) -> Found:
    return [(row.filename, row.label, row.box.corners if row.box else None) for row in file.rows]


def told(problems: list[Any]) -> str:
    return "\n".join(map(str, problems))


# --- BBox-Label-Tool


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    texts = {
        "Labels/cat/a.txt": "2\n10 20 30 40\n50 60 20 30\n",
        "Labels/cat/b.txt": "1\r\n1 2 3 4 sea gull\r\n",
        "Labels/cat/none.txt": "0\n",
        "Labels/cat/short.txt": "3\n1 2 3 4\n1 2 3\n1 2 1 4\n",
        "Labels/cat/yolo.txt": "0 0.5 0.5 0.25 0.25\n",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


def test_texts_of_bbox_label_tool_are_read(labels: Path):
    file = recognised_and_read("bbox-label-tool", labels)
    assert said_in(file) == [
        ("cat/a", "cat", (10, 20, 30, 40)),
        ("cat/a", "cat", (20, 30, 50, 60)),
        ("cat/b", "sea gull", (1, 2, 3, 4)),
        ("cat/none", None, None),
        ("cat/short", "cat", (1, 2, 3, 4)),
    ]
    assert [str(problem) for problem in file.problems] == [
        "Labels/cat/short.txt, line 3: expected four numbers, got '1 2 3'",
        "Labels/cat/short.txt, line 4: the box 1 2 1 4 is empty: xmin must be less than xmax, and ymin less than ymax",
        "Labels/cat/yolo.txt, line 1: expected the number of boxes, got '0 0.5 0.5 0.25 0.25'",
    ]
    assert "the box has no class; it became 'cat'; so it was with 3 in all" in told(file.notes)
    assert "a.txt, line 3: the corners of the box were in the wrong order" in told(file.notes)
    named = registry.read(labels, registry.FORMATS["bbox-label-tool"], Choices(class_names=("dog",)))
    assert [row.label for row in named.rows][:3] == ["dog", "dog", "sea gull"]


@pytest.mark.parametrize(
    "text", ["", "2\n", "2\n1 2 3 4\n", "0 0.1 0.2 0.3 0.4\n", "1\n0.1 0.2 0.3 0.4\n", "one\n1 2 3 4\n"]
)
def test_other_texts_are_not_taken_for_bbox_label_tool(tmp_path: Path, text: str):
    (tmp_path / "a.txt").write_text(text)
    for place in (tmp_path, tmp_path / "a.txt"):
        assert "bbox-label-tool" not in [one.format.name for one in registry.recognise(place)]


def test_yolo_is_never_taken_for_bbox_label_tool_nor_the_other_way_round(shared_data: Path):
    zoo = shared_data / "format_zoo_dev"
    assert registry.recognised(zoo / "yolo_mark").format.name == "yolo"
    assert [one.format.name for one in registry.recognise(zoo / "bbox_label_tool")] == ["bbox-label-tool"]


def test_what_bbox_label_tool_saved_comes_in(shared_data: Path, tmp_path: Path):
    folder = tmp_path / "tool"
    shutil.copytree(shared_data / "format_zoo_dev" / "bbox_label_tool", folder, copy_function=shutil.copyfile)
    with closing(ProjectStore.open(folder)) as store:
        plan = plan_import(store, [folder])
    assert plan.problems == ()
    assert {after.path: [box.corners for box in after.boxes] for _, after in plan.changes} == {
        "Images/001/test.JPEG": [(80, 8, 172, 111)],
        "Images/001/test2.JPEG": [(129, 42, 389, 235)],
        "Images/001/test3.JPEG": [(74, 73, 171, 170)],
    }
    assert [record.name for record in plan.new_classes] == ["001"]


# --- VIA 3


def via3() -> dict[str, Any]:
    regions = {
        "r1": {"vid": "1", "z": [], "xy": [2, 10, 20, 30, 40], "av": {"1": "0", "2": "a note", "3": "x,y"}},
        "r2": {"vid": "1", "z": [], "xy": [3, 50, 50, 10], "av": {"1": "1"}},
        "r3": {"vid": "1", "z": [], "xy": [4, 50, 50, 10, 20], "av": {"1": "1"}},
        "r4": {"vid": "1", "z": [], "xy": [7, 1, 2, 9, 2, 5, 8], "av": {"1": "1"}},
        "r5": {"vid": "1", "z": [], "xy": [9, 0, 5, 10, 5, 5, 10], "av": {"1": "1"}},
        "r6": {"vid": "1", "z": [], "xy": [1, 5, 5], "av": {"1": "1"}},
        "r7": {"vid": "1", "z": [], "xy": [2, 5, 5, 10], "av": {"1": "1"}},
        "r8": {"vid": "1", "z": [], "xy": [2, 5, 5, 10, 10], "av": {}},
        "r9": {"vid": "3", "z": [1.5], "xy": [2, 5, 5, 10, 10], "av": {"1": "1"}},
        "s1": {"vid": "3", "z": [1.5, 2.5], "xy": [], "av": {"1": "1"}},
        "f1": {"vid": "2", "z": [], "xy": [], "av": {"2": "of the image"}},
    }
    return {
        "project": {"pid": "x", "data_format_version": "3.1.1", "vid_list": ["1", "2", "3"]},
        "config": {"ui": {}},
        "attribute": {
            "1": {"aname": "Class", "anchor_id": "FILE1_Z0_XY1", "type": 3, "options": {"0": "cat", "1": "dog"}},
            "2": {"aname": "remark", "anchor_id": "FILE1_Z0_XY1", "type": 1, "options": {}},
            "3": {"aname": "seen", "anchor_id": "FILE1_Z0_XY1", "type": 2, "options": {"x": "left", "y": "right"}},
        },
        "file": {
            "1": {"fid": "1", "fname": "a.png", "type": 2, "loc": 1, "src": ""},
            "2": {"fid": "2", "fname": "", "type": 2, "loc": 2, "src": "https://host.invalid/photos/b.png"},
            "3": {"fid": "3", "fname": "film.mp4", "type": 4, "loc": 1, "src": ""},
        },
        "metadata": regions,
        "view": {str(number): {"fid_list": [number]} for number in (1, 2, 3)},
    }


def test_projects_of_via_3_are_read(tmp_path: Path):
    (tmp_path / "a.json").write_text(json.dumps(via3()))
    file = recognised_and_read("via3", tmp_path / "a.json")
    assert said_in(file) == [
        ("a.png", "cat", (10, 20, 40, 60)),
        ("a.png", "dog", (40, 40, 60, 60)),
        ("a.png", "dog", (40, 30, 60, 70)),
        ("a.png", "dog", (1, 2, 9, 8)),
        ("a.png", "dog", pytest.approx((0, 0, 10, 10))),
        ("photos/b.png", None, None),
    ]
    assert file.classes == ["cat", "dog"]
    assert [str(problem).removeprefix("a.json, region ") for problem in file.problems] == [
        "6: a point has no box",
        "7: [2, 5, 5, 10]: expected another number of numbers",
        "8: the box has no class",
        "9: a part of a video or a sound was left out: only images are read; so it was with 2 in all",
    ]
    assert sum(problem.rows for problem in file.problems) == 5
    for kind in ("circle", "ellipse", "polygon", "extreme circle"):
        assert f"{kind}: the box around it was taken" in told(file.notes)


def test_what_via_3_says_besides_is_written_for_via_2(tmp_path: Path):
    (tmp_path / "a.json").write_text(json.dumps(via3()))
    dataset = to_dataset(recognised_and_read("via3", tmp_path / "a.json"))
    write = registry.FORMATS["via"].write
    assert write is not None
    write(dataset, tmp_path / "b.json", WriteChoices())
    images = {
        one["filename"]: one for one in json.loads((tmp_path / "b.json").read_text())["_via_img_metadata"].values()
    }
    assert images["a.png"]["regions"][0]["region_attributes"] == {
        "label": "cat", "remark": "a note", "seen": {"left": True, "right": True}
    }  # fmt: skip
    assert images["photos/b.png"]["file_attributes"] == {"remark": "of the image"}


# --- MOTChallenge


def test_sequences_of_motchallenge_are_read(tmp_path: Path):
    for sequence, text in (
        ("one", "1,1,10,20,30,40,1,1,1\n2,1,11,20,30,40,0,2,0.5\n2,2,1,1,0,5,1,1,1\n"),
        ("two", "1 1 5 6 7 8 1 9 1\n"),
    ):
        (tmp_path / sequence / "gt").mkdir(parents=True)
        (tmp_path / sequence / "det").mkdir()
        (tmp_path / sequence / "gt" / "gt.txt").write_text(text)
        (tmp_path / sequence / "det" / "det.txt").write_text("1,-1,10,20,30,40,0.9,-1,-1,-1\n")
        write_pictures(tmp_path / sequence / "pictures", ["000001.jpg", "000002.jpg"], 64, 64)
        (tmp_path / sequence / "seqinfo.ini").write_text("[Sequence]\nname=x\nimDir=pictures\nimExt=.jpg\n")
    (tmp_path / "one" / "gt" / "labels.txt").write_text("person\ncar\n")
    file = recognised_and_read("mot", tmp_path)
    assert said_in(file) == [
        ("one/pictures/000001", "person", (10, 20, 40, 60)),
        ("one/pictures/000002", "car", (11, 20, 41, 60)),
        ("two/pictures/000001", "9", (5, 6, 12, 14)),
    ]
    assert told(file.problems) == "one/gt/gt.txt, line 3: the box of 0 x 5 is empty"
    assert "it says that the box does not count" in told(file.notes)
    with closing(ProjectStore.open(tmp_path)) as store:
        plan = plan_import(store, [tmp_path])
    assert sorted(after.path for _, after in plan.changes) == [
        "one/pictures/000001.jpg", "one/pictures/000002.jpg", "two/pictures/000001.jpg"
    ]  # fmt: skip
    detected = recognised_and_read("mot", tmp_path / "one" / "det" / "det.txt")
    assert [row.label for row in detected.rows] == ["object"]
    assert "its score is not kept" in told(detected.notes)


def test_a_line_without_end_is_not_read_on(tmp_path: Path):
    (tmp_path / "gt").mkdir()
    (tmp_path / "gt" / "gt.txt").write_text("1,1,1,1,5,5,1,1,1\n" + "1," * 1_000_000)
    file = recognised_and_read("mot", tmp_path / "gt" / "gt.txt")
    assert (len(file.rows), told(file.problems)) == (
        1, "gt.txt, line 2: the line is too long; what stands before that is read"
    )  # fmt: skip


def test_a_class_that_no_list_names_is_told(tmp_path: Path):
    (tmp_path / "gt").mkdir()
    (tmp_path / "gt" / "labels.txt").write_text("person\n")
    (tmp_path / "gt" / "gt.txt").write_text("1,1,1,1,5,5,1,2,1\n1.5,1,1,1,5,5,1,1,1\n1,1\n")
    file = registry.read(tmp_path, registry.FORMATS["mot"])
    assert (file.rows, len(file.problems)) == ([], 3)


# --- CVAT for video

TRACKS = """<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version><meta><task><labels><label><name>car</name></label></labels>
<original_size><width>640</width><height>480</height></original_size></task></meta>
<track id="0" label="car" source="manual">
  <box frame="0" keyframe="1" outside="0" occluded="1" xtl="10" ytl="20" xbr="30" ybr="40" z_order="0">
    <attribute name="colour">red</attribute></box>
  <box frame="1" keyframe="0" outside="0" occluded="0" xtl="11" ytl="20" xbr="31" ybr="40" z_order="0"/>
  <box frame="5" keyframe="1" outside="0" occluded="0" xtl="15" ytl="20" xbr="35" ybr="40" z_order="0"/>
  <box frame="6" keyframe="1" outside="1" occluded="0" xtl="15" ytl="20" xbr="35" ybr="40" z_order="0"/>
  <box frame="x" keyframe="1" outside="0" occluded="0" xtl="15" ytl="20" xbr="35" ybr="40" z_order="0"/>
</track>
<track id="1" label="dog"><polygon frame="1" outside="0" points="1,2;9,2;5,8"/>
  <points frame="2" outside="0" points="1,2"/></track>
<track id="2" label="dog"><skeleton frame="3"><points label="a" outside="0" points="1,2"/>
  <points label="b" outside="0" points="11,12"/><points label="c" outside="1" points="90,90"/></skeleton>
  <cuboid frame="3" xtl1="1" ytl1="2" xbl1="1" ybl1="9" xtr1="8" ytr1="2" xbr1="8" ybr1="9"/></track>
</annotations>"""


def test_tracks_of_cvat_are_boxes_of_frames(tmp_path: Path):
    (tmp_path / "a.xml").write_text(TRACKS)
    file = recognised_and_read("cvat", tmp_path / "a.xml")
    assert said_in(file) == [
        ("frame_000000", "car", (10, 20, 30, 40)),
        ("frame_000001", "car", (11, 20, 31, 40)),
        ("frame_000005", "car", (15, 20, 35, 40)),
        ("frame_000001", "dog", (1, 2, 9, 8)),
        ("frame_000003", "dog", (1, 2, 11, 12)),
        ("frame_000003", "dog", (1, 2, 8, 9)),
    ]
    assert file.rows[0].extra == '{"cvat":{"occluded":"1","attributes":{"colour":"red"}}}'
    assert {(row.width, row.height) for row in file.rows} == {(640, 480)}
    assert "the frame: expected a number, got 'x'" in told(file.problems)
    assert "a point has no box" in told(file.problems)
    assert "a box of a track was taken as the box of its frame; so it was with 6 in all" in told(file.notes)
    assert "its track has no boxes on the frames before" in told(file.notes)
    assert "polygon: the box around it was taken" in told(file.notes)


# --- broken ones

PLACES = {
    "via3": ("a.json", json.dumps(via3())),
    "cvat": ("a.xml", TRACKS),
    "mot": ("gt/gt.txt", "1,1,10,20,30,40,1,1,1\n2,1,11,20,30,40,0,2,0.5\n" * 5),
    "bbox-label-tool": ("Labels/cat/a.txt", "2\n10 20 30 40\n50 60 80 90 cat\n"),
}


@pytest.mark.parametrize("name", PLACES)
def test_files_cut_and_changed_anywhere_are_refused_in_words(name: str, tmp_path: Path):
    chance = random.Random(name)
    path, text = tmp_path / PLACES[name][0], PLACES[name][1]
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = (
        b"9" * 400,
        b"nan",
        b"-1e999",
        b'"',
        b"<",
        b"]",
        b"[]",
        b"{}",
        b"\0",
        b"null",
        b",,",
        b"\n",
        b"\xff",
        b"1e300",
    )
    for _ in range(80):
        changed = bytearray(text.encode())
        if chance.random() < 0.2:
            del changed[chance.randrange(len(changed)) :]
        for _ in range(chance.randint(0, 6)):
            at = chance.randrange(len(changed) or 1)
            changed[at : at + chance.choice((0, 1, 5))] = chance.choice(parts)
        path.write_bytes(changed)
        registry.recognise(path)
        try:
            file = registry.read(path, registry.FORMATS[name])
        except AnnotationFileError:
            continue
        assert all(row.box is None or not row.box.is_empty for row in file.rows)
        assert all(problem.reason for problem in file.problems)
