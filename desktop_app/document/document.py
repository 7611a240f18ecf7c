"""The open project. Views ask it and redraw; only it changes the store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal
from PySide6.QtGui import QUndoStack

from desktop_app.background import Job
from desktop_app.document.change import Change, ChangeCommand
from desktop_app.document.kept_records import Records
from desktop_app.document.meanwhile import done
from desktop_app.document.opening import BusyProject, OpenProject, images_with, list_images, read_project
from desktop_app.document.proposals import Proposals
from training.dataset.dataset import Split
from training.dataset.records import ClassRecord, ImageRecord, ImageSummary
from training.dataset.store import ProjectError, ProjectStore

CHECKPOINT_DELAY_MS = 800  # a power cut may take at most the last second
IMAGES_AT_ONCE = 300  # storing more takes longer than a blink
STORING_CHECK_MS = 50


class Document(QObject):
    """What is open, current and selected, and the undo stack.

    The way of an edit: 1. a view asks for a verb (`edits.py`, `class_edits.py`); 2. the verb makes a Change of records
    before and after; 3. `push` writes `after` to the store, in one transaction; 4. the change goes on the undo stack;
    5. signals tell the views what changed. Undo and redo take steps 3 and 5 the other way round.
    """

    project_opened = Signal()  # another project, or none, is open now
    opening_started = Signal(str)  # the folder
    opening_failed = Signal(str, str)  # the folder and a sentence
    project_busy = Signal(object)  # BusyProject: somebody else has it open
    closing = Signal()  # the project is still there: what is not stored yet can be
    images_changed = Signal()  # the list of images is another one
    images_added = Signal(object)  # tuple of files that joined the list; the others kept their order
    images_refreshed = Signal()  # somebody asked for a new look at the files
    image_states_changed = Signal(object)  # frozenset of paths whose summary changed
    boxes_changed = Signal(str)  # boxes, state or own class of the current image changed
    current_image_changed = Signal(str)  # "" when there is none
    selection_changed = Signal()
    classes_changed = Signal()  # classes, their order or their counts
    active_class_changed = Signal()
    message_sent = Signal(str)  # a sentence for the status bar
    problem_reported = Signal(str)  # a sentence that must be seen

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self._project: OpenProject | None = None
        self._opening_number = 0
        self._is_storing = False
        self._joined: list[str] = []  # since somebody last looked for new files
        self._current = ""
        self._selection: frozenset[int] = frozenset()
        self._active_class_id: int | None = None
        self._checkpoint_timer = QTimer(self, singleShot=True, interval=CHECKPOINT_DELAY_MS)
        self._checkpoint_timer.timeout.connect(self._checkpoint)
        self.proposals = Proposals(self)

    # --- opening and closing

    def open_folder(self, path: Path, image: str = "", *, read_only: bool = False) -> None:
        """Read a project off the event loop; `project_opened`, `project_busy` or `opening_failed` tells the end of it.

        It opens at `image`, or at the first one. Until then, and when it fails, the present project stays.
        """
        self._opening_number += 1
        number = self._opening_number
        self.opening_started.emit(str(path))
        job = Job(lambda _progress: read_project(path, read_only=read_only), (ProjectError, OSError))
        job.done.connect(lambda project: self._on_project_read(number, project, image))
        job.failed.connect(lambda reason: self._on_project_failed(number, path, reason))
        job.start()

    def _on_project_read(self, number: int, project: OpenProject | BusyProject, image: str) -> None:
        if isinstance(project, BusyProject):
            if number == self._opening_number:
                self.project_busy.emit(project)
            return
        if number != self._opening_number:
            project.store.close()
            return
        if self._is_storing:
            QTimer.singleShot(STORING_CHECK_MS, self, lambda: self._on_project_read(number, project, image))
            return
        self.close()
        self._project = project
        self._current = image if image in project.images else next(iter(project.images), "")
        self._active_class_id = project.classes[0].id if project.classes else None
        self._announce_other_project()
        if project.store.notice:
            self.message_sent.emit(project.store.notice)

    def _on_project_failed(self, number: int, path: Path, reason: str) -> None:
        if number == self._opening_number:
            self.opening_failed.emit(str(path), reason)

    def cancel_opening(self) -> None:
        """What is being opened is dropped when it comes; the present project stays."""
        self._opening_number += 1

    def refresh_images(self) -> None:
        """Look for files that came or went since; the project stays as it is."""
        project = self._opened
        self._joined.clear()
        job = Job(lambda _progress: list_images(project.folder, project.summaries), (OSError,))
        job.done.connect(lambda listed: self._on_images_listed(project, *listed))
        job.failed.connect(self.problem_reported)
        job.start()

    def _on_images_listed(self, project: OpenProject, images: tuple[str, ...], gone: int) -> None:
        if project is not self._project:
            return
        images = images_with(images, gone, set(self._joined) - set(images))
        added = len(set(images) - set(project.images))
        self.message_sent.emit(self.tr("1 new image") if added == 1 else self.tr("%n new images", "", added))
        if images != project.images:
            project.images, project.gone = images, gone
            self.images_changed.emit()
        self.images_refreshed.emit()
        if self._current not in images:
            self.set_current_image(next(iter(images), ""))

    def add_images(self, images: Iterable[str]) -> None:
        """Files that were just written join the list in their places; nobody looks through the folder for them."""
        project = self._opened
        new = tuple(image for image in images if image not in project.images)
        if new:
            project.images = images_with(project.images, project.gone, new)
            self._joined.extend(new)
            self.images_added.emit(new)
        if not self._current:
            self.set_current_image(next(iter(new), ""))

    def close(self) -> None:
        """Close the project; every edit is stored already."""
        if self._project is None:
            return
        self.closing.emit()
        self._checkpoint_timer.stop()
        self._project.store.close()
        self._project = None
        self._joined.clear()
        self.undo_stack.clear()
        self._current, self._selection, self._active_class_id = "", frozenset(), None
        self._announce_other_project()

    def _announce_other_project(self) -> None:
        self.project_opened.emit()
        self.images_changed.emit()
        self.classes_changed.emit()
        self.active_class_changed.emit()
        self.current_image_changed.emit(self._current)
        self.selection_changed.emit()

    # --- what is there

    @property
    def is_open(self) -> bool:
        return self._project is not None

    @property
    def is_read_only(self) -> bool:
        """Whether somebody only looks, since others have the project open."""
        return self._project is not None and self._project.is_read_only

    def may_change(self) -> bool:
        """Who only looks may not, and is told so."""
        if self.is_read_only:
            self.problem_reported.emit(
                self.tr("You are only looking: open a copy of this project to change something.")
            )
        return not self.is_read_only

    @property
    def folder(self) -> Path:
        return self._opened.folder

    @property
    def project_file(self) -> Path:
        return self._opened.store.project_file

    @property
    def place_for_reading(self) -> Path:
        """What a background thread opens a read-only store of its own with."""
        return self.project_file if self.project_file.exists() else self.folder

    @property
    def images(self) -> tuple[str, ...]:
        return self._project.images if self._project else ()

    @property
    def classes(self) -> tuple[ClassRecord, ...]:
        return self._project.classes if self._project else ()

    @property
    def class_counts(self) -> Mapping[int, int]:
        """Boxes per class id."""
        return self._project.class_counts if self._project else {}

    @property
    def image_class_counts(self) -> Mapping[int, int]:
        """Images by the class of their own."""
        return self._project.image_class_counts if self._project else {}

    def class_of_id(self, class_id: int | None) -> ClassRecord | None:
        return next((record for record in self.classes if record.id == class_id), None)

    def class_named(self, name: str) -> ClassRecord | None:
        return next((record for record in self.classes if record.name == name), None)

    def image_path(self, image: str) -> Path:
        return self.folder / image

    @property
    def summaries(self) -> Mapping[str, ImageSummary]:
        """Of the images that the project knows something about."""
        return self._project.summaries if self._project else {}

    def summary(self, image: str) -> ImageSummary:
        return self._opened.summaries.get(image) or ImageSummary()

    def record(self, image: str) -> ImageRecord:
        """The image's record, with its size as it was last read from the file."""
        return self._opened.records.record(image)

    def note_image_size(self, image: str, width: int, height: int) -> None:
        """Remember the upright size of an image that was just decoded; it is stored with the next edit."""
        self._opened.records.note_size(image, width, height)

    def has_size(self, image: str) -> bool:
        return self.record(image).width is not None

    @property
    def store(self) -> ProjectStore:
        """For reading only: edits go through `push`."""
        return self._opened.store

    @property
    def _opened(self) -> OpenProject:
        if self._project is None:
            raise RuntimeError("No project is open")
        return self._project

    # --- current image, selection, active class

    @property
    def current_image(self) -> str:
        return self._current

    def set_current_image(self, image: str) -> None:
        if image == self._current:
            return
        self._selection = frozenset()
        self._current = image
        self.current_image_changed.emit(image)
        self.selection_changed.emit()

    @property
    def current_record(self) -> ImageRecord | None:
        return self.record(self._current) if self._current else None

    @property
    def selection(self) -> frozenset[int]:
        """Indices into the current image's boxes."""
        return self._selection

    def select(self, indices: Iterable[int]) -> None:
        record = self.current_record
        chosen = frozenset(indices) & frozenset(range(len(record.boxes) if record else 0))
        if chosen != self._selection:
            self._selection = chosen
            self.selection_changed.emit()

    @property
    def active_class_id(self) -> int | None:
        """The class that the next box gets."""
        return self._active_class_id

    def set_active_class(self, class_id: int | None) -> None:
        if class_id != self._active_class_id:
            self._active_class_id = class_id
            self.active_class_changed.emit()

    # --- changing

    def push(self, change: Change) -> bool:
        """Store a change and put it on the undo stack; says so and gives False if it can't be stored."""
        if change.is_nothing or not self._apply(change):
            return False
        self.undo_stack.push(ChangeCommand(change))
        return True

    def undo(self) -> None:
        if self.undo_stack.canUndo():
            change = self._change_at(self.undo_stack.index() - 1).inverted()
            self._step(change, self.undo_stack.undo)

    def redo(self) -> None:
        if self.undo_stack.canRedo():
            self._step(self._change_at(self.undo_stack.index()), self.undo_stack.redo)

    def _change_at(self, index: int) -> Change:
        command = self.undo_stack.command(index)
        assert isinstance(command, ChangeCommand)
        return command.change

    def _step(self, change: Change, move_stack: Callable[[], None]) -> None:
        """Undo and redo show the image that they change."""
        if not self._apply(change):
            return
        move_stack()
        touched = [after.path for _, after in change.images]
        if touched and self._current not in touched:
            self.set_current_image(touched[0])
        self._select_what_came(change)

    def _select_what_came(self, change: Change) -> None:
        """Once boxes came or went, indices mean other boxes: an undo selects what it brought back."""
        for before, after in change.images:
            if after.path == self._current and len(before.boxes) != len(after.boxes):
                known = set(before.boxes)
                self.select(index for index, box in enumerate(after.boxes) if box not in known)

    def set_splits(self, splits: Mapping[str, Split]) -> bool:
        """Store to which split images belong. Splits are assigned once and are no undo step."""
        new = {image: split for image, split in splits.items() if self.summary(image).split != split}
        return (
            not new or self._stored(new, lambda befores: (replace(r, split=new[r.path]) for r in befores)) is not None
        )

    def _apply(self, change: Change) -> bool:
        classes = None if change.classes is None else change.classes[1]
        images = [before.path for before, _ in change.images]
        counts_changed = self._stored(images, change.applied, classes)
        if counts_changed is None:
            return False
        self._tell(frozenset(images), classes_touched=classes is not None or counts_changed)
        return True

    def _stored(
        self,
        images: Collection[str],
        changed: Callable[[Records], Iterable[ImageRecord]],
        classes: tuple[ClassRecord, ...] | None = None,
    ) -> bool | None:
        """Whether the counts of classes have changed; None when it can't be stored, which is said."""
        if not self.may_change():
            return None
        project = self._opened
        self._is_storing = True
        try:
            befores, afters = done(
                lambda: project.records.change(images, changed, classes), aside=len(images) > IMAGES_AT_ONCE
            )
        except ProjectError as error:
            self.problem_reported.emit(str(error))
            return None
        finally:
            self._is_storing = False
        counts_changed = project.follow(befores, afters, classes)
        self._checkpoint_timer.start()
        return counts_changed

    def _tell(self, images: frozenset[str], *, classes_touched: bool) -> None:
        if images:
            self.image_states_changed.emit(images)
        if self._current in images:
            self.boxes_changed.emit(self._current)
            self.select(self._selection)
        if classes_touched:
            self.classes_changed.emit()
            if self.class_of_id(self._active_class_id) is None:
                self.set_active_class(self.classes[0].id if self.classes else None)

    def _checkpoint(self) -> None:
        """Hand the journal to the disk, off the event loop: waiting for a disk is longer than a blink."""
        if self._project is not None:
            QThreadPool.globalInstance().start(self._project.store.checkpoint)
