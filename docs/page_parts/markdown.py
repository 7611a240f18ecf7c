"""Tables, headings and safe text in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#$~])")


def plain(text: str) -> str:
    """Text that means nothing in Markdown, on one line."""
    return escaped(" ".join(text.split()))


def escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def code(text: str) -> str:
    """As it is typed. In a table, a bar would end the cell even here."""
    return f"`{text}`".replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def blocks(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
