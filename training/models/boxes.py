"""Boxes as the network speaks them: centre-x, centre-y, width, height, as shares of the letterboxed square."""

from __future__ import annotations

import math
from typing import Any

from keras import ops

# Below any box of a pixel in any input; keeps 0/0 from boxes without area out of values and gradients.
TINY_AREA = 1e-7
SMALLEST_SIDE = 1e-3


def corners(boxes: Any) -> tuple[Any, Any, Any, Any]:
    """(..., 4) centre-x, centre-y, width, height to xmin, ymin, xmax, ymax, each (...)."""
    centre_x, centre_y, width, height = (boxes[..., index] for index in range(4))
    return centre_x - width / 2, centre_y - height / 2, centre_x + width / 2, centre_y + height / 2


def between(corner: Any, other: Any) -> Any:
    """The boxes (..., 4) between two opposite corners (..., 2) each, whichever is which; the way back from `corners`."""
    return ops.concatenate([(corner + other) / 2, size_of(other - corner)], axis=-1)


def size_of(signed: Any) -> Any:
    """Width and height of boxes whose edges may have changed places. Its gradient is 1, not 0, where there is no area."""
    return ops.where(signed < 0, -signed, signed)


def iou(first: Any, second: Any) -> Any:
    """Intersection over union of pairs of boxes (..., 4), in 0..1; 0 where a box has no area.

    Here and below a negative width or height means edges that changed places, as in algorithm 1 of arXiv:1902.09630.
    """
    pair = _Pair(first, second)
    return pair.iou


def generalised_iou(first: Any, second: Any) -> Any:
    """GIoU of pairs of boxes (..., 4), in -1..1: IoU less the share of the enclosing box that neither covers.

    Source: Rezatofighi et al., "Generalized Intersection over Union", CVPR 2019, arXiv:1902.09630, algorithm 1. Unlike
    IoU it has a gradient where boxes do not overlap.
    """
    pair = _Pair(first, second)
    enclosing = pair.outer_width * pair.outer_height
    return pair.iou - (enclosing - pair.union) / (enclosing + TINY_AREA)


def complete_iou(true: Any, predicted: Any) -> Any:
    """CIoU of pairs of boxes (..., 4), at most 1: IoU - d2/c2 - a v.

    d is the distance of the centres, c the diagonal of the enclosing box, v = 4/pi2 (atan(w/h) - atan(w'/h'))2 how far
    the shapes differ, and a = v / (1 - IoU + v), through which no gradient goes. A side below a thousandth of the
    square counts as one: the shape of less than a pixel says nothing, and its gradient has no bound.

    Source: Zheng et al., "Distance-IoU Loss", AAAI 2020, arXiv:1911.08287, equations 8 to 11.
    """
    pair = _Pair(true, predicted)
    distance = ops.sum(ops.square(true[..., :2] - predicted[..., :2]), axis=-1)
    diagonal = ops.square(pair.outer_width) + ops.square(pair.outer_height)
    shapes = 4 / math.pi**2 * ops.square(_angle(true) - _angle(predicted))
    share = ops.stop_gradient(shapes / (1.0 - pair.iou + shapes + TINY_AREA))
    return pair.iou - distance / (diagonal + TINY_AREA) - share * shapes


class _Pair:
    """What two boxes have in common, and the smallest box around both."""

    def __init__(self, first: Any, second: Any) -> None:
        boxes = [ops.concatenate([box[..., :2], size_of(box[..., 2:])], axis=-1) for box in (first, second)]
        (xmin, ymin, xmax, ymax), (other_xmin, other_ymin, other_xmax, other_ymax) = (corners(box) for box in boxes)
        inner_width = ops.maximum(ops.minimum(xmax, other_xmax) - ops.maximum(xmin, other_xmin), 0.0)
        inner_height = ops.maximum(ops.minimum(ymax, other_ymax) - ops.maximum(ymin, other_ymin), 0.0)
        intersection = inner_width * inner_height
        self.union = sum(box[..., 2] * box[..., 3] for box in boxes) - intersection
        self.iou = intersection / (self.union + TINY_AREA)
        self.outer_width = ops.maximum(xmax, other_xmax) - ops.minimum(xmin, other_xmin)
        self.outer_height = ops.maximum(ymax, other_ymax) - ops.minimum(ymin, other_ymin)


def _angle(boxes: Any) -> Any:
    width, height = (ops.maximum(size_of(boxes[..., index]), SMALLEST_SIDE) for index in (2, 3))
    return ops.arctan(width / height)
