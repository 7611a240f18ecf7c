"""Folders that are most like others are found as if each path were compared with them, but without doing so."""

from __future__ import annotations

import random
import time
from itertools import takewhile

from training.dataset.folder_likeness import PathsByFolder
from training.dataset.image_matching import ImageMatcher


def folders_of(path: str) -> list[str]:
    return path.split("/")[:-1]


def likeness(path: str, folders: list[str]) -> tuple[int, int]:
    """As it is meant: counted from the end, then from the beginning."""

    def equal(first: list[str], second: list[str]) -> int:
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))

    own = folders_of(path)
    return equal(own[::-1], folders[::-1]), equal(own, folders)


def test_it_is_what_comparing_each_path_gives():
    chance = random.Random(3)

    def folders() -> list[str]:
        return [chance.choice("abc") for _ in range(chance.randrange(5))]

    for _ in range(100):
        paths = sorted({"/".join([*folders(), "1.png"]) for _ in range(12)})
        tree = PathsByFolder(paths, folders_of)
        for _ in range(10):
            wanted = folders()
            most = max(likeness(path, wanted) for path in paths)
            assert tree.most_alike(wanted) == (most, [path for path in paths if likeness(path, wanted) == most])


def test_names_below_unknown_folders_are_looked_up_in_no_time_among_many_images_of_one_name():
    clips = 4000
    matcher = ImageMatcher(f"data/{clip}/frames/1.png" for clip in range(clips))
    begun = time.process_time()
    for clip in range(clips):
        assert matcher.find(f"C:/elsewhere/{clip}/frames/1.jpg") == f"data/{clip}/frames/1.png"
        assert matcher.find(f"gone/{clip}.png", own_name=f"labels/{clip}/frames/1") == f"data/{clip}/frames/1.png"
    assert time.process_time() - begun < 5  # comparing with each clip takes a minute
