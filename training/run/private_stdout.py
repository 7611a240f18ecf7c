"""Keeping stdout for the protocol. To be called before anything is imported that may print."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def keep_stdout() -> TextIO:
    """The real stdout as a private stream; whatever prints from now on, also native code, lands on stderr."""
    private = os.dup(1)
    os.set_inheritable(private, False)
    sys.stdout.flush()
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return os.fdopen(private, "w", encoding="utf-8", newline="\n", buffering=1)


def lower_priority() -> None:
    """Whoever uses the window comes first; where it can't be lowered (Windows) the starter has done it."""
    if hasattr(os, "nice"):
        os.nice(5)
