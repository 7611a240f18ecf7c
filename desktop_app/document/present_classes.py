"""A run knows the classes that a project had when it started; the project may have others now, or be another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from training.dataset.records import ClassRecord

if TYPE_CHECKING:
    from training.run.answers.prediction import ClassAnswer, PredictedBox


def present_classes(
    labels: Mapping[int, str], classes: Sequence[ClassRecord], *, is_own_run: bool = True
) -> dict[int, int]:
    """The project's class for each of a run's classes: the one with its name, else, if it is a run of this very project,
    the one with its id, which has been renamed. A class that the project lacks keeps its id, or gets a negative one where
    another class has that id.
    """
    names, by_name = {known.id: known.name for known in classes}, {known.name: known.id for known in classes}
    found = dict[int, int]()
    for class_id, label in labels.items():
        if names.get(class_id) == label or (label not in by_name and (is_own_run or class_id not in names)):
            found[class_id] = class_id
        else:
            found[class_id] = by_name.get(label, -class_id)
    return found


def presented_answer(answer: ClassAnswer, class_of: Mapping[int, int], classes: Sequence[ClassRecord]) -> ClassAnswer:
    """A classifier's answer with the classes, and their names, that the project has now."""
    names = {known.id: known.name for known in classes}
    ids = ((one, class_of.get(one.class_id, one.class_id)) for one in answer.top)
    return replace(answer, top=tuple(replace(one, class_id=of, label=names.get(of, one.label)) for one, of in ids))


def presented(
    boxes: Iterable[PredictedBox], class_of: Mapping[int, int], classes: Sequence[ClassRecord]
) -> list[PredictedBox]:
    """A run's boxes with the classes, and their names, that the project has now."""
    names = {known.id: known.name for known in classes}
    ids = ((box, class_of.get(box.class_id, box.class_id)) for box in boxes)
    return [replace(box, class_id=class_id, label=names.get(class_id, box.label)) for box, class_id in ids]
