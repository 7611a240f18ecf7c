"""How much a model and a person disagree about an image, in a few words of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop_app.document.subjects import Subject
from desktop_app.words import score_number

if TYPE_CHECKING:
    from desktop_app.document.disagreement import ImageFigures


def words_of(figures: ImageFigures | None, subject: Subject = Subject.OBJECTS, seen_as: str = "") -> str:
    """Nothing for an image that the model has not looked at. Of a classifier there is only the class to be told.

    `seen_as` is the class that a classifier sees where it says just one thing.
    """
    if figures is None:
        return ""
    if figures.is_judged and subject is not Subject.OBJECTS:
        count = figures.matched + figures.missed
        if figures.wrong_class and count == 1 and seen_as:
            return _tr("seen as %1").replace("%1", seen_as)
        if figures.wrong_class:
            return _tr("%1 of %2 seen otherwise").replace("%1", str(figures.wrong_class)).replace("%2", str(count))
        return _tr("as you say") if figures.matched else _tr("nothing to decide")
    if not figures.is_judged:
        if figures.nearest_score < 0:
            return _tr("nothing seen")
        return _tr("score %1").replace("%1", score_number(figures.nearest_score))
    parts = [_tr("IoU %1").replace("%1", f"{figures.mean_iou:.2f}")] if figures.matched else []
    parts += _counted(figures.wrong_class, _tr("wrong class"), _tr("%n wrong classes"))
    parts += _counted(figures.missed, _tr("missed"), _tr("%n missed"))
    parts += _counted(figures.false_alarms, _tr("false alarm"), _tr("%n false alarms"))
    return " · ".join(parts) or _tr("nothing, as you say")


def _counted(count: int, one: str, many: str) -> list[str]:
    return [one if count == 1 else many.replace("%n", str(count))] if count else []


def _tr(text: str) -> str:
    return QCoreApplication.translate("ImageList", text)
