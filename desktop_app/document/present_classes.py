"""A run knows the classes that a project had when it started; the project may have others now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from training.dataset.records import ClassRecord


def present_classes(labels: Mapping[int, str], classes: Sequence[ClassRecord]) -> dict[int, int]:
    """The project's class for each of a run's classes: the one with its id, else the one with its name, else its id."""
    ids, by_name = {known.id for known in classes}, {known.name: known.id for known in classes}
    return {
        class_id: class_id if class_id in ids else by_name.get(label, class_id) for class_id, label in labels.items()
    }
