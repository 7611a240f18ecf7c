"""When a frame of a playing video is due."""

from __future__ import annotations


class VideoClock:
    """Moments are of `time.monotonic`, places of the video in seconds."""

    def __init__(self) -> None:
        self._moment = 0.0
        self._place = 0.0
        self.speed = 1.0

    def start(self, place: float, now: float) -> None:
        self._moment, self._place = now, place

    def set_speed(self, speed: float, now: float) -> None:
        """Where the video stands does not jump."""
        self.start(self._place + (now - self._moment) * self.speed, now)
        self.speed = speed

    def due(self, place: float) -> float:
        """The moment at which that place of the video is to be seen."""
        return self._moment + (place - self._place) / self.speed
