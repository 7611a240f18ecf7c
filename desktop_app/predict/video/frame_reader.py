"""The frames of a video by their numbers, one after the other or far apart, with those kept that may be wanted again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop_app.predict.video.recent_frames import RecentFrames
from training.run.streams.frame import Frame
from training.run.streams.video_file import VideoFile


class FrameReader:
    """Used by one thread. Raises VideoProblem; what takes long asks `cancelled`, and raises ReadingCancelledError."""

    def __init__(self, path: Path, cancelled: Callable[[], bool] = lambda: False) -> None:
        self.video = VideoFile(path, cancelled)
        self._recent = RecentFrames()
        self._next = 0  # that the file gives

    def at(self, number: int) -> Frame | None:
        """The last one there is, if the file holds fewer than it says."""
        kept = self._recent.get(number)
        if kept is not None:
            return kept
        self.go_to(number if number >= self._next else self._run_up(number))
        frame = self.next()
        while frame is not None and frame.number < number:
            frame = self.next()
        return frame or self._last()

    def go_to(self, number: int) -> None:
        """Have `next` give that one."""
        if number != self._next:
            self.video.seek(number)
            self._next = number

    def next(self) -> Frame | None:
        """None at the end."""
        frame = self.video.read()
        if frame is not None:
            self._next = frame.number + 1
            self._recent.add(frame)
        return frame

    def skip(self) -> bool:
        """Past the next one; False at the end."""
        if not self.video.skip():
            return False
        self._next += 1
        return True

    def close(self) -> None:
        self.video.close()
        self._recent.clear()

    def _run_up(self, number: int) -> int:
        """Whoever goes back wants the frames before, too: they are decoded on the way."""
        return max(0, number - self._recent.room_for(3 * self.video.width * self.video.height) // 2)

    def _last(self) -> Frame | None:
        last = None
        self.go_to(max(0, self.video.frame_count - 1))
        while (later := self.next()) is not None:
            last = later
        return last
