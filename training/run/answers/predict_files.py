"""Asking a model about many image files. No Keras."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from training.dataset.dataset import Problem
from training.dataset.image_files import ImageProblem
from training.run.answers.letterbox import Letterbox, Pixels
from training.run.answers.predictor import Predictor, read_square
from training.run.result_files import Seen

AT_ONCE = 16
DECODING_THREADS = 2

NamedFile = tuple[str, Path]


def predict_files(
    predictor: Predictor, files: Iterable[NamedFile], min_score: float | None = None
) -> Iterator[tuple[str, Seen | Problem]]:
    """The name of each file with the boxes in it, in original pixels, or with what is wrong with it; in order."""
    files = iter(files)
    size = predictor.card.input_size
    with ThreadPoolExecutor(DECODING_THREADS, thread_name_prefix="decode") as pool:
        while part := list(islice(files, AT_ONCE)):
            read = list(pool.map(lambda file: _read(file, size), part))
            usable = [one for one in read if not isinstance(one, Problem)]
            boxes = iter(_boxes(predictor, usable, min_score))
            for (name, _), one in zip(part, read, strict=True):
                yield name, one if isinstance(one, Problem) else (name, next(boxes))


def _boxes(predictor: Predictor, read: list[tuple[Pixels, Letterbox]], min_score: float | None) -> list[Any]:
    if not read:
        return []
    outputs = predictor.outputs(np.stack([square for square, _ in read]))
    return predictor.boxes(outputs, [letterbox for _, letterbox in read], min_score)


def _read(file: NamedFile, size: int) -> tuple[Pixels, Letterbox] | Problem:
    try:
        return read_square(file[1], size)
    except ImageProblem as problem:
        return Problem(file[0], None, problem.reason)
