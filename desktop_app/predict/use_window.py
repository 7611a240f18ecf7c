"""The window for using a model: which one at the top, and pages for files, video and camera below."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.document.document import Document
from desktop_app.predict.model_holder import ModelHolder
from desktop_app.settings import Settings
from training.run.catalogue.run_summary import RunSummary
from training.run.run_folder import RunFolder


class UseWindow(QWidget):
    """A window of its own, one for a main window; closed it does nothing, and opens again as it was.

    `holder.model.title` is the name of the model whose answers are offered.
    """

    frame_offered = Signal(object, object, str)  # RGB pixels, Answer, suggested name of the file
    recording_offered = Signal(object, str, int)  # RGB pixels, suggested name of the file, id of the class
    files_offered = Signal(object)  # list of (Path, Answer)
    export_asked = Signal(object)  # RunFolder
    shown_changed = Signal(bool)  # somebody looks at it: its list of runs should be the present one

    def __init__(self, document: Document, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.holder = ModelHolder(document, self)
        raise NotImplementedError

    def set_project_runs(self, runs: Sequence[RunSummary], current: RunFolder | None = None) -> None:
        """The runs of the open project, the newest first; `current` is the one that the main window shows.

        Until somebody chooses a model, the current or newest run that has one is taken.
        """
        raise NotImplementedError

    def choose_model(self, place: Path | RunFolder) -> None:
        """A run folder, an exported zip or a .keras file."""
        raise NotImplementedError

    def open_files(self, paths: Sequence[Path]) -> None:
        """Picture files and folders go to their page."""
        raise NotImplementedError

    def open_video(self, path: Path) -> None:
        raise NotImplementedError

    def open_anything(self, paths: Sequence[Path]) -> None:
        """What was dropped: models are loaded, videos played, pictures and folders of pictures asked about."""
        raise NotImplementedError

    def say(self, sentence: str) -> None:
        """In the status line of this window: what became of something that was offered."""
        raise NotImplementedError

    def show_problem(self, sentence: str) -> None:
        raise NotImplementedError

    def shut_down(self) -> None:
        """The main window goes."""
        raise NotImplementedError
