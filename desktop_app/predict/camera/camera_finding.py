"""Which of the devices 0 to 9 are cameras; looked up only when somebody asks, since it switches each of them on."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

import cv2

from desktop_app.background import Progress
from training.run.streams.opencv import opened_capture

DEVICES = range(10)


def found_cameras(in_use: Collection[int], told: Progress) -> list[int]:
    """Device numbers; those in use are not touched, and are there. Takes up to seconds."""
    found = []
    for number in DEVICES:
        told(number, len(DEVICES))
        if number in in_use or (_may_be_there(number) and _gives_a_picture(number)):
            found.append(number)
    return found


def _may_be_there(number: int) -> bool:
    return sys.platform != "linux" or Path(f"/dev/video{number}").exists()


def _gives_a_picture(number: int) -> bool:
    """A camera has further devices beside it that give none."""
    capture = opened_capture(number, cv2.CAP_ANY)
    if capture is None:
        return False
    try:
        return bool(capture.grab())
    finally:
        capture.release()
