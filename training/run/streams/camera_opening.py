"""Finding a camera, and in words why it can't be had."""

from __future__ import annotations

import math
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import cv2

from training.run.streams.camera_address import host_and_port, shown_address, shown_host
from training.run.streams.opencv import codec_of, opened_capture

AGAIN = "It is looked for again by itself."
DEVICES = Path("/dev")


@dataclass(frozen=True, slots=True)
class NoCamera:
    """Why there is none, as a state and as a sentence."""

    state: Literal["missing", "busy"]
    sentence: str


@dataclass(frozen=True, slots=True)
class OpenCamera:
    """A capture that is open; `is_encoded` if it hands on JPEG files as they come."""

    capture: Any
    is_encoded: bool


def open_camera(address: int | str, patience: float) -> OpenCamera | NoCamera:
    """`patience` in seconds: how long a network camera may take to answer, and later to send a picture."""
    return _device(address) if isinstance(address, int) else _stream(address, patience)


def why_lost(address: int | str) -> str:
    if isinstance(address, int):
        return f"Camera {address} no longer gives pictures: it may have been unplugged. {AGAIN}"
    return f"{shown_host(address)} no longer sends pictures. {AGAIN}"


def _device(number: int) -> OpenCamera | NoCamera:
    is_linux = sys.platform == "linux"
    place = DEVICES / f"video{number}"
    if is_linux and not place.exists():
        return NoCamera("missing", f"There is no camera {number} on this computer: is it plugged in? {AGAIN}")
    if is_linux and not os.access(place, os.R_OK | os.W_OK):
        return NoCamera("busy", f"Camera {number} may not be used: your account has no right to {place}. {AGAIN}")
    capture = opened_capture(number, cv2.CAP_V4L2 if is_linux else cv2.CAP_ANY)
    if capture is not None:
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return OpenCamera(capture, is_encoded=False)
    if is_linux:
        return NoCamera("busy", f"Camera {number} is there but gives no pictures: does another program use it? {AGAIN}")
    return NoCamera("missing", f"There is no camera {number}, or another program uses it. {AGAIN}")


def _stream(address: str, patience: float) -> OpenCamera | NoCamera:
    milliseconds = round(patience * 1000)
    options = {
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC: milliseconds,
        cv2.CAP_PROP_READ_TIMEOUT_MSEC: milliseconds,
        cv2.CAP_PROP_N_THREADS: 1,  # each further one holds back a frame
    }
    capture = opened_capture(address, cv2.CAP_FFMPEG, options)
    if capture is None:
        return _unheard(address, patience)
    count = float(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    if math.isfinite(count) and count > 1:
        capture.release()
        return NoCamera("missing", f"{shown_address(address)} is a video with an end: save it and open it as a file.")
    # JPEG files are handed on as they are: only the newest is ever decoded, and each may have another size.
    is_encoded = codec_of(capture).upper() == "MJPG" and bool(capture.set(cv2.CAP_PROP_FORMAT, -1))
    return OpenCamera(capture, is_encoded)


def _unheard(address: str, patience: float) -> NoCamera:
    """Nobody there, or somebody who sends no video."""
    try:
        socket.create_connection(host_and_port(address), patience).close()
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        said = f"Nothing answers at {shown_host(address)} ({reason}): is the camera switched on? {AGAIN}"
    else:
        shown = shown_address(address)
        said = f"{shown_host(address)} answers, but {shown} is no video: are path, name and password right? {AGAIN}"
    return NoCamera("missing", said)
