"""A garden snail with a coiled shell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from training.dataset.sample_art.clay import Clay, Finish
from training.dataset.sample_art.ground import blended
from training.dataset.sample_art.light import Colour, Floats, floats, spread
from training.dataset.sample_art.palette import chosen, colour, darker, mixed
from training.dataset.sample_art.shapes import Points, arc, ellipse, smooth, tube

_SHELLS = ("#d9893b", "#c9703f", "#e0a53e", "#b58a4a", "#a9713f", "#d59a7a", "#8f9a4f", "#c77f8f")
_BODIES = ("#e3c489", "#d8b08c", "#c9bd82", "#e8c7b0", "#b9a98d")


def draw_snail(clay: Clay, rng: Generator) -> None:
    skin = chosen(rng, _BODIES)
    lift = rng.uniform(-0.08, 0.06)
    _draw_stalk(clay, (0.88, -0.08 + lift), (1.04, -0.58 + lift), darker(skin, 0.9))
    _draw_body(clay, skin, lift)
    _draw_stalk(clay, (0.78, -0.10 + lift), (0.70, -0.62 + lift), skin)
    _draw_face(clay, lift)
    shell = _Shell(x=-0.16, y=-0.02, radius=rng.uniform(0.64, 0.72), growth=rng.uniform(1.75, 2.1))
    _draw_shell(clay, shell, chosen(rng, _SHELLS), rng)
    _draw_collar(clay, mixed(skin, (1.0, 0.95, 0.88), 0.15), shell)


def _draw_collar(clay: Clay, skin: Colour, shell: _Shell) -> None:
    """The soft lip where the body comes out; it covers the step in the spiral."""
    down = shell.radius - 0.68
    edge = [(-0.52, 0.65), (-0.22, 0.585 + down), (0.02, 0.45 + down), (0.20, 0.31), (0.36, 0.16), (0.50, 0.10)]
    lip = smooth([*edge, (0.60, 0.22), (0.66, 0.42), (0.58, 0.60), (0.3, 0.685), (-0.1, 0.70)])
    clay.part(lip, skin, Finish(swell=0.10, gloss=0.15, shadow=0.22))


def _draw_body(clay: Clay, skin: Colour, lift: float) -> None:
    foot = [(-1.08, 0.62), (-0.72, 0.73), (0.0, 0.75), (0.55, 0.74), (0.80, 0.62), (0.89, 0.34)]
    head = [(1.02, 0.12 + lift), (1.05, -0.10 + lift), (0.90, -0.25 + lift), (0.70, -0.18 + lift)]
    body = smooth([*foot, *head, (0.58, 0.12), (0.40, 0.36), (-0.3, 0.42)])
    clay.part(body, skin, Finish(swell=0.2, gloss=0.2, shadow=0.25))
    sole = tube(smooth([(-0.98, 0.655), (-0.4, 0.70), (0.3, 0.705), (0.72, 0.62)], closed=False), 0.05, 0.07)
    clay.flat(sole, darker(skin, 0.78), 0.6, inside=body)
    for x in np.linspace(-0.75, 0.55, 6):
        clay.flat(ellipse(x, 0.56 + 0.04 * np.sin(9 * x), 0.05, 0.025), darker(skin, 0.85), 0.7, inside=body)


def _draw_stalk(clay: Clay, start: tuple[float, float], end: tuple[float, float], skin: Colour) -> None:
    bend = ((start[0] + end[0]) / 2 + 0.02, (start[1] + end[1]) / 2)
    clay.part(tube(smooth([start, bend, end], closed=False), 0.12, 0.085), skin, Finish(swell=0.06, shadow=0.2))
    clay.part(ellipse(*end, 0.105, 0.105), (0.98, 0.97, 0.94), Finish(swell=0.1, gloss=0.35, shadow=0.25))
    clay.flat(ellipse(end[0] + 0.03, end[1] + 0.005, 0.052, 0.06), (0.10, 0.08, 0.12))
    clay.flat(ellipse(end[0] + 0.045, end[1] - 0.022, 0.018, 0.02), (1.0, 1.0, 1.0))


def _draw_face(clay: Clay, lift: float) -> None:
    clay.flat(ellipse(0.86, 0.08 + lift, 0.075, 0.055), colour("#e88a80"), 0.6)
    clay.flat(tube(arc(0.95, 0.01 + lift, 0.075, 0.065, 25, 150), 0.026), colour("#5a3a34"))


@dataclass(frozen=True, slots=True)
class _Shell:
    """A logarithmic spiral: each turn is `growth` times as wide as the one inside it."""

    x: float
    y: float
    radius: float
    growth: float

    def outline(self) -> Points:
        turn = np.linspace(0.0, 1.0, 72)
        reach = self.radius * self.growth ** (-0.36 * turn)
        angle = _OPENING - 2 * np.pi * turn
        return np.stack([self.x + reach * np.cos(angle), self.y + reach * np.sin(angle)], axis=1)

    def turns(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """How many turns inside the rim a point lies (0 at the rim), and its angle from the opening in turns."""
        angle = np.mod(_OPENING - np.arctan2(y - self.y, x - self.x), 2 * np.pi) / (2 * np.pi)
        distance = np.hypot(x - self.x, y - self.y) + 1e-4
        return np.log(self.radius / distance) / np.log(self.growth) - angle, angle


_OPENING = np.radians(48.0)


def _draw_shell(clay: Clay, shell: _Shell, base: Colour, rng: Generator) -> None:
    outline = shell.outline()
    region = clay.region(outline)
    mask = clay.mask(outline, region)
    x, y = clay.coordinates(region)
    inward, angle = shell.turns(x, y)
    across = inward - np.floor(inward)
    distance = np.hypot(x - shell.x, y - shell.y)
    width = distance * 0.5
    ridge = np.sqrt(np.clip(1.0 - (2.0 * across - 1.0) ** 2, 0.0, 1.0)) * width * 0.75
    dome = 0.5 * np.sqrt(np.clip((shell.radius * 1.03) ** 2 - distance**2, 0.0, None))
    height = floats((ridge + dome) * clay.scale)
    base_colours = _shell_colours(inward, across, angle, base, rng)
    clay.lay(region, mask, base_colours, height, Finish(gloss=0.3, shadow=0.45))


def _shell_colours(inward: Floats, across: Floats, angle: Floats, base: Colour, rng: Generator) -> Floats:
    """Paler towards the middle, dark in the seams, with growth stripes or a band along the coil."""
    pale = spread(np.clip(inward / 3.0, 0.0, 1.0))
    colours: Floats = floats(base) + (floats(mixed(base, (1.0, 0.93, 0.80), 0.6)) - floats(base)) * pale
    second = darker(base, 0.62) if rng.random() < 0.6 else mixed(base, (1.0, 0.95, 0.85), 0.65)
    if rng.random() < 0.6:
        stripes = int(rng.integers(9, 16))
        along = np.sin(2 * np.pi * stripes * angle + 3.0 * across)
        amount = np.clip(along * 2.0 - 0.7, 0.0, 1.0) * 0.75
    else:
        amount = np.clip(1.0 - np.abs(across - 0.45) / 0.16, 0.0, 1.0) * 0.85
    colours = blended(colours, second, amount)
    seam = np.clip(np.minimum(across, 1.0 - across) / 0.10, 0.0, 1.0)
    return colours * spread(0.62 + 0.38 * seam)
