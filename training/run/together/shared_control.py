"""A stop that all machines of a training make at the same step. No Keras."""

from __future__ import annotations

from training.run.run_control import RunControl
from training.run.together.cluster import Cluster
from training.run.together.several_machines import any_of


class SharedControl(RunControl):
    """What is wished here counts at once while this process is alone, and once all have agreed when it is not."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__()
        self._cluster = cluster
        self._is_together = False
        self._agreed = False

    def begin_together(self) -> None:
        """From here on every process asks `agree` at the same places, until `end_together`."""
        self._is_together = True

    def end_together(self) -> None:
        self._is_together = False

    def agree(self) -> None:
        self._agreed = any_of(self._cluster, super().stop_requested)

    @property
    def stop_requested(self) -> bool:
        return self._agreed if self._is_together else super().stop_requested
