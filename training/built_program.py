"""Whether this is the program that `make package` builds, and not Python with our source."""

from __future__ import annotations

import sys


def is_built_program() -> bool:
    return bool(getattr(sys, "frozen", False))
