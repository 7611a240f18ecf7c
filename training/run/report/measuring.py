"""How good predictions are, judged in pixels of the original images. Neither Keras nor numpy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from training.run.report.judged_images import JudgedImage, predicted_column, true_row

THRESHOLDS = (0.5, 0.6, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """How well one class is told from the others, 0..1, None where there is nothing to judge; `count` are its samples.

    With tp samples of it that were taken for it, fp others that were too, and fn of it that were not: precision is
    tp / (tp + fp), recall tp / (tp + fn), F1, their harmonic mean, 2 tp / (2 tp + fp + fn). A localizer's false alarms
    are among fp, its missed objects among fn.
    """

    name: str
    count: int
    precision: float | None
    recall: float | None
    f1: float | None


LEAST_FOR_TOP3 = 4  # among the best three of fewer classes is nearly everything


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one set of images; None where there was nothing to judge.

    `mean_iou` and `iou50` ... `iou90` (shares with at least that IoU) and `class_accuracy` are over the images with an
    object, whatever presence was predicted; `presence_accuracy` is over all. `counts` are numbers of boxes by threshold.
    Of a classifier `images` are images too, and `objects` what it was asked about in them: boxes, or the images; there
    is no IoU, and `counts` are empty. `top3_accuracy` is how often the true class is among the best three.
    `macro_f1` is the mean of the F1 of `classes`, each counting the same; classes of which nothing is there and for which
    nothing was taken have none.
    """

    images: int
    objects: int
    mean_iou: float | None
    iou50: float | None
    iou60: float | None
    iou75: float | None
    iou90: float | None
    class_accuracy: float | None
    presence_accuracy: float | None
    counts: dict[str, int] = field(default_factory=dict)
    top3_accuracy: float | None = None
    macro_f1: float | None = None
    classes: tuple[ClassFigures, ...] = ()


def tells_top3(figures: Iterable[Measured]) -> bool:
    """Whether there are so many classes that it says something to be among the best three."""
    return any(len(one.classes) >= LEAST_FOR_TOP3 for one in figures)


def measured_of(judged: Sequence[JudgedImage], classes: Sequence[str] = ()) -> Measured:
    """The figures of one set of images that were judged one by one; `classes` are the names of those to be told of."""
    with_object = [image for image in judged if image.truth is not None]
    presence = [image.presence_is_right for image in judged if image.presence_is_right is not None]
    ious = [image.iou for image in with_object if image.iou is not None]
    counts = {} if any(image.is_classified for image in judged) else counts_at(ious)
    iou50, iou60, iou75, iou90 = (_share_at_least(threshold, ious) for threshold in THRESHOLDS)
    by_class = class_figures(judged, classes)
    return Measured(
        images=len({image.filename for image in judged}),
        objects=len(with_object),
        mean_iou=_mean(ious),
        iou50=iou50,
        iou60=iou60,
        iou75=iou75,
        iou90=iou90,
        class_accuracy=_mean([image.has_right_class for image in with_object]),
        presence_accuracy=_mean(presence) if len(presence) == len(judged) else None,
        counts=counts,
        top3_accuracy=_mean([true_row(image) in dict(image.top) for image in with_object if image.top]),
        macro_f1=_mean([one.f1 for one in by_class if one.f1 is not None]),
        classes=by_class,
    )


def class_figures(judged: Sequence[JudgedImage], classes: Sequence[str]) -> tuple[ClassFigures, ...]:
    """Of each class, in their order; see `ClassFigures` for the formulas."""
    pairs = Counter((true_row(image), predicted_column(image)) for image in judged)
    there: Counter[str | None] = Counter()
    taken: Counter[str | None] = Counter()
    for (true, predicted), count in pairs.items():
        there[true] += count
        taken[predicted] += count
    return tuple(_figures_of(name, pairs[name, name], there[name], taken[name]) for name in classes)


def _figures_of(name: str, right: int, there: int, taken: int) -> ClassFigures:
    return ClassFigures(
        name=name,
        count=there,
        precision=right / taken if taken else None,
        recall=right / there if there else None,
        f1=2 * right / (there + taken) if there + taken else None,
    )


def counts_at(ious: Iterable[float]) -> dict[str, int]:
    """How many are at least as good as each threshold, by its name ("0.5")."""
    values = list(ious)
    return {f"{threshold:g}": sum(value >= threshold for value in values) for threshold in THRESHOLDS}


def _share_at_least(threshold: float, ious: Sequence[float]) -> float | None:
    return _mean([value >= threshold for value in ious])


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
