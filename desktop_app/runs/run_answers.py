"""What the run that is shown says about the images of the open project: its own last words, or its finished model's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.document.document import Document
from desktop_app.document.present_classes import present_classes, presented, presented_answer
from desktop_app.document.subjects import Subject, has_same_corners, whole_image_box
from desktop_app.runs.finished_model import FinishedModel
from desktop_app.runs.queued_run import QueuedRun
from desktop_app.runs.training_run import TrainingRun
from training.dataset.box import Rectangle
from training.run.answers.prediction import Answer, ClassAnswer, PredictedBox
from training.run.catalogue.run_places import runs_folder_of
from training.run.failure import ModelFileError
from training.run.run_folder import RunFolder, RunFolderError
from training.run.settings import SettingsError

WHOLE_IMAGES = "images"  # as a classifier's setting `source` calls them
WATCH_DELAY_MS = 120  # going through images quickly asks about the last one only


class RunAnswers(QObject):
    """Follows one run: while it is trained here its worker is asked about the image that is open, afterwards the model."""

    changed = Signal(str)  # the image
    current_changed = Signal()  # another image is open, or there is a new answer about it
    failed = Signal(str)  # a sentence: the model of this run can't answer
    noted = Signal(str)  # a sentence: its model's answers take longer, and why

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.run: TrainingRun | None = None
        self._queued: QueuedRun | None = None
        self._project_file = Path()
        self.is_own_run = True  # trained on this very project, not on another one
        self._model: FinishedModel | None = None
        self._leaving: set[FinishedModel] = set()  # models of runs shown before that are still busy
        self._source: str | None = None  # what a classifier learned from; None until somebody asks
        self._counted = 0
        self._unique_names: dict[str, str] = {}
        self._timer = QTimer(self, singleShot=True, interval=WATCH_DELAY_MS)
        self._timer.timeout.connect(self.ask)
        document.current_image_changed.connect(self._on_current_image_changed)
        document.boxes_changed.connect(self._on_boxes_changed)

    def show_run(self, run: TrainingRun | None, project_file: Path, queued: QueuedRun | None = None) -> None:
        """`queued` is there while the run is in this window's queue."""
        self._forget()
        self.run, self._queued, self._project_file = run, queued, project_file
        self._counted = 0
        self._source = None
        self.is_own_run = queued is not None or run is None or run.folder is None or self.is_of_this_project(run.folder)
        if run is not None:
            run.predictions_changed.connect(self._on_changed)
            run.ended.connect(self._on_ended)
            self._on_ended()
        self.changed.emit(self._document.current_image)
        self.current_changed.emit()

    def shut_down(self) -> None:
        """When this returns no thread is left."""
        self._timer.stop()
        self._forget()
        for model in self._leaving:
            model.shut_down()

    def _forget(self) -> None:
        run, self.run, self._queued = self.run, None, None
        if run is not None:
            run.predictions_changed.disconnect(self._on_changed)
            run.ended.disconnect(self._on_ended)
        model, self._model = self._model, None
        if model is not None:
            model.answered.disconnect(self._on_changed)
            model.failed.disconnect(self.failed)
            model.noted.disconnect(self.noted)
            self._leaving.add(model)
            model.gone.connect(self._leaving.discard)
            model.let_go()

    def _on_ended(self) -> None:
        run = self.run
        if run is None or run.outcome is None:
            self.ask()
            return
        self._queued = None
        if self._model is None and run.folder is not None and run.folder.has_model:
            self._model = FinishedModel(run.folder, self)
            self._model.answered.connect(self._on_changed)
            self._model.failed.connect(self.failed)
            self._model.noted.connect(self.noted)
            self.ask()

    # --- questions and answers

    def ask(self) -> None:
        """About the image that is open."""
        image = self._document.current_image
        if not image or not self.shows_this_project:
            return
        if self._model is not None:
            self._model.ask(image, self._document.image_path(image), self._boxes_to_ask_about(image))
        elif self._queued is not None:
            self._queued.watch(image)

    def _boxes_to_ask_about(self, image: str) -> tuple[Rectangle, ...]:
        return tuple(self._document.record(image).boxes) if self.subject is Subject.DRAWN_BOXES else ()

    def _on_boxes_changed(self, image: str) -> None:
        """What lies in a new box is another question."""
        if self._model is None or self.subject is not Subject.DRAWN_BOXES or image != self._document.current_image:
            return
        asked = [answer.box for answer in self.answer_about(image).answers if answer.box is not None]
        boxes = self._boxes_to_ask_about(image)
        if any(not any(has_same_corners(box, one) for one in asked) for box in boxes):
            self._timer.start()

    @property
    def subject(self) -> Subject:
        """What this run's answers are about."""
        if self.run is None or not self.run.is_classifier:
            return Subject.OBJECTS
        if self._source is None:
            self._source = source_of_run(self.run.folder)
        return Subject.WHOLE_IMAGES if self._source == WHOLE_IMAGES else Subject.DRAWN_BOXES

    @property
    def shows_this_project(self) -> bool:
        return self.run is not None and self._document.is_open and self._document.project_file == self._project_file

    def is_of_this_project(self, folder: RunFolder) -> bool:
        """It learned from the project that is open."""
        document = self._document
        if not document.is_open or folder.path.parent == runs_folder_of(document.project_file, document.folder):
            return True
        try:
            return Path(folder.settings().image_root) == document.folder
        except (RunFolderError, SettingsError):
            return False

    def predictions_for(self, image: str) -> list[PredictedBox]:
        """The newest answer about an image of the open project, with the classes that the project has now."""
        boxes, classes = self.told_about(image), self._document.classes
        labels = {box.class_id: box.label for box in boxes}
        return presented(boxes, present_classes(labels, classes, is_own_run=self.is_own_run), classes)

    def told_about(self, image: str) -> Sequence[PredictedBox]:
        """As the run says it: with its own classes. The class of a whole image is a box in the place WHOLE."""
        said = self.answer_about(image)
        return whole_image_box(said.answers) if self.subject is Subject.WHOLE_IMAGES else said.boxes

    def answer_about(self, image: str) -> Answer:
        """All that the run says, with its own classes."""
        if self.run is None or not self.shows_this_project:
            return Answer()
        model = self._model if self.is_answered_by_finished_model(image) else None
        return model.answer_for(image) if model else self.run.answer_for(self._name_in_run(image))

    def classes_in(self, image: str) -> list[ClassAnswer]:
        """What a classifier takes each box, or the whole image, for, with the classes that the project has now."""
        answers, classes = self.answer_about(image).answers, self._document.classes
        labels = {one.class_id: one.label for answer in answers for one in answer.top}
        class_of = present_classes(labels, classes, is_own_run=self.is_own_run)
        return [presented_answer(answer, class_of, classes) for answer in answers]

    def is_answered_by_finished_model(self, image: str) -> bool:
        return self._model is not None and self._model.has_answer_for(image)

    @property
    def current_answer(self) -> list[PredictedBox] | None:
        """The boxes in the image that is open, of the lowest score that a person wants; None while there is no answer."""
        image = self._document.current_image
        if self.run is None or not self.shows_this_project:
            return None
        known = self.is_answered_by_finished_model(image) or self.run.has_answer_for(self._name_in_run(image))
        least = self._document.proposals.min_score
        return [box for box in self.predictions_for(image) if box.score >= least] if known else None

    @property
    def current_classes(self) -> list[ClassAnswer]:
        """Of the image that is open; nothing while there is no answer, and of a localizer."""
        return self.classes_in(self._document.current_image) if self._document.current_image else []

    def _name_in_run(self, image: str) -> str:
        """The images of a run from another machine may lie in other folders there: then a unique file name tells."""
        if self.run is None or self._queued is not None or self.run.has_answer_for(image):
            return image
        answered = self.run.answered_images
        if len(answered) != self._counted:
            self._counted = len(answered)
            self._unique_names = _by_unique_name(answered)
        name = PurePosixPath(image).name
        there = self._unique_names.get(name)
        here = there and sum(
            known.endswith(name) and PurePosixPath(known).name == name for known in self._document.images
        )
        return there if there and here == 1 else image

    def _on_current_image_changed(self, _image: str) -> None:
        self._timer.start()
        self.current_changed.emit()

    def _on_changed(self, image: str) -> None:
        if self.shows_this_project:
            self.changed.emit(image)
            if image == self._document.current_image:
                self.current_changed.emit()


def source_of_run(folder: RunFolder | None) -> str:
    """What a classifier learned from, as far as its folder tells: an automatic choice stands in its model's card."""
    if folder is None:
        return ""
    try:
        source = folder.settings().source
        if source != "auto":
            return source
        from training.run.model_card import ModelCard  # with numpy, for a few runs of the command line alone

        return ModelCard.read(folder.model_card).source
    except (RunFolderError, SettingsError, ModelFileError):
        return ""


def _by_unique_name(images: list[str]) -> dict[str, str]:
    counts = Counter(PurePosixPath(image).name for image in images)
    return {name: image for image in images if counts[name := PurePosixPath(image).name] == 1}
