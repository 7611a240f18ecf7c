"""What of the annotation files in a project's folder is worth offering."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.background import JobCancelledError, Progress

if TYPE_CHECKING:
    from training.dataset.annotation_finding import Way
    from training.dataset.importing import ImportPlan

LOOKING_S = 5.0  # a folder that takes longer is offered as far as it was looked at


@dataclass(frozen=True, slots=True)
class Offer:
    """`ways` are what lies in the folder: the first is imported by the one press. `fingerprints` are theirs.

    `dismissed` are those of what lies there, too, and is not offered any more.
    """

    folder: Path
    ways: tuple[Way, ...]
    fingerprints: tuple[str, ...]
    dismissed: frozenset[str] = frozenset()


def look_for_offer(
    folder: Path, dismissed: frozenset[str], place: Path | None, stopped: threading.Event
) -> Offer | None:
    """`place` is the project to compare with, where boxes may have been imported before."""
    from training.dataset.annotation_finding import known_annotations, until

    in_time = until(LOOKING_S)
    goes_on = lambda: in_time() and not stopped.is_set()  # noqa: E731
    ways = known_annotations(folder, goes_on).ways
    seen = _fingerprints(ways, stopped)
    for at, way in enumerate(ways):
        if stopped.is_set():
            return None
        if seen[at] not in dismissed and (place is None or _brings_something(place, way, at == 0, goes_on)):
            left = [one for one in range(at, len(ways)) if seen[one] not in dismissed]
            offered = (tuple(ways[one] for one in left), tuple(seen[one] for one in left))
            return Offer(folder, *offered, dismissed.intersection(seen))
    return None


def plan_of(place: Path, way: Way, progress: Progress) -> ImportPlan:
    """Raises AnnotationFileError, ProjectError."""
    from desktop_app.dialogs.import_readings import with_misnamed
    from training.dataset.importing import plan_import
    from training.dataset.store import ProjectStore

    with closing(ProjectStore.open(place, read_only=True)) as store:
        plan = plan_import(store, way.places, False, progress, how=way.how())
        return with_misnamed(plan, store, progress)


def _fingerprints(ways: tuple[Way, ...], stopped: threading.Event) -> list[str]:
    """Several formats may be those of one folder, whose files are looked at once."""
    from training.dataset.annotation_finding import fingerprint

    of_places: dict[tuple[Path, ...], str] = {}
    for way in ways:
        if way.places not in of_places:
            of_places[way.places] = fingerprint((way,), lambda: not stopped.is_set())
    return [f"{way.format.name}-{of_places[way.places]}" for way in ways]


def _brings_something(place: Path, way: Way, is_surest: bool, goes_on: Callable[[], bool]) -> bool:
    """Whether something of it is not in the project; of the surest way, what takes too long to find out counts as such.

    Other ways often have the same boxes, rounded otherwise: they count with images that have no boxes yet.
    """
    from desktop_app.import_words import brings_nothing
    from training.dataset.dataset import AnnotationFileError

    def progress(_done: int, _total: int) -> None:
        if not goes_on():
            raise JobCancelledError

    try:
        plan = plan_of(place, way, progress)
    except AnnotationFileError:
        return False
    except JobCancelledError:
        return is_surest
    if is_surest:
        return not brings_nothing(plan)
    return any(after.boxes and not before.boxes for before, after in plan.changes)
