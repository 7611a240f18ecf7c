"""Small things that lie about and are nobody's object: daisies, leaves, shells, buttons, stars."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from training.dataset.sample_art.clay import Clay, Finish
from training.dataset.sample_art.leaf import leaf_outline, leaf_veins
from training.dataset.sample_art.palette import chosen, colour, darker, mixed
from training.dataset.sample_art.shapes import Points, arc, ellipse, smooth, tube, turned


def draw_daisy(clay: Clay, rng: Generator) -> None:
    petals = chosen(rng, ("#fbf7ee", "#fdf3f0", "#f6d9e2", "#f7ecc0", "#dcd6f0"))
    count = int(rng.integers(8, 13))
    for turn in np.linspace(0, 360, count, endpoint=False):
        petal = turned(ellipse(0.62, 0.0, 0.36, 1.6 / count), turn)
        clay.part(petal, petals, Finish(swell=0.12, gloss=0.03, shadow=0.3))
    clay.part(ellipse(0, 0, 0.30, 0.30), colour("#eeb12f"), Finish(swell=0.22, gloss=0.05, shadow=0.35))


def draw_clover(clay: Clay, rng: Generator) -> None:
    green = chosen(rng, ("#4f8f3f", "#68a349", "#3f7f4a"))
    clay.part(tube(np.array([(0.0, 0.0), (0.12, 0.95)]), 0.10), darker(green, 0.8), Finish(swell=0.05))
    for turn in (-90, 30, 150):
        heart = [(0.05, 0.0), (0.45, -0.40), (0.82, -0.30), (0.76, 0.0), (0.82, 0.30), (0.45, 0.40)]
        clay.part(turned(smooth(heart), turn), green, Finish(swell=0.2, gloss=0.05))
        clay.flat(tube(turned(arc(0.0, 0.0, 0.52, 0.62, -30, 30), turn), 0.07), mixed(green, (1.0, 1.0, 0.9), 0.5), 0.8)


def draw_leaf(clay: Clay, rng: Generator) -> None:
    tone = chosen(rng, ("#7f9a45", "#b58a3c", "#a8683a", "#5f8a4a", "#c4a04c"))
    leaf = leaf_outline(rng) * 0.95
    clay.part(tube(np.array([(-1.3, 0.05), (-0.85, 0.0)]), 0.07), darker(tone, 0.7), Finish(swell=0.03))
    clay.part(leaf, tone, Finish(swell=0.35, gloss=0.08))
    for start, end in leaf_veins():
        clay.flat(tube(np.array([start, end]) * 0.9, 0.035), mixed(tone, (1.0, 1.0, 0.8), 0.4), 0.8, inside=leaf)


def draw_pebble(clay: Clay, rng: Generator) -> None:
    tone = chosen(rng, ("#9b968e", "#b9ad9c", "#7d838a", "#c9c3b6"))
    turns = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    reach = rng.uniform(0.75, 1.0, 8)
    stone = smooth(np.stack([reach * np.cos(turns), 0.72 * reach * np.sin(turns)], axis=1))
    clay.part(stone, tone, Finish(swell=0.6, gloss=0.1))
    if rng.random() < 0.5:
        vein = smooth([(-0.9, rng.uniform(-0.3, 0.3)), (0.0, rng.uniform(-0.3, 0.3)), (0.9, 0.0)], closed=False)
        clay.flat(tube(vein, 0.10), (0.93, 0.92, 0.88), 0.7, inside=stone)


def draw_acorn(clay: Clay, rng: Generator) -> None:
    nut = chosen(rng, ("#b07a3c", "#9a6a34", "#a98444"))
    kernel = smooth([(-0.5, -0.15), (-0.45, 0.4), (0.0, 0.95), (0.45, 0.4), (0.5, -0.15), (0.0, -0.3)])
    clay.part(kernel, nut, Finish(swell=0.4, gloss=0.3))
    clay.part(tube(np.array([(0.0, -0.6), (0.08, -0.98)]), 0.12), colour("#5d4630"), Finish(swell=0.05))
    cup = smooth([(-0.62, -0.1), (-0.5, -0.5), (0.0, -0.7), (0.5, -0.5), (0.62, -0.1), (0.0, -0.02)])
    clay.part(cup, colour("#77593a"), Finish(swell=0.3, gloss=0.05))
    for x, y in ((-0.3, -0.25), (0.0, -0.22), (0.3, -0.25), (-0.15, -0.43), (0.15, -0.43)):
        clay.part(ellipse(x, y, 0.11, 0.09), colour("#8a6a48"), Finish(swell=0.08, gloss=0.05, shadow=0.3))


def draw_twig(clay: Clay, rng: Generator) -> None:
    bark = chosen(rng, ("#6b4f38", "#7d6448", "#5a4636"))
    bend = rng.uniform(-0.2, 0.2)
    clay.part(tube(np.array([(0.1, bend), (0.5, bend - 0.4)]), 0.10, 0.06), bark, Finish(swell=0.05, gloss=0.02))
    line = smooth([(-1.2, 0.0), (-0.3, bend), (0.4, bend * 0.6), (1.2, 0.1)], closed=False)
    clay.part(tube(line, 0.16, 0.08), bark, Finish(swell=0.08, gloss=0.02))


def draw_berries(clay: Clay, rng: Generator) -> None:
    red = chosen(rng, ("#c02f37", "#a8324a", "#4a4f8f"))
    for x, y in ((-0.42, 0.1), (0.4, 0.0), (0.0, 0.5)):
        clay.part(tube(np.array([(0.0, -0.8), (x, y)]), 0.07), colour("#5e7340"), Finish(swell=0.03))
    for x, y in ((-0.42, 0.15), (0.4, 0.05), (0.0, 0.5)):
        clay.part(ellipse(x, y, 0.38, 0.38), red, Finish(swell=0.36, gloss=0.5))
    clay.part(leaf_outline(rng) * 0.5 + (0.35, -0.75), colour("#5f8a4a"), Finish(swell=0.15))


def draw_button(clay: Clay, rng: Generator) -> None:
    tone = chosen(rng, ("#d9694f", "#4f86a8", "#e8e0cc", "#8f6fa0", "#d9a441", "#5f8f6f"))
    clay.part(ellipse(0, 0, 0.95, 0.95), tone, Finish(swell=0.14, gloss=0.3))
    clay.part(ellipse(0, 0, 0.66, 0.66), darker(tone, 0.92), Finish(swell=0.08, gloss=0.2, relief=-0.7, shadow=0.0))
    for x, y in ((-0.2, -0.2), (0.2, -0.2), (-0.2, 0.2), (0.2, 0.2)):
        clay.flat(ellipse(x, y, 0.11, 0.11), darker(tone, 0.3))


def draw_biscuit(clay: Clay, rng: Generator) -> None:
    turns = np.linspace(0, 2 * np.pi, 97)[:-1]
    reach = 0.92 + 0.06 * np.cos(16 * turns)
    crumb = chosen(rng, ("#d6a45f", "#c99350", "#b87f48"))
    clay.part(np.stack([reach * np.cos(turns), reach * np.sin(turns)], axis=1), crumb, Finish(swell=0.2, gloss=0.05))
    for x, y in rng.uniform(-0.5, 0.5, (7, 2)):
        clay.part(ellipse(x, y, 0.12, 0.10), colour("#5a3a28"), Finish(swell=0.08, gloss=0.15, shadow=0.2))


def draw_pencil(clay: Clay, rng: Generator) -> None:
    lacquer = chosen(rng, ("#e0a832", "#c8493c", "#3f7fa8", "#4f9468", "#8a5fa0"))
    clay.part(_bar(-1.25, 0.75, 0.12), lacquer, Finish(swell=0.10, gloss=0.3))
    clay.flat(_bar(-1.25, 0.75, 0.035), darker(lacquer, 0.8), 0.8)
    clay.part(_bar(-1.35, -1.1, 0.125), colour("#c9ccd0"), Finish(swell=0.06, gloss=0.5, shadow=0.0))
    clay.part(np.array([(0.73, -0.12), (1.2, 0.0), (0.73, 0.12)]), colour("#e2bd8c"), Finish(swell=0.08, shadow=0.0))
    clay.flat(np.array([(1.05, -0.045), (1.22, 0.0), (1.05, 0.045)]), darker(lacquer, 0.5))


def _bar(left: float, right: float, half: float) -> Points:
    return np.array([(left, -half), (right, -half), (right, half), (left, half)])


def draw_shell(clay: Clay, rng: Generator) -> None:
    tone = chosen(rng, ("#f0d8c4", "#e8b9a4", "#f3e6d2", "#d9b6c4"))
    rim = np.radians(np.linspace(-165, -15, 49))
    reach = 1.0 + 0.05 * np.cos(np.linspace(0, 16 * np.pi, 49))
    fan = np.vstack(
        [np.stack([reach * np.cos(rim), reach * np.sin(rim) + 0.45], axis=1), [(0.22, 0.62), (-0.22, 0.62)]]
    )
    clay.part(fan, tone, Finish(swell=0.4, gloss=0.15))
    for turn in np.radians(np.linspace(-155, -25, 8)):
        rib = np.array([(0.1 * np.cos(turn), 0.5), (0.97 * np.cos(turn), 0.97 * np.sin(turn) + 0.45)])
        clay.flat(tube(rib, 0.03, 0.07), darker(tone, 0.78), 0.7, inside=fan)


def draw_starfish(clay: Clay, rng: Generator) -> None:
    tone = chosen(rng, ("#d98a5a", "#c97b74", "#d9a86a"))
    star = smooth(_star(1.0, 0.40), steps=6)
    clay.part(star, tone, Finish(swell=0.32, gloss=0.08))
    for turn in np.arange(5) * 72.0 - 90.0:
        for reach in (0.2, 0.42, 0.62):
            spot = turned(ellipse(reach, 0.0, 0.055, 0.055), turn)
            clay.flat(spot, mixed(tone, (1.0, 0.95, 0.85), 0.6), 0.9)


def _star(outer: float, inner: float) -> Points:
    turns = np.radians(np.arange(10) * 36.0 - 90.0)
    reach = np.where(np.arange(10) % 2 == 0, outer, inner)
    return np.stack([reach * np.cos(turns), reach * np.sin(turns)], axis=1)


def draw_lily_pad(clay: Clay, rng: Generator) -> None:
    green = chosen(rng, ("#5c9a4e", "#4a8a52", "#7aa84f"))
    pad = np.vstack([arc(0.0, 0.0, 1.0, 0.94, 16, 344, 48), [(0.1, 0.0)]])
    clay.part(pad, green, Finish(swell=0.10, gloss=0.12))
    for turn in np.radians(np.linspace(40, 320, 9)):
        rib = np.array([(0.08, 0.0), (0.9 * np.cos(turn), 0.85 * np.sin(turn))])
        clay.flat(tube(rib, 0.045, 0.02), mixed(green, (0.95, 1.0, 0.8), 0.35), 0.8)


def draw_paper_star(clay: Clay, rng: Generator) -> None:
    gold = chosen(rng, ("#f6d873", "#f3e6b8", "#f2c3a0"))
    clay.part(_star(0.95, 0.45), gold, Finish(swell=0.3, gloss=0.1))


def draw_moon(clay: Clay, rng: Generator) -> None:
    cream = chosen(rng, ("#f8edc9", "#f5e3b5"))
    crescent = np.vstack([arc(0.0, 0.0, 0.95, 0.95, 60, 300, 30), arc(0.30, 0.0, 0.82, 0.82, 285, 75, 30)])
    clay.part(crescent, cream, Finish(swell=0.3, gloss=0.05))


def draw_bird(clay: Clay, rng: Generator) -> None:
    ink, rise = colour("#2d2a45"), rng.uniform(0.3, 0.55)
    for side in (-1.0, 1.0):
        wing = smooth([(0.0, 0.1), (side * 0.4, -rise), (side * 0.95, -rise * 0.5)], closed=False)
        clay.part(tube(wing, 0.16, 0.05), ink, Finish(swell=0.04, gloss=0.0, shadow=0.0))


# How to draw it, and its half length as a share of the picture's shorter side.
SCATTER: dict[str, tuple[Callable[[Clay, Generator], None], tuple[float, float]]] = {
    "daisy": (draw_daisy, (0.025, 0.045)),
    "clover": (draw_clover, (0.03, 0.05)),
    "leaf": (draw_leaf, (0.04, 0.07)),
    "pebble": (draw_pebble, (0.02, 0.05)),
    "acorn": (draw_acorn, (0.03, 0.045)),
    "twig": (draw_twig, (0.05, 0.10)),
    "berries": (draw_berries, (0.03, 0.045)),
    "button": (draw_button, (0.025, 0.045)),
    "biscuit": (draw_biscuit, (0.04, 0.07)),
    "pencil": (draw_pencil, (0.10, 0.15)),
    "shell": (draw_shell, (0.03, 0.055)),
    "starfish": (draw_starfish, (0.04, 0.075)),
    "lily pad": (draw_lily_pad, (0.06, 0.12)),
    "paper star": (draw_paper_star, (0.02, 0.045)),
    "moon": (draw_moon, (0.05, 0.08)),
    "bird": (draw_bird, (0.025, 0.05)),
}
