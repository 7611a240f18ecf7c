"""A video written frame by frame, beside its place until it is whole."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from training.run.answers.letterbox import Pixels
from training.run.streams.video_file import VideoFile


class AnnotatedVideo:
    """As large and as fast as `like`, with its sound if ffmpeg is there. Raises VideoProblem.

    Leaving the block well puts the file in its place; leaving it by an exception, or after `discard`, leaves nothing.
    `note` then says in a sentence what the file does not have and why; "" if it has all.
    """

    note: str

    def __init__(self, path: Path, like: VideoFile) -> None:
        raise NotImplementedError

    def write(self, pixels: Pixels) -> None:
        """The next frame: RGB (H, W, 3) uint8 of the size of `like`."""
        raise NotImplementedError

    def discard(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        raise NotImplementedError
