"""Which names a file inside an archive may have: such that it means one place, the same on every system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 240
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in (*range(10), "¹", "²", "³")}
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_OTHER_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".zst", ".7z", ".rar", ".jar", ".iso")


def fault_of_name(name: str) -> str:
    """Why an archive with this name is refused, as the end of "it holds …"; empty for a name that is fine."""
    shown = shown_name(name)
    if len(name) > LONGEST:
        return f"a file whose name is longer than {LONGEST} characters"
    if not name or _CONTROL.search(name):
        return f"a name with characters that no file should have: {shown}"
    if "\\" in name or ":" in name or name.startswith("/"):
        return f"a name that is not inside the archive's own folder: {shown}"
    parts = name.removesuffix("/").split("/")
    if any(part in ("", ".", "..") for part in parts):
        return f"a name that leads out of the archive's own folder: {shown}"
    if any(part != part.rstrip(" .") or part.partition(".")[0].rstrip(" ").lower() in _DEVICES for part in parts):
        return f"a name that means something else on Windows: {shown}"
    if name.lower().endswith(_OTHER_ARCHIVES):
        return f"another archive: {shown}"
    return ""


def first_twin(names: Iterable[str]) -> str:
    """A name that some systems can't tell from an earlier one (upper and lower case, composed letters); empty if none."""
    seen = set[str]()
    for name in names:
        alike = unicodedata.normalize("NFC", unicodedata.normalize("NFD", name.removesuffix("/")).casefold())
        if alike in seen:
            return name
        seen.add(alike)
    return ""


def shown_name(name: str) -> str:
    """For a sentence: short, and nothing in it that a terminal would obey."""
    return ascii(name if len(name) <= 60 else name[:57] + "...")
