"""Words as grey pictures, in any script for which there is a font on this computer."""

from __future__ import annotations

import importlib.util
import os
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont, features

Coverage = npt.NDArray[np.float32]  # (H, W), 0 where nothing of a letter is, 1 inside it

MOST_LETTERS = 60
ELLIPSIS = "…"
LEFT_TO_RIGHT = "\u200e"  # between a name that is read from the right and a number that belongs behind it
_MISSING = "\ufffe"  # no font has it: what is drawn for it is drawn for all that a font lacks
# Fonts of many scripts as systems have them, best first; the rest of a folder is not searched, that takes seconds.
_FURTHER_FONTS = (
    *("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "SourceHanSans-Regular.ttc", "wqy-microhei.ttc"),
    *("wqy-zenhei.ttc", "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "NotoSansDevanagari-Regular.ttf"),
    *("NotoSansThai-Regular.ttf", "NotoSansArabic-Regular.ttf", "NotoSans-Regular.ttf", "unifont.ttf"),
    *("Arial Unicode.ttf", "PingFang.ttc", "Hiragino Sans GB.ttc", "AppleSDGothicNeo.ttc", "Kohinoor.ttc"),
    *("arialuni.ttf", "msyh.ttc", "YuGothM.ttc", "malgun.ttf", "Nirmala.ttf", "Nirmala.ttc", "LeelawUI.ttf"),
    *("seguisym.ttf", "FreeSans.ttf", "FreeSerif.ttf"),
)


@lru_cache(maxsize=512)
def text_image(text: str, height: int, most_width: int = 0) -> Coverage:
    """One line of text, `height` pixels from the highest to the lowest letter there can be.

    Wider than `most_width` pixels (if that is given) it is cut, with an ellipsis. The array can't be written to.
    """
    line = "".join(letter if letter.isprintable() or letter == LEFT_TO_RIGHT else " " for letter in text)
    if len(line) > MOST_LETTERS:
        line = line[: MOST_LETTERS - 1] + ELLIPSIS
    font = _font_for(line, height)
    while most_width and len(line) > 1 and font.getlength(line) > most_width:
        line = line.removesuffix(ELLIPSIS)[:-1] + ELLIPSIS
    picture = Image.new("L", (max(1, round(font.getlength(line) + 0.5)), height), 0)
    ascent, descent = font.getmetrics()
    place = (0, (height - ascent - descent) / 2)
    ImageDraw.Draw(picture).text(place, line, fill=255, font=font, direction=_direction())
    coverage: Coverage = np.asarray(picture, np.float32) * np.float32(1 / 255)
    coverage.flags.writeable = False
    return coverage


@lru_cache(maxsize=1)
def _direction() -> str | None:
    """The score stands right of the name also where the name is read from the right; its letters keep their order."""
    return "ltr" if features.check("raqm") else None


def _font_for(text: str, height: int) -> ImageFont.FreeTypeFont:
    """The first font that has all letters, else the one that lacks fewest."""
    letters = frozenset(text) - {" ", LEFT_TO_RIGHT}
    best, fewest = "", len(letters) + 1
    for path in _font_paths():
        lacking = sum(not _has(path, letter) for letter in letters)
        if lacking < fewest:
            best, fewest = path, lacking
        if not fewest:
            break
    return _font(best, height)


@lru_cache(maxsize=64)
def _font(path: str, height: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(path, height)
    ascent, descent = font.getmetrics()
    return ImageFont.truetype(path, max(6, round(height * height / (ascent + descent))))


@lru_cache(maxsize=4096)
def _has(path: str, letter: str) -> bool:
    font = _font(path, 24)
    return bytes(font.getmask(letter)) != bytes(font.getmask(_MISSING)) or font.getlength(letter) == 0


@lru_cache(maxsize=1)
def _font_paths() -> tuple[str, ...]:
    wanted = {name: place for place, name in enumerate(_FURTHER_FONTS)}
    found: dict[str, str] = {}
    for folder in _font_folders():
        for place, _, names in os.walk(folder):
            for name in names:
                if name in wanted:
                    found.setdefault(name, str(Path(place) / name))
    return (_own_font(), *(found[name] for name in sorted(found, key=wanted.__getitem__)))


def _own_font() -> str:
    """DejaVu Sans as matplotlib brings it along: Latin, Greek, Cyrillic, Arabic, Hebrew and more, on every machine."""
    package = importlib.util.find_spec("matplotlib")
    places = (package.submodule_search_locations if package else None) or []
    font = Path(next(iter(places), "")) / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
    if not font.is_file():
        raise FileNotFoundError(f"the font of matplotlib is not where it was expected: {font}")
    return str(font)


def _font_folders() -> tuple[Path, ...]:
    home = Path.home()
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    if sys.platform == "win32":
        return (Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",)
    return (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts")
