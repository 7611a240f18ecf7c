"""The sizes of many images, as fast as the disk gives their headers."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from training.dataset.image_files import ImageProblem, read_size

_PER_TASK = 64
_THREADS = 4  # enough for a slow disk or network; more only wait for each other when the files are in memory


def read_sizes(folder: Path, paths: Sequence[str]) -> Iterator[tuple[int, int] | ImageProblem]:
    """Width and height of each upright image, or why there is none; in the order of `paths`, as they come in.

    Who stops iterating stops the reading.
    """
    tasks = [paths[start : start + _PER_TASK] for start in range(0, len(paths), _PER_TASK)]
    with ThreadPoolExecutor(max_workers=_THREADS) as threads:
        try:
            for sizes in threads.map(lambda part: _sizes(folder, part), tasks):
                yield from sizes
        finally:
            threads.shutdown(cancel_futures=True)


def _sizes(folder: Path, paths: Sequence[str]) -> list[tuple[int, int] | ImageProblem]:
    return [_size(os.path.join(folder, path)) for path in paths]  # noqa: PTH118 -- thrice as quick as a Path


def _size(path: str) -> tuple[int, int] | ImageProblem:
    try:
        return read_size(path)
    except ImageProblem as problem:
        return problem
