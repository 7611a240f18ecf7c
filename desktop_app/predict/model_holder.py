"""The model of the Use window: loaded and warmed up off the event loop, one at a time."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.document.document import Document
from desktop_app.predict.loaded_model import LoadedModel
from training.run.run_folder import RunFolder


class ModelHolder(QObject):
    """A model that fails to load leaves the one before it in use."""

    changed = Signal()  # another model answers, or none
    failed = Signal(str)  # a sentence: the model that was chosen last can't be used
    busy_changed = Signal(bool)  # one is being loaded

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lock = threading.RLock()
        raise NotImplementedError

    @property
    def model(self) -> LoadedModel | None:
        raise NotImplementedError

    @property
    def is_busy(self) -> bool:
        raise NotImplementedError

    def choose(self, place: Path | RunFolder, title: str = "") -> None:
        """Load it; `changed` or `failed` follows. `title` is what people call it, else it is named after its files."""
        raise NotImplementedError

    def shut_down(self) -> None:
        raise NotImplementedError
