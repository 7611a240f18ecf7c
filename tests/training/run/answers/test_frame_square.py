"""Frames shrunk in the least time look as other pictures do, and get the same answers."""

from __future__ import annotations

import numpy as np
import pytest

from tests.helpers.model_files import untrained_run
from training.run.answers.frame_square import FrameSquare, GroupMeans, resize_for
from training.run.answers.letterbox import Letterbox, letterboxed
from training.run.answers.litert_predictor import LiteRTPredictor

RANDOM = np.random.default_rng(0)
SIZES = [
    (640, 480), (480, 640), (1280, 720), (1920, 1080), (1921, 1080), (800, 600), (320, 240), (227, 149),
    (100, 50), (61, 37), (160, 160), (224, 224), (448, 448), (3000, 1), (1, 500), (2, 2),
]  # fmt: skip


def noise(width: int, height: int):
    return RANDOM.integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [160, 224, 75])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_square_is_the_same_but_for_a_level_here_and_there(width: int, height: int, size: int):
    frame = noise(width, height)
    (square,), place = FrameSquare(size).of(frame)
    assert place == Letterbox(width, height, size)
    difference = np.abs(square.astype(np.int16) - letterboxed(frame, size))
    assert difference.max() <= 1
    assert difference.mean() < 0.25


@pytest.mark.parametrize(("width", "height"), [(640, 480), (1920, 1080)])
def test_halving_twice_makes_no_picture_brighter(width: int, height: int):
    frame = noise(width, height)
    (square,), _ = FrameSquare(160).of(frame)
    assert abs((square.astype(np.float64) - letterboxed(frame, 160)).mean()) < 0.02


def test_fractions_are_shrunk_by_products_of_matrices():
    assert isinstance(resize_for(Letterbox(640, 480, 224)), GroupMeans)
    assert not isinstance(resize_for(Letterbox(640, 480, 160)), GroupMeans)
    assert not isinstance(resize_for(Letterbox(641, 480, 224)), GroupMeans)


def test_frames_of_one_size_and_of_others_take_turns():
    square = FrameSquare(160)
    for width, height in [(640, 480), (480, 640), (640, 480), (640, 480)]:
        frame = noise(width, height)
        (got,), _ = square.of(frame)
        assert np.abs(got.astype(np.int16) - letterboxed(frame, 160)).max() <= 1


def test_a_mirrored_and_a_turned_frame_need_not_lie_in_one_piece():
    frame = noise(640, 480)
    for view in (frame[:, ::-1], np.rot90(frame), frame[..., ::-1]):
        (got,), _ = FrameSquare(224).of(view)
        assert np.abs(got.astype(np.int16) - letterboxed(np.ascontiguousarray(view), 224)).max() <= 1


@pytest.mark.parametrize(("width", "height"), [(640, 480), (640, 368), (200, 300)])
def test_a_frame_gets_the_answer_of_a_picture(width: int, height: int):
    predictor = LiteRTPredictor(untrained_run())
    for _ in range(3):
        frame = noise(width, height)
        whole, quick = predictor.answer(frame, min_score=0.0), predictor.answer_frame(frame, 0.0)
        (expected,), (got,) = whole.boxes, quick.boxes
        assert np.abs(np.subtract(expected.corners, got.corners)).max() <= 1e-3 * max(width, height)
        assert got.score == pytest.approx(expected.score, abs=1e-3)
        assert got.label == expected.label
