"""Accept, adopt and reject what a model proposes in the current image; accept in all images at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from desktop_app.background import Job, Progress
from desktop_app.document.change import Change, change_of_records
from desktop_app.document.class_edits import next_class
from desktop_app.document.document import Document
from desktop_app.document.prediction_verbs import (
    Accepted,
    is_answered,
    with_class_accepted,
    with_classes_accepted,
    with_proposal_accepted,
    with_proposal_rejected,
    with_proposals_accepted,
)
from desktop_app.document.present_classes import present_classes
from desktop_app.document.subjects import Subject
from training.dataset.box import Rectangle, iou
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectError, ProjectStore

if TYPE_CHECKING:
    from training.run.answers.prediction import PredictedBox
    from training.run.answers.prediction_table import PredictionTable

    Wanted = Mapping[str, list[tuple[PredictedBox, int]]]


class _Asked(NamedTuple):
    """Whose proposals are accepted, and what they are about."""

    run: str
    subject: Subject


class ProposalEdits(QObject):
    """Every verb is one step to undo."""

    busy_changed = Signal(bool)  # all images are being gone through
    progressed = Signal(int, int)

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._job: Job | None = None
        self._edited: set[str] = set()
        document.image_states_changed.connect(self._note_edited)
        document.project_opened.connect(self.cancel)

    def step(self, step: int) -> bool:
        """Choose the next proposal of the current image, the surest first; False when there is none."""
        proposals = self._document.proposals
        found = proposals.open_in(self._document.current_image)
        if not found or self._sized_record() is None:
            return False
        at = found.index(proposals.chosen) + step if proposals.chosen in found else (0 if step > 0 else -1)
        proposals.choose(found[at % len(found)])
        return True

    def accept_chosen(self) -> bool:
        """The chosen proposal becomes a box, or the class of its box or image, and the next one is chosen.

        False when none is chosen.
        """
        chosen = self.to_accept
        return chosen is not None and self._decide(chosen, self._accepted(chosen, self.tr("Accept proposal")))

    @property
    def to_accept(self) -> PredictedBox | None:
        """The chosen proposal. What is proposed for the whole image need not be chosen: there is only one."""
        proposals = self._document.proposals
        if proposals.chosen is not None or self._subject is not Subject.WHOLE_IMAGES:
            return proposals.chosen
        return next(iter(proposals.open_in(self._document.current_image)), None)

    def reject_chosen(self) -> bool:
        """Its run does not propose it again; False when none is chosen."""
        chosen, record = self._document.proposals.chosen, self._sized_record()
        if chosen is None or record is None:
            return False
        after = with_proposal_rejected(record, chosen, self._document.proposals.run)
        return self._decide(chosen, change_of_records(self.tr("Reject proposal"), [record], [after]))

    def adopt(self, proposal: PredictedBox, corners: Rectangle) -> None:
        """A person gave a proposal other corners: that makes it theirs. What is about a drawn box has no own corners."""
        if self._subject is not Subject.OBJECTS:
            return
        change = self._accepted(proposal, self.tr("Adopt proposal"), corners)
        if change is None or not self._document.push(change):
            return
        before, after = change.images[0]
        place = len(after.boxes) - 1
        if after.boxes == before.boxes:
            class_id = self._classes_for([proposal])[1][proposal.class_id]
            overlaps = [iou(box, corners) if box.class_id == class_id else 0.0 for box in after.boxes]
            place = overlaps.index(max(overlaps))
            self._say_not_doubled()
        self._document.select([place])

    def accept_all_here(self) -> None:
        """All of the current image that the lowest score lets through."""
        record = self._sized_record()
        found = self._document.proposals.sure_in(self._document.current_image)
        if record is None or not found:
            if record is not None and self._document.proposals.open_in(record.path):
                self._document.message_sent.emit(self.tr("Nothing here reaches the lowest score."))
            return
        classes, ids = self._classes_for(found)
        done = _all_accepted(
            record, [(box, ids[box.class_id]) for box in found], self._document.proposals.run, self._subject
        )
        if done.accepted:
            text = self.tr("Accept proposals", "", done.accepted)
            self._document.push(Change(text, ((record, done.record),), (self._document.classes, classes)))
        self._say([done], images=0)

    def _decide(self, proposal: PredictedBox, change: Change | None) -> bool:
        """Hands go on with the proposal that takes its place in the order."""
        proposals, image = self._document.proposals, self._document.current_image
        found = proposals.open_in(image)
        place = found.index(proposal) if proposal in found else 0
        if change is None or not self._document.push(change):
            return False
        before, after = change.images[0]
        if self._subject is Subject.OBJECTS and after.answered[-1].accepted and after.boxes == before.boxes:
            self._say_not_doubled()
        left = proposals.open_in(image)
        proposals.choose(left[place % len(left)] if left else None)
        return True

    def _accepted(self, proposal: PredictedBox, text: str, corners: Rectangle | None = None) -> Change | None:
        record = self._sized_record()
        if record is None:
            return None
        classes, ids = self._classes_for([proposal])
        run, class_id = self._document.proposals.run, ids[proposal.class_id]
        if self._subject is Subject.OBJECTS:
            after = with_proposal_accepted(record, proposal, class_id, run, corners)
        else:
            after = with_class_accepted(record, proposal, class_id, self._subject)
        return Change(text, ((record, after),), (self._document.classes, classes))

    @property
    def _subject(self) -> Subject:
        return self._document.proposals.subject

    def _sized_record(self) -> ImageRecord | None:
        record = self._document.current_record
        return record if record is not None and record.width is not None else None

    def _classes_for(self, boxes: Iterable[PredictedBox]) -> tuple[tuple[ClassRecord, ...], dict[int, int]]:
        """The classes of the project with those that are missing, and the class of the project for each of the boxes'."""
        return self._classes_named({box.class_id: box.label for box in boxes})

    def _classes_named(self, labels: Mapping[int, str]) -> tuple[tuple[ClassRecord, ...], dict[int, int]]:
        classes, is_own = self._document.classes, self._document.proposals.is_own_run
        ids = present_classes(labels, classes, is_own_run=is_own)
        for class_id, label in labels.items():
            if all(one.id != ids[class_id] for one in classes):
                classes = (*classes, next_class(self._document, label, classes))
                ids[class_id] = classes[-1].id
        return classes, ids

    # --- all images

    def _note_edited(self, images: frozenset[str]) -> None:
        if self._job is not None:
            self._edited.update(images)

    @property
    def is_busy(self) -> bool:
        return self._job is not None

    def cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def accept_everywhere(self) -> None:
        """In all images that nobody has reviewed; worked out off the event loop, and one step to undo."""
        found = self._document.proposals.all_open()
        if self._job is not None or found is None:
            return
        classes, ids = self._classes_named(found.labels)
        run, place, known = self._document.proposals.run, self._document.place_for_reading, self._document.classes
        asked = _Asked(run, self._subject)
        self._edited.clear()
        job = self._job = Job(
            lambda progress: _accepted_in(place, found, ids, asked, progress), (ProjectError, OSError)
        )
        job.progressed.connect(self.progressed)
        job.done.connect(lambda done: self._on_worked_out(done[0], done[1], asked, (known, classes)))
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_job_ended)
        self.busy_changed.emit(True)
        job.start()

    def _on_worked_out(
        self,
        done: list[tuple[ImageRecord, Accepted]],
        wanted: Wanted,
        asked: _Asked,
        classes: tuple[tuple[ClassRecord, ...], tuple[ClassRecord, ...]],
    ) -> None:
        self._on_job_ended()
        if classes[0] != self._document.classes:
            self._document.message_sent.emit(self.tr("The classes were changed meanwhile: nothing was accepted."))
            return
        done = [self._worked_out_again(before, wanted, asked) if before.path in self._edited else (before, one)
                for before, one in done]  # fmt: skip
        changed = tuple((before, one.record) for before, one in done if one.accepted)
        if changed:
            count = sum(one.accepted for _, one in done)
            self._document.push(Change(self.tr("Accept proposals", "", count), changed, classes))
        self._say([one for _, one in done], images=len(changed))

    def _worked_out_again(self, before: ImageRecord, wanted: Wanted, asked: _Asked) -> tuple[ImageRecord, Accepted]:
        """Somebody has edited this image meanwhile, and perhaps decided about some of what is proposed in it."""
        record = self._document.record(before.path)
        undecided = [one for one in wanted[before.path] if not is_answered(record, *one, asked.run)]
        sized = replace(record, width=record.width or before.width, height=record.height or before.height)
        return record, _accepted(sized, undecided, asked)

    def _on_failed(self, reason: str) -> None:
        self._on_job_ended()
        self._document.problem_reported.emit(reason)

    def _on_job_ended(self) -> None:
        self._job = None
        self.busy_changed.emit(False)

    def _say_not_doubled(self) -> None:
        self._document.message_sent.emit(self.tr("You have that box already: it was not doubled."))

    def _say(self, done: Sequence[Accepted], images: int) -> None:
        accepted, left = sum(one.accepted for one in done), sum(one.left for one in done)
        text = self.tr("1 proposal accepted") if accepted == 1 else self.tr("%n proposals accepted", "", accepted)
        if images:
            in_images = self.tr("in 1 image") if images == 1 else self.tr("in %n images", "", images)
            text = f"{text} {in_images}"
        if left:
            text += self.tr("; left where there is a box already: %1").replace("%1", f"{left:n}")
        self._document.message_sent.emit(text + ".")


def _accepted_in(
    place: Path, found: PredictionTable, ids: Mapping[int, int], asked: _Asked, progress: Progress
) -> tuple[list[tuple[ImageRecord, Accepted]], Wanted]:
    from training.dataset.image_files import ImageProblem, read_size

    wanted = {image: [(box, ids[box.class_id]) for box in boxes] for image, boxes in found.answers() if boxes}
    store = ProjectStore.open(place, read_only=True)
    done: list[tuple[ImageRecord, Accepted]] = []
    try:
        for number, (image, proposals) in enumerate(wanted.items(), start=1):
            progress(number, len(wanted))
            record = store.record(image)
            sized = record
            if record.width is None:
                try:
                    width, height = read_size(store.folder / image)
                except ImageProblem:  # it can't be looked at either
                    continue
                sized = replace(record, width=width, height=height)
            done.append((record, _accepted(sized, proposals, asked)))
    finally:
        store.close()
    return done, wanted


def _accepted(record: ImageRecord, proposals: list[tuple[PredictedBox, int]], asked: _Asked) -> Accepted:
    """A reviewed image is as a person wants it, and so is the class that somebody gave a whole image."""
    is_as_wanted = asked.subject is Subject.WHOLE_IMAGES and record.class_id is not None
    if record.reviewed or is_as_wanted:
        return Accepted(record, 0, 0)
    return _all_accepted(record, proposals, asked.run, asked.subject)


def _all_accepted(
    record: ImageRecord, proposals: list[tuple[PredictedBox, int]], run: str, subject: Subject
) -> Accepted:
    if subject is Subject.OBJECTS:
        return with_proposals_accepted(record, proposals, run)
    return with_classes_accepted(record, proposals, subject)
