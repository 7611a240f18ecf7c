"""Colours that stay apart."""

from __future__ import annotations

import itertools
import re

import numpy as np
import numpy.typing as npt
import pytest

from training.dataset.class_colours import PALETTE, colour_for

# How colours arrive in eyes without one kind of cone (Machado et al. 2009, severity 1), on linear RGB.
EYES = {
    "usual": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
LMS = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
OKLAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]


def oklab(colour: str, eye: str) -> npt.NDArray[np.float64]:
    values = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(EYES[eye]) @ linear, 0, 1)
    return np.array(OKLAB) @ np.cbrt(np.array(LMS) @ seen)


@pytest.mark.parametrize("eye", EYES)
def test_the_first_nine_are_told_apart_by_every_eye(eye: str):
    """0.02 is a difference that can just be seen; the well-known set of Okabe and Ito reaches 0.076 here."""
    distances = [np.linalg.norm(oklab(a, eye) - oklab(b, eye)) for a, b in itertools.combinations(PALETTE, 2)]
    assert min(distances) > 0.12


def test_a_hundred_classes_have_a_hundred_colours():
    taken: list[str] = []
    for index in range(100):
        taken.append(colour_for(index, taken))
    assert len(set(taken)) == 100
    assert taken[:9] == list(PALETTE)
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in taken)


def test_a_colour_that_is_taken_is_not_given_again():
    assert colour_for(0, {PALETTE[0]}) == PALETTE[1]
    assert colour_for(3, {PALETTE[1]}) == PALETTE[3]
    assert colour_for(50) == PALETTE[0]


def test_colours_that_are_none_do_no_harm():
    assert re.fullmatch("#[0-9a-f]{6}", colour_for(9, [*PALETTE, "red", "", "#12"]))
