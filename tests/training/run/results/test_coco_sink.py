"""COCO results and the file that makes their ids readable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.written_results import CARD, CUP, FORK, classified, fed, seen, unreadable
from training.run.failure import RunFailed
from training.run.results.coco_ids import CocoIds
from training.run.results.coco_sink import CocoSink


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def ids(folder: Path, content: object) -> CocoIds:
    path = folder / "instances.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return CocoIds.read(path)


def test_boxes_have_corner_and_size_and_the_ids_are_told(tmp_path: Path):
    fed(CocoSink(tmp_path / "seen.json"), seen("ü.png", CUP, FORK), unreadable("x.png"), seen("b/c.png"))
    assert read(tmp_path / "seen.json") == [
        {"image_id": 1, "category_id": 3, "bbox": [10.5, 20, 29.75, 40.125], "score": 0.9},
        {"image_id": 1, "category_id": 7, "bbox": [0, 0, 8, 9], "score": 0.25},
    ]
    assert read(tmp_path / "seen.images.json") == {
        "images": [
            {"id": 1, "file_name": "ü.png", "width": 96, "height": 72},
            {"id": 2, "file_name": "b/c.png", "width": 96, "height": 72},
        ],
        "categories": [{"id": 3, "name": "cup"}, {"id": 7, "name": "fork"}],
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["seen.images.json", "seen.json"]


def test_the_class_of_a_whole_image_has_a_box_of_all_of_it(tmp_path: Path):
    fed(CocoSink(tmp_path / "seen.json"), classified("a.png"))
    assert read(tmp_path / "seen.json") == [{"image_id": 1, "category_id": 7, "bbox": [0, 0, 96, 72], "score": 0.75}]


def test_nothing_seen_anywhere_is_an_empty_list(tmp_path: Path):
    fed(CocoSink(tmp_path / "seen.json"), seen("a.png"))
    assert read(tmp_path / "seen.json") == []


def test_ids_are_taken_by_path_then_by_a_name_that_is_single(tmp_path: Path):
    given = ids(
        tmp_path,
        {
            "images": [
                {"id": 40, "file_name": "train\\a.png"},
                {"id": 12, "file_name": "train/b.png"},
                {"id": 13, "file_name": "test/b.png"},
                {"id": "no number", "file_name": "c.png"},
            ],
            "categories": [{"id": 90, "name": "fork"}],
        },
    )
    sink = CocoSink(tmp_path / "seen.json", given)
    fed(sink, seen("x/a.png", FORK), seen("test/b.png"), seen("y/b.png", CUP), seen("c.png"))
    told = read(tmp_path / "seen.images.json")
    assert [image["id"] for image in told["images"]] == [40, 13, 41, 42]
    assert sink.new_images == 2
    assert told["categories"] == [{"id": 91, "name": "cup"}, {"id": 90, "name": "fork"}]
    assert [(one["image_id"], one["category_id"]) for one in read(tmp_path / "seen.json")] == [(40, 90), (41, 91)]


def test_two_files_with_one_base_name_get_no_false_id(tmp_path: Path):
    given = ids(tmp_path, {"images": [{"id": number, "file_name": f"{number}.png"} for number in (1, 2, 3)]})
    sink = CocoSink(tmp_path / "seen.json", given)
    names = ["x/1.png", "y/1.png", "x/2.png", "3.png", "y/3.png"]
    sink.expect(names)
    fed(sink, *(seen(name) for name in names))
    assert [image["id"] for image in read(tmp_path / "seen.images.json")["images"]] == [4, 5, 2, 3, 6]
    assert sink.ambiguous == ["x/1.png", "y/1.png", "y/3.png"]


def test_images_without_an_id_are_numbered_without_looking_through_all_ids_again(tmp_path: Path, monkeypatch):
    given = ids(tmp_path, {"images": [{"id": 7, "file_name": "a.png"}]})
    sink = CocoSink(tmp_path / "seen.json", given)
    monkeypatch.setattr(CocoIds, "next_image", None)  # with a hundred thousand of both it would take hours
    fed(sink, seen("x.png"), seen("y.png"))
    assert [image["id"] for image in read(tmp_path / "seen.images.json")["images"]] == [8, 9]


@pytest.mark.parametrize("content", [[], {}, {"images": []}, {"images": [{"id": 1}]}, {"images": 5}])
def test_a_file_without_ids_is_refused(tmp_path: Path, content: object):
    with pytest.raises(RunFailed, match="no images with an id and a file_name"):
        ids(tmp_path, content)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / "bad.json").write_bytes(content)
    with pytest.raises(RunFailed, match=r"bad\.json: expected a COCO file"):
        CocoIds.read(tmp_path / "bad.json")


def test_it_goes_on_with_commas_and_numbers_where_it_was(tmp_path: Path):
    first = CocoSink(tmp_path / "seen.json")
    first.begin(CARD)
    first.take(seen("a.png", CUP))
    kept = json.loads(json.dumps(first.checkpoint()))
    first.take(seen("lost.png", CUP))
    first.leave()
    second = CocoSink(tmp_path / "seen.json")
    assert second.still_there(kept)
    second.begin(CARD, kept)
    second.take(seen("b.png", FORK))
    second.finish()
    assert [(one["image_id"], one["category_id"]) for one in read(tmp_path / "seen.json")] == [(1, 3), (2, 7)]
    assert [one["file_name"] for one in read(tmp_path / "seen.images.json")["images"]] == ["a.png", "b.png"]
