"""Several machines train one model together: who is who, and what they must agree on. With Keras, only JAX can do it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Self

import numpy as np

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


def join(cluster: Cluster) -> None:
    """Wait for all the others. To be called before anything is computed. Raises RunFailed.

    Also for a backend that can't: `fit` under TensorFlow's MultiWorkerMirroredStrategy fails with Keras 3.
    """
    if (os.environ.get("KERAS_BACKEND") or "tensorflow") != "jax":
        raise RunFailed("several machines train together with JAX only: start each with KERAS_BACKEND=jax")
    import keras

    try:
        keras.distribution.initialize(cluster.coordinator, cluster.processes, cluster.process)
    except (RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise RunFailed(
            f"expected {cluster.processes} processes to meet at {cluster.coordinator}, which did not happen: {reason}"
        ) from error


def leave() -> None:
    """From here on every process is alone. All must come here, or none."""
    import_module("jax").distributed.shutdown()


def any_of(cluster: Cluster, flag: bool) -> bool:
    """Whether any process said yes; each must ask, at the same place."""
    return bool(_gathered(cluster, np.int32(flag)).any())


def number_of_first(number: int) -> int:
    return int(_together().broadcast_one_to_all(np.int32(number)))


def bytes_of_first(content: bytes) -> bytes:
    """What the first process has, for all; the others' own is left aside."""
    size = number_of_first(len(content))
    own = np.zeros(size, np.uint8)
    own[: len(content)] = np.frombuffer(content, np.uint8)[:size]
    return bytes(np.asarray(_together().broadcast_one_to_all(own), np.uint8))


def check_same(cluster: Cluster, facts: Mapping[str, str]) -> None:
    """Raises RunFailed, in every process, for the first of these facts that is not the same everywhere."""
    digests = [np.frombuffer(hashlib.sha256(value.encode()).digest(), np.uint8) for value in facts.values()]
    everywhere = _gathered(cluster, np.stack(digests))
    for place, what in enumerate(facts):
        differing = [
            number for number in range(cluster.processes) if (everywhere[number] != everywhere[0])[place].any()
        ]
        if differing:
            others = ", ".join(map(str, differing))
            raise RunFailed(f"expected the same {what} in every process, found another in process {others} than in 0")


def _gathered(cluster: Cluster, value: Any) -> Any:
    """One row a process, in their order."""
    rows = np.asarray(_together().process_allgather(value))
    return rows.reshape(cluster.processes, *np.shape(value))


def _together() -> Any:
    return import_module("jax.experimental.multihost_utils")
