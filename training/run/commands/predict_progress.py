"""How far `boxwright predict` is: a bar for people, lines for a program that waits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from training.run.results.tally import Progress

PROGRESS_INTERVAL_S = 0.2
Told = Callable[[Progress], None]


@contextmanager
def bar(err: TextIO) -> Iterator[Told]:
    """With the files that are done, those there are and the time that is left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("Predicting"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Bars(*columns, console=Console(file=err), transient=True, disable=not err.isatty()) as bars:
        task = bars.add_task("Predicting", total=None, left="")
        yield lambda told: bars.update(task, completed=told.done, total=told.total, left=_time_left(told.seconds_left))


@contextmanager
def lines(out: TextIO) -> Iterator[Told]:
    """A few a second: `{"done": 5, "total": 20, "seconds_left": 3.1}`, with null for what is not known yet."""

    def tell(told: Progress) -> None:
        left = None if told.seconds_left is None else round(told.seconds_left, 1)
        out.write(json.dumps({"done": told.done, "total": told.total, "seconds_left": left}) + "\n")
        out.flush()

    yield tell


def _time_left(seconds: float | None) -> str:
    from training.run.estimate import in_words

    return "" if seconds is None else f"{in_words(seconds)} left"
