"""When each frame of a video is shown, from its packets alone: nothing is decoded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from training.run.streams.opencv import opened_capture
from training.run.streams.problem import ReadingCancelledError

Times = npt.NDArray[np.float64]

SAME_MS = 0.1  # a time is worked out the same way each time it is asked for
ASKED_EACH = 20  # packets


def frame_times(path: Path, cancelled: Callable[[], bool] = lambda: False) -> Times | None:
    """The time of each frame in milliseconds since the first, in the order of showing.

    None where the file does not tell them apart: then frames can only be counted. The whole file is read, which may take
    minutes: `cancelled` is asked often, and ReadingCancelledError raised.
    """
    packets = opened_capture(str(path), cv2.CAP_FFMPEG, {cv2.CAP_PROP_FORMAT: -1})
    if packets is None:
        return None
    times: list[float] = []
    try:
        while packets.grab():
            if len(times) % ASKED_EACH == 0 and cancelled():
                raise ReadingCancelledError
            times.append(packets.get(cv2.CAP_PROP_POS_MSEC))
    finally:
        packets.release()
    shown = np.sort(np.array(times, np.float64))
    return shown if len(shown) and bool((np.diff(shown) > SAME_MS).all()) else None
