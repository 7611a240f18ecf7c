"""What several machines that train one model together must agree on. With Keras, only JAX can do it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np

from training.run.failure import RunFailed
from training.run.together.cluster import Cluster


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
