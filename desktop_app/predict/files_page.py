"""The page of files: pictures and folders are asked about, and shown as a table and as pictures with their boxes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop_app.predict.loaded_model import LoadedModel
from desktop_app.predict.page import UsePage


class FilesPage(UsePage):
    def open_paths(self, paths: Sequence[Path]) -> None:
        """Add picture files and folders; asking the model begins at once."""
        raise NotImplementedError

    def set_model(self, model: LoadedModel | None) -> None:
        raise NotImplementedError

    def set_min_score(self, score: float) -> None:
        raise NotImplementedError

    def shut_down(self) -> None:
        raise NotImplementedError
