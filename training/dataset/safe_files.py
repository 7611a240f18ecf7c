"""Write beside, then replace: a file is either the old one or the new one, never half of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield a path beside `target` with the same suffix; it takes the target's place if the block ends well."""
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=target.suffix, dir=target.parent)
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        _keep_usual_mode(beside)
        os.replace(beside, target)  # noqa: PTH105 -- os.replace is what the tests make fail
    finally:
        beside.unlink(missing_ok=True)


def write_text(target: Path, text: str) -> None:
    """UTF-8 with line feeds, on every machine."""
    with replacing(target) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


def _keep_usual_mode(path: Path) -> None:
    """Temporary files are for their owner alone; a dataset on a shared folder is for everybody."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(0o666 & ~umask)
