"""How devices share the batches of a training: which places of an epoch each batch holds, and whose they are. No Keras."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sharing:
    """`replicas` copies of the model share each batch. They lie on `machines` machines, equally many on each: each
    prepares the part of a batch that belongs to the `machine` it is (from 0).

    `may_end_uneven` where of a last batch one replica can have a sample more than another, but each needs at least one.
    """

    replicas: int = 1
    machine: int = 0
    machines: int = 1
    may_end_uneven: bool = False

    def own(self, places: range) -> range:
        """What this machine prepares of a batch, whose size its replicas divide."""
        if self.machines == 1:
            return places
        size = len(places) // self.machines
        return places[self.machine * size : (self.machine + 1) * size]

    def judged(self, count: int, batch_size: int) -> list[range]:
        """Batches that go through `count` samples without changing any mean over them; a place is one modulo `count`.

        Each sample comes once in them, the last batch being smaller; or larger where it would be too small to be shared.
        What can't be shared out so is gone through several times, that all samples count the same.
        """
        batches = self._in_batches(count, batch_size)
        first, last = len(batches[0]), len(batches[-1])
        ends_well = self.may_end_uneven and len(batches) > 1 and self._is_shared_out(last)
        if first % self.replicas == 0 and (last % self.replicas == 0 or ends_well):
            return batches
        return self._in_batches(math.lcm(count, self.replicas), batch_size)

    def _in_batches(self, count: int, batch_size: int) -> list[range]:
        starts = range(0, count, batch_size)
        batches = [range(start, min(start + batch_size, count)) for start in starts]
        if len(batches) > 1 and not self._is_shared_out(len(batches[-1])):
            batches[-2:] = [range(batches[-2].start, count)]
        return batches

    def _is_shared_out(self, size: int) -> bool:
        """Whether every replica gets a sample: TensorFlow gives each the same, rounded up, and the last ones the rest."""
        return size > (self.replicas - 1) * math.ceil(size / self.replicas)
