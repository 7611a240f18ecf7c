"""The one module that knows EXIF and image decoding: whoever reads pixels or sizes here gets the upright image."""

from __future__ import annotations

import io
import os
import stat
import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from training.dataset import image_modes, png_chunks
from training.dataset.image_folder import IMAGE_SUFFIXES, find_images
from training.dataset.jpeg_headers import AT_ONCE as JPEG_HEAD
from training.dataset.jpeg_headers import plain_jpeg_size
from training.dataset.upright_pixels import TURNS, is_on_its_side, upright_pixels

__all__ = [
    "IMAGE_SUFFIXES",
    "ImageProblem",
    "UprightImage",
    "find_images",
    "opened_upright",
    "opened_upright_bytes",
    "read_size",
    "read_upright",
]

# Of an image as its file says it, and of what is decoded at once: a JPEG can be decoded smaller, others only as they are.
# Decoding takes 7 to 9 bytes a pixel, so that one image stays below 1 GB.
MAX_PIXELS, MAX_DECODED = 300_000_000, 110_000_000
LARGE = 16_000_000  # pixels: from here on one is decoded after another, however many threads there are
LARGEST_BLOCK = 16 * 2**20  # bytes of a JPEG that are decoded in one go

# Naming the plugins keeps the others out: EPS and WMF files would start other programs.
_PLUGINS = (
    JpegImagePlugin,
    PngImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
    AvifImagePlugin,
    PpmImagePlugin,
    Jpeg2KImagePlugin,
)
_FORMATS = ("JPEG", "PNG", "BMP", "DIB", "GIF", "TIFF", "WEBP", "AVIF", "PPM", "JPEG2000")
_USUAL_SUFFIXES = {"JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "BMP": ".bmp", "DIB": ".dib", "GIF": ".gif"}
_USUAL_SUFFIXES |= {
    "TIFF": ".tif",
    "WEBP": ".webp",
    "AVIF": ".avif",
    "HEIF": ".heic",
    "PPM": ".ppm",
    "JPEG2000": ".jp2",
}
_HEIF_SUFFIXES = frozenset({".heic", ".heif", ".hif"})

# What Pillow's decoders answer to damaged bytes, seen with fuzzed files.
_DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
    EOFError,
    struct.error,
    zlib.error,
)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_LARGE = threading.Lock()

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


class ImageProblem(Exception):  # noqa: N818 -- a problem of a file, which is expected, not of the program
    """An image file that can't be used; `reason` is a plain sentence without the path."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class UprightImage:
    """An image that is open: its size, then its pixels as large as they are needed. Both raise ImageProblem."""

    def __init__(self, path: Path, image: Image.Image, again: Callable[[], BinaryIO]) -> None:
        """`again` opens the same content a second time."""
        self._path = path
        self._image = image
        self._again = again

    @property
    def stored_size(self) -> tuple[int, int]:
        """Width and height as the header says them, before anything is turned or decoded."""
        return self._image.size

    @property
    def usual_suffix(self) -> str:
        return _USUAL_SUFFIXES.get(self._image.format or "", ".png")

    def size(self) -> tuple[int, int]:
        """Width and height in pixels of the upright image; ask before the pixels are read.

        From the header alone, but for a PNG that tells its orientation behind the pixels: that is decoded.
        """
        with _told(self._path):
            if _has_late_metadata(self._image, self._again):
                self._image.load()
            width, height = self._image.size
            # Pillow reports the size of a TIFF as it will be after loading, which turns it upright.
            is_turned = self._image.format != "TIFF" and is_on_its_side(_orientation(self._image))
            return (height, width) if is_turned else (width, height)

    def pixels(self, max_side: int | None = None, at_least: int | None = None) -> npt.NDArray[np.uint8]:
        """As `read_upright` gives them; once.

        With `at_least` the longer side keeps that many pixels or more, and a JPEG that has far more is decoded at a half,
        a quarter or an eighth: the cheapest pixels that can still be shrunk exactly to somewhat less.
        """
        with _told(self._path):
            if at_least is None:
                target, source = _reduce_while_decoding(self._image, max_side)
            else:
                target, source = _reduce_to_at_least(self._image, at_least)
            with _one_after_another(self._path, self._image.size):
                self._load()
                picture = self._image
                if picture.size != target or not _is_all(source, target):
                    picture = image_modes.to_rgb(picture)
                    picture = picture.resize(target, Image.Resampling.BILINEAR, box=source, reducing_gap=3.0)
                return upright_pixels(picture, _orientation(self._image))

    def _load(self) -> None:
        self._image.load()
        if self._image.format == "PNG":
            with self._again() as file:
                png_chunks.check_pixels(file)


def read_size(path: Path | str) -> tuple[int, int]:
    """Width and height in pixels of the upright image, from the header alone. Raises ImageProblem."""
    size = _plain_size(path)
    if size is not None:
        return size
    with opened_upright(Path(path)) as image:
        return image.size()


def _plain_size(path: Path | str) -> tuple[int, int] | None:
    """Of a JPEG without anything special: many times as quick, as there may be a hundred thousand. None for others."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 -- a text is mostly given, for speed
            return None
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            size = plain_jpeg_size(os.read(descriptor, JPEG_HEAD))
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return None
    return size if size is not None and size[0] * size[1] <= MAX_PIXELS else None


def usual_suffix(path: Path) -> str:
    """The ending that files of this image's format have, such as ".png". Raises ImageProblem."""
    with opened_upright(path) as image:
        return image.usual_suffix


def read_upright(path: Path, max_side: int | None = None) -> npt.NDArray[np.uint8]:
    """The pixels as uint8 (height, width, 3), RGB, contiguous, upright. Raises ImageProblem.

    With `max_side` the longer side is at most that many pixels, never enlarged. Transparent parts become white;
    of several pages or frames the first is read; more than 8 bits a channel are scaled to 8.
    """
    with opened_upright(path) as image:
        return image.pixels(max_side)


@contextmanager
def opened_upright(path: Path) -> Iterator[UprightImage]:
    """The file, read once for its size and its pixels. Raises ImageProblem."""
    path = Path(path)
    with ExitStack() as held:
        with _told(path):
            _check_file(path)
            file = held.enter_context(path.open("rb"))
            image = held.enter_context(_opened(path, file, os.fstat(file.fileno()).st_size))
        yield UprightImage(path, image, lambda: path.open("rb", buffering=0))


@contextmanager
def opened_upright_bytes(content: bytes) -> Iterator[UprightImage]:
    """The same for what a file would hold; problems name "image". Raises ImageProblem."""
    path = Path("image")
    with ExitStack() as held:
        with _told(path):
            if not content:
                raise ImageProblem(path, "The file is empty.")
            image = held.enter_context(_opened(path, io.BytesIO(content), len(content)))
        yield UprightImage(path, image, lambda: io.BytesIO(content))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Whatever goes wrong with the file inside the block leaves as ImageProblem."""
    try:
        yield
    except UnidentifiedImageError as error:
        raise ImageProblem(path, "This is not an image of a kind that can be read.") from error
    except _BOMB as error:
        raise ImageProblem(path, f"The image is too large; at most {MAX_DECODED:,} pixels can be read.") from error
    except MemoryError as error:
        raise ImageProblem(path, "There is not enough memory to read this image.") from error
    except _DAMAGE as error:
        raise ImageProblem(path, f"The image is damaged or cannot be read: {_plain(error)}.") from error


def _check_file(path: Path) -> None:
    """Refuses what is no ordinary file: opening a pipe would wait for ever."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise ImageProblem(path, f"The file cannot be read: {_plain(error)}.") from error
    if not stat.S_ISREG(status.st_mode):
        raise ImageProblem(path, "This is not a file.")
    if status.st_size == 0:
        raise ImageProblem(path, "The file is empty.")


def _check_size(path: Path, size: tuple[int, int]) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise ImageProblem(path, f"The image has no pixels: its size is {width} x {height}.")
    if width * height > MAX_PIXELS:
        raise _too_large(path, size, MAX_PIXELS)


def _too_large(path: Path, size: tuple[int, int], most: int) -> ImageProblem:
    return ImageProblem(path, f"The image is too large: {size[0]} x {size[1]}; {most:,} pixels can be read.")


def _opened(path: Path, file: BinaryIO, length: int) -> Image.Image:
    _keep_pillow_quiet()
    image = _open_any_format(path, file)
    _check_size(path, image.size)
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        # In one go: between blocks threads wait for the interpreter's lock. No larger than the file, for speed too.
        image.decodermaxblock = min(length, LARGEST_BLOCK)
    return image


def _open_any_format(path: Path, file: BinaryIO) -> Image.Image:
    if path.suffix.lower() in _HEIF_SUFFIXES or _is_heif(file.read(12)):
        _register_heif()
        return Image.open(file, formats=("HEIF", "AVIF", "JPEG", "PNG"))
    return Image.open(file, formats=_FORMATS)


def _is_heif(head: bytes) -> bool:
    """Phones hand out HEIC photos under names that end in .jpg."""
    return head[4:8] == b"ftyp" and head[8:12] not in (b"avif", b"avis")


def _register_heif() -> None:
    # Imported only when a photo needs it: it loads three libraries.
    import pi_heif

    pi_heif.register_heif_opener()


def _keep_pillow_quiet() -> None:
    """Called before every file: tests and other code replace the filters, and `catch_warnings` is not for threads."""
    warnings.filterwarnings("ignore", module=r"PIL\.")
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def _orientation(image: Image.Image) -> int:
    """EXIF's orientation, 1 to 8; anything else counts as 1. PNG's own getexif would decode the pixels first."""
    try:
        value = Image.Image.getexif(image).get(ExifTags.Base.Orientation, 1)
    except _DAMAGE:
        return 1
    return value if isinstance(value, int) and value in TURNS else 1


def _has_late_metadata(image: Image.Image, again: Callable[[], BinaryIO]) -> bool:
    """Whether a PNG keeps its orientation behind the pixels, where only loading finds it."""
    if image.format != "PNG" or not {"exif", "Raw profile type exif", "XML:com.adobe.xmp"}.isdisjoint(image.info):
        return False
    with again() as file:
        return png_chunks.has_orientation(file)


@contextmanager
def _one_after_another(path: Path, size: tuple[int, int]) -> Iterator[None]:
    """While pixels are decoded: large pictures wait for each other, those that are too large are refused."""
    count = size[0] * size[1]
    if count > MAX_DECODED:
        raise _too_large(path, size, MAX_DECODED)
    with _LARGE if count > LARGE else nullcontext():
        yield


_Part = tuple[float, float, float, float]


def _reduce_while_decoding(image: Image.Image, max_side: int | None) -> tuple[tuple[int, int], _Part | None]:
    """The size to reach, and the part of the decoded pixels that is the picture (JPEGs decode at 1/2, 1/4, 1/8)."""
    width, height = image.size
    if max_side is None or max(width, height) <= max_side:
        return image.size, None
    scale = max_side / max(width, height)
    target = max(1, round(width * scale)), max(1, round(height * scale))
    return target, _draft(image, (target[0] * 2, target[1] * 2))


def _reduce_to_at_least(image: Image.Image, side: int) -> tuple[tuple[int, int], _Part | None]:
    """The same for a size that is whole pixels of what the decoder gives: mostly they are taken as they come."""
    width, height = image.size
    longer = max(width, height)
    part = _draft(image, (max(1, width * side // longer), max(1, height * side // longer))) if longer > side else None
    return image.size if part is None else (max(1, round(part[2])), max(1, round(part[3]))), part


def _draft(image: Image.Image, smallest: tuple[int, int]) -> _Part | None:
    """Let the decoder shrink as far as this; the part of its pixels that is the picture, as the last may be cut off."""
    drafted = image.draft(None, smallest)
    return None if drafted is None else drafted[1]


def _is_all(source: _Part | None, size: tuple[int, int]) -> bool:
    return source is None or source == (0, 0, *size)


def _plain(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (text or type(error).__name__).strip().rstrip(".")
