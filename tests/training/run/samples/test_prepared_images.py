from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.helpers.red_box_pictures import RED_BOX, find_red, upright_box, write_picture
from training.dataset.box import Box
from training.dataset.dataset import LabelledImage
from training.run.answers.letterbox import letterboxed
from training.run.samples import prepared_room
from training.run.samples.prepared_images import prepare_images

CLASSES = ("cup", "red")
SIZE = 64


def image(name: str, *boxes: Box, image_class: str | None = None) -> LabelledImage:
    return LabelledImage(name, 64, 48, boxes, image_class)


def red(label: str = "red") -> Box:
    return Box(*RED_BOX, label)


def test_each_picture_gets_its_square_its_box_and_its_class(tmp_path: Path):
    write_picture(tmp_path / "a.png")
    write_picture(tmp_path / "b" / "c.png", red_box=None)
    prepared = prepare_images([image("a.png", red()), image("b/c.png")], tmp_path, CLASSES, SIZE)
    assert len(prepared) == 2
    assert prepared.problems == ()
    assert prepared.squares.shape == (2, SIZE, SIZE, 3)
    assert prepared.class_indices.tolist() == [1, -1]
    assert prepared.has_object.tolist() == [True, False]
    assert prepared.boxes.tolist() == [[16, 20, 32, 32], [0, 0, 0, 0]]  # 64x48 in 64x64: 8 pixels lower
    assert find_red(prepared.squares[0]) == (16, 20, 32, 32)
    assert prepared.box(1) is None
    assert prepared.letterboxes[0].to_image(prepared.box(0)).corners == RED_BOX


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_gives_the_same_training_input_and_box(shared_data: Path, orientation: int):
    """The box as a person drew it on the upright picture; all eight show the same scene from eight sides."""
    folder = shared_data / "hostile_dev" / "made_here" / "images" / "exif"
    name = f"orientation_{orientation}.jpg"
    upright = upright_box(RED_BOX, (64, 48), orientation)
    size = (64, 48) if orientation < 5 else (48, 64)
    labelled = LabelledImage(name, *size, (Box(*upright, "red"),))
    prepared = prepare_images([labelled], folder, CLASSES, 128)
    assert np.abs(np.subtract(find_red(prepared.squares[0]), prepared.boxes[0])).max() <= 2
    assert np.allclose(prepared.letterboxes[0].to_image(prepared.box(0)).corners, upright, atol=0.01)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_turned_by_its_camera_is_the_same_training_input_as_one_held_straight(
    shared_data: Path, orientation: int
):
    folder = shared_data / "exif_orientation"
    straight, turned = (LabelledImage(f"Landscape_{number}.jpg", 1, 1) for number in (1, orientation))
    prepared = prepare_images([straight, turned], folder, CLASSES, 96)
    first, other = prepared.squares.astype(int)
    assert prepared.letterboxes[0] == prepared.letterboxes[1]
    assert np.abs(first - other).mean() < 6  # eight JPEG files of one scene


def test_the_largest_box_is_the_target_and_boxes_outside_do_not_count(tmp_path: Path):
    write_picture(tmp_path / "a.png")
    boxes = (
        Box(0, 0, 5, 5, "cup"),
        Box(60, 0, 900, 48, "cup"),
        red(),
    )  # inside only 4 pixels wide: 192 of area as well
    prepared = prepare_images([image("a.png", *boxes, Box(100, 0, 900, 48, "cup"))], tmp_path, CLASSES, SIZE)
    assert prepared.class_indices.tolist() == [0]
    assert prepared.boxes.tolist() == [[60, 8, 64, 56]]


def test_what_cant_be_used_is_left_out_and_told(tmp_path: Path):
    for name in ("good.png", "odd.png", "own.png", "outside.png"):
        write_picture(tmp_path / name)
    (tmp_path / "text.jpg").write_text("no image")
    images = [
        image("../elsewhere.png", red()),
        image("good.png", red()),
        image("missing.png", red()),
        image("odd.png", red("spoon")),
        image("outside.png", Box(100, 100, 120, 120, "red")),
        image("own.png", image_class="cup"),
        image("text.jpg", red()),
    ]
    prepared = prepare_images(images, tmp_path, CLASSES, SIZE)
    assert [kept.filename for kept in prepared.images] == ["good.png"]
    reasons = {problem.file: problem.reason for problem in prepared.problems}
    assert set(reasons) == {each.filename for each in images} - {"good.png"}
    assert "outside the image folder" in reasons["../elsewhere.png"]
    assert "'spoon' is none of the classes" in reasons["odd.png"]
    assert reasons["outside.png"] == "its boxes lie outside the image of 64x48 pixels"
    assert reasons["own.png"] == "it has a class of its own but no box"
    assert all(reasons.values())


def test_nothing_usable_is_no_error(tmp_path: Path):
    prepared = prepare_images([image("missing.png")], tmp_path, CLASSES, SIZE)
    assert len(prepared) == 0
    assert prepared.boxes.shape == (0, 4)


def test_grey_images_become_squares_of_three_colours(tmp_path: Path, shared_data: Path):
    folder = shared_data / "hostile_dev" / "made_here" / "images" / "modes"
    prepared = prepare_images([image("gray8.png"), image("gray16.png")], folder, CLASSES, SIZE)
    assert len(prepared) == 2
    assert np.ptp(prepared.squares, axis=-1).max() == 0


def test_training_and_prediction_see_the_same_pixels(shared_data: Path):
    from training.dataset.image_files import read_upright

    path = next((shared_data / "microcontrollers" / "test").glob("*.jpg"))
    prepared = prepare_images([LabelledImage(path.name, 800, 600)], path.parent, CLASSES, 160)
    difference = np.abs(prepared.squares[0].astype(int) - letterboxed(read_upright(path), 160))
    assert difference.mean() < 2


def test_progress_is_told_and_can_stop_the_reading(tmp_path: Path):
    names = [write_picture(tmp_path / f"{number}.png").name for number in range(9)]
    images, told = [image(name) for name in names], []
    prepare_images(images, tmp_path, CLASSES, SIZE, lambda done, total: told.append((done, total)))
    assert told == [(done, 9) for done in range(1, 10)]

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare_images(images, tmp_path, CLASSES, SIZE, stop)


def test_more_than_memory_should_hold_lies_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(prepared_room, "memory_and_free", lambda: (2**30, 4 * SIZE * SIZE * 3))
    names = [write_picture(tmp_path / f"{number}.png").name for number in range(3)]
    prepared = prepare_images([image(name, red()) for name in names], tmp_path, CLASSES, SIZE)
    assert isinstance(prepared.squares, np.memmap)
    assert [find_red(square) for square in prepared.squares] == [(16, 20, 32, 32)] * 3
