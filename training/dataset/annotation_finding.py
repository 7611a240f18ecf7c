"""Which annotation files lie in a folder, and in which ways what somebody chose can be read."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from training.dataset.annotation_suffixes import ANNOTATION_SUFFIXES
from training.dataset.dataset import AnnotationFileError
from training.dataset.formats import registry
from training.dataset.formats.format import Choices, Evidence, Format, Sureness

# Of formats that keep one dataset in a few files; those of one file an image are known by their folder.
_WHOLE_DATASETS = frozenset({".csv", ".tsv", ".tab", ".json", ".xml", ".tfrecord", ".record", ".mat"})
_LEFT_OUT = frozenset({"runs", "export"})  # right in a project: what this program itself writes there
_ENDINGS = tuple(ANNOTATION_SUFFIXES)
_MOST_OF_A_FOLDER = 12  # more files of one kind in a folder are one for each image
_MOST_LOOKED_AT = 60
_MOST_ENTRIES = 1_000_000

GoesOn = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Way:
    """One format that one or several places are read by, and why; `choices` by place, as recognised."""

    format: Format
    places: tuple[Path, ...]
    evidence: Evidence
    choices: tuple[Choices, ...] = ()

    def how(self, chosen: Choices | None = None) -> dict[Path, tuple[Format, Choices]]:
        """`chosen` is what somebody decided, for all of the places."""
        return {place: (self.format, chosen or one) for place, one in zip(self.places, self.choices, strict=True)}


@dataclass(frozen=True, slots=True)
class Source:
    """What somebody chose, or a project's folder: the ways to read it, the surest first; none where nothing is known.

    `reason` is why there is none. `others` are formats of such places that were not recognised.
    """

    path: Path
    ways: tuple[Way, ...]
    others: tuple[Format, ...] = ()
    reason: str = ""


def _forever() -> bool:
    return True


def look_at(path: Path, goes_on: GoesOn = _forever) -> Source:
    """A file as what it can be; a folder as the formats of many files, or as the annotation files that lie in it."""
    if path.is_dir() and not _has_annotations(path, goes_on):
        return Source(path, (), tuple(one for one in registry.FORMATS.values() if one.in_folders), _nothing_in(path))
    found = _ways(path, goes_on)
    known = {way.format.name for way in found}
    others = tuple(one for one in registry.FORMATS.values() if one.name not in known and _may_be(one, path))
    return Source(path, tuple(found), others, "" if found else _reason(path))


def as_format(path: Path, format_: Format) -> Way:
    """A place as somebody says it is, whether it is recognised as that or not."""
    return _way([registry.Recognised(format_, format_.recognise(path))], [path])


def known_annotations(folder: Path, goes_on: GoesOn = _forever) -> Source:
    """What a project's folder holds, as far as it is known for sure: nothing that a person has to be asked about."""
    found = _ways(folder, goes_on) if _has_annotations(folder, goes_on) else []
    sure = (way for way in found if way.evidence.sureness >= Sureness.LIKELY and not way.evidence.questions)
    return Source(folder, tuple(sure))


def fingerprint(ways: Sequence[Way], goes_on: GoesOn = _forever) -> str:
    """The same as long as the same files are there, unchanged."""
    digest = hashlib.sha256()
    for place in sorted({place for way in ways for place in way.places}):
        for path in _annotation_files(place) if place.is_dir() else (place,):
            with suppress(OSError):
                stat = path.stat()
                digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode(errors="surrogateescape"))
            if not goes_on():
                break
    return digest.hexdigest()[:16]


def until(seconds: float) -> GoesOn:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


def _ways(path: Path, goes_on: GoesOn) -> list[Way]:
    found = [_way([one], [path]) for one in registry.recognise(path)]
    if path.is_dir():
        found += _ways_inside(path, {way.format.name for way in found}, goes_on)
        found.sort(key=lambda way: -way.evidence.sureness)
    return found


def _way(recognised: Sequence[registry.Recognised], places: Sequence[Path]) -> Way:
    first = recognised[0]
    questions = tuple(dict.fromkeys(question for one in recognised for question in one.evidence.questions))
    evidence = replace(first.evidence, questions=questions)
    return Way(first.format, tuple(places), evidence, tuple(one.evidence.choices for one in recognised))


def _ways_inside(folder: Path, but: set[str], goes_on: GoesOn) -> list[Way]:
    """Files that hold a dataset each; those of one format belong together."""
    found: dict[str, list[tuple[Path, registry.Recognised]]] = {}
    maybe: list[Way] = []
    for path in _whole_datasets(folder, goes_on):
        if not goes_on():
            break
        first = next(iter(registry.recognise(path)), None)
        if first is None or first.format.name in but:
            continue
        if first.evidence.sureness >= Sureness.LIKELY:
            found.setdefault(first.format.name, []).append((path, first))
        else:
            maybe.append(_way([first], [path]))
    sure = [_way([one for _, one in files], [path for path, _ in files]) for files in found.values()]
    return sure if sure or but else maybe[:1]


def _whole_datasets(folder: Path, goes_on: GoesOn) -> Iterator[Path]:
    looked_at = 0
    for below, names in _folders(folder):
        by_suffix: dict[str, list[str]] = {}
        for name in names:
            suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 -- of up to a million names
            if suffix in _WHOLE_DATASETS:
                by_suffix.setdefault(suffix, []).append(name)
        for alike in by_suffix.values():
            for name in sorted(alike) if len(alike) <= _MOST_OF_A_FOLDER else ():
                looked_at += 1
                if looked_at > _MOST_LOOKED_AT:
                    return
                yield below / name
        if not goes_on():
            return


def _annotation_files(folder: Path) -> Iterator[Path]:
    for below, names in _folders(folder):
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() in ANNOTATION_SUFFIXES:  # noqa: PTH122
                yield below / name


def _folders(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    entries = 0
    for below, folders, names in os.walk(folder):
        left_out = _LEFT_OUT if Path(below) == folder else frozenset()
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in left_out)
        entries += len(names)
        if entries > _MOST_ENTRIES:
            return
        yield Path(below), [name for name in names if not name.startswith(".")]


def _has_annotations(folder: Path, goes_on: GoesOn) -> bool:
    """Whether any name in it could be one: recognising looks closer, which takes its time among 100,000 images."""
    for _, names in _folders(folder):
        if not goes_on():
            return False
        if any(name.lower().endswith(_ENDINGS) for name in names):
            return True
    return False


def _nothing_in(folder: Path) -> str:
    return f"{folder}: no format that is known here was recognised in it: it has no annotation files"


def _may_be(format_: Format, path: Path) -> bool:
    if path.is_dir():
        return format_.in_folders
    return not format_.suffixes or path.suffix.lower() in format_.suffixes


def _reason(path: Path) -> str:
    try:
        registry.recognised(path)
    except AnnotationFileError as error:
        return str(error)
    return ""
