"""No annotation file makes a reader open anything outside the chosen folder, or wait for what never comes."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.helpers.pictures import write_pictures
from tests.helpers.watched_import import watched_imports
from training.dataset.annotation_finding import as_format, known_annotations, look_at
from training.dataset.dataset import AnnotationFileError
from training.dataset.formats import registry
from training.dataset.formats.yolo_names import read_names

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its folders have no pipes, and links need rights")

SECRET = "secret-name"
SUFFIXES = ("csv", "json", "xml", "txt", "tsv", "yaml", "data", "tfrecord", "names")
BESIDE = (
    "classes.txt", "obj.names", "obj.data", "data.yaml", "label_map.pbtxt", "classes.csv", "other.json", "train.txt",
    "ImageSets/Main/train.txt",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With an image, its label, and beside the folder a list of names that nobody may read."""
    write_pictures(tmp_path / "photos", ["a.png"], width=100, height=100)
    (tmp_path / "photos/a.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    (tmp_path / "secret.names").write_text(f"{SECRET}\n")
    return tmp_path / "photos"


@pytest.mark.parametrize("names", ["../secret.names", "{outside}/secret.names", "..\\secret.names", "link.names", "."])
def test_names_that_obj_data_says_are_read_only_from_beside_it(names: str, folder: Path):
    (folder / "link.names").symlink_to(folder.parent / "secret.names")
    (folder / "obj.data").write_text(f"classes = 1\nnames = {names.format(outside=folder.parent)}\ntrain = train.txt\n")
    assert read_names(folder / "obj.data") is None


def test_a_list_right_beside_is_read_whatever_folder_obj_data_names(folder: Path):
    (folder / "own.names").write_text("cat\n")
    (folder / "obj.data").write_text("names = /home/somebody/data/own.names\n")
    found = read_names(folder / "obj.data")
    assert found is not None
    assert found.names == ("cat",)


@pytest.mark.skipif(sys.platform != "linux", reason="the other process bounds its memory as Linux does it")
def test_what_files_say_opens_nothing_outside_the_folder(folder: Path, tmp_path: Path):
    outside = tmp_path / "secret.names"
    box = "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox>"
    entity = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{outside.as_uri()}"><!ENTITY % y SYSTEM "{outside.as_uri()}">]>'
    texts = {
        "obj.data": f"names = {outside}\ntrain = {outside}\nvalid = ../secret.names\n",
        "data.yaml": f"path: {tmp_path}\ntrain: {outside}\nval: ../secret.names\nnames: [cat]\n",
        "entity.xml": f"{entity}<annotation><filename>a.png</filename><object><name>&x;</name>{box}</object></annotation>",
        "climbs.xml": f"<annotation><filename>../secret.names</filename><object><name>c</name>{box}</object></annotation>",
        "coco.json": json.dumps(
            {
                "images": [{"id": at, "file_name": name} for at, name in enumerate((str(outside), outside.as_uri()))],
                "categories": [{"id": 1, "name": "cat"}],
                "annotations": [{"image_id": at, "category_id": 1, "bbox": [1, 2, 3, 4]} for at in range(2)],
            }
        ),
        "labelme.json": json.dumps({"shapes": [], "imagePath": "../secret.names", "imageData": "//127.0.0.1/x"}),
        "boxes.csv": f"image,xmin,ymin,xmax,ymax,label\n{outside},1,2,3,4,cat\n../secret.names,1,2,3,4,cat\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    results = watched_imports([(folder, folder / name) for name in texts])
    for name, got in zip(texts, results, strict=True):
        assert got.touched == (), name
        assert SECRET not in str(got)
        assert got.problems or got.refused or got.boxes, name


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)


@pytest.mark.parametrize("make", [pipe, device, listening])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_no_plain_file_is_refused_in_words(
    make: Callable[[Path], None], suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """None of these gives an answer by waiting: a pipe that nobody writes to blocks, a device never ends."""
    monkeypatch.chdir(tmp_path)  # a socket's path has to be short
    place = tmp_path / f"boxes.{suffix}"
    make(place)
    with pytest.raises(AnnotationFileError) as caught:
        registry.recognised(place)
    assert place.name in str(caught.value)
    assert "no plain file" in str(caught.value) or "cannot be read" in str(caught.value) or make is listening
    assert str(caught.value) == look_at(place).reason
    for format_ in registry.FORMATS.values():
        as_format(place, format_)
        with suppress(AnnotationFileError):
            assert registry.read(place, format_).rows == []


@pytest.mark.parametrize("make", [pipe, device])
def test_pipes_beside_what_is_read_keep_nobody_waiting(make: Callable[[Path], None], folder: Path):
    (folder / "ImageSets/Main").mkdir(parents=True)
    (folder / "Annotations").mkdir()
    for name in BESIDE:
        make(folder / name)
    (folder / "table.csv").write_text("a.png,1,2,30,40,0\n" * 8)
    (folder / "results.json").write_text('[{"image_id": 7, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}]')
    (folder / "Annotations/a.xml").write_text("<annotation><filename>a.png</filename></annotation>")
    known_annotations(folder)
    for place in (folder, folder / "Annotations", folder / "table.csv", folder / "results.json", folder / "a.txt"):
        for way in look_at(place).ways:
            for one, (format_, choices) in way.how().items():
                with suppress(AnnotationFileError):
                    registry.read(one, format_, choices)
