"""What is shipped with the program and may be used as its licence says, and the file that holds all of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

FILE_VERSION = 1


@dataclass(frozen=True)
class LicenceText:
    title: str  # the file it was found in
    text: str


@dataclass(frozen=True)
class ShippedPart:
    name: str
    version: str
    licence: str  # in a few words
    homepage: str
    texts: tuple[LicenceText, ...]

    @property
    def whole_text(self) -> str:
        """As it is read: name, licence, home, then every text under the name of its file."""
        head = [f"{self.name} {self.version}".strip(), self.licence, self.homepage]
        parts = ["\n".join(line for line in head if line)]
        parts += [f"──── {text.title} ────\n\n{text.text}" for text in self.texts]
        return "\n\n".join(parts) + "\n"


def as_json(parts: Sequence[ShippedPart]) -> str:
    """Each text once, however many parts share it."""
    texts: dict[str, int] = {}
    rows = [
        {
            "name": part.name,
            "version": part.version,
            "licence": part.licence,
            "homepage": part.homepage,
            "texts": [[text.title, texts.setdefault(text.text, len(texts))] for text in part.texts],
        }
        for part in parts
    ]
    return json.dumps({"version": FILE_VERSION, "texts": list(texts), "parts": rows}, ensure_ascii=False)


def from_json(written: str) -> list[ShippedPart]:
    """What `as_json` wrote. Raises ValueError for anything else."""
    try:
        content = json.loads(written)
        texts = content["texts"]
        return [
            ShippedPart(
                row["name"],
                row["version"],
                row["licence"],
                row["homepage"],
                tuple(LicenceText(title, texts[number]) for title, number in row["texts"]),
            )
            for row in content["parts"]
        ]
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"expected collected licences, but {error!r} came up") from error


def as_text(parts: Sequence[ShippedPart]) -> str:
    """For those who look into the folder of the program."""
    line = "\n" + "=" * 100 + "\n\n"
    return line.join(part.whole_text for part in parts)
