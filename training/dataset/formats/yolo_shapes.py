"""What the numbers of YOLO's longer lines mean: an outline, or keypoints behind a box.

A box with keypoints `x y` has as many numbers as an outline. What data.yaml says decides (`kpt_shape`), or else what fits
the lines themselves: keypoints lie in their box, and the second point of an outline lies near its others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

_SEEN = frozenset({0.0, 1.0, 2.0})  # whether a keypoint is to be seen
_BESIDE = 0.1  # of the box's side: so far out of it keypoints may lie
_UNSEEN = (0.0, 0.0)


def lengths_with_keypoints(lines: Iterable[Sequence[float]], stated: tuple[int, int] | None) -> frozenset[int]:
    """How many numbers behind the class lines have whose first four are a box and the others keypoints.

    `lines` are such numbers of some lines; `stated` is how many keypoints there are and how many numbers each has.
    """
    if stated is not None:
        count = 4 + stated[0] * stated[1]
        return frozenset({count, count + 1})  # the last may be a score
    longer: dict[int, list[Sequence[float]]] = {}
    for line in lines:
        if len(line) > 5:
            longer.setdefault(len(line), []).append(line)
    marked = {count for count, alike in longer.items() if all(map(_is_marked, alike))}
    unmarked = longer.keys() - marked
    if len(unmarked) == 1 and _has_keypoints(longer[(count := next(iter(unmarked)))]):
        marked.add(count)
    return frozenset(marked)


def are_points(values: Sequence[float], largest: float, with_keypoints: Collection[int]) -> bool:
    """Three corners or more; a box with a score and the number of its track has six numbers, too."""
    if len(values) < 6 or len(values) % 2 or len(values) in with_keypoints:
        return False
    is_tracked = len(values) == 6 and values[5] == int(values[5])
    return max(map(abs, values)) <= largest and not is_tracked


def _is_marked(line: Sequence[float]) -> bool:
    """Each keypoint has a third number, and such numbers are no shares."""
    marks = line[6::3]
    return len(line) % 3 == 1 and len(line) >= 7 and all(mark in _SEEN for mark in marks)


def _has_keypoints(alike: list[Sequence[float]]) -> bool:
    if len(alike[0]) % 2:
        return False
    votes = 0
    for line in alike:
        box, size, *points = zip(line[::2], line[1::2], strict=True)
        seen = [point for point in points if point != _UNSEEN]
        in_box, near = _are_in_box(line, seen), _is_near(size, [box, *seen])
        votes += in_box - near
    return votes > 0


def _are_in_box(line: Sequence[float], points: Iterable[tuple[float, float]]) -> bool:
    x, y, width, height = line[:4]
    across, down = (0.5 + _BESIDE) * width, (0.5 + _BESIDE) * height
    return all(abs(px - x) <= across and abs(py - y) <= down for px, py in points)


def _is_near(point: tuple[float, float], others: Sequence[tuple[float, float]]) -> bool:
    """No further from them than they reach themselves."""
    bounds = [(min(values), max(values)) for values in zip(*others, strict=True)]
    reach = max(largest - smallest for smallest, largest in bounds)
    return all(low - reach <= value <= high + reach for value, (low, high) in zip(point, bounds, strict=True))
