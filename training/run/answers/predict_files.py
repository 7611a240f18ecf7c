"""Asking a model about many image files. No Keras."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import islice
from typing import TypeVar

from training.dataset.box import Rectangle
from training.dataset.dataset import Problem
from training.dataset.image_files import ImageProblem
from training.run.answers.asking import asked_image, samples_to_ask
from training.run.answers.finding_files import FoundFiles, NamedFile
from training.run.answers.opencv_threads import opencv_without_threads
from training.run.answers.prediction import Answer
from training.run.answers.predictor import Predictor
from training.run.answers.team import Team
from training.run.model_card import ModelCard
from training.run.results.journal import Journal
from training.run.results.keeping import Keeper
from training.run.results.result import FileResult, ResultSink
from training.run.results.tally import Progress, Tally
from training.run.results.telling import Teller
from training.run.samples.sample_reading import Squares, read_squares
from training.run.streams.containers import is_video_name

AT_ONCE = 16
AHEAD = 3 * AT_ONCE  # files that are decoded while the model answers
PER_TASK = 4
DECODING_THREADS = 2
A_VIDEO = "This is a video: the command `boxwright video` and the page Video are for it."

DrawnBoxes = Mapping[str, Sequence[Rectangle]]  # by the name of the file
_Read = tuple[NamedFile, Squares | Problem]
_Said = tuple[NamedFile, tuple[int, int], Answer | Problem]  # with the size of the upright image
_ReadFiles = Callable[[Sequence[NamedFile]], list[_Read]]
_Done = TypeVar("_Done")


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
    then left so that a run with the same `resume` goes on from it; without `resume`, or where no file could be read at
    all, the sinks discard it. Files whose names are in `already` are left out. Raises RunFailed where a run can't go on
    from what is there, OSError where a result can't be written, ModelFileError.
    """
    with Keeper(predictor.card, sinks, resume) as keeper:
        teller = Teller(progress, partial(_total, files))
        wanted = _wanted(files, (keeper.done, already), teller)
        with closing(results_of(predictor, wanted, min_score, drawn)) as results:
            for result in results:
                if cancelled is not None and cancelled():
                    keeper.tally.cancelled = True
                    break
                keeper.take(result)
                teller.done()
        teller.ended(is_all=not keeper.tally.cancelled)
    return keeper.tally


def results_of(
    predictor: Predictor, files: Iterable[NamedFile], min_score: float | None = None, drawn: DrawnBoxes | None = None
) -> Generator[FileResult, None, None]:
    """What the model says about each file, in order: `predict_into` without sinks."""
    for (name, path), (width, height), said in _asked(predictor, files, min_score, drawn):
        if isinstance(said, Problem):
            yield FileResult(name, path, problem=said.reason)
        else:
            yield FileResult(name, path, width, height, said.rounded())


def predict_files(
    predictor: Predictor, files: Iterable[NamedFile], min_score: float | None = None, drawn: DrawnBoxes | None = None
) -> Iterator[tuple[str, Answer | Problem]]:
    """The name of each file with what the model says about it, or with what is wrong with it; in order.

    `drawn` are boxes in pixels of the upright images, which a classifier of boxes is asked about.
    """
    for (name, _), _, said in _asked(predictor, files, min_score, drawn):
        yield name, said


def _wanted(files: Iterable[NamedFile], left_out: Sequence[Collection[str]], teller: Teller) -> Iterator[NamedFile]:
    for file in files:
        if any(file[0] in names for names in left_out):
            teller.skipped()
        else:
            yield file


def _total(files: Iterable[NamedFile]) -> int | None:
    if isinstance(files, FoundFiles):
        return files.total
    return len(files) if isinstance(files, Sized) else None


def _asked(
    predictor: Predictor, files: Iterable[NamedFile], min_score: float | None, drawn: DrawnBoxes | None
) -> Iterator[_Said]:
    """What is said about each file. Threads decode what comes next; where the model has twins, they answer there, too."""
    read = partial(_read_each, predictor.card, drawn or {})
    team = Team.of(predictor)
    with opencv_without_threads():
        if team is None:
            yield from _read_ahead(predictor, read, files, min_score)
            return
        answer = partial(_read_and_answered, team, read, min_score)
        for said in _in_threads(answer, files, team.size):
            yield from said


def _read_ahead(
    predictor: Predictor, read: _ReadFiles, files: Iterable[NamedFile], min_score: float | None
) -> Iterator[_Said]:
    taken: list[_Read] = []
    for part in _in_threads(read, files, DECODING_THREADS):
        taken += part
        if len(taken) >= AT_ONCE:
            yield from _answered(predictor, taken, min_score)
            taken = []
    yield from _answered(predictor, taken, min_score)


def _in_threads(
    work: Callable[[Sequence[NamedFile]], list[_Done]], files: Iterable[NamedFile], threads: int
) -> Iterator[list[_Done]]:
    """What becomes of a few files at a time, in order; no more than `AHEAD` files are under way."""
    files = iter(files)
    coming: deque[Future[list[_Done]]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="decode")
    try:
        while True:
            while len(coming) < AHEAD // PER_TASK and (part := list(islice(files, PER_TASK))):
                coming.append(pool.submit(work, part))
            if not coming:
                return
            yield coming.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _read_and_answered(
    team: Team,
    read: _ReadFiles,
    min_score: float | None,
    files: Sequence[NamedFile],
) -> list[_Said]:
    return _answered(team.member(), read(files), min_score)


def _answered(predictor: Predictor, taken: Sequence[_Read], min_score: float | None) -> list[_Said]:
    answers = iter(predictor.answers([read for _, read in taken if not isinstance(read, Problem)], min_score))
    return [(file, _size(read), read if isinstance(read, Problem) else next(answers)) for file, read in taken]


def _size(read: Squares | Problem) -> tuple[int, int]:
    if isinstance(read, Problem):
        return 0, 0
    image = read[0][1].sample.image
    return image.width, image.height


def _read_each(card: ModelCard, drawn: DrawnBoxes, files: Sequence[NamedFile]) -> list[_Read]:
    return [(file, _read(card, drawn, file)) for file in files]


def _read(card: ModelCard, drawn: DrawnBoxes, file: NamedFile) -> Squares | Problem:
    name, path = file
    try:
        return read_squares(asked_image(name, drawn.get(name, ())), path, card.input_size, samples_to_ask(card))
    except ImageProblem as problem:
        is_readable_video = is_video_name(path) and path.is_file()
        return Problem(name, None, A_VIDEO if is_readable_video else problem.reason)
