"""Which pictures a sample consists of: what is on each, where, and how it is stored."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TypeVar

import numpy as np
from numpy.random import Generator

from training.dataset.sample_art.scene import GROUNDS, TOYS

_NEGATIVE_SHARE = 0.12
_ORIENTATION_SHARES = {3: 0.03, 6: 0.05, 8: 0.03}
_PNG_SHARE = 0.04
_GREY_SHARE = 0.04
_ASPECTS = (4 / 3, 4 / 3, 4 / 3, 1.4, 1.25, 1.15)
_LONGER_SIDES = (440, 521)
_PORTRAIT_SHARE = 0.4

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class PicturePlan:
    """Width and height are of the upright picture; `orientation` is EXIF's, 1 for none."""

    filename: str
    album: str
    ground: str
    label: str | None
    width: int
    height: int
    orientation: int
    grey: bool
    seed: tuple[int, int]

    def random_numbers(self) -> Generator:
        """The picture's own: it comes out the same whichever others are drawn."""
        return np.random.default_rng(self.seed)


def plan_pictures(count: int, seed: int) -> list[PicturePlan]:
    """`count` pictures in the order of their file names; toys and grounds come equally often, up to one."""
    rng = np.random.default_rng((seed, count))
    negatives = round(_NEGATIVE_SHARE * count)
    labels: list[str | None] = [*[None] * negatives, *islice(cycle(TOYS), count - negatives)]
    grounds = sorted(islice(cycle(GROUNDS), count), key=lambda ground: (GROUNDS[ground].album, ground))
    orientations = _dealt(rng, count, _ORIENTATION_SHARES, 1)
    suffixes = _dealt(rng, count, {".png": _PNG_SHARE}, ".jpg")
    greys = _dealt(rng, count, {True: _GREY_SHARE}, False)
    shuffled = [labels[index] for index in rng.permutation(count)]
    numbers: Counter[str] = Counter()
    plans = []
    for index, (ground, label) in enumerate(zip(grounds, shuffled, strict=True)):
        numbers[ground] += 1
        album, suffix = GROUNDS[ground].album, suffixes[index]
        filename = f"{album}/{ground}-{numbers[ground]:03d}{suffix}"
        orientation = 1 if suffix == ".png" else orientations[index]
        size = _random_size(rng)
        plans.append(PicturePlan(filename, album, ground, label, *size, orientation, greys[index], (seed, index)))
    return plans


def _random_size(rng: Generator) -> tuple[int, int]:
    """Width and height around 480 x 360, landscape or portrait."""
    longer = int(rng.integers(*_LONGER_SIDES))
    shorter = round(longer / _ASPECTS[int(rng.integers(len(_ASPECTS)))])
    return (shorter, longer) if rng.random() < _PORTRAIT_SHARE else (longer, shorter)


def _dealt(rng: Generator, count: int, shares: Mapping[Value, float], usual: Value) -> Sequence[Value]:
    """`count` values in random order: each of `shares` at least once if there is room, `usual` for the rest."""
    special = [value for value, share in shares.items() for _ in range(math.ceil(share * count))][:count]
    values = [*special, *[usual] * (count - len(special))]
    return [values[index] for index in rng.permutation(count)]
