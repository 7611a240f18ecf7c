"""The page of files: pictures and folders are asked about, and shown as a table and as pictures with their boxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop_app.dialogs import file_choice
from desktop_app.document.document import Document
from desktop_app.first_focus import FirstFocus
from desktop_app.predict.files.answer_columns import State
from desktop_app.predict.files.asking_bar import AskingBar
from desktop_app.predict.files.empty_files import EmptyFiles
from desktop_app.predict.files.file_actions import MENU, FileActions
from desktop_app.predict.files.file_model import FileModel
from desktop_app.predict.files.file_saver import FileSaver
from desktop_app.predict.files.file_views import FileViews, Look
from desktop_app.predict.files.large_picture import LargePicture
from desktop_app.predict.files.numbered_pictures import NumberedPictures
from desktop_app.predict.files.offered_files import OfferedFiles
from desktop_app.predict.files.questions import Questions
from desktop_app.predict.files.view_bar import ViewBar
from desktop_app.predict.files.wanted_files import Order, Show, WantedFiles, counts_of
from desktop_app.predict.live.answer_painting import qt_colours
from desktop_app.predict.loaded_model import LoadedModel
from desktop_app.predict.page import UsePage
from desktop_app.settings import Settings
from desktop_app.work_bar import WorkBar
from training.dataset.image_folder import IMAGE_SUFFIXES

COUNT_MS = 250
LOOK, FOLDER = "use_files_look", "use_files_folder"  # preferences
COLUMNS, SPLIT = "use_files_columns", "use_files_split"  # layouts


class FilesPage(UsePage):
    """Table and sheet are views of one list; what is below the lowest score is neither shown nor saved."""

    def __init__(self, document: Document, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first = FirstFocus(self)
        self._document = document
        self._settings = settings
        self._model: LoadedModel | None = None
        self.questions = Questions(self)
        self.rows = FileModel(self.questions, self)
        self.pictures = NumberedPictures(self.questions, self)
        self.actions_table = FileActions(self, self)
        self.empty = EmptyFiles(self.actions_table["add_pictures"], self.actions_table["add_folder"])
        self.bar = ViewBar()
        self.views = FileViews(self.rows, self.pictures.small)
        self.large = LargePicture(self.rows, self.pictures)
        self.asking = AskingBar(self.questions)
        self.work = WorkBar()
        self._saver = FileSaver(self.questions, self.work, settings, self)
        self._counting = QTimer(self, singleShot=True, interval=COUNT_MS)
        self._counting.timeout.connect(self._show_counts)
        self._lay_out()
        self._join()
        self._restore()
        self._show_state()

    def _lay_out(self) -> None:
        listed = QWidget()
        inside = QVBoxLayout(listed)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.bar)
        inside.addWidget(self.views, 1)
        self._pages = QStackedLayout()
        for part in (self.empty, listed, self.large):
            self._pages.addWidget(part)
        self._listed = listed
        self.action_bar = self.actions_table.make_bar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._pages, 1)
        for part in (self.asking, self.work, self.action_bar):
            layout.addWidget(part)
        for action in self.bar.actions():
            self.addAction(action)

    def _join(self) -> None:
        asked, bar, views = self.questions, self.bar, self.views
        asked.files_changed.connect(self._on_files_changed)
        asked.answers_changed.connect(self._on_answers)
        asked.state_changed.connect(self._show_state)
        asked.failed.connect(self.problem_reported)
        asked.said.connect(self.message_sent)
        bar.wanted_changed.connect(self._on_wanted)
        bar.look_chosen.connect(self._on_look)
        views.table.order_asked.connect(bar.set_order)
        views.row_opened.connect(self._show_large)
        views.selection_changed.connect(self._update_actions)
        views.menu_asked.connect(self._show_menu)
        self.large.closed.connect(self._leave_large)
        self.asking.cancel_asked.connect(asked.cancel)
        self.asking.resume_asked.connect(asked.resume)
        self.asking.problems_asked.connect(self.show_problems)
        self.work.busy_changed.connect(self._update_actions)
        self._saver.said.connect(self.message_sent)
        self._document.project_opened.connect(self._update_actions)

    # --- what the window tells

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Add picture files and folders; asking the model begins at once."""
        self.questions.add(paths)

    def set_model(self, model: LoadedModel | None) -> None:
        self._model = model
        colours = {} if model is None else qt_colours(model.colours)
        self.views.set_colours(colours)
        self.large.set_colours(colours)
        self.empty.show_model(has_model=model is not None)
        self.questions.set_model(model)

    def show_loading(self, *, is_loading: bool) -> None:
        self.empty.show_model(has_model=self._model is not None, is_loading=is_loading)
        self.asking.show_loading(is_loading=is_loading)

    @property
    def has_files(self) -> bool:
        return self.questions.total > 0 or self.questions.is_looking

    @property
    def present_work(self) -> str:
        return self.work.present_work

    def set_min_score(self, score: float) -> None:
        self.bar.set_min_score(score)

    def stop(self) -> None:
        self.questions.stop()
        self.work.cancel()
        self._counting.stop()
        self.rows.stop()
        self._remember()

    def shut_down(self) -> None:
        self.stop()
        self.questions.shut_down()
        self.pictures.close()

    # --- what people do

    def ask_for_pictures(self) -> None:
        endings = " ".join(f"*{suffix}" for suffix in sorted(IMAGE_SUFFIXES))
        kinds = f"{self.tr('Pictures')} ({endings});;{self.tr('All files')} (*)"
        chosen = file_choice.choose_files(self, self.tr("Add pictures"), self._start_folder(), kinds)
        if chosen:
            self._settings.set_preference(FOLDER, str(chosen[0].parent))
            self.open_paths(chosen)

    def ask_for_folder(self) -> None:
        chosen = file_choice.choose_folder(self, self.tr("Add a folder of pictures"), self._start_folder())
        if chosen is not None:
            self._settings.set_preference(FOLDER, str(chosen))
            self.open_paths([chosen])

    def save_csv(self) -> None:
        if self._model is not None:
            self._saver.save_csv(self._model, self.rows.wanted.min_score)

    def save_coco(self) -> None:
        if self._model is not None:
            self._saver.save_coco(self._model, self.rows.wanted.min_score)

    def save_annotated(self) -> None:
        if self._model is not None:
            self._saver.save_annotated(self._model, self.rows.wanted.min_score)

    def add_to_project(self) -> None:
        """The chosen pictures that could be read, as files."""
        asked, columns = self.questions, self.questions.columns
        chosen = np.array([self.large.number]) if self._shows_large else self.views.selected
        numbers = chosen[columns.states[chosen] == State.DONE]
        if len(numbers):
            models, min_score = dict(asked.models), self.rows.wanted.min_score
            self.files_offered.emit(OfferedFiles(numbers, asked.files, columns.copy(), models, min_score))

    def show_adding(self, done: int, total: int, cancel: Callable[[], object]) -> None:
        """So many of the files that were offered are in the project, or on their way."""
        self.work.show_foreign(self.tr("Adding to the project"), done, total, cancel)

    def copy_rows(self) -> None:
        """The chosen rows; without any, all that are shown."""
        numbers = self._chosen() or self.rows.numbers
        self._saver.copy(numbers, self.rows.wanted.min_score)

    def clear_files(self) -> None:
        self._leave_large()
        self.questions.clear()

    def open_large(self) -> None:
        self.views.open_current()

    def show_file(self) -> None:
        for number in self._chosen()[:1]:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.questions.files.path(number).parent)))

    def select_all(self) -> None:
        self.views.select_all()

    def show_problems(self) -> None:
        """The files that can't be read, in the table, where the reasons stand."""
        self._leave_large()
        self._show_counts()
        self.bar.show_only(Show.UNREADABLE)
        if self.views.look is Look.PICTURES:
            self._on_look(Look.BOTH)

    def _chosen(self) -> list[int]:
        if self._shows_large:
            return [self.large.number]
        return [int(number) for number in self.views.selected]

    @property
    def _shows_large(self) -> bool:
        return self._pages.currentWidget() is self.large

    def _start_folder(self) -> Path:
        last = self._settings.preference(FOLDER)
        return Path(last) if last else Path.home()

    def _show_menu(self, place: QPoint) -> None:
        self.actions_table.make_menu(self, MENU).popup(place)

    # --- following

    def _on_files_changed(self) -> None:
        if not self.questions.total:
            self.views.forget_pictures()
            self.pictures.forget()
        self._show_state()
        self._show_counts()

    def _on_answers(self) -> None:
        if not self._counting.isActive():
            self._counting.start()

    def _on_wanted(self, wanted: WantedFiles) -> None:
        self.rows.set_wanted(wanted)
        self.views.table.show_order(wanted.order, is_descending=wanted.is_descending)
        self._on_answers()

    def _on_look(self, look: Look) -> None:
        self.bar.set_look(look)
        self.views.set_look(look)
        self._settings.set_preference(LOOK, look.value)

    def _show_counts(self) -> None:
        columns = self.questions.columns
        wanted = self.rows.wanted
        self.bar.show_counts(counts_of(columns, wanted.min_score), columns.labels)
        only_problems = wanted.show is Show.UNREADABLE
        self.views.table.show_columns(answers=not only_problems, problems=bool(columns.problems))
        self.asking.update_from()
        self._update_actions()

    def _show_state(self) -> None:
        self.asking.update_from()
        has_files = self.questions.total > 0
        if self._pages.currentWidget() is not self.large or not has_files:
            self._turn_to(self._listed if has_files else self.empty)
        self.asking.setVisible(has_files or self.questions.is_looking)
        self.action_bar.setVisible(has_files)
        self._on_answers()
        self._update_actions()

    def _update_actions(self) -> None:
        asked = self.questions
        self.actions_table.update_for(
            has_files=asked.total > 0,
            has_answers=asked.done > 0 and self._model is not None,
            has_selection=self._pages.currentWidget() is self.large or self.views.table.selectionModel().hasSelection(),
            is_saving=self.work.is_busy,
            has_project=self._document.is_open,
        )

    def _show_large(self, row: int) -> None:
        self._turn_to(self.large)
        self.large.show_row(row)
        self._update_actions()

    def _leave_large(self) -> None:
        if self._pages.currentWidget() is not self.large:
            return
        self._turn_to(self._listed)
        row = self.rows.row_of(self.large.number)
        if row >= 0:
            self.views.show_row(row)
        self._update_actions()

    def _turn_to(self, part: QWidget) -> None:
        """The keys go along."""
        if self._pages.currentWidget() is part and self._first.widget is not None:
            return
        focused = self.window().focusWidget()
        had_focus = focused is not None and (focused is self or self.isAncestorOf(focused))
        self._pages.setCurrentWidget(part)
        first = {self.empty: self.empty.pictures_button, self.large: self.large.canvas}.get(part, self.views.view)
        self._first.widget = first
        if had_focus:
            first.setFocus()

    # --- layout

    def _restore(self) -> None:
        look = self._settings.preference(LOOK)
        self._on_look(Look(look) if look in set(Look) else Look.BOTH)
        self.views.table.restore_layout(self._settings.layout_of(COLUMNS))
        self.views.restore_layout(self._settings.layout_of(SPLIT))
        self.views.table.show_order(Order.FILE, is_descending=False)

    def _remember(self) -> None:
        self._settings.remember_layout(COLUMNS, self.views.table.layout_state())
        self._settings.remember_layout(SPLIT, self.views.layout_state())
