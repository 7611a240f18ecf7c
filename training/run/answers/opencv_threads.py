"""OpenCV without threads of its own while ours decode beside each other. No Keras."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import cv2

_guard = threading.Lock()
_users = 0
_usual = 0


@contextmanager
def opencv_without_threads() -> Iterator[None]:
    """For small pictures its threads cost more than they give. The number is the whole process's: the last one out
    restores what the first one found.
    """
    global _users, _usual
    with _guard:
        if _users == 0:
            _usual = cv2.getNumThreads()
            cv2.setNumThreads(1)
        _users += 1
    try:
        yield
    finally:
        with _guard:
            _users -= 1
            if _users == 0:
                cv2.setNumThreads(_usual)
