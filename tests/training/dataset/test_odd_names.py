"""Images with odd names: drawn on, exported to every format and imported again, each keeps its own boxes."""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from training.dataset.box import ProjectBox
from training.dataset.exporting import ExportResult, export_project
from training.dataset.formats import registry
from training.dataset.formats.format import Format
from training.dataset.image_files import find_images
from training.dataset.importing import plan_import
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems can't have files of such names")

ON_XML = "more/\x01control.png"
OF_ONE_STEM = ("same_stem/same_stem.jpeg", "same_stem/same_stem.jpg", "same_stem/same_stem.png")
TWINS = ("names/UPPER.PNG", "names/Upper.png")
COMPOSED, DECOMPOSED = unicodedata.normalize("NFC", "é"), unicodedata.normalize("NFD", "é")
COLLECTION = (
    "names/with space.png", "names/two  spaces and.dots.in.name.png", "names/naïve – ü ß ñ.png", "names/日本語 画像.png",
    "names/emoji 🐼✊.png", "names/кириллица.png", "names/semi;colon, comma.png", "names/apostrophe's.png",
    "names/percent%20encoded%2e.png", "names/hash#question&amp.png", "names/-rf.png", *TWINS, "names/.hidden.png",
    f"names/{'x' * 180}.png", f"names/{DECOMPOSED} decomposed.png", f"names/{COMPOSED} composed.png",
    "names/brackets [1] (2) {3}.png", "names/double.jpg.png", "names/newline\nname.png", "names/$(touch pwned).png",
    "names/con.png", "names/no_extension", "names/trailing dot..png", "folder_named_like_image.png/inner.png", *OF_ONE_STEM,
    "same_name_two_dirs/a/img.png", "same_name_two_dirs/b/img.png",
)  # fmt: skip
MORE = (
    ON_XML, "more/back\\slash.png", "more/tab\tname.png", "more/return\rname.png", 'more/quote"d.png', "more/=1+(2).png",
    "=cmd|' calc'!A0.png", "+1(2).png", "@x(1).png", "\t=1(2).png", " begins.png", "begins.png", "more/ begins.png",
    f"more/{COMPOSED}.png", f"more/{DECOMPOSED}.png", "more/ß.png", "more/ss.png", "more/a:b.png", "more/%41.png",
    "more/..dots.png", "more/x...png", "more/line\u2028end.png", "more/\u202egnp.exe.png", "more/zero\u200bwidth.png",
    "--help.png", "-.png", "<b>&amp;.png", "more/a|b*c?.png", "a,b,c.png", "1.png", "1 .png", "null.png", "0.5.png",
    "train.png", "more/classes.png", "Annotations/a.png", "labels/b.png", "images/c.png", "images/images/d.png",
    "img.png", ".first.png", "first\nline.png",
)  # fmt: skip
NAMES = (*COLLECTION, *MORE)
LOST = {  # and each is named in what the export says
    "voc": {ON_XML},
    "cvat": {ON_XML},
    "yolo": {*OF_ONE_STEM[1:], TWINS[1], f"more/{DECOMPOSED}.png", f"more/{COMPOSED}.png", "more/ß.png", "more/ss.png"},
}

Odd = tuple[ProjectStore, dict[str, tuple[float, ...]]]


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("picture") / "picture.png"
    Image.new("L", (640, 480), 90).save(path)
    return path


@pytest.fixture(scope="module")
def folder_of_odd_names(picture: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    def make() -> Path:
        folder = tmp_path_factory.mktemp("odd") / "photos"
        for name in NAMES:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.link(picture, folder / name)
        return folder

    return make


@pytest.fixture(scope="module")
def odd(folder_of_odd_names: Callable[[], Path]) -> Iterator[Odd]:
    """A project with one box of its own on each image."""
    store = ProjectStore.open(folder_of_odd_names())
    edges = {name: (100.25, 50.0, 300.5 + at, 200.0 + at) for at, name in enumerate(NAMES)}
    images = [ImageRecord(name, 640, 480, (ProjectBox(*edges[name], 1),)) for name in NAMES]
    store.write(images, (ClassRecord(1, "cat", "#ff0000"),))
    yield store, edges
    store.close()


def test_all_of_the_collection_are_here(shared_data: Path):
    made = shared_data / "hostile_dev/made_here"
    with tarfile.open(made / "odd_names.tar.gz") as archive:
        packed = {member.name for member in archive if member.isfile()}
    assert packed <= set(NAMES)
    for folder in ("same_stem", "same_name_two_dirs"):
        there = (path for path in (made / "images" / folder).rglob("*") if path.is_file())
        assert {path.relative_to(made / "images").as_posix() for path in there} <= set(NAMES)


def test_links_that_lead_nowhere_or_back_are_no_images(shared_data: Path, tmp_path: Path):
    with tarfile.open(shared_data / "hostile_dev/made_here/odd_names.tar.gz") as archive:
        archive.extractall(tmp_path, filter="tar")
    assert {name for name in find_images(tmp_path) if not name.startswith("names/")} == {
        "folder_named_like_image.png/inner.png"
    }


def test_every_image_is_found_under_its_name(odd: Odd):
    store, _ = odd
    assert set(find_images(store.folder)) == set(NAMES)


@pytest.mark.parametrize("name", registry.WRITERS)
def test_boxes_come_back_to_the_images_that_they_were_drawn_on(
    name: str, odd: Odd, folder_of_odd_names: Callable[[], Path], tmp_path: Path
):
    store, edges = odd
    target = registry.WRITERS[name]
    result = export_project(store, tmp_path / "out", target=target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    assert not list(tmp_path.rglob("pwned"))
    found = imported_again(folder_of_odd_names(), tmp_path / "out" / target.file_name, name)
    lost = set(edges) - set(found)
    assert lost <= LOST.get(name, set())
    assert all(told_lost(image, result) for image in lost)
    for image, boxes in found.items():
        assert boxes == [pytest.approx(edges[image], abs=0.01)], image
    assert len(found) >= len(NAMES) - 6


def imported_again(folder: Path, place: Path, name: str) -> dict[str, list[tuple[float, ...]]]:
    reader: Format = registry.FORMATS.get(name) or registry.FORMATS["table"]
    store = ProjectStore.open(folder)
    try:
        plan_import(store, [place], how={place: (reader, reader.recognise(place).choices)}).apply(store)
        return {record.path: [box.corners for box in record.boxes] for record in store.records()}
    finally:
        store.close()


def told_lost(image: str, result: ExportResult) -> bool:
    return any(loss.startswith(f"{image!r} is left out: ") for loss in result.losses)


def test_names_that_other_systems_can_not_hold_are_told(odd: Odd, tmp_path: Path):
    store, _ = odd
    for target in (registry.WRITERS["csv"], registry.WRITERS["coco"]):
        losses = " ".join(export_project(store, tmp_path, target=target).losses)
        assert "some systems can't have files of such names" in losses
        assert "and 10 more" in losses or " more: " in losses
        assert "is the same file as another on some systems" in losses


@pytest.mark.parametrize("name", ["voc", "yolo"])
def test_a_split_that_a_list_of_lines_can_not_hold_is_told(name: str, odd: Odd, tmp_path: Path):
    store, _ = odd
    losses = export_project(store, tmp_path, target=registry.WRITERS[name]).losses
    told = {loss for loss in losses if "loses its split: its name has a line break" in loss}
    assert any(repr("names/newline\nname.png") in loss for loss in told)
    assert len(told) == sum(len(image.splitlines()) > 1 for image in NAMES)


def test_one_project_can_not_name_what_lies_outside(odd: Odd, tmp_path: Path, picture: Path):
    """Such files can lie in a folder here; an import must not stop at them."""
    for name in ("..\\up.png", "\\root.png", "good.png"):
        shutil.copyfile(picture, tmp_path / name)
    (tmp_path / "boxes.csv").write_text(
        "filename,width,height,class,xmin,ymin,xmax,ymax\ngood.png,,,cat,1,2,3,4\nup.png,,,cat,1,2,3,4\n"
    )
    store = ProjectStore.open(tmp_path)
    plan = plan_import(store, [tmp_path / "boxes.csv"])
    plan.apply(store)
    assert [record.path for record in store.records()] == ["good.png"]
    assert "there is no image 'up.png'" in str(plan.problems[0])
    store.close()
