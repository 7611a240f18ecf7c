"""Where two people disagree about one image, box by box."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from training.dataset.box import ProjectBox
from training.dataset.records import ImageRecord

SAME_OBJECT_IOU = 0.5  # boxes that overlap so much are of one thing
SAME_EDGES_IOU = 0.9  # and so much is what one hand does twice


class Difference(StrEnum):
    EMPTY = "nothing there"  # one reviewed it as empty, the other one labelled it
    OTHER_CLASS = "other class"
    ONLY_MINE = "only mine"
    ONLY_THEIRS = "only theirs"
    OWN_CLASS = "image class"
    EDGES = "edges"


class Choice(StrEnum):
    """Whose it is to be. Of edges, both means the box between; of an image's class there is one, so mine stays."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement about an image: boxes by their index, and how much it matters (more is worse)."""

    image: str
    kind: Difference
    weight: float
    mine: tuple[int, ...] = ()
    theirs: tuple[int, ...] = ()
    iou: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Two boxes of the same thing."""

    mine: int
    theirs: int
    iou: float


@dataclass(frozen=True, slots=True)
class Comparison:
    matches: tuple[Match, ...]
    findings: tuple[Finding, ...]


def has_work(record: ImageRecord) -> bool:
    return record.reviewed or bool(record.boxes) or record.class_id is not None


def compare(mine: ImageRecord, theirs: ImageRecord) -> Comparison:
    """Two records of one image with the same class ids, both with work in them."""
    if mine.is_negative != theirs.is_negative:
        count = max(1, len(mine.boxes), len(theirs.boxes))
        everything = tuple(range(len(mine.boxes))), tuple(range(len(theirs.boxes)))
        return Comparison((), (Finding(mine.path, Difference.EMPTY, float(count), *everything),))
    matches = matched(mine.boxes, theirs.boxes)
    findings = [*_of_matches(mine, theirs, matches), *_of_single_boxes(mine, theirs, matches)]
    if mine.class_id != theirs.class_id:
        findings.append(Finding(mine.path, Difference.OWN_CLASS, 1.0))
    return Comparison(tuple(matches), tuple(findings))


def matched(mine: Sequence[ProjectBox], theirs: Sequence[ProjectBox]) -> list[Match]:
    """Boxes of the same thing, each once: first those of one class, closest first, then across classes."""
    if not mine or not theirs:
        return []
    overlaps = _overlaps(mine, theirs)
    same = np.equal.outer([box.class_id for box in mine], [box.class_id for box in theirs])
    first = _closest(np.where(same, overlaps, 0.0))
    rest = overlaps.copy()
    rest[[match.mine for match in first], :] = 0.0
    rest[:, [match.theirs for match in first]] = 0.0
    return sorted([*first, *_closest(rest)], key=lambda match: match.mine)


def resolved(
    mine: ImageRecord, theirs: ImageRecord, findings: Iterable[Finding], choice_of: Callable[[Finding], Choice]
) -> ImageRecord:
    """The record that comes of choosing for each finding; what is not in any stays mine."""
    instead: dict[int, list[ProjectBox]] = {}
    added: list[ProjectBox] = []
    record = mine
    for finding in findings:
        choice = choice_of(finding)
        if choice is Choice.MINE:
            continue
        if not mine.reviewed and theirs.reviewed:
            record = replace(record, reviewed=True)
        if finding.kind in (Difference.OWN_CLASS, Difference.EMPTY):
            record = replace(record, class_id=_own_class(mine, theirs, choice))
        boxes = _boxes(mine, theirs, finding, choice)
        if finding.mine:
            instead.update({index: [] for index in finding.mine})
            instead[finding.mine[0]] = boxes
        else:
            added += boxes
    kept = [box for index, own in enumerate(mine.boxes) for box in instead.get(index, [own])]
    return replace(record, boxes=(*kept, *added))


def _own_class(mine: ImageRecord, theirs: ImageRecord, choice: Choice) -> int | None:
    if choice is Choice.THEIRS:
        return theirs.class_id
    return mine.class_id if mine.class_id is not None else theirs.class_id


def _boxes(mine: ImageRecord, theirs: ImageRecord, finding: Finding, choice: Choice) -> list[ProjectBox]:
    """What stands in the place of a finding's boxes of mine."""
    ours = [mine.boxes[index] for index in finding.mine]
    others = [theirs.boxes[index] for index in finding.theirs]
    if choice is Choice.THEIRS:
        return others
    if finding.kind is Difference.EDGES:
        (own,), (other,) = ours, others
        between = [(a + b) / 2 for a, b in zip(own.corners, other.corners, strict=True)]
        return [own.with_corners(*between)]
    return ours + others


def _of_matches(mine: ImageRecord, theirs: ImageRecord, matches: Iterable[Match]) -> Iterable[Finding]:
    for match in matches:
        pair = (match.mine,), (match.theirs,)
        if mine.boxes[match.mine].class_id != theirs.boxes[match.theirs].class_id:
            yield Finding(mine.path, Difference.OTHER_CLASS, 1.0, *pair, match.iou)
        elif match.iou < SAME_EDGES_IOU:
            yield Finding(mine.path, Difference.EDGES, 1 - match.iou, *pair, match.iou)


def _of_single_boxes(mine: ImageRecord, theirs: ImageRecord, matches: Sequence[Match]) -> Iterable[Finding]:
    known_mine, known_theirs = {match.mine for match in matches}, {match.theirs for match in matches}
    for index in range(len(mine.boxes)):
        if index not in known_mine:
            yield Finding(mine.path, Difference.ONLY_MINE, 1.0, (index,))
    for index in range(len(theirs.boxes)):
        if index not in known_theirs:
            yield Finding(mine.path, Difference.ONLY_THEIRS, 1.0, (), (index,))


def _closest(overlaps: np.ndarray) -> list[Match]:
    """Pairs from the closest on, each row and column once."""
    rows, columns = np.nonzero(overlaps >= SAME_OBJECT_IOU)
    order = np.argsort(-overlaps[rows, columns], kind="stable")
    used_rows: set[int] = set()
    used_columns: set[int] = set()
    found = []
    for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        if row not in used_rows and column not in used_columns:
            used_rows.add(row)
            used_columns.add(column)
            found.append(Match(row, column, float(overlaps[row, column])))
    return found


def _overlaps(mine: Sequence[ProjectBox], theirs: Sequence[ProjectBox]) -> np.ndarray:
    """IoU of each pair."""
    first = np.array([box.corners for box in mine])[:, None, :]
    second = np.array([box.corners for box in theirs])[None, :, :]
    sides = np.minimum(first[..., 2:], second[..., 2:]) - np.maximum(first[..., :2], second[..., :2])
    shared = np.prod(np.clip(sides, 0, None), axis=-1)
    areas = [np.prod(corners[..., 2:] - corners[..., :2], axis=-1) for corners in (first, second)]
    overlaps: np.ndarray = shared / (areas[0] + areas[1] - shared)
    return overlaps
