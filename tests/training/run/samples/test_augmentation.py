from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.dataset.box import Rectangle, iou
from training.run.answers.letterbox import FILL
from training.run.augmentation_settings import USUAL
from training.run.samples.augmentation import Augmentation, augmented

SIZE = 160
NO_LIGHT = Augmentation(gain=1.0, contrast=1.0, saturation=0.0, hue=0.0, grey=0.0)
NOTHING = replace(NO_LIGHT, flip=0.0, zoom_out=1.0, zoom_in=1.0, stretch=1.0, shift=0.0)
BOXES = [
    Rectangle(30.0, 50.0, 90.0, 80.0),
    Rectangle(0.0, 0.0, 40.0, 160.0),
    Rectangle(5.0, 5.0, 17.0, 15.0),
    Rectangle(0.0, 0.0, 160.0, 160.0),
]


def picture_of(box: Rectangle) -> np.ndarray:
    """Red on the grey that also comes in from outside."""
    square = np.full((SIZE, SIZE, 3), FILL, np.uint8)
    square[int(box.ymin) : int(box.ymax), int(box.xmin) : int(box.xmax)] = (255, 0, 0)
    return square


def red_part(square: np.ndarray) -> Rectangle:
    """Edges to a fraction of a pixel: a row half covered is half red."""
    share = (square[..., 0].astype(float) - square[..., 1]) / 255.0
    (left, right), (top, bottom) = _edges(share.max(axis=0)), _edges(share.max(axis=1))
    return Rectangle(left, top, right, bottom)


def _edges(line: np.ndarray) -> tuple[float, float]:
    (places,) = np.nonzero(line > 0.02)
    first, last = places[0], places[-1]
    return float(first + 1 - line[first]), float(last + line[last])


@pytest.mark.parametrize("box", BOXES)
def test_the_box_moves_with_what_is_drawn_in_it(box: Rectangle):
    square, found = picture_of(box), []
    for seed in range(60):
        changed, moved = augmented(square, box, np.random.default_rng(seed), NO_LIGHT)
        assert moved is not None
        assert np.allclose(moved.corners, red_part(changed).corners, atol=0.6)
        found.append(iou(moved, red_part(changed)))
    assert np.mean(found) > 0.96


def test_a_box_that_fits_stays_whole_and_inside():
    for seed in range(200):
        for box in BOXES:
            _, moved = augmented(picture_of(box), box, np.random.default_rng(seed), Augmentation())
            assert moved is not None
            assert 0 <= moved.xmin < moved.xmax <= SIZE
            assert 0 <= moved.ymin < moved.ymax <= SIZE
            assert min(moved.width, moved.height) >= min(Augmentation().smallest_side, box.width, box.height) - 1e-6


def test_sizes_places_and_mirroring_vary():
    box = BOXES[0]
    moved = [augmented(picture_of(box), box, np.random.default_rng(seed), NO_LIGHT)[1] for seed in range(200)]
    widths = [each.width / box.width for each in moved if each]
    assert min(widths) < 0.8
    assert max(widths) > 1.25
    assert np.std([each.xmin for each in moved if each]) > 10


def test_half_of_the_pictures_are_mirrored():
    square = np.zeros((SIZE, SIZE, 3), np.uint8)
    square[:, :20] = 255
    how = replace(NOTHING, flip=0.5)
    right = [augmented(square, None, np.random.default_rng(seed), how)[0][80, 150, 0] == 255 for seed in range(300)]
    assert 0.4 < np.mean(right) < 0.6


def test_no_change_asked_for_is_no_change():
    box = BOXES[0]
    square = np.random.default_rng(0).integers(0, 255, (SIZE, SIZE, 3), np.uint8)
    changed, moved = augmented(square, box, np.random.default_rng(0), NOTHING)
    assert np.array_equal(changed, square)
    assert moved == box


def test_light_changes_the_picture_and_not_the_box():
    box = BOXES[0]
    how = replace(NOTHING, gain=1.4, contrast=1.3, saturation=0.5, hue=20.0)
    square = np.full((SIZE, SIZE, 3), (150, 100, 60), np.uint8)
    means = []
    for seed in range(50):
        changed, moved = augmented(square, box, np.random.default_rng(seed), how)
        assert moved == box
        means.append(changed.reshape(-1, 3).mean(axis=0))
    assert np.std(means, axis=0).min() > 5
    assert np.std(np.array(means)[:, 0] - np.array(means)[:, 2]) > 2


@pytest.mark.parametrize("change", [{"saturation": 0.9}, {"hue": 180.0}, {"grey": 1.0}])
def test_a_change_of_colour_leaves_grey_pictures_as_they_are(change: dict[str, float]):
    square = np.full((SIZE, SIZE, 3), 90, np.uint8)
    for seed in range(20):
        changed, _ = augmented(square, None, np.random.default_rng(seed), replace(NOTHING, **change))
        assert np.abs(changed.astype(int) - 90).max() <= 1


def test_some_pictures_lose_their_colour():
    how = replace(NOTHING, grey=0.5)
    square = np.zeros((SIZE, SIZE, 3), np.uint8)
    square[..., 0] = 200
    grey = [
        np.ptp(augmented(square, None, np.random.default_rng(seed), how)[0], axis=-1).max() == 0 for seed in range(99)
    ]
    assert 0.3 < np.mean(grey) < 0.7


def test_the_same_random_numbers_give_the_same_picture():
    square = np.random.default_rng(0).integers(0, 255, (SIZE, SIZE, 3), np.uint8)
    first = augmented(square, BOXES[0], np.random.default_rng(7), Augmentation())
    again = augmented(square, BOXES[0], np.random.default_rng(7), Augmentation())
    assert np.array_equal(first[0], again[0])
    assert first[1] == again[1]


def test_pictures_without_an_object_are_zoomed_as_much_as_the_others():
    """Else a network could tell them by that alone."""
    square = np.zeros((SIZE, SIZE, 3), np.uint8)
    square[::8] = 255
    lines = []
    for seed in range(100):
        changed, box = augmented(square, None, np.random.default_rng(seed), NO_LIGHT)
        assert box is None
        column = changed[:, 80, 0]
        lines.append(np.count_nonzero((column[1:] > 100) & (column[:-1] <= 100) & (column[1:] != 114)))
    assert min(lines) < 16


def ellipse_in(box: Rectangle) -> np.ndarray:
    y, x = np.mgrid[0:SIZE, 0:SIZE] + 0.5
    centre_x, centre_y = (box.xmin + box.xmax) / 2, (box.ymin + box.ymax) / 2
    inside = ((x - centre_x) / (box.width / 2)) ** 2 + ((y - centre_y) / (box.height / 2)) ** 2 <= 1
    square = np.full((SIZE, SIZE, 3), FILL, np.uint8)
    square[inside] = (255, 0, 0)
    return square


@pytest.mark.parametrize("kind", ["flip_vertical", "turns"])
def test_exact_turns_move_the_box_exactly(kind: str):
    box, seen = BOXES[2], set()
    for seed in range(40):
        changed, moved = augmented(picture_of(box), box, np.random.default_rng(seed), Augmentation.of([kind]))
        assert moved is not None
        assert moved == red_part(changed)
        seen.add(moved.corners)
    assert len(seen) == (4 if kind == "turns" else 2)


def test_the_tilted_box_is_that_of_the_tilted_ellipse():
    box = Rectangle(40.0, 60.0, 130.0, 95.0)
    sizes = []
    for seed in range(40):
        changed, moved = augmented(ellipse_in(box), box, np.random.default_rng(seed), Augmentation.of(["tilt"]))
        assert moved is not None
        assert iou(moved, red_part(changed)) > 0.93
        sizes.append(moved.height)
    assert max(sizes) > 1.15 * box.height


def test_tilted_and_moved_together_the_box_stays_with_the_object():
    box = Rectangle(40.0, 60.0, 130.0, 95.0)
    how = Augmentation.of(["tilt", "turns", "flip", "flip_vertical", "zoom", "shift", "stretch"])
    for seed in range(60):
        changed, moved = augmented(ellipse_in(box), box, np.random.default_rng(seed), how)
        assert moved is not None
        assert iou(moved, red_part(changed)) > 0.9


@pytest.mark.parametrize(("kind", "least"), [("blur", 0.3), ("noise", 2.0), ("erase", 0.1), ("light", 3.0)])
def test_a_change_of_the_picture_alone_leaves_the_box(kind: str, least: float):
    box = Rectangle(40.0, 60.0, 130.0, 95.0)
    square = np.random.default_rng(0).integers(0, 255, (SIZE, SIZE, 3), np.uint8)
    differences = []
    for seed in range(20):
        changed, moved = augmented(square, box, np.random.default_rng(seed), Augmentation.of([kind]))
        assert moved == box
        differences.append(np.abs(changed.astype(int) - square).mean())
    assert np.mean(differences) > least


def test_the_erased_part_leaves_most_of_the_object():
    box = Rectangle(40.0, 60.0, 130.0, 95.0)
    for seed in range(50):
        changed, _ = augmented(picture_of(box), box, np.random.default_rng(seed), Augmentation.of(["erase"]))
        left = np.count_nonzero(changed[..., 0] == 255) / (box.width * box.height)
        assert left > 0.8


def test_kinds_that_are_not_chosen_change_nothing():
    square = np.random.default_rng(0).integers(0, 255, (SIZE, SIZE, 3), np.uint8)
    changed, moved = augmented(square, BOXES[0], np.random.default_rng(1), Augmentation.of([]))
    assert np.array_equal(changed, square)
    assert moved == BOXES[0]


def test_all_usual_kinds_are_what_was_done_from_the_first_version_on():
    """Else a run that was begun then would not go on exactly."""
    assert Augmentation.of(USUAL) == Augmentation()


def test_gentle_changes_leave_the_object_where_it_was():
    box = Rectangle(20.0, 20.0, 140.0, 140.0)
    how = Augmentation.of(USUAL, gentle=True)
    moved = [augmented(picture_of(box), box, np.random.default_rng(seed), how)[1] for seed in range(60)]
    assert min(iou(box, each) for each in moved if each) > 0.55
