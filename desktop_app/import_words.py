"""What an import brings, in sentences, and as the one step that undo takes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from desktop_app.document.change import Change
from desktop_app.document.document import Document
from desktop_app.words import counted, filled, on_one_line
from training.dataset.dataset import Split
from training.dataset.importing import ImportPlan
from training.dataset.project_errors import ProjectError

MOST_CLASSES = 12


def brings_nothing(plan: ImportPlan) -> bool:
    """Nothing that a person could see: what only one format knows about an image is no step of its own to undo."""
    bare = all(
        replace(after, extra=before.extra, width=before.width, height=before.height) == before
        for before, after in plan.changes
    )
    return bare and plan.classes_before == plan.classes_after


def bring_in(document: Document, plan: ImportPlan) -> bool:
    """As one step; says so and gives False if it can't be stored."""
    change = Change(_tr("Import boxes"), plan.changes, (plan.classes_before, plan.classes_after))
    if not document.push(change):
        return False
    try:
        plan.keep_extra(document.store)
    except ProjectError as error:
        document.problem_reported.emit(str(error))
    return True


def words_of(plan: ImportPlan) -> str:
    parts = [boxes_in_images(plan)] if plan.boxes else []
    if plan.own_classes:
        parts.append(filled(_tr("Images with a class of their own: %1."), f"{plan.own_classes:n}"))
    if plan.negatives:
        parts.append(filled(_tr("Images reviewed, with nothing in them: %1."), f"{plan.negatives:n}"))
    put = Counter(after.split for before, after in plan.changes if before.split != after.split)
    splits = [filled(words, f"{put[split]:n}") for split, words in _splits().items() if put[split]]
    if splits:
        parts.append(filled(_tr("Split by the files: %1."), ", ".join(splits)))
    if plan.new_classes:
        names = ", ".join(on_one_line(record.name) for record in plan.new_classes[:MOST_CLASSES])
        more = len(plan.new_classes) - MOST_CLASSES
        names += filled(_tr(" and %1 more"), more) if more > 0 else ""
        parts.append(filled(_tr("New classes: %1."), names))
    if plan.duplicates:
        parts.append(filled(_tr("Boxes that are there already: %1."), f"{plan.duplicates:n}"))
    if plan.told_more:
        parts.append(filled(_tr("Of those, get what the files say besides: %1."), f"{plan.told_more:n}"))
    if plan.shared:
        parts.append(
            filled(_tr("Boxes that another of the files has, too, and that count once: %1."), f"{plan.shared:n}")
        )
    if brings_nothing(plan):
        parts.append(_tr("Nothing would change."))
    return " ".join(parts)


def boxes_in_images(plan: ImportPlan) -> str:
    boxes = counted(plan.boxes, _tr("1 box"), _tr("%n boxes"))
    images = counted(plan.images_with_boxes, _tr("1 image"), _tr("%n images"))
    return filled(_tr("%1 in %2."), boxes, images)


def rows_left_out(plan: ImportPlan) -> str:
    """Nothing where all of them can be used."""
    count = sum(problem.rows for problem in plan.problems)
    return counted(count, _tr("1 row stays out."), _tr("%n rows stay out.")) if count else ""


def _splits() -> dict[Split, str]:
    return {
        Split.TRAIN: _tr("%1 for training"),
        Split.VALIDATION: _tr("%1 for validation"),
        Split.TEST: _tr("%1 for the test"),
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate("ImportWords", text)
