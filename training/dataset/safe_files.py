"""Write beside, then replace: a file is either the old one or the new one, never half of it."""

from __future__ import annotations

import filecmp
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Together:
    """Files that wait in `staging`, each under the path it will have below `root`."""

    root: Path
    staging: Path
    waiting: dict[Path, Path] = field(default_factory=dict)  # targets, and where they are now

    def would_replace(self, each: Callable[[], object] = lambda: None) -> list[Path]:
        """The targets that are there with other contents; an equal file is no loss. Calls `each` before it compares."""
        found = []
        for target, beside in self.waiting.items():
            if os.path.lexists(target):
                each()
                if not _is_equal(target, beside):
                    found.append(target)
        return found


# Writers of many files know nothing of it: the same code writes alone and as a part of something larger.
_TOGETHER: ContextVar[Together | None] = ContextVar("together", default=None)


@contextmanager
def together(root: Path) -> Iterator[Together]:
    """Whatever is written below `root` in this block takes its place if the block ends well, else nothing of it does.

    A disk that fails while files take their places, one after the other, leaves those that did.
    """
    root = Path(root)
    made_here = [folder for folder in (root, *root.parents) if not folder.exists()]
    try:
        root.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".boxwright-", dir=root))
        try:
            group = Together(root, staging)
            token = _TOGETHER.set(group)
            try:
                yield group
            finally:
                _TOGETHER.reset(token)
            for target, beside in group.waiting.items():
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(beside, target)  # noqa: PTH105 -- os.replace is what the tests make fail
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    finally:
        for folder in made_here:
            with suppress(OSError):
                folder.rmdir()  # only what is empty goes


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield a path with the suffix of `target`; what is there takes the target's place if the block ends well.

    In a block of `together` it does so at the end of that.
    """
    target = Path(target)
    group = _TOGETHER.get()
    if group is not None and target.is_relative_to(group.root):
        beside = group.staging / target.relative_to(group.root)
        beside.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        group.waiting[target] = beside
        return
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


def _is_equal(target: Path, beside: Path) -> bool:
    try:
        return filecmp.cmp(target, beside, shallow=False)
    except (FileNotFoundError, PermissionError):  # a link to nowhere, or somebody else's
        return False


def _keep_usual_mode(path: Path) -> None:
    """Temporary files are for their owner alone; a dataset on a shared folder is for everybody."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(0o666 & ~umask)
