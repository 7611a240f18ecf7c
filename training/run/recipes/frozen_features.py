"""A frozen backbone says the same of a picture in every epoch, so it is asked once."""

from __future__ import annotations

import time
from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt

from training.models.classifier import backbone_with_features
from training.run.answers.letterbox import Pixels
from training.run.events import PhaseEvent
from training.run.recipes.classifier_batches import varied
from training.run.samples.augmentation import Augmentation
from training.run.samples.prepared_images import PreparedImages
from training.run.samples.prepared_room import array_room
from training.run.session import Session

SECONDS_BETWEEN_TELLING = 0.2


@dataclass(slots=True)
class FeatureMaker:
    """Runs pictures through the backbone, telling how far it is; `seconds_per_picture` without the first batch, which is
    compiled.
    """

    session: Session
    backbone: keras.Model
    batch_size: int
    total: int  # pictures in all
    done: int = 0
    seconds_per_picture: float = 0.0
    _timed: int = 0
    _told: float = 0.0

    @classmethod
    def of(cls, session: Session, model: keras.Model, batch_size: int, total: int) -> FeatureMaker:
        return cls(session, backbone_with_features(model), batch_size, total)

    def features(
        self, prepared: PreparedImages, copies: int = 0, augmentation: Augmentation | None = None, seed: int = 0
    ) -> npt.NDArray[np.float32]:
        """(N, 1 + copies, F): of each sample as it is, then of copies varied by `augmentation`; same seed, same copies.

        In memory while there is room, else in a file that goes with the process. Raises StopRequested, RunFailed.
        """
        width = self.backbone.output.shape[-1]
        made = array_room((len(prepared), 1 + copies, width), np.float32, self.session.run.path)
        for copy in range(1 + copies):
            for start in range(0, len(prepared), self.batch_size):
                chosen = range(start, min(start + self.batch_size, len(prepared)))
                pictures = [_picture(prepared, which, copy, augmentation, seed) for which in chosen]
                made[chosen.start : chosen.stop, copy] = self._of(np.stack(pictures))
        return made

    def _of(self, pictures: Pixels) -> npt.NDArray[np.float32]:
        self.session.control.raise_if_stopped()
        began = time.monotonic()
        made = np.asarray(self.backbone.predict_on_batch(pictures)).astype(np.float32)
        if self.done:
            self._timed += len(pictures)
            seconds = time.monotonic() - began
            self.seconds_per_picture += (
                (seconds / len(pictures) - self.seconds_per_picture) * len(pictures) / self._timed
            )
        self.done += len(pictures)
        self._tell()
        return made

    def _tell(self) -> None:
        now = time.monotonic()
        if self.done < self.total and now - self._told < SECONDS_BETWEEN_TELLING:
            return
        self._told = now
        text = f"Running the frozen backbone once: {self.done} of {self.total} pictures"
        self.session.tell(PhaseEvent(name="features", text=text, done=self.done, total=self.total))


def _picture(prepared: PreparedImages, which: int, copy: int, augmentation: Augmentation | None, seed: int) -> Pixels:
    if not copy or augmentation is None:
        return np.asarray(prepared.squares[which])
    return varied(prepared, which, np.random.default_rng((seed, copy, which)), augmentation)
