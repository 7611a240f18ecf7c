"""Which machines train together, as the command line or the environment says it. No Keras."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self

from training.run.failure import RunFailed

# Keras's own names, so that a script that starts Keras elsewhere starts this as well.
COORDINATOR, PROCESSES, PROCESS = (
    "KERAS_DISTRIBUTION_JOB_ADDRESSES",
    "KERAS_DISTRIBUTION_NUM_PROCESSES",
    "KERAS_DISTRIBUTION_PROCESS_ID",
)


class ClusterError(RunFailed):
    """What was said about the machines can't be; the message says what is possible and what came."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """This process is number `process` (from 0) of `processes`, all of which meet at `coordinator`, HOST:PORT.

    That is an address of the first one's machine, which alone writes the run's folder.
    """

    coordinator: str
    processes: int
    process: int

    @property
    def is_first(self) -> bool:
        return self.process == 0

    @classmethod
    def of(cls, coordinator: str | None, processes: int | None, process: int | None) -> Self | None:
        """What is not given is taken from the environment; None where nothing says anything. Raises ClusterError."""
        address = coordinator or os.environ.get(COORDINATOR, "").partition(",")[0]
        count = _number("--processes", processes, PROCESSES)
        number = _number("--process", process, PROCESS)
        if not address and count is None and number is None:
            return None
        if not address or count is None or number is None:
            raise ClusterError(
                "several machines need all three: --coordinator HOST:PORT, --processes N and --process I"
            )
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
            raise ClusterError(f"--coordinator: expected HOST:PORT, got {address!r}")
        if count < 1 or not 0 <= number < count:
            raise ClusterError(f"--process: expected a number from 0 to below --processes, got {number} of {count}")
        return cls(address, count, number)


def _number(option: str, given: int | None, variable: str) -> int | None:
    text = os.environ.get(variable, "")
    if given is not None or not text:
        return given
    if not text.isdecimal():
        raise ClusterError(f"{variable} (or {option}): expected a whole number, got {text!r}")
    return int(text)
