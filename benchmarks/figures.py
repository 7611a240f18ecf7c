"""One figure a line, as JSON: what every benchmark prints."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """`target` says in words what is wanted of the value."""

    name: str
    value: float | int | str | None
    unit: str
    target: str

    def print(self) -> None:
        print(json.dumps(asdict(self), ensure_ascii=False), flush=True)


def as_json(figures: list[Figure]) -> str:
    return json.dumps([asdict(figure) for figure in figures], indent=2, ensure_ascii=False) + "\n"
