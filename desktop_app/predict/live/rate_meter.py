"""How many pictures a second, and how old they are when they are seen."""

from __future__ import annotations

import statistics
from collections import deque

WINDOW_S = 2.0
SHORTEST_S = 0.25  # less says nothing about a rate


class RateMeter:
    """All times are of `time.monotonic`."""

    def __init__(self) -> None:
        self._shown: deque[float] = deque()
        self._ages: deque[tuple[float, float]] = deque()

    def clear(self) -> None:
        self._shown.clear()
        self._ages.clear()

    def came(self, now: float) -> None:
        """A picture came to be shown."""
        self._shown.append(now)
        while self._shown[0] < now - WINDOW_S:
            self._shown.popleft()

    def seen(self, taken: float, now: float) -> None:
        """A picture that was taken then is on the screen now."""
        self._ages.append((now, now - taken))
        while self._ages[0][0] < now - WINDOW_S:
            self._ages.popleft()

    def per_second(self, now: float) -> float:
        """Of the last two seconds; 0 while nothing comes."""
        recent = [moment for moment in self._shown if moment >= now - WINDOW_S]
        if len(recent) < 2 or now - recent[-1] > 1.0:
            return 0.0
        return (len(recent) - 1) / max(SHORTEST_S, recent[-1] - recent[0])

    def latency(self, now: float) -> float | None:
        """Seconds from taking to showing, the median of the last two; None while nothing is seen."""
        recent = [age for moment, age in self._ages if moment >= now - WINDOW_S]
        return statistics.median(recent) if recent else None
