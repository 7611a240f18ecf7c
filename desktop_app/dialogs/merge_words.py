"""What a merge would bring, in sentences."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.words import counted, filled, joined, percent, quoted_names
from training.dataset.merging.agreement import Agreement
from training.dataset.merging.project_merging import MergePlan

MOST_MIX_UPS = 3


def summary_of(plan: MergePlan) -> str:
    parts = [*_agreement(plan.agreement), _coming(plan)]
    if plan.new_classes:
        parts.append(filled(_tr("New classes: %1."), quoted_names([record.name for record in plan.new_classes])))
    if plan.findings:
        places = counted(len(plan.findings), _tr("1 disagreement"), _tr("%n disagreements"))
        images = counted(len(plan.disagreed), _tr("1 image"), _tr("%n images"))
        parts.append(filled(_tr("%1 in %2: mine stays unless you choose otherwise."), places, images))
    return " ".join(parts)


def _agreement(agreement: Agreement) -> list[str]:
    if agreement.share is None:
        return [_tr("No image was worked on by both of you.")]
    images = counted(agreement.images, _tr("1 image"), _tr("%n images"))
    text = _tr("Both of you worked on %1 and agree on %2 of them (%3).")
    parts = [filled(text, images, agreement.equal, percent(agreement.share))]
    if agreement.mean_iou is not None:
        boxes = counted(agreement.boxes, _tr("1 pair of boxes"), _tr("%n pairs of boxes"))
        parts.append(filled(_tr("Mean IoU of %1: %2."), boxes, f"{agreement.mean_iou:.2f}"))
    mixed = [filled(_tr("“%1” and “%2” (%3)"), *one) for one in agreement.mix_ups[:MOST_MIX_UPS]]
    if mixed:
        parts.append(filled(_tr("Mine and theirs differ most in %1."), joined(mixed)))
    return parts


def _coming(plan: MergePlan) -> str:
    if not plan.taken:
        return _tr("They worked on no image that you did not.")
    images = counted(
        len(plan.taken), _tr("1 image that only they worked on comes"), _tr("%n that only they worked on come")
    )
    return filled(_tr("%1 in."), images)


def _tr(text: str) -> str:
    return QCoreApplication.translate("MergeWords", text)
