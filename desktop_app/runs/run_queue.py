"""Runs that take turns: one at a time on each device, in the order in which they were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.runs.queued_run import QueuedRun
from training.run.run_folder import RunFolder

ANY_DEVICE = ""  # nobody has said yet what there is
ALL_GPUS = "gpus"


class RunQueue(QObject):
    """Holds a run from its order to its end. When one ends, however that comes, the next of its device begins."""

    changed = Signal()  # who trains, who waits, or in which order
    ended = Signal(object)  # the QueuedRun, which is no longer in the queue

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[QueuedRun] = []
        self._gpus: tuple[str, ...] | None = None
        self._is_held = False
        self._real_paths: dict[Path, Path] = {}

    # --- who is there

    @property
    def runs(self) -> list[QueuedRun]:
        """Those that train, then those that wait, the next one first."""
        return [*self.running, *self.waiting]

    @property
    def running(self) -> list[QueuedRun]:
        return [queued for queued in self._runs if queued.is_running]

    @property
    def waiting(self) -> list[QueuedRun]:
        return [queued for queued in self._runs if queued.is_waiting]

    def of(self, folder: RunFolder | Path) -> QueuedRun | None:
        """The run of a folder, while it is here."""
        if not self._runs:
            return None
        path = self._resolved(folder)
        return next((queued for queued in self._runs if queued.folder and self._resolved(queued.folder) == path), None)

    def _resolved(self, folder: RunFolder | Path) -> Path:
        """Remembered: every run of a long list is asked about, again and again, and shares are slow."""
        path = folder.path if isinstance(folder, RunFolder) else folder
        if path not in self._real_paths:
            self._real_paths[path] = path.resolve()
        return self._real_paths[path]

    @property
    def knows_devices(self) -> bool:
        return self._gpus is not None

    def would_wait(self, device: str) -> bool:
        """Whether an order for a device, given as the setting, would have to wait now."""
        key = device_key(device, self._gpus)
        return any(_meet(key, self._key_of(queued)) for queued in self._runs)

    # --- who comes, goes and moves

    def add(self, queued: QueuedRun) -> None:
        queued.setParent(self)
        queued.prepared.connect(self.changed)
        queued.ended.connect(self._on_ended)
        self._runs.append(queued)
        self._real_paths.clear()
        self._go_on()

    def put_first(self, queued: QueuedRun) -> None:
        """The next to begin of those that wait."""
        if queued in self._runs and queued.is_waiting:
            self._runs.remove(queued)
            self._runs.insert(0, queued)
            self._go_on()

    def remove(self, queued: QueuedRun) -> None:
        """Only one that still waits; its folder stays."""
        if queued in self._runs and queued.is_waiting:
            self._runs.remove(queued)
            queued.deleteLater()
            self._go_on()

    def set_gpus(self, gpus: Sequence[str]) -> None:
        """Ids as in the setting `device`; none: everything happens on the CPU."""
        self._gpus = tuple(gpus)
        self._go_on()

    def hold(self) -> None:
        """From now on nobody begins."""
        self._is_held = True

    def drop_waiting(self) -> None:
        """They stay prepared in their folders."""
        for queued in self.waiting:
            self._runs.remove(queued)
            queued.deleteLater()
        self.changed.emit()

    def shut_down(self, patience_seconds: float | None = None) -> None:
        """Those that train are stopped and waited for; those that wait stay prepared in their folders."""
        self.hold()
        runs, self._runs = self._runs, []
        for queued in runs:
            queued.stop()
        for queued in runs:
            queued.shut_down(patience_seconds)
            queued.deleteLater()

    def _on_ended(self, queued: QueuedRun) -> None:
        if queued in self._runs:
            self._runs.remove(queued)
            queued.deleteLater()
            self.ended.emit(queued)
            self._go_on()

    def _go_on(self) -> None:
        if not self._is_held:
            taken = [self._key_of(queued) for queued in self.running]
            for queued in self.waiting:
                key = self._key_of(queued)
                if not any(_meet(key, other) for other in taken):
                    queued.begin()
                taken.append(key)  # one that waits keeps its place before those behind it
        self.changed.emit()

    def _key_of(self, queued: QueuedRun) -> str:
        return device_key(queued.device, self._gpus)


def device_key(setting: str, gpus: Sequence[str] | None) -> str:
    """The device that a setting means here; ANY_DEVICE while nobody knows the GPUs (None)."""
    if setting.startswith("cpu"):
        return "cpu"
    if gpus is None:
        return ANY_DEVICE
    if not gpus:
        return "cpu"
    if setting in ("auto", ALL_GPUS):
        return ALL_GPUS if ALL_GPUS in gpus else gpus[0]
    return gpus[0] if setting == "gpu" else setting


def _meet(one: str, other: str) -> bool:
    if ALL_GPUS in (one, other) and one.startswith("gpu") and other.startswith("gpu"):
        return True
    return one == other or ANY_DEVICE in (one, other)
