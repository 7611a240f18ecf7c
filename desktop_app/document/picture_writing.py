"""Pictures become files of a folder, each whole or not at all, under names that nothing had before. Called in threads."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import count
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from training.dataset.image_folder import IMAGE_SUFFIXES, is_image_file
from training.dataset.safe_files import replacing

if TYPE_CHECKING:  # numbers are loaded when the first picture comes, not with the window
    from training.run.answers.letterbox import Pixels

JPEG_QUALITY = 95
JPEG, PNG = ".jpg", ".png"
LONGEST_NAME = 80  # characters, so that paths stay short enough everywhere
USUAL_NAME = "image"
KEPT_MARKS = frozenset(" -_.,()+")
NAMES_OF_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
)


@dataclass(frozen=True, slots=True)
class WrittenPicture:
    """`image` is its path in the project, with `/`; width and height are of the upright picture.

    `is_new`: nothing was written where the same picture lay already.
    """

    image: str
    width: int
    height: int
    is_new: bool = True


def write_pixels(project: Path, below: str, name: str, pixels: Pixels, known: Collection[str]) -> WrittenPicture:
    """Pixels (H, W, 3) uint8 RGB as a JPEG file, or as the PNG file that `name` asks for, in PROJECT/`below`.

    `known` are images of the project whose files may have gone: their names are not used again. Raises OSError, and
    leaves nothing behind then.
    """
    from PIL import Image

    stem, suffix = (name[: -len(PNG)], PNG) if name.lower().endswith(PNG) else (name, JPEG)
    stem = stem.removesuffix(JPEG)
    picture = Image.fromarray(pixels)
    image = _free_name(project, below, stem, suffix, known)
    _write(project / image, lambda beside: picture.save(beside, quality=JPEG_QUALITY))
    return WrittenPicture(image, picture.width, picture.height)


class CopiedPictures:
    """Copies of pictures in PROJECT/`below`, each once: what has the same bytes as one that lies there is that one.

    The folder is looked through once, at the first picture: made anew for pictures that come later.
    """

    def __init__(self, project: Path, below: str) -> None:
        self._project, self._below = project, below
        self._by_size: dict[int, list[Path]] | None = None

    def copy(self, source: Path, known: Collection[str]) -> WrittenPicture:
        """The same bytes. Raises OSError, and ImageProblem for what can't be read as a picture."""
        from training.dataset.image_files import read_size, usual_suffix

        width, height = read_size(source)
        same = self._same_as(source)
        if same is not None:
            return WrittenPicture(same.relative_to(self._project).as_posix(), width, height, is_new=False)
        # A file without an ending that images have would not be found when the project is opened again.
        is_found = source.suffix.lower() in IMAGE_SUFFIXES
        stem, suffix = (source.stem, source.suffix) if is_found else (source.name, usual_suffix(source))
        image = _free_name(self._project, self._below, stem, suffix, known)
        _write(self._project / image, lambda beside: shutil.copyfile(source, beside))
        self._of_size(source.stat().st_size).append(self._project / image)
        return WrittenPicture(image, width, height)

    def _same_as(self, source: Path) -> Path | None:
        there = self._of_size(source.stat().st_size)
        return next((path for path in there if path.is_file() and filecmp.cmp(source, path, shallow=False)), None)

    def _of_size(self, size: int) -> list[Path]:
        if self._by_size is None:
            self._by_size = {}
            folder = self._project / _usable_folder(self._project, self._below)
            for entry in sorted(os.scandir(folder), key=attrgetter("name")) if folder.is_dir() else ():
                if is_image_file(entry):
                    self._by_size.setdefault(entry.stat().st_size, []).append(Path(entry.path))
        return self._by_size.setdefault(size, [])


def picture_there(path: Path, image: str) -> WrittenPicture:
    """An image of the project as it lies there. Raises ImageProblem for what can't be read as a picture."""
    from training.dataset.image_files import read_size

    return WrittenPicture(image, *read_size(path), is_new=False)


def clean_name(name: str) -> str:
    """What is left of a suggested name as the name of a file on every system."""
    kept = "".join(letter if letter.isalnum() or letter in KEPT_MARKS else "_" for letter in name)
    kept = kept.strip(" .")[:LONGEST_NAME].rstrip(" .") or USUAL_NAME
    return f"_{kept}" if kept.partition(".")[0].lower() in NAMES_OF_DEVICES else kept


def _free_name(project: Path, below: str, stem: str, suffix: str, known: Collection[str]) -> str:
    folder, stem = _usable_folder(project, below), clean_name(stem)
    images = (f"{folder}/{_numbered(stem, number)}{suffix}" for number in count(1))
    return next(image for image in images if image not in known and not (project / image).exists())


def _usable_folder(project: Path, below: str) -> str:
    """A linked folder is passed by: what lies there is not found again, as nobody follows links in a project."""
    folders = (project / _numbered(below, number) for number in count(1))
    return next(one.name for one in folders if not one.is_symlink() and (one.is_dir() or not one.exists()))


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _write(target: Path, write: Callable[[Path], object]) -> None:
    was_there = target.parent.exists()
    try:
        with replacing(target) as beside:
            write(beside)
    except OSError:
        if not was_there and target.parent.exists():
            _remove_if_empty(target.parent)
        raise


def _remove_if_empty(folder: Path) -> None:
    if next(folder.iterdir(), None) is None:
        folder.rmdir()
