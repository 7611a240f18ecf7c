"""Scripts that are no package: they find each other by their folder, and tests as they do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def scripts_of(folder: str, *modules: str) -> Iterator[None]:
    """Modules of a folder of the project can be imported by their names; none keeps a name from whoever comes after."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / folder))
        try:
            yield
        finally:
            for name in modules:
                sys.modules.pop(name, None)
