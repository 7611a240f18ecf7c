"""What TensorFlow generates to trace our functions: source files among the temporary ones, which it leaves behind."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

PREFIX = "__autograph_generated_file"


def remove_autograph_files() -> None:
    """Those of this process, compiled or not; it removes some by itself, if it is let to end by itself."""
    for name, module in list(sys.modules.items()):
        if name.startswith(PREFIX):
            for place in (getattr(module, "__file__", None), getattr(module, "__cached__", None)):
                if place is not None:
                    _remove(Path(place))


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)
        if file.parent.name == "__pycache__":
            file.parent.rmdir()  # if it is empty
