"""Modelling a toy from parts: each part is an outline that swells like clay and is lit as such."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from training.dataset.sample_art.light import Colour, Floats, Light, floats, shade, spread, tint
from training.dataset.sample_art.shapes import Points

OVERSAMPLING = 2
_SUBPIXEL_BITS = 4
# Colours from a part's own coordinates (x, y each (H, W)) to (H, W, 3).
Region = tuple[slice, slice]  # rows, columns
Paint = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, slots=True)
class Finish:
    """How a part looks. Lengths are in the toy's units."""

    swell: float = 0.2  # how far from the edge the surface still rises
    gloss: float = 0.15
    shadow: float = 0.35  # how dark a shadow it throws on the parts below
    relief: float = 1.0  # how strongly the swelling is shaded


class Clay:
    """A toy in the making, drawn at OVERSAMPLING times its final size; colours are premultiplied by alpha."""

    def __init__(self, scale: float, angle: float, flipped: bool, light: Light, reach: float = 1.5) -> None:
        """`scale` in final pixels per unit; `reach` is the largest distance from the origin drawn, in units."""
        self.scale = scale * OVERSAMPLING
        self.light = light
        side = int(np.ceil(2 * reach * self.scale / OVERSAMPLING)) * OVERSAMPLING
        self.rgb = np.zeros((side, side, 3), np.float32)
        self.alpha = np.zeros((side, side), np.float32)
        self._tint = np.ones((side, side, 3), np.float32)
        radians = np.radians(angle)
        turn = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])
        self._matrix = turn @ np.diag([-1.0 if flipped else 1.0, 1.0]) * self.scale
        self._inverse = np.linalg.inv(self._matrix)

    def part(
        self, outline: Points, colour: Colour | Paint, finish: Finish = Finish(), inside: Points | None = None
    ) -> None:
        """Lay one more part on top; with `inside`, only what falls into that outline."""
        region = self.region(outline)
        mask = self.mask(outline, region)
        if inside is not None:
            mask *= self.mask(inside, region)
        height = _swollen(mask, finish.swell * self.scale) * finish.relief
        self.lay(region, mask, self._paint(colour, region), height, finish)

    def lay(self, region: Region, mask: Floats, base: Floats, height: Floats, finish: Finish) -> None:
        """Blend a shaded surface over what is there, shadow first. `base` (H, W, 3), the others (H, W)."""
        diffuse, gloss = shade(height, self.light)
        colours = tint(diffuse, self.light)
        surface = base * colours + spread(np.float32(finish.gloss) * gloss)
        keep, cover = 1.0 - mask, spread(mask)
        below = keep * (1.0 - np.float32(finish.shadow) * self._thrown(mask)) if finish.shadow else keep
        self.rgb[region] = self.rgb[region] * spread(below) + surface * cover
        self.alpha[region] = self.alpha[region] * keep + mask
        self._tint[region] += (colours - self._tint[region]) * cover

    def facet(self, outline: Points, colour: Colour | Paint, slope: tuple[float, float], shadow: float = 0.0) -> None:
        """A plane piece of folded paper, rising by `slope` (x, y) in the toy's units."""
        region = self.region(outline)
        x, y = self.coordinates(region)
        height = floats((slope[0] * x + slope[1] * y) * self.scale)
        self.lay(
            region, self.mask(outline, region), self._paint(colour, region), height, Finish(shadow=shadow, gloss=0)
        )

    def flat(self, outline: Points, colour: Colour, strength: float = 1.0, inside: Points | None = None) -> None:
        """A painted mark without thickness, lit like the part it is on."""
        region = self.region(outline, room=0.02)
        mask = self.mask(outline, region) * np.float32(strength)
        if inside is not None:
            mask *= self.mask(inside, region)
        mask *= self.alpha[region]
        self.rgb[region] += (floats(colour) * self._tint[region] - self.rgb[region]) * spread(mask)

    def finished(self) -> tuple[Floats, Floats]:
        """Premultiplied colours (H, W, 3) and alpha (H, W) at the final size."""
        size = (self.alpha.shape[1] // OVERSAMPLING, self.alpha.shape[0] // OVERSAMPLING)
        rgb = cv2.resize(self.rgb, size, interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(self.alpha, size, interpolation=cv2.INTER_AREA)
        return floats(rgb), floats(alpha)

    def region(self, outline: Points, room: float = 0.12) -> Region:
        """The rows and columns that hold an outline with `room` units around it, for the shadow."""
        pixels, side, around = self._pixels(outline), self.alpha.shape[0], room * self.scale + 2
        low = np.clip(np.floor(pixels.min(axis=0) - around), 0, side - 1).astype(int)
        high = np.clip(np.ceil(pixels.max(axis=0) + around), low + 1, side).astype(int)
        return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))

    def mask(self, outline: Points, region: Region) -> Floats:
        """How much of each pixel of a region lies inside an outline, 0 to 1."""
        rows, columns = region
        mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
        pixels = self._pixels(outline) - (columns.start + 0.5, rows.start + 0.5)
        fixed = np.round(pixels * (1 << _SUBPIXEL_BITS)).astype(np.int32)
        cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, _SUBPIXEL_BITS)
        return mask.astype(np.float32) / np.float32(255)

    def coordinates(self, region: Region) -> tuple[Floats, Floats]:
        """Coordinates x and y in the toy's units of every pixel of a region, each (H, W)."""
        rows, columns = region
        middle = self.alpha.shape[0] / 2
        py = (np.arange(rows.start, rows.stop, dtype=np.float32) + np.float32(0.5 - middle))[:, None]
        px = (np.arange(columns.start, columns.stop, dtype=np.float32) + np.float32(0.5 - middle))[None, :]
        inverse = self._inverse.astype(np.float32)
        return inverse[0, 0] * px + inverse[0, 1] * py, inverse[1, 0] * px + inverse[1, 1] * py

    def _pixels(self, points: Points) -> Points:
        return points @ self._matrix.T + self.alpha.shape[0] / 2

    def _paint(self, colour: Colour | Paint, region: Region) -> Floats:
        return colour(*self.coordinates(region)) if callable(colour) else np.full((1, 1, 3), colour, np.float32)

    def _thrown(self, mask: Floats) -> Floats:
        """The part's shadow on its neighbours: shifted away from the light and blurred."""
        dx, dy = self.light.shadow_offset
        reach = 0.05 * self.scale
        moved = cv2.warpAffine(mask, floats([[1, 0, dx * reach], [0, 1, dy * reach]]), mask.shape[::-1])
        return floats(cv2.GaussianBlur(moved, (0, 0), max(0.035 * self.scale, 0.8)))


def _swollen(mask: Floats, bevel: float) -> Floats:
    """The height in pixels of a shape whose edge is rounded like a quarter of a circle of radius `bevel`."""
    distance = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    reach = max(min(bevel, float(distance.max())), 1.0)
    rise = 1.0 - np.clip(distance / reach, 0.0, 1.0)
    height = reach * np.sqrt(1.0 - rise * rise)
    return floats(cv2.GaussianBlur(height, (0, 0), max(0.16 * reach, 0.8)))
