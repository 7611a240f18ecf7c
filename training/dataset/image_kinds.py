"""Which images are of another kind than their names say: they open here, but other programs may refuse them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from training.dataset.dataset import Problem

_JPEG, _PNG, _GIF, _BMP, _WEBP, _TIFF = "JPEG", "PNG", "GIF", "BMP", "WebP", "TIFF"
_BEGINNINGS = (
    (b"\xff\xd8\xff", _JPEG),
    (b"\x89PNG\r\n", _PNG),
    (b"GIF8", _GIF),
    (b"II*\0", _TIFF),
    (b"MM\0*", _TIFF),
)
_SUFFIXES = {
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif"), _JPEG),
    **dict.fromkeys((".tif", ".tiff"), _TIFF),
    **dict.fromkeys((".bmp", ".dib"), _BMP),
    ".png": _PNG,
    ".gif": _GIF,
    ".webp": _WEBP,
}
LOOKED_AT = 12  # bytes
_MOST = 20_000  # a note more helps nobody, and each is a file to open


def misnamed(
    folder: Path, images: Iterable[str], progress: Callable[[int, int], object] | None = None
) -> tuple[Problem, ...]:
    """A note for each of the images, whose paths start in `folder`; what can't be read is no business of this."""
    found = []
    for done, image in enumerate(images, start=1):
        if done > _MOST:
            break
        if progress is not None:
            progress(done, 0)
        named, real = _SUFFIXES.get(Path(image).suffix.lower()), kind_of(folder / image)
        if named is not None and real is not None and named != real:
            found.append(Problem(image, None, f"this is {real} inside; it is read as such, whatever its name says"))
    return tuple(found)


def kind_of(path: Path) -> str | None:
    """JPEG, PNG, GIF, BMP, WebP or TIFF, as the first bytes of a file say; None for anything else."""
    try:
        with path.open("rb") as file:
            return kind_of_beginning(file.read(LOOKED_AT))
    except OSError:
        return None


def kind_of_beginning(start: bytes) -> str | None:
    """The same, of the first bytes."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return _WEBP
    if start[:2] == b"BM" and start[6:10] == bytes(4):  # two letters alone begin many a text
        return _BMP
    return next((kind for beginning, kind in _BEGINNINGS if start.startswith(beginning)), None)
