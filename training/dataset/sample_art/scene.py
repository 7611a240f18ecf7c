"""The table of grounds: how each is painted and what lies about on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from numpy.random import Generator

from training.dataset.sample_art import garden, home, shore
from training.dataset.sample_art.clay import Clay
from training.dataset.sample_art.ground import Shape
from training.dataset.sample_art.light import Floats, Light
from training.dataset.sample_art.mushroom import draw_mushroom
from training.dataset.sample_art.paper_boat import draw_paper_boat
from training.dataset.sample_art.snail import draw_snail
from training.dataset.sample_art.teapot import draw_teapot

TOYS: dict[str, Callable[[Clay, Generator], None]] = {
    "snail": draw_snail,
    "mushroom": draw_mushroom,
    "teapot": draw_teapot,
    "paper boat": draw_paper_boat,
}


@dataclass(frozen=True, slots=True)
class Ground:
    """A kind of place. `album` is the folder its pictures are kept in."""

    album: str
    paint: Callable[[Generator, Shape, Light], Floats]
    things: tuple[str, ...]
    shadow: float = 0.6
    dappled: float = 0.0  # how often leaves overhead throw their shade
    upright: bool = False  # things keep to their feet instead of lying in any direction


# Each name as often as it may lie in one picture.
_GREEN = ("daisy",) * 3 + ("clover",) * 2 + ("pebble",) * 2 + ("leaf",)
_FALLEN = ("acorn", "twig", "pebble") * 2 + ("berries",)
_GROWN = ("leaf", "daisy", "clover") * 2 + ("twig",)
_WINTER = ("twig", "berries") * 2 + ("acorn", "leaf")
_DESK = ("button", "leaf") * 2 + ("biscuit", "pencil", "daisy")
_TEA = ("button", "biscuit") * 2 + ("berries", "daisy", "pencil")
_BEACH = ("shell",) * 3 + ("pebble",) * 2 + ("starfish", "twig")
_POND = ("lily pad",) * 3 + ("leaf", "daisy") * 2
_NIGHT = ("paper star",) * 4 + ("bird",) * 2 + ("moon",)

GROUNDS: dict[str, Ground] = {
    "meadow": Ground("garden", garden.paint_meadow, _GREEN, 0.65, 0.25),
    "woodland": Ground("garden", garden.paint_woodland, _FALLEN, 0.65, 0.0),
    "pebbles": Ground("garden", garden.paint_pebbles, _GROWN, 0.65, 0.25),
    "snow": Ground("garden", garden.paint_snow, _WINTER, 0.6, 0.2),
    "wood": Ground("home", home.paint_wood, _DESK, 0.65, 0.25),
    "cloth": Ground("home", home.paint_cloth, _TEA, 0.7, 0.2),
    "tiles": Ground("home", home.paint_tiles, _DESK, 0.7, 0.2),
    "sand": Ground("shore", shore.paint_sand, _BEACH, 0.7, 0.15),
    "water": Ground("shore", shore.paint_water, _POND, 0.45, 0.0),
    "evening": Ground("shore", shore.paint_evening, _NIGHT, 0.25, upright=True),
}
