"""A line in the Train sheet, when this computer will hardly do for what is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QLabel

from desktop_app.runs.sheet.snapshot import Snapshot
from desktop_app.runs.warning_words import warning_in_words
from training.run.events import WarningEvent
from training.run.machine.memory_need import shortage
from training.run.settings import TrainingSettings


class ResourceNote(QLabel):
    """Hidden while memory and disk will do."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("resource_note")
        self.setWordWrap(True)
        self.setProperty("problem", True)
        self.hide()

    def show_for(self, values: Mapping[str, Any] | None, snapshot: Snapshot | None) -> None:
        """`values` is None while they are not possible."""
        if values is None or snapshot is None:
            self.hide()
            return
        settings = TrainingSettings().with_values(values)
        short = shortage(settings, snapshot.sample_count or len(snapshot.dataset.images), snapshot.runs_folder)
        if short is not None:
            event = WarningEvent(code=short.code, text=short.sentence, facts=short.facts)
            self.setText(warning_in_words(event))
        self.setVisible(short is not None)
