"""Merges the work of two people on the same photos: what would change is complete before anything does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from training.dataset.dataset import Problem
from training.dataset.image_folder import find_images, natural_key
from training.dataset.merging.agreement import Agreement, AgreementCounter
from training.dataset.merging.differences import Choice, Finding, compare, has_work, resolved
from training.dataset.merging.merged_classes import MergedClasses
from training.dataset.merging.other_project import OtherProject, opened_other, size_of
from training.dataset.merging.same_images import same_images
from training.dataset.project_errors import ProjectError
from training.dataset.records import ClassRecord, ImageRecord, ImageState
from training.dataset.store import ProjectStore

Progress = Callable[[int, int], object]
Pair = tuple[ImageRecord, ImageRecord]


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What the other project (`title`) would bring. Nothing has changed yet.

    `taken` are records before and after of images that only they worked on; `disagreed` holds my and their record of
    those that both did, differently, and `findings` where, the worst first. `mine_only` and `equal` images stay.
    `problems` are images of theirs that stay out, `notes` those that are taken although their file differs.
    """

    title: str
    classes_before: tuple[ClassRecord, ...]
    classes_after: tuple[ClassRecord, ...]
    taken: tuple[Pair, ...]
    disagreed: Mapping[str, Pair]
    findings: tuple[Finding, ...]
    agreement: Agreement
    mine_only: int
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    @property
    def equal(self) -> int:
        return self.agreement.equal

    @property
    def new_classes(self) -> tuple[ClassRecord, ...]:
        return self.classes_after[len(self.classes_before) :]

    def changes(
        self, choices: Mapping[Finding, Choice] | None = None, default: Choice = Choice.MINE
    ) -> tuple[Pair, ...]:
        """Records before and after; findings that are not in `choices` go by `default`."""
        chosen = choices or {}
        by_image: dict[str, list[Finding]] = {}
        for finding in self.findings:
            by_image.setdefault(finding.image, []).append(finding)
        solved = [
            (mine, resolved(mine, theirs, by_image[image], lambda finding: chosen.get(finding, default)))
            for image, (mine, theirs) in self.disagreed.items()
        ]
        return (*self.taken, *((before, after) for before, after in solved if before != after))

    def apply(self, store: ProjectStore, default: Choice = Choice.MINE) -> int:
        """All of it in one transaction; how many images changed. Raises ProjectError; nothing has changed then."""
        changes = self.changes(default=default)
        if changes or self.new_classes:
            store.write([after for _, after in changes], self.classes_after)
        return len(changes)


def plan_merge(store: ProjectStore, other: Path, progress: Progress | None = None) -> MergePlan:
    """What merging with another project of the same photos would change; both are only read.

    `other` is its folder, its file, or a zip that was handed in. Images are the same by path, then by a base name that
    each side has once (and, where both photos are at hand, the same bytes), then by bytes. `progress(done, total)`
    counts their images; when it raises, the merge stops. Raises ProjectError, OSError.
    """
    with opened_other(other) as theirs:
        if theirs.store.project_file == store.project_file:
            raise ProjectError(f"{other} is this project itself: expected that of somebody else.")
        return _Merge(store, theirs).plan(progress)


@dataclass(slots=True)
class _Merge:
    store: ProjectStore
    other: OtherProject
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    taken: list[Pair] = field(default_factory=list)
    disagreed: dict[str, Pair] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def plan(self, progress: Progress | None) -> MergePlan:
        mine = self.store.summaries()
        worked = [path for path, one in self.other.store.summaries().items() if one.state is not ImageState.UNLABELLED]
        worked.sort(key=natural_key)
        images = same_images(self.store, {*mine, *find_images(self.store.folder)}, worked, self.other)
        classes = MergedClasses(self.store, self.other.store.classes())
        counter = AgreementCounter({record.id: record.name for record in classes.after})
        for done, image in enumerate(worked):
            if progress is not None:
                progress(done, len(worked))
            if image in images:
                self._merge(image, images[image], classes, counter)
            else:
                self.problems.append(Problem(image, None, "there is no such photo in this project"))
        if progress is not None:
            progress(len(worked), len(worked))
        self.findings.sort(key=lambda finding: (-finding.weight, natural_key(finding.image)))
        mine_worked = sum(one.state is not ImageState.UNLABELLED for one in mine.values())
        return MergePlan(
            title=self.other.title,
            classes_before=classes.before,
            classes_after=classes.after,
            taken=tuple(self.taken),
            disagreed=self.disagreed,
            findings=tuple(self.findings),
            agreement=counter.figures,
            mine_only=mine_worked - counter.images,
            problems=tuple(self.problems),
            notes=tuple(self.notes),
        )

    def _merge(self, image: str, path: str, classes: MergedClasses, counter: AgreementCounter) -> None:
        mine, theirs = self.store.record(path), self.other.store.record(image)
        sizes = (mine.width, mine.height), (theirs.width, theirs.height)
        if not any(None in size for size in sizes) and sizes[0] != sizes[1]:
            reason = f"theirs is {theirs.width} x {theirs.height}, mine {mine.width} x {mine.height}: another photo"
            self.problems.append(Problem(image, None, reason))
            return
        theirs = classes.translated(theirs, path, sizes[0])
        self._note_other_file(image, path)
        if not has_work(theirs):
            return  # all its boxes lay outside the image
        if not has_work(mine):
            self.taken.append((mine, _taken(mine, theirs)))
            return
        comparison = compare(mine, theirs)
        counter.add(mine, theirs, comparison)
        if comparison.findings:
            self.findings += comparison.findings
            self.disagreed[path] = (mine, theirs)

    def _note_other_file(self, image: str, path: str) -> None:
        theirs, mine = self.other.size_of(image), size_of(self.store.folder / path)
        if theirs is not None and mine is not None and theirs != mine:
            self.notes.append(Problem(path, None, "their file differs from mine; look whether it is the same photo"))


def _taken(mine: ImageRecord, theirs: ImageRecord) -> ImageRecord:
    """Their work with what this project knows of the image besides."""
    return replace(theirs, split=mine.split or theirs.split, answered=mine.answered)
