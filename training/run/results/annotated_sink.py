"""Copies of the images with what was seen drawn into them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from training.dataset.dataset import Problem
from training.dataset.image_files import ImageProblem, read_upright
from training.run.failure import RunFailed
from training.run.model_card import ModelCard
from training.run.results.copy_places import CopyPlaces
from training.run.results.result import FileResult, Kept, ResultSink
from training.run.streams.drawing import RGB, class_palette, drawn

THREADS = 2
AHEAD = 8  # images that wait to be drawn; each is read only then
QUALITY = 92
MARK = b"Annotated copy made by Boxwright"
_MARK_WITHIN = 4096  # bytes from the beginning of the file


class AnnotatedSink(ResultSink):
    """Into `folder`, in subfolders as below what was `given`: JPEG and PNG stay such under their names, all else becomes
    a JPEG with `.jpg` after its whole name.

    A file that is there already is replaced only if it is such a copy. Raises RunFailed where the copies would lie among
    the originals.
    """

    name = "annotated"

    def __init__(self, folder: Path, given: Sequence[Path], min_score: float = 0.0) -> None:
        for path in given:
            if path.resolve().is_relative_to(folder.resolve()):
                raise RunFailed(f"{folder}: the annotated images would lie among the originals; give another folder")
        self.folder = folder
        self.written = 0
        self._places = CopyPlaces(folder, given)
        self._min_score = min_score
        self._colours: Mapping[int, RGB] = {}
        self._problems: list[Problem] = []
        self._coming: deque[Future[Problem | None]] = deque()
        self._pool: ThreadPoolExecutor | None = None

    @property
    def problems(self) -> Sequence[Problem]:
        return self._problems

    def begin(self, card: ModelCard, kept: Kept | None = None) -> None:
        self._colours = class_palette(card.classes)
        self.written = kept.get("written", 0) if kept else 0
        self.folder.mkdir(parents=True, exist_ok=True)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="annotate")

    def take(self, result: FileResult) -> None:
        assert self._pool is not None, "begin comes first"
        if not result.problem:
            self._coming.append(self._pool.submit(self._draw, result))
        self._wait_until(AHEAD)

    def checkpoint(self) -> Kept:
        self._wait_until(0)
        return {"written": self.written}

    def finish(self) -> None:
        self._wait_until(0)
        self._end()

    def leave(self) -> None:
        self._end()

    def discard(self) -> None:
        """Copies that are whole stay."""
        self._end()

    def _wait_until(self, waiting: int) -> None:
        while len(self._coming) > waiting:
            problem = self._coming.popleft().result()
            if problem is None:
                self.written += 1
            else:
                self._problems.append(problem)

    def _end(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)
        self._coming.clear()

    def _draw(self, result: FileResult) -> Problem | None:
        place = self._places.of(result.name, result.path)
        if place.exists() and not _is_copy(place):
            return Problem(result.name, None, f"{place} is there already and is no annotated copy, so it was left")
        try:
            pixels = read_upright(result.path)
        except ImageProblem as problem:
            return Problem(result.name, None, problem.reason)
        picture = Image.fromarray(drawn(pixels, result.answer, self._colours, self._min_score))
        place.parent.mkdir(parents=True, exist_ok=True)
        # One name for each: who goes on after a cut-off run replaces what was half written.
        beside = place.with_name(f".{place.name}.partial")
        try:
            _save(picture, beside, is_png=place.suffix.lower() == ".png")
            os.replace(beside, place)  # noqa: PTH105 -- as in safe_files
        finally:
            beside.unlink(missing_ok=True)
        return None


def _save(picture: Image.Image, path: Path, *, is_png: bool) -> None:
    with path.open("wb") as file:
        if is_png:
            mark = PngInfo()
            mark.add_text("Comment", MARK.decode())
            picture.save(file, "PNG", pnginfo=mark)
        else:
            picture.save(file, "JPEG", quality=QUALITY, comment=MARK)


def _is_copy(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return MARK in file.read(_MARK_WITHIN)
    except OSError:
        return False
