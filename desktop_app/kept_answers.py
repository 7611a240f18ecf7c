"""What a run's model sees in pictures that join the project stays with the run, so that it is there when that is shown."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThreadPool, Signal

from training.run.run_folder import RunFolder

if TYPE_CHECKING:  # numbers are loaded when the first picture comes, not with the window
    from training.run.answers.prediction import ClassScore, PredictedBox

    Rows = Sequence[PredictedBox | ClassScore]


class KeptAnswers(QObject):
    """Written off the event loop, those that come together at once. Nothing raises: `failed` carries a sentence."""

    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(1)  # one after the other: each adds to what the one before has written
        self._coming: deque[tuple[Path, int, str, Rows]] = deque()
        self._kept: dict[tuple[Path, int], dict[str, Rows]] = {}  # in this session

    def keep(self, run: RunFolder, epoch: int, image: str, rows: Rows) -> None:
        """`epoch` is the one after which the model that said it was stored; the scores are 0..1."""
        self._kept.setdefault((run.path, epoch), {})[image] = rows
        self._coming.append((run.path, epoch, image, rows))
        self._pool.start(self._write)

    def keep_again(self, run: RunFolder) -> None:
        """All images were asked about: the file is another one, and may have begun before the last pictures came."""
        for (path, epoch), seen in self._kept.items():
            if path == run.path:
                self._coming.extend((path, epoch, image, rows) for image, rows in seen.items())
                self._pool.start(self._write)

    def forget(self) -> None:
        """Another project."""
        self.finish()
        self._kept.clear()

    def finish(self) -> None:
        """When this returns all is written, and no thread is left."""
        self._pool.waitForDone()

    def _write(self) -> None:
        """In the thread."""
        together: dict[tuple[Path, int], dict[str, Rows]] = {}
        while self._coming:
            path, epoch, image, rows = self._coming.popleft()
            together.setdefault((path, epoch), {})[image] = rows
        for (path, epoch), seen in together.items():
            self._add(RunFolder(path), epoch, seen)

    def _add(self, run: RunFolder, epoch: int, seen: dict[str, Rows]) -> None:
        from training.run.answers.added_predictions import add_predictions
        from training.run.catalogue.foreign_files import ForeignFileError

        if not run.settings_file.is_file():  # thrown away meanwhile: it does not come back
            return
        try:
            add_predictions(run.proposals_file, seen, epoch)
        except (OSError, ForeignFileError) as error:
            text = self.tr("The proposals are not kept when the project is closed: %1 can't be written (%2)")
            self.failed.emit(text.replace("%1", str(run.proposals_file)).replace("%2", str(error)))
