"""An annotation file that is one image's alone says by its own name whose it is; names inside stay when files are renamed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.red_box_pictures import write_picture
from training.dataset.converting import convert
from training.dataset.formats import registry
from training.dataset.formats.format import Choices
from training.dataset.importing import plan_import
from training.dataset.store import ProjectStore

NOTE = "another image is named in it; the one that is called like the file itself was taken"
Write = Callable[[Path, str, float], None]


def write_voc(path: Path, image: str, xmin: float) -> None:
    edges = f"<xmin>{xmin}</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax>"
    box = f"<object><name>cat</name><bndbox>{edges}</bndbox></object>"
    path.with_suffix(".xml").write_text(f"<annotation><filename>{image}</filename>{box}</annotation>", encoding="utf-8")


def write_labelme(path: Path, image: str, xmin: float) -> None:
    shape = {"label": "cat", "points": [[xmin, 2], [30, 40]], "shape_type": "rectangle"}
    content = {"version": "5", "shapes": [shape], "imagePath": image, "imageData": None}
    path.with_suffix(".json").write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(params=[write_voc, write_labelme])
def write(request: pytest.FixtureRequest) -> Write:
    return request.param


def planned(folder: Path, place: Path) -> tuple[dict[str, list[float]], list[str]]:
    store = ProjectStore.open(folder)
    try:
        plan = plan_import(store, [place])
        assert plan.problems == ()
        return {after.path: [box.xmin for box in after.boxes] for _, after in plan.changes}, list(map(str, plan.notes))
    finally:
        store.close()


@pytest.mark.parametrize(("images", "annotations"), [("", ""), ("JPEGImages", "Annotations"), ("images", "anns")])
def test_files_with_the_names_of_each_others_images(images: str, annotations: str, tmp_path: Path, write: Write):
    for name in ("a.png", "b.png", "c.png"):
        write_picture(tmp_path / images / name)
    place = tmp_path / annotations
    place.mkdir(exist_ok=True)
    write(place / "a", "b.png", 1)
    write(place / "b", "a.png", 2)
    write(place / "c", "c.png", 3)
    boxes, notes = planned(tmp_path, place)
    assert {Path(path).name: edges for path, edges in boxes.items()} == {"a.png": [1], "b.png": [2], "c.png": [3]}
    assert len(notes) == 1
    assert notes[0].endswith(f"{NOTE}; so it was with 2 in all")


def test_a_file_whose_own_name_is_no_image_speaks_of_the_one_that_it_names(tmp_path: Path, write: Write):
    write_picture(tmp_path / "a.png")
    write(tmp_path / "0001", "a.png", 1)
    assert planned(tmp_path, tmp_path) == ({"a.png": [1]}, [])


def test_an_image_of_another_set_is_not_taken_for_its_name(tmp_path: Path, write: Write):
    write_picture(tmp_path / "first/images/a.png")
    write_picture(tmp_path / "second/images/1.png")
    (tmp_path / "first/anns").mkdir()
    write(tmp_path / "first/anns/1", "a.png", 1)
    assert planned(tmp_path, tmp_path / "first/anns") == ({"first/images/a.png": [1]}, [])


def test_a_conversion_goes_by_the_same_names(tmp_path: Path):
    for name in ("a.png", "b.png"):
        write_picture(tmp_path / name)
    write_voc(tmp_path / "a", "b.png", 1)
    done = convert(
        tmp_path / "a.xml", registry.FORMATS["voc"], Choices(), registry.FORMATS["csv"], tmp_path / "out.csv", tmp_path
    )
    assert [image.filename for image in done.dataset.images] == ["a.png"]
    assert NOTE in str(done.notes[0])
