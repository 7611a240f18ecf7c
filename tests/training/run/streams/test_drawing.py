"""What is drawn into a picture: where, in which colours, and whether names can be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.run.answers.prediction import Answer, ClassAnswer, ClassScore, PredictedBox
from training.run.settings import ClassEntry
from training.run.streams import text_images
from training.run.streams.drawing import UNKNOWN, class_palette, drawn
from training.run.streams.text_images import text_image

GREY = np.full((240, 320, 3), 100, np.uint8)
CUP, FORK = (255, 85, 0), (85, 0, 213)
COLOURS = {7: CUP, 3: FORK}
BOX = PredictedBox(100.0, 80.0, 220.0, 160.0, "cup", 7, 0.9)


def changed(picture: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what differs from the plain picture."""
    rows, columns = np.nonzero((picture != GREY[: picture.shape[0], : picture.shape[1]]).any(axis=2))
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def test_a_box_has_its_place_its_colour_and_its_name_above():
    picture = drawn(GREY, Answer((BOX,)), COLOURS)
    left, top, right, bottom = changed(picture)
    line = 2
    assert abs(left - 100) <= line
    assert 80 - 24 <= top <= 80 - 13
    assert abs(right - 220) <= line
    assert abs(bottom - 160) <= line
    assert tuple(picture[120, 100]) == tuple(picture[159, 150]) == CUP
    np.testing.assert_array_equal(picture[90:150, 110:210], GREY[90:150, 110:210])
    assert (GREY == 100).all(), "the picture itself stays"


@pytest.mark.parametrize(
    "corners", [(-30.0, -20.0, 60.0, 50.0), (280.0, 200.0, 400.0, 300.0), (0.0, 0.0, 320.0, 240.0)]
)
def test_names_of_boxes_at_the_edges_are_inside_the_picture(corners: tuple[float, float, float, float]):
    picture = drawn(GREY, Answer((PredictedBox(*corners, "cup", 7, 0.9),)), COLOURS)
    ground = (picture == CUP).all(axis=2)
    letters = ((picture < 60).all(axis=2)).sum()
    assert ground.sum() > 400, "the name has its ground"
    assert letters > 40, "and can be read"


def test_low_scores_are_left_out_and_unknown_classes_are_grey():
    stranger = PredictedBox(10.0, 150.0, 60.0, 200.0, "strange", 99, 0.4)
    both = drawn(GREY, Answer((BOX, stranger)), COLOURS)
    assert tuple(both[180, 10]) == UNKNOWN
    sure = drawn(GREY, Answer((BOX, stranger)), COLOURS, min_score=0.5)
    np.testing.assert_array_equal(sure, drawn(GREY, Answer((BOX,)), COLOURS))
    np.testing.assert_array_equal(drawn(GREY, Answer((BOX,)), COLOURS, min_score=0.95), GREY)


def whole_picture(*scores: float) -> Answer:
    names = (("cup", 7), ("fork", 3), ("knife", 99))
    return Answer(
        (), (ClassAnswer(tuple(ClassScore(*name, score) for name, score in zip(names, scores, strict=True))),)
    )


def test_a_whole_picture_gets_bars_as_long_as_their_scores():
    picture = drawn(GREY, whole_picture(0.8, 0.15, 0.05), COLOURS)
    cup, fork = [(picture == colour).all(axis=2).any(axis=0).sum() for colour in (CUP, FORK)]
    assert cup / fork == pytest.approx(0.8 / 0.15, rel=0.1)
    assert (picture == CUP).all(axis=2).any(axis=1).argmax() < (picture == FORK).all(axis=2).any(axis=1).argmax()
    assert changed(picture)[:2] == (0, 0)
    np.testing.assert_array_equal(drawn(GREY, whole_picture(0.4, 0.35, 0.25), COLOURS, min_score=0.5), GREY)


@pytest.mark.parametrize("side", [1, 8, 40])
def test_tiny_pictures_can_be_drawn_into(side: int):
    answer = Answer((PredictedBox(0.0, 0.0, side, side, "cup", 7, 0.9),), whole_picture(0.5, 0.3, 0.2).answers)
    picture = drawn(GREY[:side, :side], answer, COLOURS)
    assert picture.shape == (side, side, 3)


def test_a_view_of_other_memory_can_be_drawn_into():
    mirrored = GREY[:, ::-1]
    np.testing.assert_array_equal(drawn(mirrored, Answer((BOX,)), COLOURS), drawn(GREY, Answer((BOX,)), COLOURS))


def test_each_class_has_a_colour_of_its_own_by_its_place():
    classes = [ClassEntry(40 - number, f"class {number}") for number in range(30)]
    palette = class_palette(classes)
    assert list(palette) == [entry.id for entry in classes]
    assert len(set(palette.values())) == len(classes)
    assert palette[40] == CUP


@pytest.mark.parametrize("name", ["Gabel groß", "вилка", "δίκρανο", "مفتاح", "מזלג", "łyżka"])
def test_letters_of_many_scripts_are_drawn_apart(name: str):
    """A font that lacks a letter draws the same box for each."""
    shapes = {bytes(text_image(letter, 24).tobytes()) for letter in set(name) - {" "}}
    assert len(shapes) == len(set(name) - {" "})
    assert text_image("\ufffe", 24).tobytes() not in shapes


def test_a_font_that_has_the_letters_is_looked_for(monkeypatch: pytest.MonkeyPatch):
    own = text_images._own_font()
    latin_only = str(Path(own).with_name("cmr10.ttf"))
    monkeypatch.setattr(text_images, "_font_paths", lambda: (latin_only, own))
    assert text_images._font_for("fork", 20).path == latin_only
    assert text_images._font_for("вилка", 20).path == own
    assert text_images._font_for("叉子", 20).path == latin_only, "none has them"


def test_long_names_and_wild_ones_are_cut_to_fit():
    assert text_image("a very long name " * 50, 20, 120).shape[1] <= 120
    assert text_image("a very long name " * 50, 20).shape[1] < 1200
    assert text_image("two\nlines\x1b[31m", 20).shape[0] == 20
    assert text_image("", 20).shape == (20, 1)
