"""What a format writes, its reader gives back: to a hundredth of a pixel, for whatever dataset."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from tests.helpers.annotation_datasets import datasets, labelled, read_again, some_dataset
from training.dataset.box import Box
from training.dataset.dataset import AnnotationFileError, Dataset, LabelledImage
from training.dataset.formats import registry
from training.dataset.formats.format import WriteChoices

HOLD_SPLITS = {"csv", "voc", "yolo", "cvat", "automl", "spreadsheet"}
HOLD_NEGATIVES = {"csv", "voc", "yolo", "coco", "labelme", "via", "createml", "cvat", "label-studio", "tfrecord"}
HOLD_NEGATIVES |= {"retinanet", "automl", "via-csv", "spreadsheet"}
HOLD_CLASS_ORDER = {"yolo", "coco", "via", "cvat", "tfrecord", "retinanet"}
PIXEL_TABLES = {"vott", "retinanet", "makesense", "bccd", "simple-annotator", "banana", "kaggle", "spreadsheet"}
REPEATABLE = settings(
    derandomize=True, database=None, max_examples=15, deadline=None, suppress_health_check=list(HealthCheck)
)


def written_and_read(name: str, dataset: Dataset, folder: Path) -> tuple[Dataset, tuple[str, ...]]:
    format_ = registry.WRITERS[name]
    place = folder / format_.file_name if format_.file_name else folder
    written = format_.write(dataset, place, WriteChoices())
    assert all(path.is_file() for path in written.files)
    found = registry.recognise(place)
    reader = registry.FORMATS.get(name) or registry.FORMATS["table"]
    choices = next((one.evidence.choices for one in found if one.format is reader), None)
    again, file = read_again(place, reader, dataset, choices)
    assert file.problems == []
    return again, written.losses


@pytest.mark.parametrize("name", registry.WRITERS)
@REPEATABLE
@given(dataset=datasets())
def test_boxes_come_back(name: str, dataset: Dataset):
    # Few rows without a header can be read in several ways, and so can boxes within the very first pixel.
    boxes = [box for image in dataset.images for box in image.boxes]
    assume(name != "retinanet" or len(boxes) >= 5)
    assume(name not in PIXEL_TABLES or not boxes or max(max(box.corners) for box in boxes) > 2)
    with tempfile.TemporaryDirectory() as folder:
        again, _ = written_and_read(name, dataset, Path(folder))
    expected, found = labelled(dataset), labelled(again)
    for filename, (boxes, split, _) in expected.items():
        if not boxes and name not in HOLD_NEGATIVES:
            assert filename not in found
            continue
        assert [label for label, _ in found[filename][0]] == [label for label, _ in boxes]
        for (_, corners), (_, back) in zip(boxes, found[filename][0], strict=True):
            assert back == pytest.approx(corners, abs=0.01)
        assert found[filename][1] == (split if name in HOLD_SPLITS else None)
    if name in HOLD_CLASS_ORDER:
        assert again.classes == dataset.classes


@pytest.mark.parametrize("name", registry.WRITERS)
def test_what_a_format_does_not_hold_is_said_and_all_else_comes_back(name: str, tmp_path: Path):
    again, losses = written_and_read(name, some_dataset(), tmp_path)
    found, said = labelled(again), " ".join(losses)
    assert ("split" in said) == (name not in HOLD_SPLITS)
    has_own_class = "sub/d.jpg" in found and found["sub/d.jpg"][2] == "dog"
    assert ("class of a whole image" in said) != has_own_class
    assert ("nothing is on an image" in said) == (name not in HOLD_NEGATIVES)
    if name not in HOLD_CLASS_ORDER and name != "csv":
        assert "'unused & <odd>'" in said
    assert len(found["a.jpg"][0]) == 2


@pytest.fixture
def with_extras() -> Dataset:
    extra = (
        '{"voc":{"difficult":"1","pose":"Left"},"labelme":{"flags":{"blurred":true},"group_id":7},'
        '"coco":{"iscrowd":1,"colour":"red"},"cvat":{"occluded":"1","attributes":{"age":"3"}},"via":{"age":"3"},'
        '"tfrecord":{"difficult":1}}'
    )
    of_image = (
        '{"voc":{"verified":"yes"},"labelme":{"flags":{"night":true,"day":false},"mine":[1]},'
        '"coco":{"license":3,"id":20180000001},"via":{"file_attributes":{"place":"north"}}}'
    )
    of_all = '{"coco":{"info":{"year":2018},"mine":{"x":[1,2]},"categories":{"cat":{"id":17,"supercategory":"pet"}}}}'
    image = LabelledImage("a.jpg", 64, 48, (Box(1, 2, 30, 40, "cat", extra),), extra=of_image)
    return Dataset((image,), ("cat",), of_all)


@pytest.mark.parametrize("name", ["voc", "labelme", "coco", "cvat", "via", "tfrecord"])
def test_what_only_one_format_knows_survives_in_it(name: str, with_extras: Dataset, tmp_path: Path):
    import json

    again, _ = written_and_read(name, with_extras, tmp_path)
    before, after = with_extras.images[0], again.images[0]
    assert json.loads(after.boxes[0].extra)[name] == json.loads(before.boxes[0].extra)[name]
    if name in json.loads(before.extra):
        assert json.loads(after.extra)[name] == json.loads(before.extra)[name]
    if name == "coco":
        assert json.loads(again.extra)["coco"].items() >= {"info": {"year": 2018}, "mine": {"x": [1, 2]}}.items()
        assert json.loads(again.extra)["coco"]["categories"]["cat"] == {"id": 17, "supercategory": "pet"}


def three_of_one_stem() -> Dataset:
    box = Box(1, 2, 3, 4, "cat")
    return Dataset(tuple(LabelledImage(f"same.{end}", 64, 48, (box,)) for end in ("jpeg", "jpg", "png")), ("cat",))


@pytest.mark.parametrize("name", ["voc", "labelme"])
def test_images_that_differ_in_their_suffix_do_not_overwrite_each_other(name: str, tmp_path: Path):
    again, _ = written_and_read(name, three_of_one_stem(), tmp_path)
    assert labelled(again) == labelled(three_of_one_stem())


def test_what_yolo_can_not_tell_apart_is_left_out_and_named(tmp_path: Path):
    written = registry.WRITERS["yolo"].write(three_of_one_stem(), tmp_path, WriteChoices())
    assert [path.name for path in (tmp_path / "labels").iterdir()] == ["same.txt"]
    assert ["'same.jpg' is left out" in loss or "'same.png' is left out" in loss for loss in written.losses[:2]] == [
        True
    ] * 2


@pytest.mark.parametrize("name", ["voc", "yolo", "labelme"])
def test_nothing_is_written_outside_the_place(name: str, tmp_path: Path):
    image = LabelledImage("../out.jpg", 64, 48, (Box(1, 2, 3, 4, "cat"),))
    with pytest.raises(AnnotationFileError, match="not a path inside"):
        registry.WRITERS[name].write(Dataset((image,), ("cat",)), tmp_path / "in", WriteChoices())
    assert list(tmp_path.iterdir()) == []


def test_numbers_that_yolo_gave_out_keep_their_classes(tmp_path: Path):
    (tmp_path / "classes.txt").write_text("bird\ncat\n")
    again, losses = written_and_read("yolo", replace(some_dataset(), classes=("dog", "cat")), tmp_path)
    assert again.classes == ("bird", "cat", "dog")
    assert (tmp_path / "classes.txt").read_text() == "bird\ncat\ndog\n"
    assert any("keep their numbers" in loss for loss in losses)
    assert [label for label, _ in labelled(again)["a.jpg"][0]] == ["cat", "dog"]
