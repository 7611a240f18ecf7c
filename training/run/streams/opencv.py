"""OpenCV's reader of videos and cameras, without what its libraries print on the terminal."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import cv2

_QUIET = "-8"  # AV_LOG_QUIET: a damaged video would fill the terminal, and what matters is said in a sentence


def quieten() -> None:
    """Before the first video: ffmpeg's level is read once. Somebody who set the levels wants to see them obeyed."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", _QUIET)
    if "OPENCV_LOG_LEVEL" not in os.environ:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def opened_capture(source: int | str, backend: int, options: Mapping[int, int] | None = None) -> Any:
    """A cv2.VideoCapture; None where it does not open."""
    quieten()
    capture = cv2.VideoCapture()
    try:
        flat = [number for pair in (options or {}).items() for number in pair]
        if capture.open(source, backend, flat) if flat else capture.open(source, backend):
            return capture
    except cv2.error:
        pass  # to who asked, a reader that fails and one that can't begin are the same
    capture.release()
    return None


def codec_of(capture: Any) -> str:
    """Its four letters, such as "avc1"; "" if they are none."""
    code = int(capture.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
    letters = code.to_bytes(4, "little").decode("latin-1").strip("\0 ")
    return letters if letters.isascii() and letters.isprintable() else ""
