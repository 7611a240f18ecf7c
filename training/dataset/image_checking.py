"""Which of a folder's images can't be read, and why."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from training.dataset.dataset import Problem
from training.dataset.image_files import ImageProblem, opened_upright
from training.dataset.image_folder import entries_below, is_image_file, is_named_like_image

_PER_TASK = 4
_THREADS = 2
_ENOUGH = 8  # pixels: a JPEG is decoded as small as it goes, which reads all of its file

Progress = Callable[[int, int], object]


def unreadable(folder: Path, images: Sequence[str], progress: Progress) -> list[Problem]:
    """Reads every image, given by its path in the folder; then looks for what is named like an image and is none.

    `progress(done, images in all)` is called in this thread and may raise, to stop.
    """
    tasks = [images[start : start + _PER_TASK] for start in range(0, len(images), _PER_TASK)]
    problems: list[Problem] = []
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="check") as threads:
        try:
            for number, found in enumerate(threads.map(lambda part: _unreadable(folder, part), tasks), start=1):
                problems += found
                progress(min(number * _PER_TASK, len(images)), len(images))
        finally:
            threads.shutdown(cancel_futures=True)
    return problems + _no_files(folder)


def _unreadable(folder: Path, images: Sequence[str]) -> list[Problem]:
    reasons = ((image, _reason(folder / image)) for image in images)
    return [Problem(image, None, reason) for image, reason in reasons if reason]


def _reason(path: Path) -> str:
    try:
        with opened_upright(path) as image:
            image.pixels(at_least=_ENOUGH)
    except ImageProblem as problem:
        return problem.reason
    return ""


def _no_files(folder: Path) -> list[Problem]:
    """What the list of images leaves out although it is named like one."""
    found = [
        Problem(_printable(Path(entry.path).relative_to(folder).as_posix()), None, _why_no_file(entry))
        for entry in entries_below(folder)
        if is_named_like_image(entry.name) and not is_image_file(entry)
    ]
    return sorted(found, key=lambda problem: problem.file)


def _why_no_file(entry: os.DirEntry[str]) -> str:
    if _printable(entry.name) != entry.name:
        return "Its name is not text on this system; rename it."
    if not entry.is_symlink():
        return "This is not a file."
    return "This is a link to a folder." if Path(entry.path).is_dir() else "This is a link to a file that is not there."


def _printable(name: str) -> str:
    """Bytes that are no letters become question marks."""
    return name.encode(errors="replace").decode()
