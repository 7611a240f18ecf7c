"""Pictures into a video file, one after the other: by the program ffmpeg, or by OpenCV where there is none."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import IO

import cv2
import numpy as np

from training.run.answers.letterbox import Pixels
from training.run.streams.ffmpeg import ENCODERS, FILES_ONLY, QUIET, Ffmpeg, last_line, no_console
from training.run.streams.opencv import opened_capture, quieten
from training.run.streams.problem import VideoProblem

PATIENCE_SECONDS = 60.0  # for one picture, and for the end of the file
FINEST_RATE = 1001  # rates such as 30000/1001 are what cameras have


class Encoder(ABC):
    """Takes pictures of one even size."""

    @abstractmethod
    def write(self, pixels: Pixels) -> None:
        """The next picture, RGB uint8. Raises VideoProblem."""

    @abstractmethod
    def finish(self) -> None:
        """The file is whole then. Raises VideoProblem."""

    @abstractmethod
    def abort(self) -> None:
        """Let go of the file, which is of no use. Also after `finish`."""


class FfmpegEncoder(Encoder):
    """A process that gets raw pictures; one that does not go on is ended."""

    def __init__(self, ffmpeg: Ffmpeg, target: Path, width: int, height: int, rate: float) -> None:
        # Between processes a pipe of complaints could run full while nobody reads it.
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by `abort`
        name = "mpeg4" if target.suffix.lower() == ".avi" else ffmpeg.encoder
        raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", _written(rate)]
        encoded = ["-c:v", name, *ENCODERS[name], "-pix_fmt", "yuv420p"]
        command = [ffmpeg.program, *QUIET, *FILES_ONLY, *raw, "-i", "pipe:0", *encoded, str(target)]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._complaints,
                creationflags=no_console(),
            )
        except OSError as error:
            self._complaints.close()
            raise VideoProblem(f"ffmpeg can't be started: {error.strerror or error}") from error

    def write(self, pixels: Pixels) -> None:
        assert self._process.stdin is not None
        watchdog = threading.Timer(PATIENCE_SECONDS, self._process.kill)
        watchdog.start()
        try:
            self._process.stdin.write(np.ascontiguousarray(pixels).data)
        except OSError as error:
            raise VideoProblem(f"the video can't be written: {self._complaint()}") from error
        finally:
            watchdog.cancel()
            watchdog.join()

    def finish(self) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
            code = self._process.wait(PATIENCE_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise VideoProblem(f"the video can't be finished: {self._complaint()}") from error
        if code:
            raise VideoProblem(f"the video can't be written: {self._complaint()}")

    def abort(self) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None and not self._process.stdin.closed:
            with suppress(OSError):  # what is still buffered has nobody who takes it
                self._process.stdin.close()
        self._complaints.close()

    def _complaint(self) -> str:
        self._complaints.seek(0)
        return last_line(self._complaints.read().decode("utf-8", "replace"))


class OpenCvEncoder(Encoder):
    """What OpenCV brings along: MPEG-4, or for .avi JPEG after JPEG. No sound."""

    def __init__(self, target: Path, width: int, height: int, rate: float) -> None:
        quieten()
        self._target = target
        self._count = 0
        code = cv2.VideoWriter.fourcc(*("MJPG" if target.suffix.lower() == ".avi" else "mp4v"))
        self._writer = cv2.VideoWriter(
            str(target), cv2.CAP_FFMPEG, code, float(Fraction(_written(rate))), (width, height)
        )
        if not self._writer.isOpened():
            raise VideoProblem(
                f"no video can be written to {target.parent}: {width} x {height} pixels, {rate:g} a second"
            )

    def write(self, pixels: Pixels) -> None:
        try:
            self._writer.write(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        except cv2.error as error:
            raise VideoProblem(f"the video can't be written: {error.err}") from error
        self._count += 1

    def finish(self) -> None:
        """Read again, as OpenCV does not tell when a disk is full."""
        self._writer.release()
        written = opened_capture(str(self._target), cv2.CAP_FFMPEG)
        count = written.get(cv2.CAP_PROP_FRAME_COUNT) if written is not None else 0
        if written is not None:
            written.release()
        if self._count and count < 1:
            raise VideoProblem("the video can't be written: is the disk full?")

    def abort(self) -> None:
        self._writer.release()


def _written(rate: float) -> str:
    """Frames a second as ffmpeg takes them: 29.97 is meant to be 30000/1001."""
    return str(Fraction(rate).limit_denominator(FINEST_RATE))
