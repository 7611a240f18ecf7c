"""The window for using a model: which one at the top, and pages for files, video and camera below."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QStatusBar, QTabWidget, QVBoxLayout, QWidget

from desktop_app.action_table import with_keys
from desktop_app.document.document import Document
from desktop_app.predict.camera_page import CameraPage
from desktop_app.predict.closing_question import ClosingQuestion
from desktop_app.predict.files_page import FilesPage
from desktop_app.predict.model_actions import ModelActions
from desktop_app.predict.model_bar import ModelBar, PickedModel
from desktop_app.predict.model_holder import ModelHolder
from desktop_app.predict.model_kinds import is_model
from desktop_app.predict.page import UsePage
from desktop_app.predict.still_learning import StillLearning
from desktop_app.predict.video_page import VideoPage
from desktop_app.problem_bar import ProblemBar
from desktop_app.settings import Settings
from desktop_app.window_size import resize_within_screen
from desktop_app.words import filled, joined
from training.run.catalogue.run_summary import RunSummary
from training.run.opened_model import model_title
from training.run.run_folder import RunFolder
from training.run.streams.containers import is_video_name

USUAL, SMALLEST = QSize(1180, 780), QSize(760, 500)
MESSAGE_MS = 6000
USUAL_SCORE = 0.5
WINDOW = "use_window"  # its geometry
SCORE = "use_min_score"  # preference


class UseWindow(QWidget):
    """A window of its own, one for a main window; closed it does nothing, and opens again as it was.

    `holder.model.title` is the name of the model whose answers are offered.
    """

    frame_offered = Signal(
        object, object, str, object
    )  # RGB pixels, Answer, suggested name of the file, its LoadedModel or None
    recording_offered = Signal(object, str, int)  # RGB pixels, suggested name of the file, id of the class
    files_offered = Signal(object)  # OfferedFiles
    export_asked = Signal(object)  # RunFolder
    stopped = Signal(str)  # a sentence: what was not done yet when it was closed
    shown_changed = Signal(bool)  # somebody looks at it: its list of runs should be the present one

    def __init__(self, document: Document, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("use_window")
        self._document = document
        self._settings = settings
        self._failed: Path | None = None  # the run that was taken by itself, and has no model that answers
        self._was_chosen = False  # by a person
        self._project = document.project_file if document.is_open else Path()  # the last one
        self._is_leaving = False  # with the main window: nobody is asked
        self._closing = ClosingQuestion(self)
        self.holder = ModelHolder(document, self)
        self._actions = ModelActions(settings, self)
        self.model_bar = ModelBar(
            self._actions["other_model"], self._actions["other_run"], self._actions["export_model"], self._stored_score
        )
        self.problems = ProblemBar()
        self.tabs = QTabWidget()
        self.files = FilesPage(document, settings)
        self.video = VideoPage(document, settings)
        self.camera = CameraPage(document, settings)
        self.pages: tuple[UsePage, ...] = (self.files, self.video, self.camera)
        self.status = QStatusBar()
        self.learning = StillLearning(self.holder, lambda: bool(self.present_works), self)
        self._lay_out()
        self._join()
        self._on_score(self.model_bar.min_score)
        self._on_project_opened()
        resize_within_screen(self, USUAL)
        if not settings.layout_of(WINDOW).isEmpty():
            self.restoreGeometry(settings.layout_of(WINDOW))

    def actions_of_window(self) -> list[QAction]:
        return self._actions.all()

    def _lay_out(self) -> None:
        self.setMinimumSize(SMALLEST)
        self.setAcceptDrops(True)
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(self.tr("What the model is used on"))
        for number, (page, name) in enumerate(zip(self.pages, self._page_names(), strict=True), start=1):
            self.tabs.addTab(page, name)
            key = QKeySequence(f"Ctrl+{number}")
            self.tabs.setTabToolTip(number - 1, with_keys(name, [key]))
            QShortcut(key, self).activated.connect(lambda place=number - 1: self.tabs.setCurrentIndex(place))
        self.status.setSizeGripEnabled(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.model_bar, self.learning.bar, self.problems):
            layout.addWidget(part)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.status)
        self.addActions(self.actions_of_window())
        QShortcut(QKeySequence("Ctrl+W"), self).activated.connect(self.close)

    def _page_names(self) -> tuple[str, str, str]:
        return self.tr("Files"), self.tr("Video"), self.tr("Camera")

    def _join(self) -> None:
        holder, bar = self.holder, self.model_bar
        self._actions.chosen.connect(self.choose_model)
        self._actions.export_asked.connect(self._export)
        holder.changed.connect(self._on_model_changed)
        holder.failed.connect(self._on_model_failed)
        holder.busy_changed.connect(self._show_model)
        self.learning.said.connect(self.say)
        bar.model_chosen.connect(self._on_picked)
        bar.score_changed.connect(self._on_score)
        for page in self.pages:
            page.message_sent.connect(self.say)
            page.problem_reported.connect(self.show_problem)
            page.frame_offered.connect(self.frame_offered)
            page.recording_offered.connect(self.recording_offered)
            page.files_offered.connect(self.files_offered)
        self._document.project_opened.connect(self._on_project_opened)

    # --- the model

    def set_project_runs(self, runs: Sequence[RunSummary], current: RunFolder | None = None) -> None:
        """The runs of the open project, the newest first; `current` is the one that the main window shows.

        Until somebody chooses a model, the current or newest run that has one is taken.
        """
        self.model_bar.set_runs(runs, current)
        first = self.model_bar.first
        is_free = self.holder.model is None and not self.holder.is_busy
        if is_free and first is not None and first.place != self._failed:
            self._load(first)
        else:
            self._show_chosen()
        self.learning.set_runs(runs)

    def choose_model(self, place: Path | RunFolder) -> None:
        """A run folder, an exported zip or a .keras file."""
        is_run = isinstance(place, RunFolder)
        path = place.path if isinstance(place, RunFolder) else place.absolute()
        self._on_picked(self.model_bar.add_other(path, model_title(path), is_run=is_run))

    def _on_picked(self, picked: PickedModel) -> None:
        self._was_chosen = True
        self._load(picked)

    def _load(self, picked: PickedModel) -> None:
        self._failed = picked.place
        self.holder.choose(picked.chosen, picked.name)
        self._show_chosen()

    def _on_model_changed(self) -> None:
        self._failed = None
        model = self.holder.model
        if model is not None:
            self.problems.clear()
        for page in self.pages:
            page.set_model(model)
        self._show_model()

    def _on_model_failed(self, sentence: str) -> None:
        self.show_problem(sentence)
        self._show_model()

    def _show_model(self) -> None:
        holder = self.holder
        self.model_bar.show_model(holder.model, is_busy=holder.is_busy)
        for page in self.pages:
            page.show_loading(is_loading=holder.is_busy and holder.model is None)
        self._actions["export_model"].setEnabled(holder.model is not None)
        self._show_chosen()

    def _show_chosen(self) -> None:
        """One that answers is always named, also when the runs that are listed are another project's by now."""
        holder = self.holder
        if holder.model is not None and holder.place is not None and not holder.is_busy:
            self.model_bar.add_other(holder.place, holder.model.title, is_run=holder.is_run)
        self.model_bar.select(holder.place)

    def _export(self) -> None:
        if self.holder.model is not None:
            self.export_asked.emit(self.holder.model.run)

    def _on_project_opened(self) -> None:
        """A model that nobody chose, and nobody has asked about files, was the former project's. So are files in a window
        that was closed since.
        """
        name = self._document.folder.name if self._document.is_open else ""
        self.setWindowTitle(filled(self.tr("Use the model · %1"), name) if name else self.tr("Use the model"))
        self._failed = None
        former = self._project
        if self._document.is_open:
            self._project = self._document.project_file
        if not self._was_chosen and former != self._project and not self.isVisible():
            self.files.clear_files()
        if not self._was_chosen and not self.files.has_files:
            self.holder.let_go()
        self._show_model()

    # --- the score

    @property
    def _stored_score(self) -> float:
        stored = self._settings.preference(SCORE)
        return int(stored) / 100 if stored.isdecimal() and int(stored) <= 100 else USUAL_SCORE

    def _on_score(self, score: float) -> None:
        self._settings.set_preference(SCORE, str(round(100 * score)))
        for page in self.pages:
            page.set_min_score(score)

    # --- what is opened

    def open_files(self, paths: Sequence[Path]) -> None:
        """Picture files and folders go to their page."""
        self.tabs.setCurrentWidget(self.files)
        self.files.open_paths(paths)

    def open_video(self, path: Path) -> None:
        self.tabs.setCurrentWidget(self.video)
        self.video.open_video(path)

    def open_anything(self, paths: Sequence[Path]) -> None:
        """What was dropped: models are loaded, videos played, pictures and folders of pictures asked about."""
        models = [path for path in paths if is_model(path)]
        videos = [path for path in paths if is_video_name(path)]
        others = [path for path in paths if path not in models and path not in videos]
        for path in models[:1]:
            self.choose_model(path)
        for path in videos[:1]:
            self.open_video(path)
        if len(videos) > 1:
            self.say(filled(self.tr("One video plays at a time: of %1 the first was opened"), len(videos)))
        if others:
            self.open_files(others)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _paths_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.open_anything(_paths_in(event))
        event.acceptProposedAction()

    # --- words

    def say(self, sentence: str) -> None:
        """In the status line of this window: what became of something that was offered."""
        self.status.showMessage(sentence, MESSAGE_MS)

    def show_problem(self, sentence: str) -> None:
        self.problems.show_problem(sentence)

    # --- coming and going

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.tabs.currentWidget().setFocus()
            self.shown_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """A minimised window is still shown."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.shown_changed.emit(False)

    @property
    def present_works(self) -> list[str]:
        """What would be lost if it was closed now, such as “Saving out.csv”."""
        return [page.present_work for page in self.pages if page.present_work]

    def closeEvent(self, event: QCloseEvent) -> None:
        works = self.present_works
        if not self._is_leaving and not self._closing.may_close(works, self.close):
            event.ignore()
            return
        self._settings.remember_layout(WINDOW, self.saveGeometry())
        self.files.stop()
        self.video.stop()
        if works:
            self.stopped.emit(filled(self.tr("Stopped before it was done: %1"), joined(works)))
        super().closeEvent(event)

    def shut_down(self) -> None:
        """The main window goes."""
        self._is_leaving = True
        self._closing.put_away()
        self.close()
        self.holder.shut_down()  # first: whoever waits for an answer of the model is told that there will be none
        for page in self.pages:
            page.shut_down()


def _paths_in(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
