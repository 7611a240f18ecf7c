"""Small video files whose frames say their number, written by OpenCV or, where that can't, by ffmpeg."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from training.run.answers.letterbox import Pixels
from training.run.streams.opencv import quieten

WIDTH, HEIGHT, RATE, COUNT = 160, 120, 25.0, 50
BITS = 10
RED, GREEN = (220, 40, 40), (40, 190, 60)


def numbered_frame(number: int, width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """RGB: a red square that goes to the right, a green disc that goes down, and below, in stripes, the number."""
    pixels = np.full((height, width, 3), 90, np.uint8)
    side = height // 5
    left = (number * 3) % (width - side)
    pixels[height // 6 : height // 6 + side, left : left + side] = RED
    middle = (width // 2, height // 4 + (number * 2) % (height // 3))
    cv2.circle(pixels, middle, side // 2, GREEN, cv2.FILLED)
    stripe = width // BITS
    for bit in range(BITS):
        pixels[-height // 5 :, bit * stripe : (bit + 1) * stripe] = 235 if number >> bit & 1 else 20
    return pixels


def number_of(pixels: Pixels) -> int:
    """What number a frame says, also after a codec."""
    height, width = pixels.shape[:2]
    stripe = width // BITS
    row = pixels[height - height // 10, :, :].mean(axis=1)
    return sum(1 << bit for bit in range(BITS) if row[bit * stripe + stripe // 2] > 128)


def write_video(
    path: Path, count: int = COUNT, width: int = WIDTH, height: int = HEIGHT, rate: float = RATE, codec: str = ""
) -> Path:
    """`codec` is a four-letter code; without it MJPG for .avi and mp4v for others."""
    quieten()  # the libraries ask once in a process
    code = codec or ("MJPG" if path.suffix == ".avi" else "mp4v")
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*code), rate, (width, height))
    assert writer.isOpened(), path
    for number in range(count):
        writer.write(cv2.cvtColor(numbered_frame(number, width, height), cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def ffmpeg_program() -> Path:
    """The program that the tests bring along; it is not on PATH."""
    import imageio_ffmpeg

    return Path(imageio_ffmpeg.get_ffmpeg_exe())


def put_ffmpeg_into(folder: Path) -> Path:
    """A folder for PATH in which the program is called as usual."""
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "ffmpeg"
    if not link.exists():
        link.symlink_to(ffmpeg_program())
    return folder


def run_ffmpeg(*arguments: str | Path) -> None:
    command = [str(ffmpeg_program()), "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def write_h264(path: Path, *options: str, count: int = COUNT, sound: bool = False, group: int = 25) -> Path:
    """H.264 with B frames and a key frame only every `group` frames, as phones write it; `options` before the name."""
    raw = write_video(path.with_name(f"raw-{path.stem}.avi"), count)
    tone: Sequence[str] = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={count / RATE}") if sound else ()
    encoder = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "2", "-g", str(group))
    run_ffmpeg("-i", raw, *tone, *encoder, *options, path)
    raw.unlink()
    return path


def has_sound(path: Path) -> bool:
    """Whether ffmpeg finds a sound track."""
    command = [str(ffmpeg_program()), "-nostdin", "-hide_banner", "-i", str(path)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    return "Audio:" in done.stderr
