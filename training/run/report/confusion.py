"""Which classes are taken for which others, and how the IoU is spread. Neither Keras nor numpy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from training.run.report.judged_images import JudgedImage, predicted_column, true_row
from training.run.report.measuring import counts_at

BINS = 20
MOST_CLASSES = 100  # more than that is no table any more


@dataclass(frozen=True, slots=True)
class Confusion:
    """`counts[true][predicted]` by the order of `classes`; with `nothing`, one more row and column mean "no object".

    `left_out` is the number of classes that have no row: of very many, those with the most mistakes are told.
    """

    classes: tuple[str, ...]
    nothing: bool
    counts: tuple[tuple[int, ...], ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class IouHistogram:
    """Numbers of boxes in `bins` equal parts of 0..1, the upper edge of each belonging to the next; `at_least` by IoU."""

    bins: tuple[int, ...]
    at_least: dict[str, int] = field(default_factory=dict)

    @property
    def objects(self) -> int:
        return sum(self.bins)


def confusion_of(images: Sequence[JudgedImage], classes: Sequence[str]) -> Confusion:
    """Images of classes that are not among `classes` (there should be none) are left out."""
    pairs = Counter((true_row(image), predicted_column(image)) for image in images)
    nothing = any(image.presence is not None for image in images) or any(None in pair for pair in pairs)
    told = _told(classes, pairs)
    names: list[str | None] = [*told, *([None] if nothing else [])]
    counts = tuple(tuple(pairs[true, predicted] for predicted in names) for true in names)
    return Confusion(told, nothing, counts, left_out=len(classes) - len(told))


def _told(classes: Sequence[str], pairs: Mapping[tuple[str | None, str | None], int]) -> tuple[str, ...]:
    """All classes in their order, or those with the most mistakes."""
    if len(classes) <= MOST_CLASSES:
        return tuple(classes)
    mistakes: Counter[str | None] = Counter()
    for (true, predicted), count in pairs.items():
        if true != predicted:
            mistakes.update({true: count, predicted: count})
    kept = set(sorted(classes, key=lambda name: -mistakes[name])[:MOST_CLASSES])
    return tuple(name for name in classes if name in kept)


def histogram_of(images: Sequence[JudgedImage]) -> IouHistogram:
    """Of the images that have an object."""
    ious = [image.iou for image in images if image.iou is not None]
    numbers = Counter(min(BINS - 1, int(value * BINS)) for value in ious)
    return IouHistogram(tuple(numbers[number] for number in range(BINS)), counts_at(ious))
