"""One model that many requests ask: one at a time, and no more in line than it can answer. No Keras."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from training.dataset.image_files import ImageProblem, opened_upright_bytes
from training.run.answers.asking import asked_image, samples_to_ask
from training.run.answers.prediction import Answer, ClassScore, PredictedBox
from training.run.answers.predictor import Predictor
from training.run.samples.sample_reading import Squares, squares_in
from training.run.serving.limits import Limits

DECODED_AT_ONCE = 2  # photos in memory


class Busy(Exception):  # noqa: N818 -- it is a state, and a status of HTTP
    """So many requests wait that this one is turned away."""


class BadImage(Exception):  # noqa: N818 -- what it says is a sentence for a person
    """An upload can't be read as an image; `too_large` where it could be, but has too many pixels."""

    def __init__(self, reason: str, too_large: bool = False) -> None:
        super().__init__(reason)
        self.too_large = too_large


class ServedModel:
    """`title` is what people call it. The predictor stays the caller's to close."""

    def __init__(self, predictor: Predictor, title: str, limits: Limits) -> None:
        self.title = title
        self._predictor = predictor
        self._limits = limits
        self._places = threading.BoundedSemaphore(limits.waiting)
        self._decoding = threading.BoundedSemaphore(DECODED_AT_ONCE)
        self._answering = threading.Lock()

    def described(self) -> dict[str, Any]:
        """What `GET /model` says."""
        card = self._predictor.card
        return {
            "model": self.title,
            "engine": self._predictor.engine,
            "note": self._predictor.note,
            "recipe": card.recipe,
            "architecture": card.architecture,
            "epoch": card.epoch,
            "input_size": card.input_size,
            "heads": list(card.heads),
            "preprocessing": card.preprocessing,
            "box_encoding": card.box_encoding,
            "classes": [{"id": entry.id, "name": entry.name} for entry in card.classes],
            "limits": {
                "bytes": self._limits.upload_bytes,
                "pixels": self._limits.pixels,
                "images": self._limits.images,
            },
        }

    def ask(self, images: Sequence[bytes], min_score: float | None) -> list[dict[str, Any]]:
        """What the model says about each image, as JSON has it; in a `place`. Raises BadImage, ModelFileError."""
        return [self._asked(number, content, min_score) for number, content in enumerate(images, start=1)]

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the few in line. Raises Busy."""
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            yield
        finally:
            self._places.release()

    def _asked(self, number: int, content: bytes, min_score: float | None) -> dict[str, Any]:
        started = time.perf_counter()
        (width, height), squares = self._read(number, content)
        with self._answering:
            answer = self._predictor.answers([squares], min_score)[0]
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        return {"model": self.title, "width": width, "height": height, **plain(answer), "milliseconds": milliseconds}

    def _read(self, number: int, content: bytes) -> tuple[tuple[int, int], Squares]:
        card = self._predictor.card
        try:
            with self._decoding, opened_upright_bytes(content) as image:
                width, height = image.stored_size
                if width * height > self._limits.pixels:
                    raise BadImage(
                        f"image {number} has {width} x {height} pixels; at most {self._limits.pixels:,} are read", True
                    )
                return image.size(), squares_in(asked_image(""), image, card.input_size, samples_to_ask(card))
        except ImageProblem as problem:
            raise BadImage(f"image {number}: {problem.reason}") from problem


def plain(answer: Answer) -> dict[str, Any]:
    """`boxes` in pixels of the upright image; `answers` with the best three classes, of a box where there is one."""
    answer = answer.rounded()
    boxes = [{**_scored(box), **_corners(box.corners)} for box in answer.boxes]
    answers = [
        {"top": [_scored(one) for one in each.top], **(_corners(each.box.corners) if each.box is not None else {})}
        for each in answer.answers
    ]
    return {"boxes": boxes, "answers": answers}


def _scored(found: ClassScore | PredictedBox) -> dict[str, Any]:
    return {"class": found.label, "class_id": found.class_id, "score": found.score}


def _corners(corners: Sequence[float]) -> dict[str, float]:
    return dict(zip(("xmin", "ymin", "xmax", "ymax"), corners, strict=True))
