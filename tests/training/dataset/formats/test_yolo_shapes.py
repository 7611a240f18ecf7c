"""Longer lines of YOLO: keypoints are no outline, and an outline is no box with keypoints."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from training.dataset.formats import registry
from training.dataset.formats.annotation_rows import AnnotationFile

KEYPOINTS = "its keypoints are not kept; the box is"


def written(folder: Path, lines: list[list[float]], yaml: str = "") -> AnnotationFile:
    """Three lines a text."""
    (folder / "labels").mkdir()
    (folder / "data.yaml").write_text(f"names: [a]\n{yaml}")
    for at in range(0, len(lines), 3):
        text = "".join(f"0 {' '.join(f'{value:.5f}' for value in line)}\n" for line in lines[at : at + 3])
        (folder / "labels" / f"{at:02}.txt").write_text(text)
    file = registry.read(folder, registry.recognised(folder).format)
    assert file.problems == []
    return file


def boxes_of(file: AnnotationFile) -> list[tuple[float, ...]]:
    return [row.box.corners for row in file.rows if row.box is not None]


def poses(count: int, numbers: int, chance: random.Random) -> list[list[float]]:
    lines = []
    for _ in range(12):
        width, height = chance.uniform(0.02, 0.4), chance.uniform(0.02, 0.4)
        x, y = chance.uniform(width / 2, 1 - width / 2), chance.uniform(height / 2, 1 - height / 2)
        line = [x, y, width, height]
        for _ in range(count):
            is_seen = chance.random() < 0.8
            place = [x + chance.uniform(-0.5, 0.5) * width, y + chance.uniform(-0.5, 0.5) * height]
            line += [*(place if is_seen else [0, 0]), *([2.0 * is_seen] if numbers == 3 else [])]
        lines.append(line)
    return lines


def outlines(corners: int, chance: random.Random) -> list[list[float]]:
    """Anywhere on the picture, also in its middle, where an outline looks most like a box with points in it."""
    lines = []
    for _ in range(12):
        x, y, size = chance.uniform(0.2, 0.8), chance.uniform(0.2, 0.8), chance.uniform(0.02, 0.2)
        turn = chance.uniform(0, 6)
        line = []
        for corner in range(corners):
            angle = turn + 2 * math.pi * corner / corners
            line += [x + size * math.cos(angle), y + size * math.sin(angle)]
        lines.append(line)
    return lines


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("count", "numbers"), [(1, 2), (2, 2), (17, 2), (2, 3), (5, 3), (17, 3)])
def test_keypoints_are_known_by_their_box_also_without_a_word(tmp_path: Path, count: int, numbers: int, seed: int):
    lines = poses(count, numbers, random.Random(seed))
    file = written(tmp_path, lines)
    for (x, y, width, height), found in zip((line[:4] for line in lines), boxes_of(file), strict=True):
        assert found == pytest.approx((x - width / 2, y - height / 2, x + width / 2, y + height / 2), abs=1e-4)
    assert [note.rows for note in file.notes if note.reason.startswith(KEYPOINTS)] == [12]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("corners", [3, 4, 5, 8, 20])
def test_outlines_are_no_keypoints(tmp_path: Path, corners: int, seed: int):
    lines = outlines(corners, random.Random(seed))
    file = written(tmp_path, lines)
    for line, found in zip(lines, boxes_of(file), strict=True):
        xs, ys = line[::2], line[1::2]
        assert found == pytest.approx((min(xs), min(ys), max(xs), max(ys)), abs=1e-4)
    kind = "four corners" if corners == 4 else "an outline"
    assert [note.reason for note in file.notes] == [f"{kind}: the box around it was taken; so it was with 12 in all"]


def test_one_outline_in_the_middle_is_one(tmp_path: Path):
    file = written(tmp_path, [[0.5, 0.5, 0.5, 0.55, 0.55, 0.55, 0.55, 0.5]])
    assert boxes_of(file) == [pytest.approx((0.5, 0.5, 0.55, 0.55))]


@pytest.mark.parametrize("shape", ["kpt_shape: [2, 2]", "kpt_shape: [2,2]  # x, y", "kpt_shape: (2, 2)"])
def test_data_yaml_decides(tmp_path: Path, shape: str):
    file = written(tmp_path, [[0.5, 0.5, 0.5, 0.55, 0.55, 0.55, 0.55, 0.5]], shape)
    assert boxes_of(file) == [pytest.approx((0.25, 0.225, 0.75, 0.775))]
    assert [note.reason for note in file.notes] == [KEYPOINTS]
