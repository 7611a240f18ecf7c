"""Which files are videos, by how they begin.

What ffmpeg takes for a video includes playlists that name other files and addresses; those are never opened.
"""

from __future__ import annotations

import os
from pathlib import Path

from training.run.streams.problem import VideoProblem

# Not ".gif", which is a picture to most, nor ".ogg", which is sound: such a file plays when it is opened as a video.
VIDEO_SUFFIXES = frozenset(
    {
        *(".mp4", ".m4v", ".mov", ".3gp", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts"),
        *(".wmv", ".asf", ".flv", ".ogv", ".vob", ".mxf"),
    }
)
_HEAD_BYTES = 4096
_TS_SYNC = 0x47
_TS_PACKETS = ((0, 188), (4, 192))  # where the first begins, and how long each is: camcorders put the time before it
_MP4_PARTS = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"})
_BEGINNINGS = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x00\x00\x01\xb3",  # MPEG video
    b"\x00\x00\x00\x01",  # H.264 or H.265 without a container
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, WMV
    b"\x06\x0e\x2b\x34",  # MXF
    b"FLV\x01",
    b"OggS",
    b"GIF87a",
    b"GIF89a",
    b"YUV4MPEG2 ",
)


def is_video_name(path: str | Path) -> bool:
    return os.path.splitext(path)[1].lower() in VIDEO_SUFFIXES  # noqa: PTH122 -- of very many names


def check_is_video(path: Path) -> None:
    """Raises VideoProblem for a file that is not there, is empty, can't be read or is no video."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError as error:
        raise VideoProblem(f"there is no video {path}") from error
    except IsADirectoryError as error:
        raise VideoProblem(f"{path} is a folder; expected a video file") from error
    except OSError as error:
        raise VideoProblem(f"{path} can't be read: {error.strerror or error}") from error
    if not head:
        raise VideoProblem(f"{path.name} is empty; expected a video")
    if not is_video_head(head):
        raise VideoProblem(f"{path.name} is no video: expected a file like MP4, MOV, MKV, WebM or AVI")


def is_video_head(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a video."""
    if head.startswith(_BEGINNINGS) or (head[4:8] in _MP4_PARTS and head[0] < 0x20):
        return True
    if head[:4] == b"RIFF":
        return head[8:12] in (b"AVI ", b"AVIX")
    return any(_has_packets(head, start, length) for start, length in _TS_PACKETS)


def _has_packets(head: bytes, start: int, length: int) -> bool:
    """Whether each of the packets that a transport stream is cut into begins as they do."""
    beginnings = head[start::length]
    return len(beginnings) > 1 and set(beginnings) == {_TS_SYNC}
