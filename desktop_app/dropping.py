"""What is dropped on the main window: folders and projects open, annotations are imported, the model gets its files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.document.document import Document
from desktop_app.icons import set_icon
from desktop_app.opening_flow import ZIP_SUFFIX, OpeningFlow
from desktop_app.use_flow import UseFlow
from desktop_app.window_actions import WindowActions
from desktop_app.words import filled
from training.dataset.annotation_suffixes import ANNOTATION_SUFFIXES
from training.dataset.archives.safe_archive import looks_like_zip
from training.dataset.image_folder import IMAGE_SUFFIXES
from training.run.streams.containers import is_video_name

MOST_LOOKED_AT = 300  # names in a folder that was dropped: more would be felt


class Dropping(QObject):
    """Where there are two things that somebody may want, a small menu asks at the place of the drop."""

    def __init__(
        self, document: Document, opening: OpeningFlow, actions: WindowActions, use: UseFlow, window: QWidget
    ) -> None:
        super().__init__(window)
        self._document, self._opening, self._actions, self._use, self._window = document, opening, actions, use, window
        self.menu: QMenu | None = None

    def enter(self, event: QDragEnterEvent) -> None:
        if _paths_in(event):
            event.acceptProposedAction()

    def drop(self, event: QDropEvent) -> None:
        paths = _paths_in(event)
        if paths:
            self._take(paths, self._window.mapToGlobal(event.position().toPoint()))
        event.acceptProposedAction()

    def _take(self, paths: list[Path], place: QPoint) -> None:
        annotations = [path for path in paths if _is_annotation_file(path) or self._has_only_annotations(path)]
        if annotations and self._document.is_open:
            self._actions.show_import(annotations)
        elif annotations and all(path.is_file() for path in paths):
            text = self.tr("Open the folder of images that %1 belongs to, then drop it again.")
            self._opening.problem_reported.emit(filled(text, annotations[0].name))
        elif len(paths) == 1 and _is_zip(paths[0]):
            self._opening.open(paths[0])  # a project that was handed in, or a model
        elif any(is_video_name(path) or _is_model(path) for path in paths):
            self._use.open(paths)
        elif self._use.model_name and self._can_be_asked_about(paths):
            self._ask(paths, place)
        else:
            self._opening.open(paths[0])

    def _has_only_annotations(self, path: Path) -> bool:
        """A folder that is no project of its own: it has no images, as far as can be seen in a blink."""
        if not self._document.is_open or not path.is_dir() or path == self._document.folder:
            return False
        try:
            with os.scandir(path) as entries:
                suffixes = {os.path.splitext(entry.name)[1].lower() for entry in islice(entries, MOST_LOOKED_AT)}  # noqa: PTH122
        except OSError:
            return False
        return not suffixes & IMAGE_SUFFIXES and bool(suffixes & ANNOTATION_SUFFIXES)

    def _can_be_asked_about(self, paths: Sequence[Path]) -> bool:
        """Pictures and folders that are not in the open project; its project file is no picture either."""
        are_pictures = all(path.is_dir() or path.suffix.lower() in IMAGE_SUFFIXES for path in paths)
        return are_pictures and not all(self._is_in_project(path) for path in paths)

    def _is_in_project(self, path: Path) -> bool:
        if not self._document.is_open:
            return False
        folder = self._document.folder
        return path == folder or (
            path.is_relative_to(folder) and path.relative_to(folder).as_posix() in self._document.images
        )

    def _ask(self, paths: list[Path], place: QPoint) -> None:
        menu = self.menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(self.tr("What was dropped"))
        predict = menu.addAction(filled(self.tr("&Predict with “%1”"), self._use.model_name.replace("&", "&&")))
        predict.triggered.connect(lambda: self._use.open(paths))
        set_icon(predict, "use")
        folder = paths[0] if paths[0].is_dir() else paths[0].parent
        open_it = menu.addAction(filled(self.tr("&Open “%1” as project"), folder.name.replace("&", "&&")))
        open_it.triggered.connect(lambda: self._opening.open(paths[0]))
        set_icon(open_it, "open")
        menu.popup(place)  # not `exec`: nothing waits for an answer


def _is_annotation_file(path: Path) -> bool:
    return path.suffix.lower() in ANNOTATION_SUFFIXES and path.is_file()


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ZIP_SUFFIX and looks_like_zip(path)


def _is_model(path: Path) -> bool:
    from desktop_app.predict.model_kinds import is_model  # with numpy, which no window waits for

    return is_model(path)


def _paths_in(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
