"""What is said below a picture of the gallery."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop_app.words import filled, score_text
from training.run.report.judged_images import JudgedImage, Verdict


@dataclass(frozen=True, slots=True)
class Caption:
    text: str
    is_bad: bool


def caption_of(image: JudgedImage, threshold: float) -> Caption:
    """What is right or wrong about a picture; an IoU below the threshold is bad, and says so without colour too."""
    seen = image.predicted.label
    verdict = image.verdict
    if image.truth is None:
        if verdict is Verdict.RIGHTLY_NOTHING:
            return Caption(_tr("no object, none seen"), False)
        return Caption(filled(_tr("false alarm: %1, %2"), seen, score_text(image.score)), True)
    if verdict is Verdict.MISSED:
        return Caption(filled(_tr("missed: %1"), image.truth.label), True)
    if image.is_classified:
        if verdict is Verdict.WRONG_CLASS:
            return Caption(filled(_tr("%1, seen as %2 · %3"), image.truth.label, seen, score_text(image.score)), True)
        return Caption(filled(_tr("%1, %2"), seen, score_text(image.score)), False)
    iou = image.iou or 0.0
    is_low = iou < threshold
    figure = filled(_tr("IoU %1 < %2") if is_low else _tr("IoU %1"), f"{iou:.2f}", f"{threshold:g}")
    if verdict is Verdict.WRONG_CLASS:
        return Caption(filled(_tr("%1 · %2, seen as %3"), figure, image.truth.label, seen), True)
    return Caption(filled(_tr("%1 · %2"), figure, seen), is_low)


def whole_caption(image: JudgedImage, threshold: float) -> str:
    return filled(_tr("%1: %2"), image.filename, caption_of(image, threshold).text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Gallery", text)
