"""classes.txt: the class names in their order, one a line.

A name with a line break in it, or that begins with a quotation mark, is written as a JSON string.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from training.dataset import safe_files
from training.dataset.plain_files import read_text

FILE_NAME = "classes.txt"


def write(names: Iterable[str], path: Path) -> None:
    """Raises OSError; the old file stays then."""
    safe_files.write_text(path, "".join(_written(name) + "\n" for name in names))


def read(path: Path) -> tuple[str, ...]:
    """Names without empty lines and doubles. Raises OSError and UnicodeDecodeError."""
    names = (_read(line) for line in read_text(path).split("\n"))
    return tuple(dict.fromkeys(name for name in names if name))


def _written(name: str) -> str:
    return json.dumps(name, ensure_ascii=False) if name.startswith('"') or len(name.splitlines()) > 1 else name


def _read(line: str) -> str:
    line = line.strip()
    if not line.startswith('"'):
        return line
    try:
        name = json.loads(line)
    except json.JSONDecodeError:
        return line
    return name.strip() if isinstance(name, str) else line
