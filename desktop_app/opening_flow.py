"""Which project opens, and how: an argument, the last one, the sample, or what somebody drops on the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.background import Job, Progress
from desktop_app.document.document import Document
from desktop_app.document.opening import place_to_reopen
from desktop_app.settings import Settings, sample_folder
from training.dataset.image_folder import IMAGE_SUFFIXES
from training.dataset.is_there import is_there
from training.dataset.store import PROJECT_NAME, ProjectError

LAST_PROJECT, SAMPLE, NOTHING = "last", "sample", "nothing"  # what opens at the start
PROJECT_SUFFIX = Path(PROJECT_NAME).suffix
ZIP_SUFFIX = ".zip"


class OpeningFlow(QObject):
    """Opens folders, project files and images; draws the sample project when it is wanted for the first time."""

    busy_started = Signal(str)  # what is going on
    progressed = Signal(int, int)
    ended = Signal()  # whatever came of it
    problem_reported = Signal(str)
    archive_given = Signal(object)  # a zip, which may be a project that was handed in

    def __init__(self, document: Document, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._settings = settings
        self._drawing: Job | None = None
        self._start = LAST_PROJECT
        self._left_out = ""  # of the project that is being opened
        document.opening_started.connect(self._on_opening_started)
        document.opening_failed.connect(self._on_opening_failed)
        document.project_busy.connect(self._on_project_busy)
        document.project_opened.connect(self._on_project_opened)
        document.current_image_changed.connect(self._on_current_image_changed)

    def open_at_start(self, argument: str | None) -> None:
        """What was asked for, else what is chosen for it: the last project (at first the sample), the sample, nothing."""
        recent = next((place for place in self._settings.recent_folders() if is_there(place)), None)
        if argument:
            self.open(Path(argument))
        elif self._start == NOTHING:
            self.ended.emit()
        elif self._start == SAMPLE:
            self.open_sample()
        elif recent is not None:
            self.open(recent)
        else:
            self.open_sample()

    def set_start(self, what: str) -> None:
        """LAST_PROJECT, SAMPLE or NOTHING."""
        self._start = what

    def open(self, path: Path, left_out: str = "") -> None:
        """`left_out`: what did not come along to where it is now; told when it is open, for that clears what was told."""
        self._left_out = left_out
        path = path.expanduser()
        path = path.resolve() if ".." in path.parts else path.absolute()
        if path.is_file() and path.suffix.lower() in IMAGE_SUFFIXES:
            self._open_image(path)
        elif path.suffix.lower() == ZIP_SUFFIX and path.is_file():
            self.archive_given.emit(path)
            self.ended.emit()
        elif path.is_file() and path.suffix != PROJECT_SUFFIX:
            text = self.tr("%1 can't be opened: it is no folder, no image and no project.")
            self.problem_reported.emit(text.replace("%1", str(path)))
        elif self._is_open(path):
            self._document.refresh_images()
        else:
            folder = path if path.is_dir() else path.parent
            self._document.open_folder(path, self._settings.place_in(folder))

    def open_sample(self, folder: Path | None = None) -> None:
        """Drawn first where it is not there yet; `folder` is where, if not in the usual place."""
        folder = folder or sample_folder()
        if folder.is_dir():
            self.open(folder)
        elif self._drawing is None:
            self._draw_sample(folder)

    def cancel(self) -> None:
        """Whatever is going on; what was open stays open."""
        if self._drawing is not None:
            self._drawing.cancel()
        self._document.cancel_opening()
        self.ended.emit()

    def _open_image(self, path: Path) -> None:
        if self._document.is_open and path.is_relative_to(self._document.folder):
            image = path.relative_to(self._document.folder).as_posix()
            if image in self._document.images:
                self._document.set_current_image(image)
                return
        self._document.open_folder(path.parent, path.name)

    def _is_open(self, path: Path) -> bool:
        document = self._document
        if not document.is_open or document.is_read_only:
            return False
        was_made_elsewhere = not document.store.exists and document.project_file.exists()
        return path in (place_to_reopen(document.store), document.project_file) and not was_made_elsewhere

    def _draw_sample(self, folder: Path) -> None:
        self._drawing = Job(lambda progress: _draw_sample(folder, progress), (ProjectError, OSError))
        self._drawing.progressed.connect(self.progressed)
        self._drawing.done.connect(self._on_sample_drawn)
        self._drawing.failed.connect(self._on_sample_failed)
        self._drawing.cancelled.connect(self._on_drawing_ended)
        self.busy_started.emit(self.tr("Drawing the sample pictures"))
        self._drawing.start()

    def _on_sample_drawn(self, folder: Path) -> None:
        self._on_drawing_ended()
        self.open(folder)

    def _on_sample_failed(self, reason: str) -> None:
        self._on_drawing_ended()
        self.problem_reported.emit(self.tr("The sample project can't be made: %1").replace("%1", reason))

    def _on_drawing_ended(self) -> None:
        self._drawing = None
        self.ended.emit()

    def _on_opening_started(self, folder: str) -> None:
        self.busy_started.emit(self.tr("Opening %1").replace("%1", Path(folder).name or folder))

    def _on_opening_failed(self, _folder: str, reason: str) -> None:
        self._left_out = ""
        self.problem_reported.emit(reason)
        self.ended.emit()

    def _on_project_busy(self, _project: object) -> None:
        self.ended.emit()

    def _on_project_opened(self) -> None:
        if self._document.is_open:
            self._settings.remember_folder(place_to_reopen(self._document.store))
            QTimer.singleShot(0, self, self._tell_left_out)
        self.ended.emit()

    def _tell_left_out(self) -> None:
        left_out, self._left_out = self._left_out, ""
        if left_out:
            self.problem_reported.emit(left_out)

    def _on_current_image_changed(self, image: str) -> None:
        if image:
            self._settings.remember_place(self._document.folder, image)


def _draw_sample(folder: Path, progress: Progress) -> Path:
    # Imported here, in the background: the first start must not wait for it.
    from training.dataset.sample_project import create_sample_project

    return create_sample_project(folder, progress)
