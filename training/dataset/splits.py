"""Which images train, which validate, which test."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from training.dataset.dataset import LabelledImage, Split

# In tenths. Where two splits are equally far behind, the one named first gets the image.
SHARES: dict[Split, int] = {Split.VALIDATION: 2, Split.TEST: 1, Split.TRAIN: 7}


def assign_splits(
    images: Iterable[LabelledImage], seed: int = 0, contents: Mapping[str, str] | None = None
) -> dict[str, Split]:
    """A split by filename for every image that has none yet: 70 % train, 20 % validation, 10 % test.

    The shares hold for all images and, as far as whole images allow, for each class (that of the image, else the
    rarest of its boxes; negatives are one of their own). Images that have a split keep it and count; so new ones fill
    up. Images of equal `contents` (see `equal_contents`) stay together, with one that has a split if there is one.
    The same images, seed and contents give the same splits, whatever their order.
    """
    groups = _groups(list(images), contents or {})
    counts = _Counts()
    for group in groups:
        if group.split is not None:
            counts.add(group, group.split)
    assigned: dict[str, Split] = {}
    for group in sorted(groups, key=lambda group: _shuffled(group, seed)):
        split = group.split or counts.most_behind(group)
        if group.split is None:
            counts.add(group, split)
        assigned.update(dict.fromkeys(group.open_filenames, split))
    return assigned


def moved_to_validation(
    images: Iterable[LabelledImage], contents: Mapping[str, str] | None = None, seed: int = 0
) -> dict[str, Split]:
    """Every fifth of the training images by filename, to be validated on instead: for a dataset without such images.

    Each class gives its share as far as whole images allow, and images of equal `contents` move together. The same
    images, seed and contents move the same ones.
    """
    training = [replace(image, split=None) for image in images if image.split is Split.TRAIN]
    strata: dict[str | None, list[_Group]] = {}
    for group in sorted(_groups(training, contents or {}), key=lambda group: _shuffled(group, seed)):
        strata.setdefault(group.stratum, []).append(group)
    ranked = [
        ((place + 0.5) / len(groups), _shuffled(group, seed), group)
        for groups in strata.values()
        for place, group in enumerate(groups)
    ]
    wanted = round(len(training) * SHARES[Split.VALIDATION] / 10)
    moved: dict[str, Split] = {}
    for _, _, group in sorted(ranked, key=lambda one: one[:2]):
        if len(moved) + group.size <= wanted:
            moved.update(dict.fromkeys(group.open_filenames, Split.VALIDATION))
    return moved


def equal_contents(
    folder: Path, filenames: Iterable[str], progress: Callable[[int, int], object] | None = None
) -> dict[str, str]:
    """A digest for each file that may have a double: files of the same size are read, the others can't be equal.

    Files that can't be read are left out. `progress(done, total)` counts those that are read.
    """
    by_size: dict[int, list[str]] = {}
    for name in filenames:
        try:
            by_size.setdefault((folder / name).stat().st_size, []).append(name)
        except OSError:
            continue
    possible = [name for names in by_size.values() if len(names) > 1 for name in names]
    digests: dict[str, str] = {}
    for done, name in enumerate(possible):
        if progress is not None:
            progress(done, len(possible))
        digest = _digest(folder / name)
        if digest is not None:
            digests[name] = digest
    return digests


@dataclass(slots=True)
class _Group:
    """Images that must be in the same split."""

    name: str
    stratum: str | None
    size: int = 0
    split: Split | None = None
    open_filenames: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Counts:
    """Images in each split, of all and of each stratum."""

    of_all: Counter[Split] = field(default_factory=Counter)
    of_stratum: dict[str | None, Counter[Split]] = field(default_factory=dict)

    def add(self, group: _Group, split: Split) -> None:
        self.of_all[split] += group.size
        self.of_stratum.setdefault(group.stratum, Counter())[split] += group.size

    def most_behind(self, group: _Group) -> Split:
        """By how many images a split lacks of its share once the group is in, in the stratum and in all together."""
        stratum = self.of_stratum.get(group.stratum, Counter())
        lacking = {
            split: share * (2 * group.size + stratum.total() + self.of_all.total())
            - 10 * (stratum[split] + self.of_all[split])
            for split, share in SHARES.items()
        }
        return max(lacking, key=lambda split: lacking[split])


def _groups(images: list[LabelledImage], contents: Mapping[str, str]) -> list[_Group]:
    rarity = Counter(box.label for image in images for box in image.boxes)
    groups: dict[tuple[bool, str], _Group] = {}
    for image in sorted(images, key=lambda image: image.filename):
        content = contents.get(image.filename)
        key = (content is None, content or image.filename)
        group = groups.setdefault(key, _Group(image.filename, _stratum(image, rarity)))
        group.size += 1
        group.split = group.split or image.split
        if image.split is None:
            group.open_filenames.append(image.filename)
    return list(groups.values())


def _stratum(image: LabelledImage, rarity: Counter[str]) -> str | None:
    if image.image_class is not None:
        return image.image_class
    return min((box.label for box in image.boxes), key=lambda label: (rarity[label], label), default=None)


def _shuffled(group: _Group, seed: int) -> bytes:
    """An order that each image has by its own name, so that adding images does not shuffle the others."""
    return hashlib.sha256(f"{seed}/{group.name}".encode()).digest()


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
