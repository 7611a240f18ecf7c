"""Frames that were read last: going back by one must not mean to decode all since the last key frame each time."""

from __future__ import annotations

from training.run.streams.frame import Frame

MOST_FRAMES = 32
MOST_BYTES = 128 * 2**20


class RecentFrames:
    """Of one video, by number; the ones that were added first go first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._frames: dict[int, Frame] = {}
        self._bytes = 0

    def add(self, frame: Frame) -> None:
        self._drop(frame.number)
        self._frames[frame.number] = frame
        self._bytes += frame.pixels.nbytes
        while len(self._frames) > MOST_FRAMES or (self._bytes > self._most_bytes and len(self._frames) > 1):
            self._drop(next(iter(self._frames)))

    def get(self, number: int) -> Frame | None:
        return self._frames.get(number)

    def clear(self) -> None:
        self._frames.clear()
        self._bytes = 0

    def room_for(self, frame_bytes: int) -> int:
        """How many frames of that size can be kept, at least one."""
        return max(1, min(MOST_FRAMES, self._most_bytes // max(1, frame_bytes)))

    def _drop(self, number: int) -> None:
        frame = self._frames.pop(number, None)
        if frame is not None:
            self._bytes -= frame.pixels.nbytes
