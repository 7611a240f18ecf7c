"""Images whose names differ in letters' case or in how an accent is written: where the folder can hold both, it does."""

from __future__ import annotations

import unicodedata
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.annotation_datasets import labelled, read_again
from tests.helpers.red_box_pictures import write_picture
from training.dataset.box import Box, ProjectBox
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.dataset.exporting import export_project
from training.dataset.formats import file_places, registry, yolo
from training.dataset.formats.format import WriteChoices
from training.dataset.importing import plan_import
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore

NAMES = ("A.png", "a.jpg", "a.png", "sub/caf\u00e9.png", "sub/cafe\u0301.png")


class FoldingFolder(type(Path())):
    """A folder as Windows and macOS have them: the names of its files are one, however they are spelled."""

    def __truediv__(self, name: str) -> Path:
        return Path(self, unicodedata.normalize("NFC", str(name)).casefold())


def dataset() -> Dataset:
    images = [
        LabelledImage(name, 64, 48, (Box(1, 2, 10 + at, 20, "cat"),), split=Split.TRAIN)
        for at, name in enumerate(NAMES)
    ]
    return Dataset(tuple(sorted(images, key=lambda image: image.filename)), ("cat",))


def left_out(names: frozenset[str]) -> Dataset:
    whole = dataset()
    return replace(whole, images=tuple(image for image in whole.images if image.filename not in names))


def needs_case(folder: Path) -> None:
    (folder / "case").touch()
    if (folder / "CASE").exists():
        pytest.skip("this disk can't hold both names")


@pytest.mark.parametrize("name", [name for name, format_ in registry.WRITERS.items() if not format_.file_name])
def test_names_that_differ_in_case_survive_where_the_folder_holds_both(name: str, tmp_path: Path):
    needs_case(tmp_path)
    place = tmp_path / "out"
    written = registry.WRITERS[name].write(dataset(), place, WriteChoices())
    again, file = read_again(place, registry.FORMATS[name], dataset())
    assert file.problems == []
    missing = frozenset({"a.png"} if name == "yolo" else ())  # its file is that of a.jpg
    assert written.left_out == missing
    for image, (boxes, _, _) in labelled(left_out(missing)).items():
        found = labelled(again)[image][0]
        assert [corners for _, corners in found] == [pytest.approx(corners, abs=0.01) for _, corners in boxes]
    assert any("is the same file as another on some systems" in said for said in written.losses)
    assert not [path for path in place.iterdir() if path.name.startswith(".")]


def test_where_the_folder_holds_one_of_them_the_others_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(file_places, "Path", FoldingFolder)
    written = registry.WRITERS["yolo"].write(dataset(), tmp_path / "out", WriteChoices())
    assert len(written.left_out) == 3
    assert "A.png" not in written.left_out
    assert sum("is left out: YOLO can't tell it from" in said for said in written.losses) == 3
    stems = [path.stem.casefold() for path in (tmp_path / "out/labels").rglob("*.txt")]
    assert len({unicodedata.normalize("NFC", stem) for stem in stems}) == len(stems) == 2


def project(folder: Path) -> ProjectStore:
    boxes = (ProjectBox(1, 2, 30, 40, 1), ProjectBox(5, 6, 30, 40, 1))
    records = []
    for at, name in enumerate(("A.png", "a.jpg", "a.png")):
        write_picture(folder / name)
        records.append(ImageRecord(name, 64, 48, boxes[: 1 + at % 2], split=Split.TRAIN))
    store = ProjectStore.open(folder)
    store.write(records, [ClassRecord(1, "cat", "#ff0000")])
    return store


def test_a_project_comes_back_and_what_is_left_out_is_not_counted(tmp_path: Path):
    (tmp_path / "photos").mkdir()
    needs_case(tmp_path)
    with closing(project(tmp_path / "photos")) as store:
        result = export_project(store, tmp_path / "out", target=yolo.FORMAT)
        assert (result.images, result.boxes, result.splits[Split.TRAIN]) == (2, 3, 2)
        assert sum("is left out" in loss for loss in result.losses) == 1
        plan = plan_import(store, [tmp_path / "out"])
        assert (plan.is_nothing, plan.duplicates, plan.problems) == (True, 3, ())
