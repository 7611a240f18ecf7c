"""Asking a model about many image files. No Keras."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

from training.dataset.box import Rectangle
from training.dataset.dataset import Problem
from training.dataset.image_files import ImageProblem
from training.run.answers.asking import asked_image, samples_to_ask
from training.run.answers.finding_files import NamedFile
from training.run.answers.prediction import Answer
from training.run.answers.predictor import Predictor
from training.run.model_card import ModelCard
from training.run.results.journal import Journal
from training.run.results.result import ResultSink
from training.run.results.tally import Progress, Tally
from training.run.samples.sample_reading import Squares, read_squares

AT_ONCE = 16
DECODING_THREADS = 2

DrawnBoxes = Mapping[str, Sequence[Rectangle]]  # by the name of the file


def predict_into(
    predictor: Predictor,
    files: Iterable[NamedFile],
    sinks: Sequence[ResultSink],
    *,
    min_score: float | None = None,
    drawn: DrawnBoxes | None = None,
    progress: Callable[[Progress], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
    resume: Journal | None = None,
    already: Collection[str] = (),
) -> Tally:
    """Ask about each file and hand what was said to the sinks, in order; memory does not grow with their number.

    `progress` is told at most ten times a second, and at the end. `cancelled` is asked between files: what was done is
    then left so that a run with the same `resume` goes on from it. Files whose names are in `already` are left out.
    Raises RunFailed where a run can't go on from what is there, OSError where a result can't be written, ModelFileError.
    """
    raise NotImplementedError


def predict_files(
    predictor: Predictor, files: Iterable[NamedFile], min_score: float | None = None, drawn: DrawnBoxes | None = None
) -> Iterator[tuple[str, Answer | Problem]]:
    """The name of each file with what the model says about it, or with what is wrong with it; in order.

    `drawn` are boxes in pixels of the upright images, which a classifier of boxes is asked about.
    """
    files = iter(files)
    read_one = partial(_read, predictor.card, drawn or {})
    with ThreadPoolExecutor(DECODING_THREADS, thread_name_prefix="decode") as pool:
        while part := list(islice(files, AT_ONCE)):
            read = list(pool.map(read_one, part))
            answers = iter(predictor.answers([one for one in read if not isinstance(one, Problem)], min_score))
            for (name, _), one in zip(part, read, strict=True):
                yield name, one if isinstance(one, Problem) else next(answers)


def _read(card: ModelCard, drawn: DrawnBoxes, file: NamedFile) -> Squares | Problem:
    name, path = file
    try:
        return read_squares(asked_image(name, drawn.get(name, ())), path, card.input_size, samples_to_ask(card))
    except ImageProblem as problem:
        return Problem(name, None, problem.reason)
