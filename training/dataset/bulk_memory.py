"""Work that makes hundreds of thousands of values at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Python looks through all values for cycles again and again while their number grows, and holds up every thread
    meanwhile. Records have no cycles: a quarter of an import's time went there. Also a decorator.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
