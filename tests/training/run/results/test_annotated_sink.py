"""Copies of images with boxes drawn in: where they lie, that they are upright, and that no original is touched."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.helpers.written_results import CARD, CUP, fed, seen
from training.dataset.image_files import read_upright
from training.run.failure import RunFailed
from training.run.results.annotated_sink import AnnotatedSink
from training.run.results.copy_places import CopyPlaces
from training.run.results.result import FileResult
from training.run.streams.drawing import class_palette

GREY = (90, 90, 90)


def grey(path: Path, orientation: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (96, 72), GREY).save(path, exif=exif)
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for name in ("a.png", "b/a.jpg", "b/a.webp", "turned.jpg"):
        grey(tmp_path / "photos" / name, 6 if name == "turned.jpg" else 1)
    return tmp_path / "photos"


def written(sink: AnnotatedSink, photos: Path, *names: str) -> list[str]:
    fed(sink, *(seen(name, CUP, path=photos / name) for name in names))
    return sorted(path.relative_to(sink.folder).as_posix() for path in sink.folder.rglob("*.*"))


def test_copies_lie_in_subfolders_as_originals_do_and_say_their_kind(photos: Path, tmp_path: Path):
    before = {path: path.read_bytes() for path in photos.rglob("*.*")}
    sink = AnnotatedSink(tmp_path / "out", [photos])
    names = written(sink, photos, "a.png", "b/a.jpg", "b/a.webp")
    assert names == ["a.png", "b/a.jpg", "b/a.webp.jpg"]
    heads = [(tmp_path / "out" / name).read_bytes()[:4] for name in names]
    assert [head[:2] for head in heads] == [b"\x89P", b"\xff\xd8", b"\xff\xd8"]
    assert (sink.written, list(sink.problems)) == (3, [])
    assert {path: path.read_bytes() for path in photos.rglob("*.*")} == before


def test_the_box_is_drawn_in_the_colour_of_its_class(photos: Path, tmp_path: Path):
    written(AnnotatedSink(tmp_path / "out", [photos]), photos, "a.png")
    pixels = read_upright(tmp_path / "out" / "a.png").astype(int)
    colour = class_palette(CARD.classes)[CUP.class_id]
    on_left_edge = pixels[45, 8:14]
    assert np.abs(on_left_edge - colour).sum(axis=1).min() < 30
    assert tuple(pixels[45, 90]) == GREY


def test_a_turned_photo_is_written_upright(photos: Path, tmp_path: Path):
    written(AnnotatedSink(tmp_path / "out", [photos]), photos, "turned.jpg")
    with Image.open(tmp_path / "out" / "turned.jpg") as copy:
        assert copy.size == (72, 96)
        assert copy.getexif().get(0x0112, 1) == 1


def test_a_copy_of_last_time_is_replaced_but_nothing_else_is(photos: Path, tmp_path: Path):
    theirs = grey(tmp_path / "out" / "b" / "a.jpg").read_bytes()
    for _ in range(2):
        sink = AnnotatedSink(tmp_path / "out", [photos])
        assert written(sink, photos, "a.png", "b/a.jpg") == ["a.png", "b/a.jpg"]
        assert [problem.file for problem in sink.problems] == ["b/a.jpg"]
        assert "is no annotated copy" in sink.problems[0].reason
    assert (tmp_path / "out" / "b" / "a.jpg").read_bytes() == theirs


@pytest.mark.parametrize("folder", ["photos", "photos/../photos", ".", "photos/b/.."])
def test_a_folder_with_originals_is_refused(photos: Path, tmp_path: Path, folder: str):
    with pytest.raises(RunFailed, match="among the originals"):
        AnnotatedSink(tmp_path / folder, [photos])
    with pytest.raises(RunFailed, match="among the originals"):
        AnnotatedSink(photos / "b", [photos / "a.png", photos / "b" / "a.jpg"])


def test_an_image_that_is_gone_meanwhile_is_told(photos: Path, tmp_path: Path):
    sink = AnnotatedSink(tmp_path / "out", [photos])
    assert written(sink, photos, "a.png", "gone.png") == ["a.png"]
    assert [problem.file for problem in sink.problems] == ["gone.png"]


def test_a_disk_that_does_not_take_it_is_an_error_and_leaves_no_half_image(photos: Path, tmp_path: Path, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("training.run.results.annotated_sink.os.replace", full)
    sink = AnnotatedSink(tmp_path / "out", [photos])
    sink.begin(CARD)
    sink.take(seen("a.png", CUP, path=photos / "a.png"))
    with pytest.raises(OSError, match="No space left"):
        sink.checkpoint()
    sink.leave()
    assert list((tmp_path / "out").iterdir()) == []


def test_images_wait_in_a_short_line_only(photos: Path, tmp_path: Path, monkeypatch):
    waiting = []

    def slow(_self: AnnotatedSink, _result: FileResult) -> None:
        time.sleep(0.002)

    monkeypatch.setattr(AnnotatedSink, "_draw", slow)
    sink = AnnotatedSink(tmp_path / "out", [photos])
    sink.begin(CARD)
    for number in range(40):
        sink.take(seen(f"{number}.png", CUP))
        waiting.append(len(sink._coming))
    sink.finish()
    assert max(waiting) <= 8
    assert sink.written == 40


NAMES = (
    "a.jpg",
    "a.JPG",
    "a.png",
    "a.gif",
    "a.gif.jpg",
    "a.gif.jpg.jpg",
    "a.heic",
    "a",
    "a.image",
    "a.image.jpg",
    "a.dat",
)


def test_no_two_names_share_a_place(tmp_path: Path):
    places = CopyPlaces(tmp_path / "out", [tmp_path])
    found = [places.of(name, tmp_path / name).name for name in NAMES]
    assert len({place.casefold() for place in found if place != "a.JPG"}) == len(NAMES) - 1
    assert found[:4] == ["a.jpg", "a.JPG", "a.png", "a.gif.jpg"]
    assert all(place.lower().endswith((".jpg", ".png")) for place in found)


def test_of_several_folders_the_copies_lie_as_below_what_is_above_all(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    places = CopyPlaces(tmp_path / "out", [tmp_path / "one", tmp_path / "two"])
    assert places.of("x", tmp_path / "one" / "a.png") == tmp_path / "out" / "one" / "a.png"
    alone = CopyPlaces(tmp_path / "out", [tmp_path / "one" / "a.png"])
    assert alone.of("x", tmp_path / "one" / "a.png") == tmp_path / "out" / "a.png"


@pytest.mark.parametrize("name", ["../../etc/a.png", "/etc/a.png", "C:\\windows\\a.png", "..\\a.png"])
def test_a_name_from_elsewhere_stays_inside(tmp_path: Path, name: str):
    place = CopyPlaces(tmp_path / "out", []).of(name, Path("/nowhere/a.png"))
    assert place.resolve().is_relative_to(tmp_path / "out")
    assert place.name.endswith("a.png")
