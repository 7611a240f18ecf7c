"""A picture with what the model said of it, ready for the screen, and the place where the newest one waits."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from desktop_app.predict.loaded_model import LoadedModel
from training.run.answers.letterbox import Pixels
from training.run.answers.prediction import Answer
from training.run.streams.frame import Frame


@dataclass(frozen=True, slots=True, eq=False)
class ShownFrame:
    """`screen` (H, W, 4) uint8 is what Qt draws quickest: blue, green, red and a byte that is not looked at.

    `answer` is what `model` said, both are None where none was asked; `is_own` is false where it was said of an earlier frame.
    """

    frame: Frame
    screen: npt.NDArray[np.uint8]
    answer: Answer | None = None
    is_own: bool = True
    model: LoadedModel | None = None


def for_screen(pixels: Pixels) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGRA), np.uint8)


class NewestShown:
    """One thread puts, another takes; what nobody took in time is replaced, so that nothing queues up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: ShownFrame | None = None

    def put(self, shown: ShownFrame) -> bool:
        """Whether the other thread must be told: nothing was waiting before."""
        with self._lock:
            was_empty = self._waiting is None
            self._waiting = shown
            return was_empty

    def take(self) -> ShownFrame | None:
        with self._lock:
            taken, self._waiting = self._waiting, None
            return taken
