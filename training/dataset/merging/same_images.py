"""Which images of two projects are the same photo: by path, by unique base name, by their bytes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

from training.dataset.merging.other_project import Fingerprint, OtherProject, fingerprint_of, size_of
from training.dataset.store import ProjectStore


def same_images(
    store: ProjectStore, mine: Collection[str], theirs: Iterable[str], other: OtherProject
) -> dict[str, str]:
    """Mine for each of theirs that is here, too; none of mine twice. `theirs` are the ones that are looked for."""
    known = frozenset(mine)
    theirs = list(theirs)
    found = {image: image for image in theirs if image in known}
    missing = [image for image in theirs if image not in known]
    if missing:
        finding = _Finding(store, known - found.keys(), other)
        found.update(finding.by_base_name(missing))
        found.update(finding.by_bytes([image for image in missing if image not in found]))
    return found


class _Finding:
    """Looks for photos under another path among those of mine that are left."""

    def __init__(self, store: ProjectStore, left: Iterable[str], other: OtherProject) -> None:
        self._folder = store.folder
        self._left = set(left)
        self._other = other
        self._fingerprints: dict[str, Fingerprint | None] = {}

    def by_base_name(self, missing: list[str]) -> dict[str, str]:
        """Names that each side has once; where both photos are at hand their bytes must be the same, too."""
        mine: dict[str, list[str]] = defaultdict(list)
        for image in self._left:
            mine[_base_name(image)].append(image)
        counts = Counter(map(_base_name, missing))
        found = {}
        for image in missing:
            named = mine[_base_name(image)]
            if len(named) == 1 and counts[_base_name(image)] == 1 and self._can_be_same(image, named[0]):
                found[image] = named[0]
        self._left.difference_update(found.values())
        return found

    def by_bytes(self, missing: list[str]) -> dict[str, str]:
        """Photos that somebody renamed; those that are there twice are left out."""
        if not missing:
            return {}
        by_size: dict[int | None, list[str]] = defaultdict(list)
        for image in sorted(self._left):
            by_size[size_of(self._folder / image)].append(image)
        found: dict[str, str] = {}
        for image in missing:
            size = self._other.size_of(image)
            alike = by_size[size] if size is not None else []
            wanted = self._other.fingerprint(image) if alike else None
            same = [candidate for candidate in alike if wanted is not None and self._fingerprint(candidate) == wanted]
            if len(same) == 1 and same[0] not in found.values():
                found[image] = same[0]
        return found

    def _can_be_same(self, theirs: str, mine: str) -> bool:
        other, own = self._other.fingerprint(theirs), self._fingerprint(mine)
        return other is None or own is None or other == own

    def _fingerprint(self, image: str) -> Fingerprint | None:
        if image not in self._fingerprints:
            self._fingerprints[image] = fingerprint_of(self._folder / image)
        return self._fingerprints[image]


def _base_name(path: str) -> str:
    return path.rpartition("/")[2]
