"""Boxes as the network speaks them: centre-x, centre-y, width, height, as shares of the letterboxed square."""

from __future__ import annotations

from typing import Any

from keras import ops

# Below any box of a pixel in any input; keeps 0/0 from boxes without area out of values and gradients.
TINY_AREA = 1e-7


def corners(boxes: Any) -> tuple[Any, Any, Any, Any]:
    """(..., 4) centre-x, centre-y, width, height to xmin, ymin, xmax, ymax, each (...)."""
    centre_x, centre_y, width, height = (boxes[..., index] for index in range(4))
    return centre_x - width / 2, centre_y - height / 2, centre_x + width / 2, centre_y + height / 2


def iou(first: Any, second: Any) -> Any:
    """Intersection over union of pairs of boxes (..., 4), in 0..1; 0 where a box has no area."""
    intersection, union, _ = _areas(first, second)
    return intersection / (union + TINY_AREA)


def generalised_iou(first: Any, second: Any) -> Any:
    """GIoU of pairs of boxes (..., 4), in -1..1: IoU less the share of the enclosing box that neither covers.

    Source: Rezatofighi et al., "Generalized Intersection over Union", CVPR 2019, arXiv:1902.09630, algorithm 1. Unlike
    IoU it has a gradient where boxes do not overlap.
    """
    intersection, union, enclosing = _areas(first, second)
    return intersection / (union + TINY_AREA) - (enclosing - union) / (enclosing + TINY_AREA)


def _areas(first: Any, second: Any) -> tuple[Any, Any, Any]:
    """Areas of the intersection, of the union, and of the smallest box around both."""
    xmin, ymin, xmax, ymax = corners(first)
    other_xmin, other_ymin, other_xmax, other_ymax = corners(second)
    inner_width = ops.maximum(ops.minimum(xmax, other_xmax) - ops.maximum(xmin, other_xmin), 0.0)
    inner_height = ops.maximum(ops.minimum(ymax, other_ymax) - ops.maximum(ymin, other_ymin), 0.0)
    outer_width = ops.maximum(xmax, other_xmax) - ops.minimum(xmin, other_xmin)
    outer_height = ops.maximum(ymax, other_ymax) - ops.minimum(ymin, other_ymin)
    intersection = inner_width * inner_height
    union = (xmax - xmin) * (ymax - ymin) + (other_xmax - other_xmin) * (other_ymax - other_ymin) - intersection
    return intersection, union, outer_width * outer_height
