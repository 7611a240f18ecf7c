"""Box encodings by name: how a head's four raw numbers are read as a box.

Whatever the encoding, a model's `box` is centre-x, centre-y, width, height as in `training.models.boxes`. A point is
where the numbers are read from: the middle of a cell, or of the whole square.

- centre_size: where the centre lies from the point, and the size, as in Redmon et al., "You Only Look Once", CVPR 2016,
  arXiv:1506.02640, section 2;
- corners: where the two corners xmin, ymin and xmax, ymax lie from the point;
- edges: how far the left, top, right and bottom edge are from the point, as in Tian et al., "FCOS", ICCV 2019,
  arXiv:1904.01355, equation 1.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from training.models.boxes import between, size_of
from training.models.losses import PACKAGE

CENTRE_SIZE, CORNERS, EDGES = "centre_size", "corners", "edges"
BOX_ENCODINGS = (CENTRE_SIZE, CORNERS, EDGES)

# All encodings start with a box of about half the square: a box without area has no overlap to learn from.
_FIRST_CORNER = 0.25
_FIRST_DISTANCE = -1.1  # its sigmoid is 0.25


def check_encoding(name: str) -> str:
    """The name itself; raises ValueError for one that there is not."""
    if name not in BOX_ENCODINGS:
        raise ValueError(f"box_encoding: expected one of {', '.join(BOX_ENCODINGS)}, came {name!r}")
    return name


def bounded_boxes(encoding: str, raw: Any, points: Any) -> Any:
    """Raw numbers (..., 4), of any size, read from points (..., 2) in 0..1 as boxes (..., 4).

    centre_size: a centre is at most half the square from its point, by tanh; sizes are sigmoids. corners: each at most
    the whole square away, by tanh. edges: distances are sigmoids, so the point lies in its box. Sizes are never
    negative; corners that changed places are put in order.
    """
    first, last = raw[..., :2], raw[..., 2:]
    if encoding == CENTRE_SIZE:
        return ops.concatenate([points + 0.5 * ops.tanh(first), ops.sigmoid(last)], axis=-1)
    if encoding == CORNERS:
        return between(points + ops.tanh(first - _FIRST_CORNER), points + ops.tanh(last + _FIRST_CORNER))
    near, far = ops.sigmoid(first + _FIRST_DISTANCE), ops.sigmoid(last + _FIRST_DISTANCE)
    return between(points - near, points + far)


@keras.saving.register_keras_serializable(package=PACKAGE)
class LinearBoxes(keras.layers.Layer):  # type: ignore[misc]
    """Four linear numbers (B, 4), read from the middle of the square, as boxes (B, 4), see `models.boxes`.

    centre_size and corners are meant as shares of the square from its origin. While training nothing bounds the numbers;
    answers are put in order and kept in 0..1.
    """

    def __init__(self, encoding: str = CENTRE_SIZE, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.encoding = check_encoding(encoding)

    def call(self, raw: Any, training: bool = False) -> Any:
        first, last = raw[..., :2], raw[..., 2:]
        if self.encoding == CENTRE_SIZE:
            boxes = raw
        elif self.encoding == CORNERS:
            boxes = ops.concatenate([(first + last) / 2, last - first], axis=-1)
        else:
            boxes = ops.concatenate([0.5 + (last - first) / 2, first + last], axis=-1)
        if training:
            return boxes
        return ops.clip(ops.concatenate([boxes[..., :2], size_of(boxes[..., 2:])], axis=-1), 0.0, 1.0)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "encoding": self.encoding}
