"""digitStruct.mat of SVHN: read in a process of its own, every digit of images that are there, nothing on others."""

from __future__ import annotations

import random
import shutil
import sys
from contextlib import closing
from pathlib import Path

import h5py
import numpy as np
import pytest

from training.dataset.dataset import AnnotationFileError
from training.dataset.formats import registry, svhn
from training.dataset.formats.annotation_rows import AnnotationFile
from training.dataset.formats.format import Sureness
from training.dataset.importing import plan_import
from training.dataset.store import ProjectStore

IMAGES = [
    ("1.png", [(1, 10, 5, 8, 20), (10, 20, 5, 8, 20)]),
    ("2.png", [(9, 0, 0, 4.5, 6)]),
    ("3.png", [(2, 0, 0, 0, 6)]),
]
PARTS = ("label", "left", "top", "width", "height")


def digit_struct(path: Path) -> Path:
    """As MATLAB 7.3 writes it: a single number as it is, several as references."""
    with h5py.File(path, "w", userblock_size=512) as file:
        struct, references = file.create_group("digitStruct"), file.create_group("#refs#")
        count = 0

        def kept(value: np.ndarray) -> h5py.Reference:
            nonlocal count
            count += 1
            return references.create_dataset(str(count), data=value).ref

        names, boxes = [], []
        for at, (name, found) in enumerate(IMAGES):
            names.append(kept(np.array([[ord(letter)] for letter in name], np.uint16)))
            group = references.create_group(f"box{at}")
            boxes.append(group.ref)
            for part, values in zip(PARTS, zip(*found, strict=True), strict=True):
                numbers = [np.array([[value]], np.float64) for value in values]
                group[part] = (
                    numbers[0]
                    if len(numbers) == 1
                    else np.array([[kept(number)] for number in numbers], h5py.ref_dtype)
                )
        struct["name"] = np.array(names, h5py.ref_dtype)[:, None]
        struct["bbox"] = np.array(boxes, h5py.ref_dtype)[:, None]
    with path.open("r+b") as content:
        content.write(b"MATLAB 7.3 MAT-file, Platform: none".ljust(512))
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "train").mkdir()
    return digit_struct(tmp_path / "train" / "digitStruct.mat")


def read(place: Path) -> AnnotationFile:
    return registry.read(place, svhn.FORMAT)


def test_digits_come_with_their_boxes_and_ten_is_zero(place: Path):
    assert [(one.format, one.evidence.sureness) for one in registry.recognise(place)] == [(svhn.FORMAT, Sureness.SURE)]
    file = read(place)
    found = [(row.filename, row.label, row.box.corners, row.split) for row in file.rows if row.box]
    assert found == [
        ("1.png", "1", (10, 5, 18, 25), "train"),
        ("1.png", "0", (20, 5, 28, 25), "train"),
        ("2.png", "9", (0, 0, 4.5, 6), "train"),
    ]
    assert [str(problem) for problem in file.problems] == ["digitStruct.mat, image 3: the box of 0 x 6 is empty"]
    assert file.classes == list("0123456789")


def broken(place: Path, change) -> str:
    with h5py.File(place, "r+") as file:
        change(file)
    with pytest.raises(AnnotationFileError) as caught:
        read(place)
    return caught.value.reason


def test_what_leads_elsewhere_or_is_endless_is_refused(place: Path, tmp_path: Path):
    other = shutil.copy(place, tmp_path / "other.mat")

    def lead_elsewhere(file: h5py.File) -> None:
        del file["digitStruct"]
        file["digitStruct"] = h5py.ExternalLink(str(other), "digitStruct")

    def be_endless(file: h5py.File) -> None:
        for part in ("name", "bbox"):
            del file["digitStruct"][part]
            file["digitStruct"].create_dataset(part, (10**12, 1), h5py.ref_dtype, chunks=(1000, 1))

    assert "expected digitStruct/name in it" in broken(place, lead_elsewhere)
    assert "got 1000000000000 names" in broken(Path(shutil.copy(other, place)), be_endless)


def test_one_bad_image_keeps_none_of_the_others_out(place: Path):
    with h5py.File(place, "r+") as file:
        del file["#refs#/box0/label"]
    file_read = read(place)
    assert [row.filename for row in file_read.rows] == ["2.png"]
    assert "image 1: it cannot be read: its boxes have no label" in str(file_read.problems[0])


@pytest.mark.parametrize("seed", range(3))
def test_broken_files_end_in_words(place: Path, seed: int):
    chance = random.Random(seed)
    content = bytearray(place.read_bytes())
    if seed == 0:
        content = content[: len(content) // 2]
    for _ in range(0 if seed == 0 else 10 * seed):
        content[chance.randrange(520, len(content))] = chance.randrange(256)
    place.write_bytes(content)
    try:
        rows = read(place).rows
    except AnnotationFileError:
        rows = []
    assert len(rows) <= 3


@pytest.mark.parametrize("said", ["", '{"image": 1, "na'])
def test_a_process_that_dies_is_told(place: Path, monkeypatch: pytest.MonkeyPatch, said: str):
    monkeypatch.setattr(svhn, "program_command", lambda *_: saying(said))
    with pytest.raises(AnnotationFileError, match="reading it was given up"):
        read(place)


def test_what_was_said_before_a_process_dies_is_kept(place: Path, monkeypatch: pytest.MonkeyPatch):
    said = '{"image": 1, "name": "1.png", "boxes": [[10, 1, 2, 3, 4]]}'
    monkeypatch.setattr(svhn, "program_command", lambda *_: saying(said + "\n"))
    file = read(place)
    assert [(row.filename, row.label) for row in file.rows] == [("1.png", "0")]
    assert "reading it was given up; what stands before that is read" in str(file.problems[0])


def saying(text: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; sys.stdout.write({text!r})"]


def test_other_matlab_files_are_not_taken_for_it(tmp_path: Path):
    path = tmp_path / "a.mat"
    for content in (b"", b"MATLAB 7.3 MAT-file", b"MATLAB 5.0 MAT-file digitStruct\0", b"digitStruct\0" * 100):
        path.write_bytes(content)
        assert registry.recognise(path) == []


def test_digits_of_missing_images_are_one_line_and_go_to_no_other_image(shared_data: Path, tmp_path: Path):
    """Of 39 images that it names 3 lie beside it, and others of such names elsewhere."""
    folder = tmp_path / "svhn_samples"
    shutil.copytree(shared_data / "svhn_samples", folder, copy_function=shutil.copyfile)
    with closing(ProjectStore.open(folder)) as store:
        plan = plan_import(store, [folder / "train" / "digitStruct.mat"])
    assert {after.path: [box.corners for box in after.boxes] for _, after in plan.changes} == {
        "train/1.png": [(246, 77, 327, 296), (323, 81, 419, 300)],
        "train/2.png": [(77, 29, 100, 61), (98, 25, 124, 57)],
        "train/3.png": [(17, 5, 25, 20), (25, 5, 34, 20)],
    }
    (problem,) = plan.problems
    assert problem.reason.startswith("36 images are not in the folder (77 rows): '4.png', ")
