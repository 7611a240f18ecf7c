"""What a project holds, as files; and back again, byte for byte."""

from __future__ import annotations

import json
import random
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.random_projects import ODD_NAMES, SIZE, random_dataset
from tests.helpers.red_box_pictures import write_picture
from training.dataset import safe_files
from training.dataset.box import Box, ProjectBox
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.dataset.exporting import export_project, project_dataset
from training.dataset.formats import coco, yolo
from training.dataset.formats import pascal_voc as voc
from training.dataset.importing import plan_import
from training.dataset.project_errors import WouldReplaceError
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectError, ProjectStore

CLASSES = (ClassRecord(2, "dog", "#00ff00"), ClassRecord(1, "cat", "#ff0000"))
BOX = ProjectBox(1, 2, 3.25, 4, 1)
RECORDS = (
    ImageRecord("b.png", 64, 48, (BOX,), split=Split.VALIDATION),
    ImageRecord("a/own.png", 64, 48, (), 2, split=Split.TRAIN),
    ImageRecord("negative.png", 64, 48, reviewed=True, split=Split.TEST),
    ImageRecord("reviewed.png", 64, 48, (BOX,), reviewed=True, split=Split.TRAIN),
    ImageRecord("unlabelled.png", 64, 48, split=Split.TRAIN),
)


def make_project(folder: Path, records=RECORDS, classes=CLASSES) -> ProjectStore:
    folder.mkdir(exist_ok=True)
    store = ProjectStore.open(folder)
    store.write(records, classes)
    return store


def test_labelled_and_reviewed_images_are_exported_with_their_class_names(tmp_path: Path):
    store = make_project(tmp_path / "photos")
    result = export_project(store, tmp_path / "out")
    store.close()
    assert (tmp_path / "out/dataset.csv").read_bytes().decode() == (
        "filename,width,height,class,xmin,ymin,xmax,ymax,split\n"
        "a/own.png,64,48,dog,,,,,train\n"
        "b.png,64,48,cat,1,2,3.25,4,validation\n"
        "negative.png,64,48,,,,,,test\n"
        "reviewed.png,64,48,cat,1,2,3.25,4,train\n"
    )
    assert (tmp_path / "out/classes.txt").read_bytes() == b"dog\ncat\n"
    assert result.files == (tmp_path / "out/dataset.csv", tmp_path / "out/classes.txt")
    assert (result.images, result.boxes, result.newly_assigned, result.problems) == (4, 2, 0, ())
    assert result.splits == {Split.TRAIN: 2, Split.VALIDATION: 1, Split.TEST: 1}


def test_nothing_is_written_where_nothing_is_labelled(tmp_path: Path):
    store = make_project(tmp_path / "photos", RECORDS[-1:])
    with closing(store), pytest.raises(ProjectError, match="No image is labelled or reviewed"):
        export_project(store, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_files_that_are_replaced_are_named_unless_they_are_equal(tmp_path: Path):
    with closing(make_project(tmp_path / "photos")) as store:
        assert export_project(store, tmp_path / "out").replaced == ()
        (tmp_path / "out/classes.txt").write_text("foreign")
        assert export_project(store, tmp_path / "out").replaced == (tmp_path / "out/classes.txt",)


def test_nothing_is_replaced_that_must_not_be(tmp_path: Path):
    (tmp_path / "out").mkdir()
    for name in ("dataset.csv", "classes.txt"):
        (tmp_path / "out" / name).write_text("foreign")
    with closing(make_project(tmp_path / "photos")) as store:
        for may_replace in ((), (tmp_path / "out/dataset.csv",)):
            with pytest.raises(WouldReplaceError) as refused:
                export_project(store, tmp_path / "out", may_replace=may_replace)
        assert {file.name for file in refused.value.files} == {"dataset.csv", "classes.txt"}
        assert {path.read_text() for path in (tmp_path / "out").iterdir()} == {"foreign"}
        assert export_project(store, tmp_path / "out", may_replace=refused.value.files).boxes == 2


def test_one_file_a_split_if_wanted(tmp_path: Path):
    store = make_project(tmp_path / "photos")
    result = export_project(store, tmp_path / "out", per_split=True)
    store.close()
    header = "filename,width,height,class,xmin,ymin,xmax,ymax\n"
    assert {path.name: path.read_text() for path in result.files} == {
        "train.csv": header + "a/own.png,64,48,dog,,,,\nreviewed.png,64,48,cat,1,2,3.25,4\n",
        "validation.csv": header + "b.png,64,48,cat,1,2,3.25,4\n",
        "test.csv": header + "negative.png,64,48,,,,,\n",
        "classes.txt": "dog\ncat\n",
    }


def test_what_only_some_of_the_files_lose_says_which(tmp_path: Path):
    with closing(make_project(tmp_path / "photos")) as store:
        said = export_project(store, tmp_path / "out", per_split=True, target=voc.FORMAT).losses
    assert any(loss.startswith("train: Pascal VOC has no place for the class of a whole image") for loss in said)
    assert said.count("Pascal VOC does not hold the order of the classes.") == 1


def test_missing_splits_are_assigned_once_and_kept(tmp_path: Path):
    store = make_project(tmp_path / "photos", [ImageRecord(f"{at}.png", 64, 48, (BOX,)) for at in range(10)])
    assert export_project(store, tmp_path / "out").newly_assigned == 10
    kept = {record.path: record.split for record in store.records()}
    assert Counter(kept.values()) == {Split.TRAIN: 7, Split.VALIDATION: 2, Split.TEST: 1}
    assert export_project(store, tmp_path / "again").newly_assigned == 0
    assert (tmp_path / "again/dataset.csv").read_bytes() == (tmp_path / "out/dataset.csv").read_bytes()
    store.close()


def test_equal_pictures_get_the_same_split(tmp_path: Path):
    folder = tmp_path / "photos"
    for at in range(10):
        write_picture(folder / f"{at}.png", red_box=(at // 5, 0, 20, 20))
    store = make_project(folder, [ImageRecord(f"{at}.png", 64, 48, (BOX,)) for at in range(10)])
    export_project(store, tmp_path / "out")
    splits = [record.split for record in store.records()]
    assert len(set(splits[:5])) == len(set(splits[5:])) == 1
    store.close()


def test_a_size_that_nobody_read_yet_is_read_and_a_lost_image_is_told(tmp_path: Path):
    write_picture(tmp_path / "photos/a.jpg", orientation=6)
    records = [ImageRecord(name, boxes=(BOX,), split=Split.TRAIN) for name in ("a.jpg", "lost.jpg")]
    store = make_project(tmp_path / "photos", records)
    result = export_project(store, tmp_path / "out")
    assert "a.jpg,48,64,cat,1,2,3.25,4,train\n" in (tmp_path / "out/dataset.csv").read_text()
    assert [(problem.file, problem.line) for problem in result.problems] == [("lost.jpg", None)]
    assert [image.filename for image in project_dataset(store).images] == ["a.jpg"]
    store.close()


def test_a_dataset_has_names_where_the_project_has_ids(tmp_path: Path):
    store = make_project(tmp_path / "photos")
    dataset = project_dataset(store)
    store.close()
    assert dataset.classes == ("dog", "cat")
    assert dataset.images[1] == LabelledImage("b.png", 64, 48, (Box(1, 2, 3.25, 4, "cat"),), split=Split.VALIDATION)


def test_what_coco_says_of_a_class_goes_with_its_new_name(tmp_path: Path):
    content = {
        "images": [{"id": 7, "file_name": "a.png", "width": 64, "height": 48}],
        "categories": [
            {"id": 12, "name": "cat", "supercategory": "animal"},
            {"id": 5, "name": "dog", "supercategory": "friend"},
        ],
        "annotations": [{"id": 1, "image_id": 7, "category_id": 12, "bbox": [1, 2, 3, 4]}],
    }
    write_picture(tmp_path / "photos/a.png")
    (tmp_path / "in.json").write_text(json.dumps(content))
    store = ProjectStore.open(tmp_path / "photos")
    plan_import(store, [tmp_path / "in.json"]).apply(store)
    cat, dog = store.classes()
    store.write([], (replace(cat, name="dog"), replace(dog, name="hund")))
    export_project(store, tmp_path / "out", target=coco.FORMAT)
    store.close()
    written = json.loads((tmp_path / "out/annotations.json").read_text())
    assert written["categories"] == [
        {"id": 12, "name": "dog", "supercategory": "animal"},
        {"id": 5, "name": "hund", "supercategory": "friend"},
    ]
    assert written["annotations"][0]["category_id"] == 12


def test_what_two_coco_files_say_of_their_classes_is_kept(tmp_path: Path):
    write_picture(tmp_path / "photos/a.png")
    store = ProjectStore.open(tmp_path / "photos")
    for name, box in (("cat", [1, 2, 3, 4]), ("dog", [5, 6, 7, 8])):
        content = {
            "images": [{"id": 7, "file_name": "a.png", "width": 64, "height": 48}],
            "categories": [{"id": 5, "name": name, "supercategory": f"of {name}s"}],
            "annotations": [{"id": 1, "image_id": 7, "category_id": 5, "bbox": box}],
        }
        (tmp_path / "in.json").write_text(json.dumps(content))
        plan_import(store, [tmp_path / "in.json"]).apply(store)
        store.write([], tuple(replace(one, name=f"my {name}") if one.name == name else one for one in store.classes()))
    export_project(store, tmp_path / "out", target=coco.FORMAT)
    store.close()
    written = json.loads((tmp_path / "out/annotations.json").read_text())["categories"]
    assert written == [
        {"id": 5, "name": "my cat", "supercategory": "of cats"},
        {"id": 6, "name": "my dog", "supercategory": "of dogs"},
    ]


def test_yolo_keeps_the_numbers_that_a_folder_gave_out(tmp_path: Path):
    for number, (name, text) in enumerate(
        {"data.yaml": "names: [bird, bird, cat]\n", "classes.txt": "bird\nbird\ncat\n"}.items()
    ):
        store = make_project(tmp_path / f"photos {number}")
        out = tmp_path / f"out {number}"
        out.mkdir()
        (out / name).write_text(text)
        result = export_project(store, out, target=yolo.FORMAT)
        store.close()
        assert (out / "classes.txt").read_text() == "bird\nbird\ncat\ndog\n"
        assert (out / "labels/b.txt").read_text().startswith("2 ")
        assert any(f"{name} was there" in loss for loss in result.losses)


def test_a_disk_that_fails_becomes_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = make_project(tmp_path / "photos")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(safe_files.os, "replace", fail)
        with pytest.raises(ProjectError, match=r"The export to .*out failed: No space left on device\."):
            export_project(store, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    store.close()


# --- there and back


def project_of(dataset: Dataset, folder: Path) -> ProjectStore:
    """A project that holds a dataset, with the pictures it names."""
    for name in ODD_NAMES:
        write_picture(folder / name, SIZE)
    ids = {name: at for at, name in enumerate(dataset.classes, start=1)}
    records = [
        ImageRecord(
            image.filename,
            image.width,
            image.height,
            tuple(ProjectBox(*box.corners, ids[box.label]) for box in image.boxes),
            None if image.image_class is None else ids[image.image_class],
            image.is_negative,
            image.split,
        )
        for image in dataset.images
    ]
    return make_project(folder, records, tuple(ClassRecord(at, name, "#123456") for name, at in ids.items()))


@pytest.mark.parametrize("per_split", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_export_import_export_gives_identical_bytes(tmp_path: Path, seed: int, per_split: bool):
    first = project_of(random_dataset(seed), tmp_path / "first")
    written = export_project(first, tmp_path / "out", per_split).files
    first.close()
    for name in ODD_NAMES:
        write_picture(tmp_path / "second" / name, SIZE)
    second = ProjectStore.open(tmp_path / "second")
    plan = plan_import(second, [path for path in written if path.suffix == ".csv"])
    assert (plan.problems, plan.notes) == ((), ())
    plan.apply(second)
    for path in export_project(second, tmp_path / "again", per_split).files:
        assert path.read_bytes() == (tmp_path / "out" / path.name).read_bytes()
    second.close()


def test_importing_an_export_into_its_own_project_changes_nothing(tmp_path: Path):
    store = project_of(random_dataset(3), tmp_path / "photos")
    chance = random.Random(3)
    crooked = [
        ProjectBox(chance.uniform(0, 30), chance.uniform(0, 20), 30 + chance.random(), 20 + chance.random(), 1)
        for _ in range(30)
    ]
    store.write([ImageRecord("a/img.png", *SIZE, tuple(crooked))])
    export_project(store, tmp_path / "out")
    plan = plan_import(store, [tmp_path / "out/dataset.csv"])
    assert plan.is_nothing
    assert plan.duplicates >= 30
    store.close()
