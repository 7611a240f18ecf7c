"""The program ffmpeg, where there is one: it writes H.264 and takes sound along, which OpenCV can't."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from training.run.streams.problem import VideoProblem

QUESTION_SECONDS = 20.0
QUIET = ("-nostdin", "-hide_banner", "-v", "error", "-y")
FILES_ONLY = ("-protocol_whitelist", "file,pipe")
# The best first; the last is in every ffmpeg.
ENCODERS: dict[str, tuple[str, ...]] = {
    "libx264": ("-preset", "veryfast", "-crf", "20"),
    "libopenh264": ("-b:v", "6M"),
    "mpeg4": ("-q:v", "3"),
}


@dataclass(frozen=True, slots=True)
class Ffmpeg:
    """Where it is, and the name of its best encoder in `ENCODERS`."""

    program: str
    encoder: str


def find_ffmpeg() -> Ffmpeg | None:
    """As a person's own command `ffmpeg` would be found; never one that lies in the current folder."""
    program = shutil.which("ffmpeg")
    if program is None or not Path(program).is_absolute():
        return None
    encoder = _best_encoder(program)
    return Ffmpeg(program, encoder) if encoder else None


@lru_cache(maxsize=4)
def _best_encoder(program: str) -> str:
    """Its name; "" if this is no ffmpeg that works."""
    try:
        told = run([program, "-nostdin", "-hide_banner", "-encoders"], QUESTION_SECONDS)
    except VideoProblem:
        return ""
    known = set(re.findall(r"^ V\S{5} (\S+)", told, re.MULTILINE))
    return next((name for name in ENCODERS if name in known), "")


def run(command: Sequence[str], seconds: float) -> str:
    """What it prints. Raises VideoProblem with the last line of its complaint if it fails or takes longer."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
            creationflags=no_console(),
        )
    except subprocess.TimeoutExpired as error:
        raise VideoProblem(f"ffmpeg took longer than {seconds:.0f} seconds") from error
    except OSError as error:
        raise VideoProblem(f"ffmpeg can't be started: {error.strerror or error}") from error
    if done.returncode:
        raise VideoProblem(f"ffmpeg failed: {last_line(done.stderr)}")
    return done.stdout


def last_line(complaint: str) -> str:
    lines = complaint.strip().splitlines() or ["it did not say why"]
    return lines[-1].strip()


def no_console() -> int:
    """On Windows each program that is started would show a black window."""
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW
    return 0


def add_sound(ffmpeg: Ffmpeg, pictures: Path, source: Path, target: Path, seconds: float) -> None:
    """Write `target`: the pictures of one file with the sound of another, if that has any. Raises VideoProblem."""
    how = [("-c:a", "copy"), ("-c:a", "aac", "-b:a", "192k")]
    if target.suffix.lower() == ".avi":
        how = [("-c:a", "pcm_s16le")]
    for place, codec in enumerate(how):
        inputs = [*FILES_ONLY, "-i", os.fspath(pictures), *FILES_ONLY, "-i", os.fspath(source)]
        wanted = ["-map", "0:v:0", "-map", "1:a?", "-c:v", "copy", *codec]
        start = ["-movflags", "+faststart"] if target.suffix.lower() in (".mp4", ".m4v", ".mov") else []
        try:
            run([ffmpeg.program, *QUIET, *inputs, *wanted, *start, os.fspath(target)], seconds)
        except VideoProblem:
            if place == len(how) - 1:
                raise
        else:
            return
