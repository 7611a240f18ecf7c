"""A whole video through a model: an annotated copy, and a row for each thing that was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TextIO

from training.dataset.formats.boxwright_csv import written_label
from training.dataset.formats.csv_cells import written_number, written_row
from training.dataset.safe_files import replacing
from training.run.answers.prediction import Answer, PredictedBox
from training.run.answers.predictor import Predictor
from training.run.streams.drawing import RGB, class_palette, drawn
from training.run.streams.frame import Frame
from training.run.streams.problem import ReadingCancelledError, VideoProblem
from training.run.streams.video_file import VideoFile
from training.run.streams.video_writer import AnnotatedVideo

VIDEO_COLUMNS = ("frame", "seconds", "class", "score", "xmin", "ymin", "xmax", "ymax")


@dataclass(frozen=True, slots=True)
class AnnotatedTally:
    """`frames` read, `answered` of them shown to the model, `rows` of what was seen; `note` as of AnnotatedVideo."""

    frames: int = 0
    answered: int = 0
    rows: int = 0
    note: str = ""
    cancelled: bool = False


class _Cancelled(Exception):  # noqa: N818 -- not an error
    """Nobody wants the files any more."""


def annotate_video(
    predictor: Predictor,
    source: Path,
    out: Path | None,
    csv: Path | None = None,
    *,
    every: int = 1,
    min_score: float | None = None,
    colours: Mapping[int, RGB] | None = None,
    progress: Callable[[int, int], object] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> AnnotatedTally:
    """Write the video with what the model sees (`out`), the rows (`csv`), or both.

    `every` N: the model sees each Nth frame, and what it said stays until the next one. `min_score` 0..1 replaces the
    usual threshold. `progress` gets frames done and the number the file says it has (0: unknown). Cancelled, or failed,
    no file is left. Raises VideoProblem, OSError.
    """
    if every < 1:
        raise ValueError(f"every: expected at least 1, got {every}")
    _check_places(source, out, csv)
    work = _Work(predictor, every, min_score, colours or class_palette(predictor.card.classes))
    try:
        with ExitStack() as stack:
            video = stack.enter_context(VideoFile(source, partial(_asked_while_looking, progress, cancelled)))
            rows = stack.enter_context(_rows_file(csv)) if csv else None
            annotated = stack.enter_context(AnnotatedVideo(out, video)) if out else None
            tally = work.done(video, annotated, rows, progress, cancelled)
    except (_Cancelled, ReadingCancelledError):
        return replace(work.tally, cancelled=True)
    return replace(tally, note=annotated.note if annotated else "")


def _asked_while_looking(progress: Callable[[int, int], object], cancelled: Callable[[], bool]) -> bool:
    """Who follows the progress may end the work by it."""
    progress(0, 0)
    return cancelled()


@dataclass(slots=True)
class _Work:
    predictor: Predictor
    every: int
    min_score: float | None
    colours: Mapping[int, RGB]
    tally: AnnotatedTally = field(default_factory=AnnotatedTally)

    def done(
        self,
        video: VideoFile,
        annotated: AnnotatedVideo | None,
        rows: TextIO | None,
        progress: Callable[[int, int], object],
        cancelled: Callable[[], bool],
    ) -> AnnotatedTally:
        answer = Answer()
        while not cancelled():
            is_asked = self.tally.frames % self.every == 0
            if annotated is None and not is_asked:
                if not video.skip():
                    return self.tally
            else:
                frame = video.read()
                if frame is None:
                    return self.tally
                if is_asked:
                    answer = self._answered(frame, rows)
                if annotated is not None:
                    annotated.write(drawn(frame.pixels, answer, self.colours), frame.seconds)
            self.tally = replace(self.tally, frames=self.tally.frames + 1)
            progress(self.tally.frames, max(video.frame_count, self.tally.frames) if video.frame_count else 0)
        raise _Cancelled

    def _answered(self, frame: Frame, rows: TextIO | None) -> Answer:
        answer = self.predictor.answer_frame(frame.pixels, self.min_score)
        if rows is not None:
            rows.writelines(video_rows(frame, answer))
        seen = self.tally.rows + len(answer.rows)
        self.tally = replace(self.tally, answered=self.tally.answered + 1, rows=seen)
        return answer


def video_rows(frame: Frame, answer: Answer) -> Iterator[str]:
    """Lines of the file of `VIDEO_COLUMNS`; one without a class for a frame in which nothing is seen.

    The class of a whole picture has no corners.
    """
    place = [str(frame.number), written_number(frame.seconds)]
    for one in answer.rows:
        corners = [written_number(edge) for edge in one.corners] if isinstance(one, PredictedBox) else [""] * 4
        yield written_row([*place, written_label(one.label), f"{one.score:.4f}", *corners])
    if not answer.rows:
        yield written_row([*place, *[""] * (len(VIDEO_COLUMNS) - len(place))])


@contextmanager
def _rows_file(path: Path) -> Iterator[TextIO]:
    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(written_row(VIDEO_COLUMNS))
        yield file
        file.close()  # before it takes its place: Windows renames no open file


def _check_places(source: Path, out: Path | None, csv: Path | None) -> None:
    for path in (out, csv):
        if path is not None and path.is_dir():
            raise VideoProblem(f"{path} is a folder; expected the name of a file to write")
    places = [path.absolute().resolve() for path in (source, out, csv) if path is not None]
    if len(set(places)) < len(places):
        raise VideoProblem("the video, its annotated copy and the CSV file need three different names")
