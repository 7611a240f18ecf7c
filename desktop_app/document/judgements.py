"""What can be said about each image of how model and person disagree: worked out when it is asked for after a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop_app.document.subjects import Subject

if TYPE_CHECKING:  # numbers by columns are loaded when the first model answers, not with the window
    import numpy as np
    import numpy.typing as npt

    from desktop_app.document.disagreement import Disagreement
    from desktop_app.document.prediction_columns import PredictionColumns


class Judgements:
    """Kept until the columns, or the lowest score that counts, are others."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[object, int, Subject, float], Disagreement] | None = None
        self._numbers: tuple[object, object, int, npt.NDArray[np.int64]] | None = None

    def of(self, columns: PredictionColumns, subject: Subject, min_score: float) -> Disagreement:
        """A classifier's answers count whatever their score."""
        from desktop_app.document.disagreement import class_disagreement_of, disagreement_of

        is_of_objects = subject is Subject.OBJECTS
        key = (columns, columns.version, subject, min_score if is_of_objects else 0.0)
        if self._kept is None or self._kept[0] != key:
            made = disagreement_of(columns, min_score) if is_of_objects else class_disagreement_of(columns)
            self._kept = (key, made)
        return self._kept[1]

    def worst_first(
        self, columns: PredictionColumns, subject: Subject, min_score: float, images: Sequence[str]
    ) -> list[int]:
        """Positions of the images in the order in which to look at them; see `disagreement.worst_first`."""
        from desktop_app.document.disagreement import worst_first

        figures, numbers = self.of(columns, subject, min_score), self._numbers_of(columns, images)
        order: list[int] = worst_first(columns, figures, numbers, agreed_last=subject is not Subject.OBJECTS).tolist()
        return order

    def _numbers_of(self, columns: PredictionColumns, images: Sequence[str]) -> npt.NDArray[np.int64]:
        import numpy as np

        known, count = self._numbers, len(columns.names)
        if known is None or known[0] is not images or known[1] is not columns or known[2] != count:
            found = np.array([columns.numbers.get(image, -1) for image in images], np.int64)
            known = self._numbers = (images, columns, count, found)
        return known[3]
