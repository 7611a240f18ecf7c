"""Several of one model, each for a thread of its own: the cores of a computer answer beside each other. No Keras."""

from __future__ import annotations

import threading
from typing import Self

from training.run.answers.predictor import Predictor
from training.run.machine.machine import usable_cores

MOST = 4  # the window has to get its turn, too


class Team:
    """Members are made when a thread asks for its own, not before."""

    def __init__(self, predictor: Predictor, first: Predictor) -> None:
        self.size = max(2, min(MOST, usable_cores()))
        self._predictor = predictor
        self._spare = [first]
        self._own = threading.local()

    @classmethod
    def of(cls, predictor: Predictor) -> Self | None:
        """None for a model of which there can only be one."""
        first = predictor.twin()
        return None if first is None else cls(predictor, first)

    def member(self) -> Predictor:
        """That of the calling thread. Raises ModelFileError."""
        found: Predictor | None = getattr(self._own, "predictor", None)
        if found is None:
            found = self._own.predictor = self._new()
        return found

    def _new(self) -> Predictor:
        try:
            return self._spare.pop()
        except IndexError:
            twin = self._predictor.twin()
            assert twin is not None, "there was one before"
            return twin
