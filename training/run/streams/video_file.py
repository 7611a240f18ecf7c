"""A video file, frame by frame and upright."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from training.run.streams.frame import Frame
from training.run.streams.problem import VideoProblem

__all__ = ["VideoFile", "VideoProblem"]


class VideoFile:
    """Used by one thread at a time. Raises VideoProblem where the file can't be opened or is no video.

    `width` and `height` are of the upright picture. `frame_count` and `duration` (seconds) are what the file says of
    itself, 0 where it does not; the true end is where `read` gives None. `frames_per_second` is the average one.
    """

    width: int
    height: int
    frames_per_second: float
    frame_count: int
    duration: float
    title: str

    def __init__(self, path: Path) -> None:
        self.path = path
        raise NotImplementedError

    def read(self) -> Frame | None:
        """The next frame; None at the end."""
        raise NotImplementedError

    def seek(self, number: int) -> None:
        """Have `read` give the frame of this number (from 0) next; behind the end it gives None."""
        raise NotImplementedError

    def close(self) -> None:
        """Also twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
