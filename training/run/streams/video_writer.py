"""A video written frame by frame, beside its place until it is whole."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from training.dataset.safe_files import replacing
from training.run.answers.letterbox import Pixels
from training.run.streams.encoders import Encoder, FfmpegEncoder, OpenCvEncoder
from training.run.streams.ffmpeg import add_sound, find_ffmpeg
from training.run.streams.problem import VideoProblem
from training.run.streams.video_file import VideoFile

WRITTEN_SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".avi")
SOUND_SECONDS = 60.0  # to take it along, and as long again as the video lasts
WITHOUT_FFMPEG = "The video has no sound: that needs the program ffmpeg, which was not found on this computer."
LONGEST_STILL_SECONDS = 600.0  # a damaged file may say that a frame comes after years
_SAME_SLOT = 0.01  # of a frame: times are rounded in files


class _Discarded(Exception):  # noqa: N818 -- not an error
    """Nobody wants the file."""


class AnnotatedVideo:
    """As large and as fast as `like`, with its sound if ffmpeg is there. Raises VideoProblem.

    Leaving the block well puts the file in its place; leaving it by an exception, or after `discard`, leaves nothing.
    `note` then says in a sentence what the file does not have and why; "" if it has all. Sides are made even, as H.264
    needs it, by repeating the last column or row.
    """

    def __init__(self, path: Path, like: VideoFile) -> None:
        self.note = ""
        self.path = path.absolute()
        self._like = like
        self._rate = like.steady_rate()
        self._count = 0
        self._last: Pixels | None = None
        self._is_discarded = False
        self._check_name()
        self._ffmpeg = find_ffmpeg()
        self._stack = ExitStack()
        with ExitStack() as opening:
            self._beside = opening.enter_context(replacing(self.path))
            self._pictures = self._beside if self._ffmpeg is None else opening.enter_context(_scratch(self._beside))
            self._encoder = self._opened_encoder()
            opening.callback(self._encoder.abort)
            self._stack = opening.pop_all()

    def write(self, pixels: Pixels, seconds: float | None = None) -> None:
        """The next frame: RGB (H, W, 3) uint8 of the size of `like`.

        `seconds` is its time in `like`. Where frames do not come evenly, some are repeated or left out, so that sound
        and pictures stay together; without it each is written once.
        """
        height, width = pixels.shape[:2]
        if (width, height) != (self._like.width, self._like.height):
            raise ValueError(f"expected frames of {self._like.width} x {self._like.height}, got {width} x {height}")
        missing = 0 if seconds is None else self._slot(seconds) - self._count
        if missing < 0:
            return
        even = _even(pixels)
        longest = math.ceil(LONGEST_STILL_SECONDS * self._rate)
        for shown in (*[self._last] * min(missing, longest), even):
            self._encoder.write(even if shown is None else shown)
            self._count += 1
        self._last = even

    def discard(self) -> None:
        self._is_discarded = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._is_discarded:
            kind, error = _Discarded, _Discarded()
        if kind is not None:
            self._stack.__exit__(kind, error, trace)
            return
        with self._stack:
            self._finish()

    def _slot(self, seconds: float) -> int:
        """Which frame of an even rate is shown at that time."""
        return math.floor(seconds * self._rate + 0.5 - _SAME_SLOT)

    def _finish(self) -> None:
        self._encoder.finish()
        if self._ffmpeg is None:
            self.note = WITHOUT_FFMPEG
            return
        seconds = SOUND_SECONDS + self._count / self._rate
        try:
            add_sound(self._ffmpeg, self._pictures, self._like.path, self._beside, seconds)
        except VideoProblem as problem:
            self._pictures.replace(self._beside)
            self.note = f"The video has no sound: {problem}"

    def _opened_encoder(self) -> Encoder:
        width, height = self._like.width + self._like.width % 2, self._like.height + self._like.height % 2
        if self._ffmpeg is None:
            return OpenCvEncoder(self._pictures, width, height, self._rate)
        return FfmpegEncoder(self._ffmpeg, self._pictures, width, height, self._rate)

    def _check_name(self) -> None:
        if self.path.suffix.lower() not in WRITTEN_SUFFIXES:
            raise VideoProblem(f"{self.path.name}: expected a name that ends in {', '.join(WRITTEN_SUFFIXES)}")
        if self.path.exists() and self.path.samefile(self._like.path):
            raise VideoProblem(f"{self.path.name} is the video itself: expected another name to write to")


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    """A file in the same folder that is gone afterwards."""
    handle, name = tempfile.mkstemp(prefix=f"{beside.stem}-", suffix=beside.suffix, dir=beside.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _even(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    if not (height % 2 or width % 2):
        return pixels
    return np.asarray(cv2.copyMakeBorder(pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), np.uint8)
