"""What a model said, drawn into the picture: for annotated images and videos and the model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from training.dataset.class_colours import colour_for
from training.run.answers.letterbox import Pixels
from training.run.answers.prediction import Answer, ClassAnswer, ClassScore, PredictedBox
from training.run.percent import score_percent
from training.run.settings import ClassEntry
from training.run.streams.text_images import LEFT_TO_RIGHT, Coverage, text_image

RGB = tuple[int, int, int]

UNKNOWN: RGB = (160, 160, 160)
WHITE: RGB = (255, 255, 255)
BLACK: RGB = (0, 0, 0)
LEAST_TEXT = 13  # pixels; smaller letters can't be read
_TEXT_SHARE = 1 / 28  # of the picture's shorter side
_LINE_SHARE = 1 / 240
_BARS_WIDTH = 0.45  # of the picture's width
_BARS_DARKNESS = 0.6


def class_palette(classes: Sequence[ClassEntry]) -> dict[int, RGB]:
    """A colour for each class id, in the order of the palette."""
    taken: list[str] = []
    for place in range(len(classes)):
        taken.append(colour_for(place, taken))
    return {entry.id: rgb_of(colour) for entry, colour in zip(classes, taken, strict=True)}


def rgb_of(colour: str) -> RGB:
    """Of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def drawn(pixels: Pixels, answer: Answer, colours: Mapping[int, RGB], min_score: float = 0.0) -> Pixels:
    """A copy of the RGB image (H, W, 3) uint8 with the boxes, or with bars of the best three classes.

    `colours` by class id; another class gets grey. Boxes and answers below `min_score` 0..1 are left out.
    """
    picture = np.array(pixels, np.uint8, order="C")
    boxes = sorted((box for box in answer.boxes if box.score >= min_score), key=lambda box: box.score)
    for box in boxes:
        _draw_edges(picture, box, colours.get(box.class_id, UNKNOWN))
    for box in boxes:  # no edge crosses a word
        _draw_label(picture, box, colours.get(box.class_id, UNKNOWN))
    for one in answer.answers:
        if one.box is None and one.best.score >= min_score:
            _draw_bars(picture, one, colours)
    return picture


def _score_words(one: PredictedBox | ClassScore) -> str:
    return f"{one.label}{LEFT_TO_RIGHT} {score_percent(one.score)} %"


def _text_height(picture: Pixels) -> int:
    shorter: int = min(picture.shape[:2])
    return max(LEAST_TEXT, round(shorter * _TEXT_SHARE))


def _draw_edges(picture: Pixels, box: PredictedBox, colour: RGB) -> None:
    line = max(2, round(min(picture.shape[:2]) * _LINE_SHARE))
    # Edges lie between pixels: the last pixel inside is one less.
    corners = [round(edge) for edge in box.corners]
    cv2.rectangle(picture, (corners[0], corners[1]), (corners[2] - 1, corners[3] - 1), colour, line)


def _draw_label(picture: Pixels, box: PredictedBox, colour: RGB) -> None:
    """Above the box; inside it where there is no room, and never beyond the picture's edges."""
    height, width = picture.shape[:2]
    text = text_image(_score_words(box), _text_height(picture), max(1, width - 8))
    high, wide = text.shape[0] + 4, text.shape[1] + 8
    left = max(0, min(round(box.xmin), width - wide))
    top = round(box.ymin) - high
    top = max(0, min(top if top >= 0 else round(box.ymin), height - high))
    cv2.rectangle(picture, (left, top), (left + wide - 1, top + high - 1), colour, cv2.FILLED)
    _write(picture, text, left + 4, top + 2, _readable_on(colour))


def _draw_bars(picture: Pixels, answer: ClassAnswer, colours: Mapping[int, RGB]) -> None:
    text = _text_height(picture)
    row, edge = round(text * 1.6), round(text * 0.5)
    width = min(picture.shape[1], max(round(picture.shape[1] * _BARS_WIDTH), 8 * text))
    ground = picture[: edge * 2 + row * len(answer.top), :width]
    ground[:] = (ground * (1 - _BARS_DARKNESS)).astype(np.uint8)
    inner = max(1, width - 2 * edge)
    for place, one in enumerate(answer.top):
        top = edge + place * row
        bar = max(1, round(inner * min(max(one.score, 0.0), 1.0)))
        low = top + text + max(1, text // 10)
        cv2.rectangle(picture, (edge, low), (edge + inner - 1, low + text // 5), (90, 90, 90), cv2.FILLED)
        colour = colours.get(one.class_id, UNKNOWN)
        cv2.rectangle(picture, (edge, low), (edge + bar - 1, low + text // 5), colour, cv2.FILLED)
        score = text_image(f"{score_percent(one.score)} %", text)
        _write(picture, text_image(one.label, text, max(1, inner - score.shape[1] - text)), edge, top, WHITE)
        _write(picture, score, edge + inner - score.shape[1], top, WHITE)


def _write(picture: Pixels, text: Coverage, left: int, top: int, colour: RGB) -> None:
    """What of the text lies in the picture."""
    left, top = max(0, left), max(0, top)
    place = picture[top : top + text.shape[0], left : left + text.shape[1]]
    shown = text[: place.shape[0], : place.shape[1], None]
    place[:] = (place * (1 - shown) + np.array(colour, np.float32) * shown + 0.5).astype(np.uint8)


def _readable_on(colour: RGB) -> RGB:
    """Black or white, whichever differs more in lightness (weights of Rec. 709)."""
    red, green, blue = colour
    return BLACK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 110 else WHITE
