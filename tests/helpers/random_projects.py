"""Projects and datasets drawn by chance, with all that may stand in a name."""

from __future__ import annotations

import random

from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage, Split

ODD_NAMES = (
    "with space.png",
    "semi;colon, comma.png",
    'quote".png',
    "apostrophe's.png",
    "'.png",
    "-rf.png",
    "=1+1.png",
    "=cmd('x')!A0.png",
    "@sum(1|2).png",
    "new\nline.png",
    "cr\rname.png",
    "crlf\r\nname.png",
    "emoji 🐼✊.png",
    "日本語 画像.png",
    "é decomposed.png",
    "é composed.png",
    "percent%20.png",
    "$(touch pwned).png",
    "tab\tname.png",
    " leading.png",
    "trailing .png",
    "a/img.png",
    "b/img.png",
    "a/b c/d,e.png",
    "#hash.png",
)
ODD_CLASSES = (
    "cat",
    "=1+1",
    "'=1+1",
    "''=1",
    "+",
    "-dash",
    "@me",
    "'plain",
    "two\nlines",
    "cr\rclass",
    "a,b",
    'say "x"',
    '"quoted"',
    '"',
    "日本 🐼",
    "a\u2028b",
    "None",
    "0",
    "x y",
    "\\n",
)
SIZE = (64, 48)


def random_box(chance: random.Random, label: str) -> Box:
    """Inside SIZE, with up to three decimals and often along the edges."""

    def edges(length: int) -> tuple[float, float]:
        decimals = chance.choice([0, 1, 3])
        low, high = sorted(round(chance.uniform(0, length), decimals) for _ in range(2))
        if chance.random() < 0.2:
            low, high = 0, length
        return (low, high) if low < high else (low, low + 0.001) if low < length else (low - 1, low)

    (xmin, xmax), (ymin, ymax) = edges(SIZE[0]), edges(SIZE[1])
    return Box(xmin, ymin, xmax, ymax, label)


def random_dataset(seed: int, names: tuple[str, ...] = ODD_NAMES) -> Dataset:
    chance = random.Random(seed)
    classes = chance.sample(ODD_CLASSES, chance.randrange(1, len(ODD_CLASSES)))
    images = []
    for name in sorted(chance.sample(names, chance.randrange(1, len(names)))):
        boxes = tuple(random_box(chance, chance.choice(classes)) for _ in range(chance.choice([0, 0, 1, 2, 5])))
        own_class = chance.choice([None, None, *classes])
        images.append(LabelledImage(name, *SIZE, boxes, own_class, chance.choice([None, *Split])))
    return Dataset(tuple(images), tuple(classes))
