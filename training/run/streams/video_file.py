"""A video file, frame by frame and upright."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np

from training.run.streams.containers import check_is_video
from training.run.streams.frame import Frame
from training.run.streams.frame_times import SAME_MS, Times, frame_times
from training.run.streams.opencv import codec_of, opened_capture
from training.run.streams.problem import ReadingCancelledError, VideoProblem

__all__ = ["ReadingCancelledError", "VideoFile", "VideoProblem"]

USUAL_RATE = 25.0
MOST_PER_SECOND = 1000.0
MOST_FRAMES = 10_000_000
MOST_PIXELS = 140_000_000  # a little more than 16K
MOST_SQUEEZED = 4.0
MOST_UNEVEN = 1.5  # times the usual time between two frames: files round their times
MOST_STEADY_RATE = 120.0
READ_ON_FRAMES = 12  # so far ahead reading on is quicker than jumping
RUN_UPS_MS = (0.0, 250.0, 2_000.0, 15_000.0)  # how long before its place a frame is begun to be looked for


class VideoFile:
    """Used by one thread at a time. Raises VideoProblem where the file can't be opened or is no video.

    `width` and `height` are of the picture as it is seen: upright, with square pixels. `frame_count` and `duration` (seconds) are what the file says of
    itself, 0 where it does not, until `read` came to the end. `frames_per_second` is the average one. While `seek` and
    `steady_rate` look through the file, `cancelled` is asked; then they raise ReadingCancelledError.
    """

    def __init__(self, path: Path, cancelled: Callable[[], bool] = lambda: False) -> None:
        self._cancelled = cancelled
        self.path = path.absolute()  # a name like "concat:x" would be more than a name to ffmpeg
        check_is_video(self.path)
        self._times: Times | None = None
        self._times_are_known = False
        self._next = 0  # the number of the frame that `read` gives
        self._held = False  # it is decoded already
        self._ended = False
        self._whole_count: int | None = None  # once the end was reached
        self._capture: Any = self._opened()
        self._describe()
        self._check_first_frame()

    @property
    def title(self) -> str:
        return self.path.name

    def read(self) -> Frame | None:
        """The next frame; None at the end."""
        if not self._grabbed():
            return None
        seconds = self._milliseconds() / 1000
        try:
            whole, bgr = self._capture.retrieve()
        except cv2.error as error:
            raise VideoProblem(f"{self.title}: frame {self._next} can't be decoded: {error.err}") from error
        if not whole or bgr is None:
            self._end()
            return None
        if bgr.shape[:2] != (self.height, self.width):
            bgr = cv2.resize(bgr, (self.width, self.height), interpolation=cv2.INTER_LINEAR)
        frame = Frame(np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8), self._next, seconds)
        self._next, self._held = self._next + 1, False
        return frame

    def skip(self) -> bool:
        """Go past the next frame, which is cheaper than reading it; False at the end."""
        if not self._grabbed():
            return False
        self._next, self._held = self._next + 1, False
        return True

    def seek(self, number: int) -> None:
        """Have `read` give the frame of this number (from 0) next, exactly; behind the end it gives None.

        The first far jump looks through the whole file for the times of its frames, which takes about as long as
        copying it.
        """
        number = max(0, number)
        if self._ended and number >= self._next:
            return
        if self._whole_count is not None:
            number = min(number, self._whole_count)
        if self._ended or not 0 <= number - self._next <= READ_ON_FRAMES:
            self._jump_before(number)
        while self._next < number and self.skip():
            if self._cancelled():
                raise ReadingCancelledError

    def steady_rate(self) -> float:
        """Frames a second at which each frame has a place of its own: the average, or more where they come unevenly."""
        times = self._known_times()
        gaps = np.diff(times) if times is not None else np.zeros(0)
        usual = float(np.median(gaps)) if len(gaps) else 0.0
        if not len(gaps) or float(gaps.max()) < MOST_UNEVEN * usual:
            return self.frames_per_second
        return max(self.frames_per_second, min(MOST_STEADY_RATE, 1000 / usual))

    def close(self) -> None:
        """Also twice."""
        self._capture.release()
        self._ended = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _opened(self) -> Any:
        options = {cv2.CAP_PROP_HW_ACCELERATION: cv2.VIDEO_ACCELERATION_NONE}
        capture = opened_capture(str(self.path), cv2.CAP_FFMPEG, options)
        if capture is None:
            raise VideoProblem(f"{self.title} can't be opened as a video: it is damaged, or of an unknown kind")
        capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
        return capture

    def _describe(self) -> None:
        self.width = int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        self.height = int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        wide = self._pixel_shape()
        if wide > 1:
            self.width = round(self.width * wide)
        else:
            self.height = round(self.height / wide)
        rate = float(self._capture.get(cv2.CAP_PROP_FPS))
        self.frames_per_second = rate if 0 < rate <= MOST_PER_SECOND else USUAL_RATE
        count = float(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
        self.frame_count = int(count) if math.isfinite(count) and 0 < count <= MOST_FRAMES else 0
        self.duration = self.frame_count / self.frames_per_second

    def _pixel_shape(self) -> float:
        """How much wider than high a pixel is to be shown: old cameras and discs store pictures squeezed."""
        high = float(self._capture.get(cv2.CAP_PROP_SAR_DEN))
        wide = float(self._capture.get(cv2.CAP_PROP_SAR_NUM)) / high if high else 1.0
        if int(self._capture.get(cv2.CAP_PROP_ORIENTATION_META)) % 180 and wide:
            wide = 1 / wide
        return wide if 1 / MOST_SQUEEZED <= wide <= MOST_SQUEEZED else 1.0

    def _check_first_frame(self) -> None:
        if self.width * self.height > MOST_PIXELS:
            self.close()
            raise VideoProblem(f"{self.title}: its pictures are too large ({self.width} x {self.height} pixels)")
        if not self._grabbed():
            codec = codec_of(self._capture)
            self.close()
            kind = f" (their codec is {codec})" if codec else ""
            raise VideoProblem(f"{self.title}: none of its pictures can be decoded{kind}")

    def _grabbed(self) -> bool:
        """Whether the next frame is there to be retrieved."""
        if self._ended:
            return False
        if not self._held and self._next != self._whole_count:
            self._held = bool(self._capture.grab())
        if not self._held:
            self._end()
        return self._held

    def _end(self) -> None:
        self._ended, self._held = True, False
        # In a file that breaks off, jumping shows a ruin or two behind what reading gives.
        self._whole_count = min(self._next, self._whole_count or self._next)
        self.frame_count = self._whole_count
        self.duration = self.frame_count / self.frames_per_second

    def _milliseconds(self) -> float:
        """Of the frame that is grabbed; by counting where the file has no times."""
        told = float(self._capture.get(cv2.CAP_PROP_POS_MSEC))
        return told if told > 0 else self._next * 1000 / self.frames_per_second

    def _jump_before(self, number: int) -> None:
        """To the frame, or to one from where reading on leads there."""
        times = self._known_times()
        if times is not None:
            place = min(number, len(times) - 1)
            if self._jumped(place, float(times[place])):
                return
        if times is not None or self._ended or number < self._next:
            self._begin_again()

    def _known_times(self) -> Times | None:
        if not self._times_are_known:
            self._times, self._times_are_known = frame_times(self.path, self._cancelled), True
        return self._times

    def _jumped(self, number: int, target: float) -> bool:
        """Whether the frame could be found by its time; if not, our place is lost."""
        for run_up in RUN_UPS_MS:
            self._capture.set(cv2.CAP_PROP_POS_MSEC, max(0.0, target - run_up))
            if self._found(target):
                self._next, self._held, self._ended = number, True, False
                return True
        return False

    def _begin_again(self) -> None:
        self._capture.release()
        self._capture = self._opened()
        self._next, self._held, self._ended = 0, False, False

    def _found(self, target: float) -> bool:
        """Read on until the frame of this time, or one behind it."""
        now = -math.inf
        while now < target - SAME_MS and self._capture.grab():
            now = float(self._capture.get(cv2.CAP_PROP_POS_MSEC))
        return abs(now - target) <= SAME_MS
