"""Edits a project at random until it is killed, and says after each edit that it is done.

Run as a program: project_writer.py FOLDER SEED FIRST. Edit number N is the same whenever SEED is, so that whoever reads
"done N" knows what the project must hold.
"""

from __future__ import annotations

import random
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from training.dataset.box import ProjectBox
from training.dataset.dataset import Split
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore

IMAGES = 12


def classes_after(number: int) -> tuple[ClassRecord, ...]:
    return tuple(ClassRecord(at, f"class {at} of edit {number // 10}", "#123456") for at in (1, 2, 3))


def edit(seed: int, number: int) -> ImageRecord:
    """The record that edit `number` writes."""
    chance = random.Random(f"{seed}/{number}")
    count = chance.choice([0, 1, 3, 20, 800])
    boxes = tuple(
        ProjectBox(at, number, at + chance.random() + 1, number + 1, chance.choice([1, 2, 3])) for at in range(count)
    )
    name = f"folder/{chance.randrange(IMAGES)}.jpg"
    return ImageRecord(
        name, 800, 600, boxes, chance.choice([None, 1]), chance.random() < 0.5, chance.choice([None, *Split])
    )


def main() -> None:
    folder, seed, number = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    store = ProjectStore.open(folder)
    sys.stdout.write("open\n")
    sys.stdout.flush()
    while True:
        store.write([edit(seed, number)], classes_after(number))
        sys.stdout.write(f"done {number}\n")
        sys.stdout.flush()
        if number % 7 == 0:
            threading.Thread(target=store.checkpoint, daemon=True).start()
        number += 1


if __name__ == "__main__":
    main()
