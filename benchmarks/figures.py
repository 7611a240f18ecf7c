"""One figure a line, as JSON: what every benchmark prints."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """`target` says in words what is wanted of the value."""

    name: str
    value: float | int | str | None
    unit: str
    target: str

    def print(self) -> None:
        print(json.dumps(asdict(self), ensure_ascii=False), flush=True)


def hand_over(figures: list[Figure], file: Path | None = None) -> None:
    """Printed, and written into a file where one was asked for."""
    for figure in figures:
        figure.print()
    if file is not None:
        file.write_text(as_json(figures), encoding="utf-8")


def say(text: str) -> None:
    """How far it is: beside the figures, which others read."""
    print(text, file=sys.stderr, flush=True)


def add_json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, help="write the figures here too")


def as_json(figures: list[Figure]) -> str:
    return json.dumps([asdict(figure) for figure in figures], indent=2, ensure_ascii=False) + "\n"
