"""The ids that a data set's own COCO file gives its images and categories."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Self

from training.run.failure import RunFailed


@dataclass(frozen=True, slots=True)
class CocoIds:
    """`images` by file name, `categories` by the name of the class; `by_base_name` where that is a single image's.

    `ambiguous` are the files that could each be the same image: they have no id.
    """

    images: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)
    by_base_name: Mapping[str, int] = field(default_factory=dict)
    ambiguous: Sequence[str] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises RunFailed."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise RunFailed(f"{path}: expected a COCO file with images, got: {reason}") from error
        images = dict(_named_ids(content, "images", "file_name"))
        if not images:
            raise RunFailed(f"{path}: expected a COCO file, found no images with an id and a file_name")
        counts = Counter(map(_base_name, images))
        by_base_name = {_base_name(name): number for name, number in images.items() if counts[_base_name(name)] == 1}
        return cls(images, dict(_named_ids(content, "categories", "name")), by_base_name)

    def for_files(self, names: Iterable[str]) -> Self:
        """The ids where these are all files that are asked about: none is given to two of them."""
        names = list(dict.fromkeys(names))
        taken = {self.images[name] for name in names if name in self.images}
        others = [name for name in names if name not in self.images and _base_name(name) in self.by_base_name]
        counts = Counter(map(_base_name, others))
        by_base_name = {
            base: number
            for base, number in self.by_base_name.items()
            if counts[base] <= 1 and not (base in counts and number in taken)
        }
        ambiguous = [name for name in others if _base_name(name) not in by_base_name]
        return replace(self, by_base_name=by_base_name, ambiguous=ambiguous)

    def image(self, name: str) -> int | None:
        """By its path, then by its base name if no other image has that."""
        number = self.images.get(name)
        return self.by_base_name.get(_base_name(name)) if number is None else number

    @property
    def next_image(self) -> int:
        """Free, as all after it are."""
        return max(0, *self.images.values(), 0) + 1

    @property
    def next_category(self) -> int:
        return max(0, *self.categories.values(), 0) + 1


def _named_ids(content: Any, group: str, key: str) -> Iterator[tuple[str, int]]:
    """What is no entry with both is left out: it can't be meant by any of our files."""
    entries = content.get(group) if isinstance(content, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        name, number = (entry.get(key), entry.get("id")) if isinstance(entry, dict) else (None, None)
        if isinstance(name, str) and type(number) is int:
            yield name.replace("\\", "/"), number


def _base_name(name: str) -> str:
    return PurePosixPath(name).name
