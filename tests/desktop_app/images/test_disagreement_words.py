from __future__ import annotations

import pytest

from desktop_app.document.disagreement import ImageFigures
from desktop_app.document.subjects import Subject
from desktop_app.images.disagreement_words import words_of


def figures(matched: int, wrong: int, missed: int = 0, *, is_judged: bool = True) -> ImageFigures:
    return ImageFigures(is_judged, 0.2, 0.5, 0.93, matched, 1.0, wrong, missed, 0)


@pytest.mark.parametrize(
    ("told", "subject", "words"),
    [
        (figures(4, 1), Subject.OBJECTS, "IoU 1.00 · wrong class"),
        (figures(4, 1), Subject.DRAWN_BOXES, "1 of 4 seen otherwise"),
        (figures(4, 0), Subject.DRAWN_BOXES, "as you say"),
        (figures(1, 1), Subject.WHOLE_IMAGES, "seen as fork"),
        (figures(1, 1), Subject.DRAWN_BOXES, "seen as fork"),
        (figures(0, 0, 2), Subject.DRAWN_BOXES, "nothing to decide"),
        (figures(0, 0, is_judged=False), Subject.WHOLE_IMAGES, "score 0.93"),
    ],
)
def test_a_classifier_is_told_by_its_classes_alone(told, subject, words):
    assert words_of(told, subject, "fork") == words
