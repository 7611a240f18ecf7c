"""Finds the licences of the libraries that the program needs, in the metadata they were installed with."""

from __future__ import annotations

import platform
import re
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, PackagePath, distribution
from pathlib import Path

from packaging.requirements import Requirement

from desktop_app.licences.shipped_part import LicenceText, ShippedPart
from resources import resource

Progress = Callable[[int, int], None]

OURS = "boxwright"
# Either may be installed: both give the same modules.
STANDS_FOR = {"tensorflow": "tensorflow-cpu", "opencv-python-headless": "opencv-python"}
OF_A_LICENCE = re.compile(r"licen[cs]e|copying|copyright|notice|3rd.?party|third.?party", re.IGNORECASE)
OWN_LICENCE = re.compile(r"(licen[cs]e|copying)(?!.*(3rd|third))", re.IGNORECASE)
TEXT_SUFFIXES = frozenset({"", ".txt", ".md", ".rst", ".apache", ".bsd", ".mit", ".eigen", ".external", ".unicode"})
CODE_FOLDERS = frozenset({"include", "tests"})
# For libraries that name a licence but bring no text of it: the first of these that their licence names.
STANDARD_TEXTS = (
    ("LGPL-3.0", ("qt.txt", "LGPL-3.0.txt", "GPL-3.0.txt")),
    ("Apache", ("Apache-2.0.txt",)),
)
LONGEST_NAME = 100  # of a licence; longer ones are its text


class LicenceProblem(Exception):  # noqa: N818 -- read as a sentence by a person
    """Something that is shipped has no licence that could be shown."""


def collect(
    also: Sequence[str] = (), progress: Progress = lambda _done, _total: None, *, strict: bool = False
) -> list[ShippedPart]:
    """Boxwright, Python, then all that Boxwright needs and the distributions of `also` themselves, by name.

    A library that is not installed is left out. With `strict`, raises LicenceProblem for one that is not installed
    or has no text.
    """
    found, missing = _needed(also)
    if strict and missing:
        raise LicenceProblem(f"Licences: not installed, but needed: {', '.join(missing)}")
    names = sorted(found, key=lambda name: (name != OURS, name))
    parts = []
    for number, name in enumerate(names):
        progress(number, len(names))
        parts.append(_part(found[name]))
    parts.insert(1, _python())
    without = [part.name for part in parts if not part.texts]
    if strict and without:
        raise LicenceProblem(f"Licences: no text is known for {', '.join(without)}")
    return parts


def _needed(also: Sequence[str]) -> tuple[dict[str, Distribution], list[str]]:
    """What is installed of all that has to be, by normalized name; and the names of what is not."""
    found: dict[str, Distribution] = {}
    missing: list[str] = []
    alone = {_normalized(name) for name in also}
    waiting = [OURS, *alone]
    while waiting:
        name = _normalized(waiting.pop())
        if name in found or name in missing:
            continue
        installed = _installed(name)
        if installed is None:
            missing.append(name)
            continue
        found[name] = installed
        if name not in alone:
            waiting += _requirements(installed)
    return found, sorted(missing)


def _requirements(installed: Distribution) -> Iterator[str]:
    for line in installed.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(name: str) -> Distribution | None:
    for candidate in (name, STANDS_FOR.get(name, name)):
        try:
            return distribution(candidate)
        except PackageNotFoundError:
            continue
    return None


def _part(installed: Distribution) -> ShippedPart:
    licence = _licence_name(installed)
    texts = _texts(installed)
    if not any(OWN_LICENCE.match(text.title.rpartition("/")[2]) for text in texts):
        texts = (*_standard_texts(licence), *texts)
    return ShippedPart(installed.metadata["Name"], installed.version, licence, _homepage(installed), texts)


def _licence_name(installed: Distribution) -> str:
    """The expression, the short field of older metadata, or what the classifiers say."""
    metadata = installed.metadata
    for field in ("License-Expression", "License"):
        said = metadata[field].strip() if field in metadata else ""
        if said and said != "UNKNOWN" and "\n" not in said and len(said) <= LONGEST_NAME:
            return said
    classifiers = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    return ", ".join(line.split("::")[-1].strip() for line in classifiers)


def _homepage(installed: Distribution) -> str:
    metadata = installed.metadata
    urls = dict(re.split(r"\s*,\s*", line, maxsplit=1) for line in metadata.get_all("Project-URL") or [] if "," in line)
    by_label = {label.lower(): url for label, url in urls.items()}
    older = metadata.get_all("Home-page") or []
    wanted = (by_label.get(label) for label in ("homepage", "home", "source", "source code", "repository"))
    return next((url for url in (*older, *wanted) if url and url != "UNKNOWN"), "")


def _texts(installed: Distribution) -> tuple[LicenceText, ...]:
    """Every different text, in the order of its file's path; what its own metadata holds comes first."""
    files = [path for path in installed.files or () if _is_licence(path)]
    files.sort(key=lambda path: (".dist-info" not in path.parts[0], path.as_posix()))
    texts: dict[str, str] = {}
    for path in files:
        place = Path(str(installed.locate_file(path)))
        if place.is_file():
            texts.setdefault(_read(place), _title(path))
    return tuple(LicenceText(title, text) for text, title in texts.items() if text)


def _is_licence(path: PackagePath) -> bool:
    """Sources of TensorFlow's headers have licences, too; those are among its notices."""
    if path.suffix.lower() not in TEXT_SUFFIXES or CODE_FOLDERS.intersection(path.parts):
        return False
    return bool(OF_A_LICENCE.search(path.name)) or (".dist-info" in path.parts[0] and "licenses" in path.parts)


def _title(path: PackagePath) -> str:
    inside = path.parts[1:] if ".dist-info" in path.parts[0] else path.parts
    return "/".join(inside[1:] if inside[0] == "licenses" else inside)


def _read(place: Path) -> str:
    """Old licence files are not always UTF-8."""
    content = place.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\f", "\n").strip()


def _standard_texts(licence: str) -> tuple[LicenceText, ...]:
    names: tuple[str, ...] = next((names for word, names in STANDARD_TEXTS if word in licence), ())
    return tuple(
        LicenceText(name, resource("licences", name).read_text(encoding="utf-8").strip("\n")) for name in names
    )


def _python() -> ShippedPart:
    base = Path(sys.base_prefix)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    places = (
        Path(sysconfig.get_path("stdlib"), "LICENSE.txt"),
        base / "LICENSE.txt",
        base / f"share/doc/python{version}/copyright",
    )
    texts = tuple(LicenceText(place.name, _read(place)) for place in places if place.is_file())[:1]
    return ShippedPart("Python", platform.python_version(), "PSF-2.0", "https://www.python.org", texts)
