"""The ids that a data set's own COCO file gives its images and categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class CocoIds:
    """`images` by file name, `categories` by the name of the class."""

    images: Mapping[str, int]
    categories: Mapping[str, int]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises RunFailed."""
        raise NotImplementedError
