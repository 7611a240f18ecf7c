"""The project of the tour: the sample, or, when there is nothing left to draw in it, another one beside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.settings import sample_folder
from desktop_app.tour.sample_images import unlabelled_images
from training.run.run_folder import RunFolder

if TYPE_CHECKING:
    from desktop_app.main_window import MainWindow

LEAST_UNLABELLED = 2  # one to draw in, one to correct the model in


class TourProject(QObject):
    """Nothing of an earlier tour is taken away."""

    opened = Signal()  # it is there, and fit for the tour
    left = Signal()  # another project, or none, is open now

    def __init__(self, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._folder: Path | None = None  # what was asked for, or is used
        self._anew = False
        self._number = 1
        self._is_there = False
        self._then: Callable[[bool], None] | None = None
        document, opening = window.document, window.opening
        document.current_image_changed.connect(self._look)  # the last word of a project that opens
        document.project_opened.connect(self._look_whether_left)
        document.opening_failed.connect(self._on_failed)
        document.project_busy.connect(self._on_failed)
        document.problem_reported.connect(self._on_problem)
        opening.problem_reported.connect(self._on_failed)
        for place in (window.stage.start_page, window.status.busy):
            place.cancel_asked.connect(self._on_failed)
        window.training.run_changed.connect(self._on_run_changed)

    def open(self, folder: Path | None) -> None:
        """That of a tour that goes on; for a new one the first that has images left to draw in."""
        self._anew = folder is None
        self._number = 1
        self._open_folder(folder or sample_folder())

    def forget(self) -> None:
        self._folder, self._is_there, self._then = None, False, None

    def show_run(self, folder: Path, then: Callable[[bool], None]) -> None:
        """Open a run of an earlier day; `then` is told whether it is there."""
        training, run = self._window.training, RunFolder(folder)
        if training.run is not None and training.run.folder == run:
            then(True)
        elif not folder.name or not run.has_model:
            then(False)
        else:
            self._then = then
            training.open_run(run)

    # --- opening

    def _open_folder(self, folder: Path) -> None:
        self._folder = folder
        self._is_there = False
        document = self._window.document
        if document.is_open and document.folder == self._folder:
            self._look()
        else:
            self._window.opening.open_sample(folder)

    def _look(self, _image: str = "") -> None:
        document = self._window.document
        if self._is_there or self._folder is None or not document.is_open or document.folder != self._folder:
            return
        if document.is_read_only:  # somebody else has it open: it is only looked at
            self._folder = None
            return
        if self._anew and len(unlabelled_images(document)) < LEAST_UNLABELLED:
            self._number += 1
            self._open_folder(sample_folder().with_name(f"sample-{self._number}"))
            return
        self._is_there = True
        self.opened.emit()

    def _look_whether_left(self) -> None:
        document = self._window.document
        if self._is_there and not (document.is_open and document.folder == self._folder):
            self.forget()
            self.left.emit()

    def _on_failed(self, *_what: object) -> None:
        """The window says what; the tour does not begin."""
        if not self._is_there:
            self._folder = None

    def _on_run_changed(self) -> None:
        self._tell_run(is_there=self._window.training.run is not None)

    def _on_problem(self, _sentence: str) -> None:
        """Such as a run that can't be read any more: nobody waits for it."""
        self._tell_run(is_there=False)

    def _tell_run(self, *, is_there: bool) -> None:
        then, self._then = self._then, None
        if then is not None:
            then(is_there)
