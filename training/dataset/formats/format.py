"""What every annotation format offers: it recognises its files, reads them row by row, and writes a dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.table_layout import TableLayout


class Sureness(IntEnum):
    """How sure a format is that a place is its own: MAYBE asks a person first, the two above it need not."""

    NO = 0
    MAYBE = 1
    LIKELY = 2
    SURE = 3


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody can decide about reading a place. What `Evidence` suggests can be changed and given to `read`.

    `table` says what the columns of a table mean. `class_names` are the names for the numbers from 0 where the files
    have only numbers. `companion` is the COCO file whose images and categories a file of results speaks of.
    """

    table: TableLayout | None = None
    class_names: tuple[str, ...] | None = None
    companion: Path | None = None
    empty_is_negative: bool = True  # an image that is listed without anything on it was looked at, and nothing is there


@dataclass(frozen=True, slots=True)
class Evidence:
    """How sure a format is, what it saw, and what it can't know; each a sentence without a full stop.

    `choices` is how reading takes the place unless somebody changes it. With questions nothing should be read before a
    person has looked at them.
    """

    sureness: Sureness
    reasons: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    choices: Choices = Choices()


NOT_THIS = Evidence(Sureness.NO)


@dataclass(frozen=True, slots=True)
class WriteChoices:
    """`images` is the folder that the dataset's file names start from, for formats that hold or measure the files.

    `progress(done, total)` counts images, and what it raises stops the writing.
    """

    images: Path | None = None
    progress: Callable[[int, int], object] | None = None

    def each(self, images: Sequence[LabelledImage]) -> Iterator[LabelledImage]:
        """One by one, in the pass over the images that takes a writer longest."""
        for done, image in enumerate(images):
            if self.progress is not None:
                self.progress(done, len(images))
            yield image


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and what the format could not hold, each a sentence.

    `left_out` are the names of images that are not in the files at all, for which `losses` says why.
    """

    files: tuple[Path, ...]
    losses: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing boxes to files. `place` is a file, or a folder where one dataset is many files.

    `recognise(place)` looks at what is there and never raises for what it finds; what it can't read is not its own.

    `read(place, file, choices)` gives the rows as they are read, so that whoever stops taking them stops the reading.
    Names of images are as `AnnotationRow` says. Problems, notes, the class names in the files' own order and what only
    this format knows of the dataset go into `file`, whose name is the place's. What is wrong with one row, or one of
    many files, is a problem there; AnnotationFileError means that nothing can be read.

    `write(dataset, place, choices)` writes all of it: `place` is the file, or the folder for a format of many files.
    Each file is whole or not there. Raises OSError, and AnnotationFileError when the dataset can't be held at all.
    """

    name: str  # on the command line
    title: str  # for people
    recognise: Callable[[Path], Evidence]
    read: Callable[[Path, AnnotationFile, Choices], Iterator[AnnotationRow]]
    write: Callable[[Dataset, Path, WriteChoices], Written] | None  # None where it is only read
    file_name: str = ""  # what its one file is called usually; nothing for a format of many files
    suffixes: tuple[str, ...] = ()  # of files it may be recognised in, in lower case
    in_folders: bool = False  # a folder can be its place
