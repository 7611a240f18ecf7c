"""Joins the window for using a model to the main window: its runs, what it offers to the project, what is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop_app.action_table import ActionRow, make_actions
from desktop_app.document.document import Document
from desktop_app.document.new_images import NewImages
from desktop_app.files_adding import FilesAdding
from desktop_app.kept_answers import KeptAnswers
from desktop_app.prediction_flow import PredictionFlow
from desktop_app.runs.run_answers import WHOLE_IMAGES, source_of_run
from desktop_app.runs.training_control import TrainingControl
from desktop_app.settings import Settings
from training.run.run_folder import RunFolder

if TYPE_CHECKING:  # the window, and the numbers and pictures behind it, load when somebody wants to use a model
    from desktop_app.model_export import ExportModelFlow
    from desktop_app.predict.files.offered_files import OfferedFile
    from desktop_app.predict.loaded_model import LoadedModel
    from desktop_app.predict.use_window import UseWindow
    from desktop_app.runs.list.run_lister import RunLister
    from training.run.answers.letterbox import Pixels
    from training.run.answers.prediction import Answer
    from training.run.catalogue.run_summary import RunSummary


class UseFlow(QObject):
    """The Use window is made when it is first wanted, shown again afterwards, and goes with the main window."""

    def __init__(
        self, document: Document, settings: Settings, training: TrainingControl, flow: PredictionFlow, window: QWidget
    ) -> None:
        super().__init__(window)
        self._parent = window
        self._document, self._settings, self._training, self._flow = document, settings, training, flow
        self.new_images = NewImages(document)
        self.kept = KeptAnswers(self)
        self.adding = FilesAdding(self.new_images, self._take_file, self)
        self._facts: tuple[LoadedModel, bool, LoadedModel | None] | None = None  # of the files that are being added
        self.window: UseWindow | None = None
        self._lister: RunLister | None = None
        self._export: ExportModelFlow | None = None
        tip = self.tr("Use a model on files, a video or a camera")
        row = ActionRow("use_model", self.tr("&Use the model…"), self.show_window, ("Ctrl+U",), "use", tip)
        self._actions = make_actions(self, [row])
        self.new_images.told.connect(self._on_told)
        self.new_images.failed.connect(self._on_failed)
        self.new_images.answered.connect(self._on_answered)
        self.kept.failed.connect(self._on_failed)
        self.adding.progressed.connect(self._on_adding)
        flow.stored.connect(self.kept.keep_again)
        document.closing.connect(self.adding.cancel)
        document.closing.connect(self.kept.forget)  # after the last pictures were taken
        training.shutting_down.connect(self._shut_down)

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    # --- the window

    def show_window(self) -> None:
        window = self._present_window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.activateWindow()

    def open(self, paths: Sequence[Path]) -> None:
        """Models, videos, pictures and folders of pictures: each goes to its place in the window."""
        self.show_window()
        self._present_window.open_anything(paths)

    @property
    def model_name(self) -> str:
        """Of the model that the window has, or would take; nothing when there is none."""
        model = None if self.window is None else self.window.holder.model
        if model is not None:
            return model.title
        return self._flow.run_name if self._flow.can_predict_all else ""

    @property
    def _present_window(self) -> UseWindow:
        if self.window is None:
            self.window = self._made_window()
        return self.window

    def _made_window(self) -> UseWindow:
        from desktop_app.predict.use_window import UseWindow
        from desktop_app.runs.list.run_lister import RunLister

        window = UseWindow(self._document, self._settings)
        lister = self._lister = RunLister(self._training, self._document, self._settings, self)
        lister.listed.connect(self._on_listed)
        lister.failed.connect(window.show_problem)
        window.shown_changed.connect(lister.set_watching)
        window.frame_offered.connect(self._on_frame)
        window.recording_offered.connect(self._on_recording)
        window.camera.recording_ended.connect(self.new_images.end_burst)
        window.files_offered.connect(self._on_files)
        window.export_asked.connect(self.export_model)
        window.stopped.connect(self._document.message_sent)
        return window

    def _on_listed(self, runs: Sequence[RunSummary]) -> None:
        if self.window is not None:
            self.window.set_project_runs(runs, self._shown_run)

    @property
    def _shown_run(self) -> RunFolder | None:
        run = self._training.run
        return run.folder if run is not None and self._training.answers.shows_this_project else None

    def _shut_down(self) -> None:
        window, self.window = self.window, None
        if self._lister is not None:
            self._lister.set_watching(False)
        if self._export is not None:
            self._export.shut_down()
        if window is not None:
            window.shut_down()
            window.close()
            window.deleteLater()

    def export_model(self, run: RunFolder) -> None:
        """What the Use window, the list of runs and the page of a run ask for."""
        from desktop_app.model_export import ExportModelFlow

        if self._export is None:
            self._export = ExportModelFlow(self._parent)
        self._export.start(run)

    @property
    def present_works(self) -> list[str]:
        """What would be lost if the program ended now, such as “Saving out.csv”."""
        return [] if self.window is None else self.window.present_works

    # --- into the project

    def _on_frame(self, pixels: Pixels, answer: Answer, name: str, model: LoadedModel | None) -> None:
        if model is None:
            self.new_images.add_frame(pixels, name, answer, "")
            return
        is_own = self._is_own(model)
        source = self._keeper_of(model, is_own=is_own)
        self.new_images.add_frame(pixels, name, answer, name_of(model), is_own_run=is_own, source=source)

    def _on_files(self, files: Sequence[OfferedFile]) -> None:
        self._facts = None
        self.adding.add(files)

    def _take_file(self, file: OfferedFile) -> None:
        path, answer, model = file
        if self._facts is None or self._facts[0] is not model:  # read once for all files of a model
            is_own = self._is_own(model)
            self._facts = (model, is_own, self._keeper_of(model, is_own=is_own))
        _, is_own, source = self._facts
        self.new_images.add_file(path, answer, name_of(model), is_own_run=is_own, source=source)

    def _on_adding(self, done: int, total: int) -> None:
        if self.window is not None:
            self.window.files.show_adding(done, total, self.adding.cancel)

    def _keeper_of(self, model: LoadedModel, *, is_own: bool) -> LoadedModel | None:
        """The model, if what it says can stay with its run. That of a run about drawn boxes is of no use without them."""
        run = model.run
        if not is_own or not run.settings_file.is_file():
            return None
        is_about_boxes = model.card.is_classifier and source_of_run(run) != WHOLE_IMAGES
        return None if is_about_boxes else model

    def _on_answered(self, image: str, answer: Answer, model: LoadedModel) -> None:
        self.kept.keep(model.run, model.card.epoch, image, answer.rounded().rows)

    def _on_recording(self, pixels: Pixels, name: str, class_id: int) -> None:
        self.new_images.add_recorded(pixels, name, class_id)

    def _is_own(self, model: LoadedModel) -> bool:
        return self._document.is_open and self._training.answers.is_of_this_project(model.run)

    def _on_told(self, sentence: str) -> None:
        self._document.message_sent.emit(sentence)
        if self.window is not None:
            self.window.say(sentence)

    def _on_failed(self, sentence: str) -> None:
        self._document.problem_reported.emit(sentence)
        if self.window is not None:
            self.window.show_problem(sentence)


def name_of(model: LoadedModel) -> str:
    """What the project remembers of a proposal's origin: a run's folder; of a file's model what people call it."""
    return model.run.path.name if model.run.settings_file.is_file() else model.title
