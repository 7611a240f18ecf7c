"""How chosen places are read: as recognised, or as somebody decided; and what an import would bring."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtGui import QImage

from desktop_app.background import Progress
from desktop_app.decoding import decode
from training.dataset.annotation_finding import Source, Way, as_format, look_at
from training.dataset.dataset import AnnotationFileError, Problem
from training.dataset.formats import table
from training.dataset.formats.format import Choices, Format
from training.dataset.image_kinds import misnamed
from training.dataset.importing import HowToRead, ImportPlan, plan_import
from training.dataset.records import ImageRecord
from training.dataset.store import ProjectError, ProjectStore
from training.dataset.table_sample import TableSample, sample

MOST_PICTURES = 3
PICTURE_SIDE = 640


@dataclass(frozen=True, slots=True)
class Reading:
    """One chosen place. What is None was not looked at yet, or not decided: then it is as recognised.

    `answered` says that somebody looked at what could not be known.
    """

    path: Path
    source: Source | None = None
    wanted: Format | None = None
    way: Way | None = None
    choices: Choices | None = None
    sample: TableSample | None = None
    answered: bool = False
    reason: str = ""  # why it can't be read so

    @property
    def questions(self) -> tuple[str, ...]:
        return self.way.evidence.questions if self.way is not None else ()

    @property
    def in_force(self) -> Choices:
        """What is read by now."""
        if self.choices is not None:
            return self.choices
        return self.way.choices[0] if self.way is not None else Choices()

    @property
    def is_table(self) -> bool:
        return self.way is not None and self.way.format is table.FORMAT

    @property
    def lacks_companion(self) -> bool:
        return bool(self.questions) and self.is_coco and self.in_force.companion is None

    @property
    def is_coco(self) -> bool:
        return self.way is not None and self.way.format.name == "coco"

    @property
    def asks_names(self) -> bool:
        """Whether the files may have numbers only."""
        if self.sample is not None:
            return self.sample.has_class_numbers or self.in_force.class_names is not None
        return self.way is not None and self.way.format.name == "yolo" and bool(self.questions)

    def read_as(self, format_: Format) -> Reading:
        """As another format; what was decided for the one before does not count for it."""
        known = next((way for way in self.source.ways if way.format is format_), None) if self.source else None
        return Reading(self.path, self.source, format_, known)

    def decided(self, choices: Choices) -> Reading:
        return replace(self, choices=choices, answered=True)


@dataclass(frozen=True, slots=True)
class Picture:
    """One image with the boxes that it would have; `pixels` is a sentence where it can't be shown."""

    record: ImageRecord
    pixels: QImage | str


@dataclass(frozen=True, slots=True)
class Examined:
    """`plan` is None where nothing could be planned, and `reason` says why."""

    readings: tuple[Reading, ...]
    plan: ImportPlan | None = None
    pictures: tuple[Picture, ...] = ()
    reason: str = ""

    @property
    def is_answered(self) -> bool:
        return all(reading.answered or not reading.questions for reading in self.readings)


def examine(place: Path, readings: Sequence[Reading], replacing: bool, progress: Progress) -> Examined:
    """Recognise, read and check everything, and decode some of the images; called off the event loop."""
    looked_at = []
    for reading in readings:
        progress(0, 0)
        looked_at.append(_looked_at(reading))
    refused = [reading for reading in looked_at if reading.reason]
    if len(refused) == len(looked_at) or any(reading.lacks_companion for reading in looked_at):
        return Examined(tuple(looked_at), reason="\n".join(reading.reason for reading in refused))
    usable = [reading for reading in looked_at if not reading.reason]
    try:
        with closing(ProjectStore.open(place, read_only=True)) as store:
            plan = plan_import(store, _places(usable), replacing, progress, how=_how(usable))
            plan = replace(with_misnamed(plan, store, progress), problems=(*map(_problem, refused), *plan.problems))
            pictures = tuple(
                Picture(record, decode(store.folder / record.path, PICTURE_SIDE)) for record in _some(plan)
            )
    except (AnnotationFileError, ProjectError, OSError) as error:
        return Examined(tuple(looked_at), reason=str(error))
    return Examined(tuple(looked_at), plan, pictures)


def _problem(refused: Reading) -> Problem:
    """One of several files that are chosen: the others come in all the same."""
    return Problem(refused.path.name, None, refused.reason.removeprefix(f"{refused.path}: "))


def with_misnamed(plan: ImportPlan, store: ProjectStore, progress: Progress) -> ImportPlan:
    """With a note for each image that is of another kind than its name says."""
    images = [after.path for _, after in plan.changes]
    return replace(plan, notes=(*plan.notes, *misnamed(store.folder, images, progress)))


def _looked_at(reading: Reading) -> Reading:
    source = reading.source or look_at(reading.path)
    way = reading.way
    if way is None and reading.wanted is not None:
        way = as_format(reading.path, reading.wanted)
    elif way is None and source.ways:
        way = source.ways[0]
    reading = replace(reading, source=source, way=way, reason="" if way is not None else source.reason)
    if not reading.is_table:
        return replace(reading, sample=None)
    assert way is not None
    try:
        shown = sample(way.places[0], reading.in_force.table)
    except AnnotationFileError as error:
        return replace(reading, reason=str(error))
    if reading.choices is None and reading.in_force.table is not None:
        return replace(reading, sample=shown)  # several files may each have their own
    return replace(reading, sample=shown, choices=replace(reading.in_force, table=shown.layout))


def _places(readings: Sequence[Reading]) -> list[Path]:
    return [place for reading in readings if reading.way is not None for place in reading.way.places]


def _how(readings: Sequence[Reading]) -> HowToRead:
    how: dict[Path, tuple[Format, Choices]] = {}
    for reading in readings:
        if reading.way is not None:
            how |= reading.way.how(reading.choices)
    return how


def _some(plan: ImportPlan) -> list[ImageRecord]:
    """The first image that gets boxes, the last, and one in between."""
    with_boxes = [after for before, after in plan.changes if after.boxes and after.boxes != before.boxes]
    last = len(with_boxes) - 1
    places = sorted({round(last * at / (MOST_PICTURES - 1)) for at in range(MOST_PICTURES)}) if with_boxes else []
    return [with_boxes[at] for at in places]
