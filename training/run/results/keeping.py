"""From the first result to the last: the sinks, the journal and the counts keep together."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from training.run.model_card import ModelCard
from training.run.results.journal import Earlier, Journal
from training.run.results.result import FileResult, Kept, ResultSink
from training.run.results.tally import Tally

CHECKPOINT_S = 0.5
MOST_UNKEPT = 256  # files


class Keeper:
    """A context manager: what became of it is decided when it ends.

    All went well: the results take their places and the journal goes. Cancelled, or ended by an error: both are left for
    the next time; without a journal, and where no file could be read at all, they are discarded.
    """

    def __init__(self, card: ModelCard, sinks: Sequence[ResultSink], journal: Journal | None = None) -> None:
        self.tally = Tally()
        self.done: Collection[str] = ()
        self._card = card
        self._sinks = sinks
        self._journal = journal
        self._unkept: list[str] = []
        self._kept_at = time.monotonic()

    def __enter__(self) -> Self:
        """Raises RunFailed where a run can't go on from what is there, OSError."""
        earlier = (self._journal.begin(self._sinks) if self._journal else None) or Earlier()
        self.done = earlier.done
        tally = self.tally
        tally.images, tally.boxes, tally.classified = earlier.counts
        tally.resumed = tally.images
        try:
            for sink in self._sinks:
                sink.begin(self._card, earlier.kept.get(sink.name))
        except BaseException:
            self._end_all(lambda sink: sink.leave())
            raise
        return self

    def take(self, result: FileResult) -> None:
        for sink in self._sinks:
            sink.take(result)
        self.tally.add(result)
        if not result.problem:  # what can't be read is tried again next time
            self._unkept.append(result.name)
        if self._journal is not None:
            now = time.monotonic()
            if len(self._unkept) >= MOST_UNKEPT or now - self._kept_at >= CHECKPOINT_S:
                self._checkpoint(self._journal)
                self._kept_at = now

    def _checkpoint(self, journal: Journal) -> None:
        kept: Mapping[str, Kept] = {sink.name: sink.checkpoint() for sink in self._sinks if sink.name}
        journal.add(self._unkept, kept, (self.tally.images, self.tally.boxes, self.tally.classified))
        self._unkept = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        is_over = False
        try:
            if kind is None:
                self._settle()
                is_over = True
        finally:
            if not is_over:  # nobody is to be kept from hearing the first error
                self._end_all(lambda sink: sink.leave() if self._journal else sink.discard())
                if self._journal is not None:
                    with suppress(OSError):
                        self._journal.leave()
            self.tally.not_kept = [problem for sink in self._sinks for problem in sink.problems]

    def _settle(self) -> None:
        if self._journal is not None and self.tally.images:
            self._checkpoint(self._journal)  # a result that can't take its place is not lost
        if self.tally.cancelled and self._journal is not None and self.tally.images:
            for sink in self._sinks:
                sink.leave()
            self._journal.leave()
            return
        is_wanted = self.tally.images > 0 and not self.tally.cancelled
        for sink in self._sinks:
            if is_wanted:
                sink.finish()
            else:
                sink.discard()
        if self._journal is not None:
            self._journal.discard()

    def _end_all(self, end: Callable[[ResultSink], None]) -> None:
        for sink in self._sinks:
            with suppress(OSError):
                end(sink)
