"""The class names that go with YOLO's numbers: obj.names and its like, data.yaml, obj.data.

Of YAML only what such files hold is understood: one name after another, by number, in brackets or on lines.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from training.dataset.dataset import Split
from training.dataset.formats.readings import LONGEST_NAME
from training.dataset.formats.split_names import split_named
from training.dataset.plain_files import read_text

LISTS = ("classes.txt", "obj.names", "labels.txt", "predefined_classes.txt")
_ENDINGS = (".yaml", ".yml", ".data", ".names")
_LABEL_FOLDERS = ("labels", "train", "val", "valid", "test", "obj_train_data", "obj_valid_data")
_MOST_BYTES = 16 * 2**20
# Nothing here tries again with a letter less: a file that is made for it would take hours.
_ITEM = re.compile(r"""\s*+("(?:[^"\\]|\\.)*+"|'(?:[^']|'')*+'|[^,\[\]{}]*+)\s*+(?:,|$)""")
_QUOTED = re.compile(r"""(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)')\s*(?:#.*)?$""")
_KEYPOINTS = re.compile(r"[\[(]\s*([0-9]{1,4})\s*,\s*([23])\s*[\])]")
_KEY = re.compile(r"""\s*+(?:"([^"]*)"|'([^']*)'|([^:#"'\[{\s](?:[^:#"'\[{]*[^:#"'\[{\s])?))\s*+:(?:\s+|$)""")


@dataclass(frozen=True, slots=True)
class YoloNames:
    """Names by their numbers, and the file that gives them; the splits' image lists or folders, as data.yaml says.

    `keypoints` is how many keypoints there are behind each box and how many numbers each has, where data.yaml says so.
    """

    names: tuple[str, ...]
    file: Path
    splits: tuple[tuple[str, Split], ...] = ()
    keypoints: tuple[int, int] | None = None


def find_names(folder: Path) -> YoloNames | None:
    """What lies in a folder, above it where labels have folders of their own, or else right below it."""
    places = [folder]
    while places[-1].name.lower() in _LABEL_FOLDERS:
        places.append(places[-1].parent)
    for place in (*places, *_folders_in(folder)):
        for path in _candidates(place):
            found = read_names(path)
            if found is not None and found.names:
                return found
    return None


def _folders_in(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(folder / one.name for one in entries if one.is_dir() and not one.name.startswith("."))[:50]
    except OSError:
        return []


def read_names(path: Path) -> YoloNames | None:
    """Of a file that holds names or says which one does; None if it does neither."""
    text = _text(path)
    if text is None:
        return None
    if path.suffix in (".yaml", ".yml"):
        names = _names_in_yaml(text)
        keys = _plain_keys(text)
        splits = [(value, split) for key, value in keys if (split := split_named(key)) and value]
        return YoloNames(tuple(names), path, tuple(splits), _keypoints(dict(keys))) if names else None
    if path.suffix == ".data":
        pairs = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        listed = {key.strip(): value.strip() for key, value in pairs.items()}.get("names", "")
        name = Path(listed.replace("\\", "/")).name
        return read_names(path.with_name(name)) if _may_name(path, name) else None
    return YoloNames(tuple(_without_empty_end(text.splitlines())), path)


def _may_name(path: Path, name: str) -> bool:
    """Only a file right beside, and none that is a link to elsewhere: what a file says opens no other place."""
    if not name or "\0" in name or name.endswith(".data"):
        return False
    return path.with_name(name).resolve().parent == path.parent.resolve()


def _candidates(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:  # of perhaps 100,000, few are looked at
            named = (entry for entry in entries if entry.name.endswith(_ENDINGS) or entry.name in LISTS)
            found = sorted(folder / entry.name for entry in named if entry.is_file())
    except OSError:
        return []
    yaml = [path for path in found if path.suffix in (".yaml", ".yml")]
    data = [path for path in found if path.suffix == ".data"]
    lists = [folder / name for name in LISTS if folder / name in found]
    return [*yaml, *data, *lists, *(path for path in found if path.suffix == ".names" and path not in lists)]


def _text(path: Path) -> str | None:
    try:
        return read_text(path, largest=_MOST_BYTES)
    except (OSError, ValueError):  # also of a path that can't be one
        return None


def _without_empty_end(lines: list[str]) -> list[str]:
    """An empty line inside is a class without name: the numbers of those after it count it."""
    names = [line.strip()[:LONGEST_NAME] for line in lines]
    while names and not names[-1]:
        names.pop()
    return [name or str(number) for number, name in enumerate(names)]


def _plain_keys(text: str) -> list[tuple[str, str]]:
    found = []
    for line in text.splitlines():
        key = _KEY.match(line) if line[:1].strip() else None
        if key:
            found.append((key.group(1) or key.group(2) or key.group(3), _scalar(line[key.end() :])))
    return found


def _keypoints(keys: dict[str, str]) -> tuple[int, int] | None:
    found = _KEYPOINTS.fullmatch(keys.get("kpt_shape", ""))
    return (int(found.group(1)), int(found.group(2))) if found else None


def _names_in_yaml(text: str) -> list[str]:
    """In brackets behind `names:`, or on the lines after it."""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        key = _KEY.match(line) if line[:1].strip() else None
        if key is None or (key.group(1) or key.group(2) or key.group(3)) != "names":
            continue
        rest = line[key.end() :].strip()
        if rest.startswith(("[", "{")):
            return _in_brackets("\n".join([rest, *lines[at + 1 :]]))
        return _on_lines(lines[at + 1 :])
    return []


def _in_brackets(text: str) -> list[str]:
    closing = "]" if text[0] == "[" else "}"
    before = _until(text[1:], closing)
    if before is None:
        return []  # the rest of the file would be names
    inside = " ".join(line.strip() for line in before.split("\n")).strip()
    items, at = [], 0
    while at < len(inside):
        found = _ITEM.match(inside, at)
        if found is None or found.end() == at:
            return []
        items.append(found.group(1))
        at = found.end()
    if closing == "]":
        return [_scalar(item) for item in items]
    return _by_number([item.partition(":")[::2] for item in items])


def _until(text: str, closing: str) -> str | None:
    quote = ""
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == closing:
            return text[:at]
    return None


def _on_lines(lines: list[str]) -> list[str]:
    items: list[str] = []
    pairs: list[tuple[str, str]] = []
    for line in lines:
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if bare.startswith("- ") or bare == "-":
            items.append(_scalar(bare[1:]))
        elif line[:1] in (" ", "\t") and ":" in bare:
            pairs.append(bare.partition(":")[::2])
        else:
            break
    return items or _by_number(pairs)


def _by_number(pairs: list[tuple[str, str]] | list[list[str]]) -> list[str]:
    names: dict[int, str] = {}
    for key, value in pairs:
        number = _scalar(key)
        if not number.isdecimal() or int(number) > 100_000:
            return []
        names[int(number)] = _scalar(value)
    return [names.get(number) or str(number) for number in range(max(names) + 1)] if names else []


def _scalar(text: str) -> str:
    text = text.strip()
    quoted = _QUOTED.match(text)
    if quoted and quoted.group(1) is not None:
        plain = quoted.group(1)
        with suppress(ValueError):
            return str(json.loads(f'"{plain}"'))
        return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found.group(1), found.group(1)), plain)
    if quoted:
        return quoted.group(2).replace("''", "'")
    return re.sub(r"(^|\s)#.*$", "", text).strip()
