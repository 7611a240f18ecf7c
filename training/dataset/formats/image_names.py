"""Names of images as files of other programs hold them: paths of other computers, addresses, any slashes."""

from __future__ import annotations

import functools
import posixpath
import re
from urllib.parse import unquote, urlsplit

from training.dataset.formats.csv_cells import BadCell

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_DRIVE = re.compile(r"[A-Za-z]:/")
_LONGEST = 4096


def image_name(text: object, folder: str = "", may_climb: bool = False) -> str:
    """The name to look an image up by; it never begins elsewhere.

    `folder` ("" or "sub/") is where the file that says it lies below its place. Names from the root of a computer or of
    the web lose that root. Raises BadCell for what is no name, or climbs out of the place; with `may_climb` the steps
    up are left out instead.
    """
    if not isinstance(text, str):
        raise BadCell(f"the image's name: expected a text, got {shortened(text)}")
    return _image_name(text, folder, may_climb)


@functools.lru_cache(maxsize=1024)
def _image_name(text: str, folder: str, may_climb: bool) -> str:
    """Kept, since a table says the name again for each box."""
    name = text.rstrip()
    if not name.startswith(" "):  # so may a name begin, too, where no line break is before it
        name = name.lstrip()
    if not name:
        raise BadCell("the image's name is empty")
    if "\0" in name or len(name) > _LONGEST or not is_text(name):
        raise BadCell(f"{shortened(name)} is no name of a file")
    rooted = _without_root(name)
    path = posixpath.normpath(rooted if rooted is not None else folder + name.replace("\\", "/"))
    if may_climb:
        while path.startswith("../"):
            path = path[3:]
    if path in (".", "..", "") or path.startswith("../"):
        raise BadCell(f"{shortened(text)} is not a path inside the folder")
    return path


def _without_root(name: str) -> str | None:
    """The path without where it begins; None for one that begins in its folder."""
    if _ADDRESS.match(name):
        try:
            parts = urlsplit(name)
        except ValueError as error:
            raise BadCell(f"{shortened(name)} is no address") from error
        return _inside(unquote(parts.path)) or _inside(parts.netloc)
    path = name.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        return _inside(_DRIVE.sub("", path))
    return None


def _inside(path: str) -> str:
    return posixpath.normpath("/" + path.replace("\\", "/").lstrip("/")).lstrip("/")


def is_text(text: str) -> bool:
    """Half a pair of surrogates, which JSON can write, can't be stored."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def shortened(value: object, longest: int = 80) -> str:
    """As Python writes it, but not whole when it is long: it stands in a sentence."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**30:
        return "a number of more than 30 digits"
    text = repr(value[: longest + 1] if isinstance(value, str | bytes) else value)
    return text if len(text) <= longest + 2 else text[:longest] + "..."
