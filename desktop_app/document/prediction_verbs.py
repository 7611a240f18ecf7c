"""What a person can do with what a model proposes: each verb takes a record and gives the record after it.

None of them takes away a box that is there or moves it. A box made of a proposal remembers its run, and the proposal is
kept as answered, so that the run does not propose it again. What a classifier proposes is another class for a box that is
there, or for the image.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from desktop_app.document.subjects import Subject
from desktop_app.document.verbs import with_boxes_added, with_boxes_relabelled
from training.dataset.box import ProjectBox, Rectangle, iou
from training.dataset.records import AnsweredProposal, ImageRecord

if TYPE_CHECKING:
    from training.run.answers.prediction import PredictedBox

SAME_IOU = 0.9  # a box of the same class that overlaps so much is there already
TAKEN_IOU = 0.5  # where a box overlaps so much, accepting many at once would put a second one around the same thing


class Accepted(NamedTuple):
    record: ImageRecord
    accepted: int
    left: int


def with_proposal_accepted(
    record: ImageRecord, proposal: PredictedBox, class_id: int, run: str, corners: Rectangle | None = None
) -> ImageRecord:
    """The proposal becomes a box, with other `corners` if a person gave it some; it is not put on an equal box."""
    exact = proposal.rounded() if corners is None else corners
    box = ProjectBox(*exact.corners, class_id, run)
    answered = _with_answer(record, proposal, run, accepted=True)
    return answered if has_same_box(record, box) else with_boxes_added(answered, [box])


def with_class_accepted(record: ImageRecord, proposal: PredictedBox, class_id: int, subject: Subject) -> ImageRecord:
    """The image, or the box that the proposal is about, gets its class. A box that is gone gets none."""
    if subject is Subject.WHOLE_IMAGES:
        return replace(record, class_id=class_id)
    overlaps = [iou(box, proposal) for box in record.boxes]
    best = max(overlaps, default=0.0)
    if best < SAME_IOU:
        return record
    place = overlaps.index(best)
    return with_boxes_relabelled(record, {place}, class_id)


def with_classes_accepted(
    record: ImageRecord, proposals: Iterable[tuple[PredictedBox, int]], subject: Subject
) -> Accepted:
    """Many at once, each with its class; those whose box is gone are left."""
    accepted = left = 0
    for proposal, class_id in proposals:
        after = with_class_accepted(record, proposal, class_id, subject)
        accepted, left = (accepted, left + 1) if after == record else (accepted + 1, left)
        record = after
    return Accepted(record, accepted, left)


def with_proposal_rejected(record: ImageRecord, proposal: PredictedBox, run: str) -> ImageRecord:
    return _with_answer(record, proposal, run, accepted=False)


def with_proposals_accepted(record: ImageRecord, proposals: Iterable[tuple[PredictedBox, int]], run: str) -> Accepted:
    """Many at once, each with its class, the surest first; those that would overlap another box much are left open."""
    accepted = left = 0
    for proposal, class_id in sorted(proposals, key=lambda pair: -pair[0].score):
        if any(iou(proposal, box) >= TAKEN_IOU for box in record.boxes):
            left += 1
        else:
            record = with_proposal_accepted(record, proposal, class_id, run)
            accepted += 1
    return Accepted(record, accepted, left)


def has_same_box(record: ImageRecord, wanted: ProjectBox) -> bool:
    return any(box.class_id == wanted.class_id and iou(box, wanted) >= SAME_IOU for box in record.boxes)


def is_answered(record: ImageRecord, proposal: PredictedBox, class_id: int, run: str) -> bool:
    """Somebody has decided about this proposal of the run, or about nearly the same one."""
    classes = (proposal.class_id, class_id)
    decided = (one for one in record.answered if one.origin == run and abs(one.class_id) in classes)
    return any(iou(one, proposal) >= SAME_IOU for one in decided)


def _with_answer(record: ImageRecord, proposal: PredictedBox, run: str, *, accepted: bool) -> ImageRecord:
    answer = AnsweredProposal(*proposal.rounded().corners, class_id=proposal.class_id, origin=run, accepted=accepted)
    return replace(record, answered=(*record.answered, answer))
