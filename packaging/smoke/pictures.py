"""Pictures that the program has drawn itself, as a camera would send them."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

FRAME_STARTS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def jpegs_of_one_size(folder: Path) -> list[bytes]:
    """Those of the size that most have: a camera does not change it."""
    groups: dict[tuple[int, int], list[bytes]] = defaultdict(list)
    for file in sorted(folder.rglob("*.jpg")):
        data = file.read_bytes()
        groups[size_of(data)].append(data)
    return max(groups.values(), key=len, default=[])


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height from its frame header (ITU T.81, B.2.2); 0, 0 where there is none."""
    place = 2
    while place + 9 < len(jpeg):
        marker, length = jpeg[place + 1], int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if marker in FRAME_STARTS:
            return int.from_bytes(jpeg[place + 7 : place + 9], "big"), int.from_bytes(
                jpeg[place + 5 : place + 7], "big"
            )
        place += 2 + length
    return 0, 0
