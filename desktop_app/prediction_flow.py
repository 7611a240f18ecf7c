"""Brings what models say to the document's proposals: of the run that is shown, live, stored, or asked about all images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.background import Job
from desktop_app.document.document import Document
from desktop_app.document.subjects import Subject
from desktop_app.runs.training_control import TrainingControl
from desktop_app.runs.training_run import TrainingRun
from training.run.catalogue.run_notes import read_notes
from training.run.run_folder import RunFolder

if TYPE_CHECKING:
    from desktop_app.runs.predict_all import PredictAll
    from training.run.answers.prediction_table import PredictionTable

TOLD_AT_ONCE = 10  # images between two turns of the event loop


class PredictionFlow(QObject):
    """1. another run is shown: what it said so far, and what was stored of its model, is told; 2. each new answer about an
    image is told; 3. `predict_all` asks its finished model about every image, and the answers stay with the run.
    """

    state_changed = Signal()  # whether there is a model, or whether it is being asked about all images
    progressed = Signal(int, int)
    stored = Signal(object)  # the RunFolder whose model was asked about all images

    def __init__(self, document: Document, training: TrainingControl, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._training = training
        self.run_name = ""  # what people call the run that answers about this project
        self._has_files = False
        self._loading = 0  # the number of the last file asked for
        self._work: PredictAll | None = None
        self._followed: TrainingRun | None = None
        self._images: tuple[tuple[str, ...], frozenset[str]] = ((), frozenset())
        self._waiting: dict[str, None] = {}
        self._telling = QTimer(self, singleShot=True, interval=0)
        self._telling.timeout.connect(self._tell_some)
        training.run_changed.connect(self._on_run_changed)
        training.predictions_changed.connect(self._on_predictions_changed)
        training.queue_changed.connect(self.state_changed)
        training.runs_changed.connect(self._read_name)
        training.shutting_down.connect(self.shut_down)
        document.project_opened.connect(self._on_run_changed)
        document.proposals.model_changed.connect(self._on_model_changed)
        document.current_image_changed.connect(self._on_current_image_changed)
        document.proposals.filter_changed.connect(training.current_answer_changed)

    @property
    def _folder(self) -> RunFolder | None:
        """Of the run that is shown, if it answers about this project."""
        run = self._training.run
        return run.folder if run is not None and self._training.answers.shows_this_project else None

    @property
    def is_guest(self) -> bool:
        """The Use window's model has the word; the run that is shown is silent until `show_run_again`."""
        return self._document.proposals.is_guest

    def show_run_again(self) -> None:
        self._on_run_changed()

    def _on_model_changed(self) -> None:
        if self.is_guest:
            self.cancel()
            self._read_name()

    def _read_name(self) -> None:
        if self.is_guest:
            self.run_name = self._document.proposals.run
            self._look_for_model()
            return
        folder = self._folder
        self.run_name = "" if folder is None else read_notes(folder).name or folder.path.name
        self._look_for_model()

    @property
    def has_model(self) -> bool:
        """Whether anything answers, or has answered, about this project."""
        answers = self.can_predict_all or self._document.proposals.image_count > 0
        return self.is_guest or (self._folder is not None and answers)

    @property
    def can_predict_all(self) -> bool:
        """Asked at every edit: no file is looked for here."""
        run = self._training.run
        return self._has_files and self._folder is not None and run is not None and run.outcome is not None

    def _look_for_model(self) -> None:
        folder = self._folder
        self._has_files = folder is not None and folder.has_model
        self.state_changed.emit()

    @property
    def is_predicting(self) -> bool:
        return self._work is not None

    # --- following the run

    def _on_run_changed(self) -> None:
        self.cancel()
        self._loading += 1
        self._waiting.clear()
        proposals, folder, run = self._document.proposals, self._folder, self._training.run
        self._follow(run)
        proposals.set_run("")
        if run is not None and self._training.answers.shows_this_project:
            proposals.set_subject(self._training.answers.subject)
            if folder is not None:
                proposals.set_run(folder.path.name, is_own_run=self._training.answers.is_own_run)
            self._on_current_image_changed(self._document.current_image)
            self._tell_known(run, folder)
        self._read_name()

    def _follow(self, run: TrainingRun | None) -> None:
        """A run that ends has a model."""
        if self._followed is not None:
            self._followed.ended.disconnect(self._look_for_model)
        self._followed = run
        if run is not None:
            run.ended.connect(self._look_for_model)

    def _on_predictions_changed(self, image: str) -> None:
        """The image that is open at once, others a few at a time: an epoch ends with answers about hundreds."""
        if image == self._document.current_image:
            self._tell(image)
        elif image in self._known_images:
            self._waiting[image] = None
            self._telling.start()

    def _tell_some(self) -> None:
        for image in list(self._waiting)[:TOLD_AT_ONCE]:
            del self._waiting[image]
            self._tell(image)
        if self._waiting:
            self._telling.start()

    def _tell(self, image: str) -> None:
        folder = self._folder
        if self.is_guest or not self._has_answer(image):
            return
        proposals = self._document.proposals
        if folder is not None:
            proposals.name_run(folder.path.name)
        proposals.set_subject(self._training.answers.subject)  # a run that has just begun tells what it learns
        had_answers = proposals.image_count > 0
        proposals.tell(image, self._training.answers.told_about(image))
        if not had_answers:
            self.state_changed.emit()

    def _on_current_image_changed(self, image: str) -> None:
        if image:
            self._tell(image)

    def _has_answer(self, image: str) -> bool:
        """That nothing is seen is an answer, too. A run from another machine may know the open image by another path."""
        answers, run = self._training.answers, self._training.run
        if run is None or not answers.shows_this_project:
            return False
        if image == self._document.current_image:
            return answers.current_answer is not None
        return answers.is_answered_by_finished_model(image) or run.has_answer_for(image)

    @property
    def _known_images(self) -> frozenset[str]:
        if self._images[0] is not self._document.images:
            self._images = (self._document.images, frozenset(self._document.images))
        return self._images[1]

    # --- what was stored

    def _tell_known(self, run: TrainingRun, folder: RunFolder | None) -> None:
        """What its best model said about images, and of others what the run itself said while it learnt."""
        from training.run.answers.prediction_table import TableBuilder
        from training.run.catalogue.foreign_files import ForeignFileError

        number, images, subject = self._loading, self._known_images, self._training.answers.subject
        said = TableBuilder()
        for image in run.answered_images:
            if image in images:
                said.add(image, self._training.answers.told_about(image))
        table = said.table()
        if folder is None or not folder.proposals_file.is_file():
            self._on_loaded(number, table if table.images else None)
            return
        job = Job(lambda _progress: _stored_or(table, folder, images, subject), (OSError, ForeignFileError))
        job.done.connect(lambda found: self._on_loaded(number, found))
        job.failed.connect(self._document.message_sent)
        job.start()

    def _on_loaded(self, number: int, table: PredictionTable | None) -> None:
        if number == self._loading and table is not None and not self.is_guest:
            self._document.proposals.tell_all(table)

    # --- all images

    def predict_all(self) -> None:
        from desktop_app.runs.predict_all import PredictAll

        folder = self._folder
        if folder is None or self._work is not None or not self.can_predict_all:
            return
        if self.is_guest:
            self.show_run_again()
        document = self._document
        work = self._work = PredictAll(
            folder,
            document.folder,
            document.images,
            self,
            subject=document.proposals.subject,
            project=document.place_for_reading,
            stores=not document.is_read_only,
        )
        work.progressed.connect(self.progressed)
        work.ended.connect(self._on_predicted)
        self.state_changed.emit()
        work.start()

    def cancel(self) -> None:
        """What was predicted until now is shown, but not stored."""
        if self._work is not None:
            self._work.cancel()

    def shut_down(self) -> None:
        self._telling.stop()
        self._waiting.clear()
        work, self._work = self._work, None
        if work is not None:
            work.shut_down()

    def _on_predicted(self, folder: RunFolder, table: PredictionTable | None, sentence: str) -> None:
        work, self._work = self._work, None
        if work is not None:
            work.shut_down()
            work.deleteLater()
        if table is not None and folder == self._folder:
            self._document.proposals.tell_all(table)
        if sentence:
            self._document.message_sent.emit(sentence)
        if table is not None:
            self.stored.emit(folder)
        self.state_changed.emit()


def _stored_or(
    table: PredictionTable, folder: RunFolder, images: frozenset[str], subject: Subject
) -> PredictionTable | None:
    from desktop_app.runs.predict_all import load_stored

    found = load_stored(folder, images, subject)
    if found is not None:  # maybe of a few images only, that joined the project
        return found.with_more_of(table)
    return table if table.images else None
