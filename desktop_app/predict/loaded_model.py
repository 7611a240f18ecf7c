"""A model that is ready to answer, and the way several pages share it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from training.dataset.box import Rectangle
from training.run.answers.letterbox import Pixels
from training.run.answers.prediction import Answer
from training.run.answers.predictor import Outputs, Predictor
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder

RGB = tuple[int, int, int]


class SharedPredictor(Predictor):
    """Lets one thread at a time have its answer: pages ask whenever they like, and none waits longer than one question."""

    def __init__(
        self,
        predictor: Predictor,
        lock: threading.RLock,
        told: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """`told` gives what words a failure inside for people."""
        self._predictor = predictor
        self._told = told
        self._lock = lock
        self.card = predictor.card
        self.engine = predictor.engine
        self.note = predictor.note

    def twin(self) -> Predictor | None:
        """Waits for nobody, as nobody waits for it: very many files are answered on all cores."""
        return self._predictor.twin()

    def outputs(self, squares: Pixels) -> Outputs:
        with self._lock, self._told():
            return self._predictor.outputs(squares)

    def answer(self, image: Pixels, boxes: Sequence[Rectangle] = (), min_score: float | None = None) -> Answer:
        with self._lock, self._told():
            return self._predictor.answer(image, boxes, min_score)

    def answer_frame(self, pixels: Pixels, min_score: float | None = None) -> Answer:
        with self._lock, self._told():
            return self._predictor.answer_frame(pixels, min_score)

    def warm_up(self) -> None:
        with self._lock, self._told():
            self._predictor.warm_up()

    def close(self) -> None:
        """Not behind the lock: whoever waits for an answer is told that there will be none."""
        self._predictor.close()


@dataclass(frozen=True, slots=True, eq=False)
class LoadedModel:
    """`title` is what people call it; `colours` are by the ids of its classes, as the project has them where it can.

    `is_own_run`: it was trained on the project that is open. `predictor` may be asked from any thread.
    """

    run: RunFolder
    card: ModelCard
    predictor: SharedPredictor
    title: str
    colours: Mapping[int, RGB]
    is_own_run: bool = False

    def is_like(self, other: LoadedModel) -> bool:
        """The same run's, perhaps of another epoch: it knows the same classes and is asked in the same way."""
        mine, theirs = self.card, other.card
        is_same_kind = (mine.recipe, mine.classes, mine.heads) == (theirs.recipe, theirs.classes, theirs.heads)
        return self.run == other.run and is_same_kind
