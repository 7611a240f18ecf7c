"""The window of runs: the list at the left; the selected run, or several compared, at the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from desktop_app.document.document import Document
from desktop_app.problem_bar import ProblemBar
from desktop_app.runs.list.note_keeper import NoteKeeper
from desktop_app.runs.list.run_adding import RunAdding
from desktop_app.runs.list.run_deleting import RunDeleting
from desktop_app.runs.list.run_details import RunDetails
from desktop_app.runs.list.run_list_actions import MENU, RunListActions
from desktop_app.runs.list.run_list_panel import RunListPanel
from desktop_app.runs.list.run_lister import RunLister
from desktop_app.runs.sheet.start_again import StartAgain
from desktop_app.runs.training_control import TrainingControl
from desktop_app.settings import Settings
from desktop_app.window_size import resize_within_screen
from training.run.catalogue.run_summary import RunSummary

USUAL = QSize(1280, 760)
SMALLEST = QSize(760, 480)
LIST_WIDTH, DETAILS_WIDTH = 710, 570
WINDOW, COLUMNS, TABLE = "runs_window", "runs_columns", "runs_table"


class RunsWindow(QWidget):
    """A window of its own: one draws in the main window while it is open, and has either of them in front."""

    image_chosen = Signal(str)
    run_opened = Signal()
    export_asked = Signal(object)  # the RunFolder whose model is to leave

    def __init__(self, control: TrainingControl, document: Document, settings: Settings) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._control = control
        self._document = document
        self._settings = settings
        self.setObjectName("runs_window")
        self.keeper = NoteKeeper(self)
        self.lister = RunLister(control, document, settings, self)
        self.list = RunListPanel(self.keeper, control.train_action)
        self.details = RunDetails(control)
        self.problems = ProblemBar()
        self.actions_table = RunListActions(self, self.list.table, self)
        self.deleting = RunDeleting(control, self)
        self.adding = RunAdding(self.lister, self)
        self.again = StartAgain(control.sheet_command, self)
        self._some_are_gone = False  # and the list tells it next time
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self._join()
        self._restore_layout()
        self._on_project_opened()

    def _lay_out(self) -> None:
        for part in (self.list, self.details):
            self._columns.addWidget(part)
        self._columns.setChildrenCollapsible(False)
        self._columns.setHandleWidth(1)
        self._columns.setSizes([LIST_WIDTH, DETAILS_WIDTH])
        for place, width in enumerate((LIST_WIDTH, DETAILS_WIDTH)):  # both give way on a small screen
            self._columns.setStretchFactor(place, width)
        self.list.setMinimumWidth(280)
        self.details.setMinimumWidth(320)
        self.setMinimumSize(SMALLEST)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.actions_table.make_toolbar(self))
        layout.addWidget(self.problems)
        layout.addWidget(self._columns, 1)

    def _join(self) -> None:
        self.lister.listed.connect(self._on_listed)
        for part in (self.lister, self.keeper, self.deleting, self.adding, self.again):
            part.failed.connect(self.problems.show_problem)
        self.keeper.stored.connect(self.lister.refresh)
        self.deleting.about_to_delete.connect(self._on_about_to_delete)
        self.deleting.deleted.connect(self._on_deleted)
        self.adding.added.connect(self._on_added)
        self.list.selection_changed.connect(self._on_selection_changed)
        self.list.table.doubleClicked.connect(self.open_selected)
        self.list.table.customContextMenuRequested.connect(self._show_menu)
        self.details.image_chosen.connect(self.image_chosen)
        self.details.page.export_asked.connect(self.export_asked)
        self._document.project_opened.connect(self._on_project_opened)
        keys = {
            "Ctrl+F": self.list.search.setFocus,
            "Esc": self._on_escape,
            "Ctrl+W": self.close,
            "F5": self.lister.refresh,
        }
        for key, handler in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(handler)

    # --- following

    @property
    def selected(self) -> list[RunSummary]:
        return self.list.selected

    def _on_listed(self, runs: list[RunSummary]) -> None:
        is_first = self.list.model.rowCount() == 0
        self.list.show_runs(runs)
        if is_first and runs and not self.selected:
            shown = self._control.run
            here = [run.folder.path for run in runs if shown is not None and run.folder == shown.folder]
            self.list.table.select(here or [runs[0].folder.path])
            self.list.table.setFocus()
        if self._some_are_gone:
            self._some_are_gone = False
            self.list.table.select_neighbour()
        self.adding.tell_listed(runs)

    def _on_selection_changed(self) -> None:
        selected = self.selected
        added = self.adding.added_of(selected)
        may_change = not self._document.is_read_only or len(added) == len(selected)  # runs of others are only looked at
        self.actions_table.update_for(selected, added, may_change=may_change)
        self.list.note.setReadOnly(not may_change)
        self.details.page.may_change = may_change
        self.details.select(selected)

    def _on_project_opened(self) -> None:
        document = self._document
        name = document.folder.name if document.is_open else ""
        self.setWindowTitle(self.tr("Runs · %1").replace("%1", name) if name else self.tr("Runs"))
        self.list.forget_all()
        self.problems.clear()
        self._on_selection_changed()

    # --- what people do

    def open_selected(self) -> None:
        run = self._only_run("open_run")
        if run is not None:
            self._control.open_run(run.folder)
            self.run_opened.emit()

    def resume_selected(self) -> None:
        run = self._only_run("resume_run")
        if run is not None:
            self._control.resume_run(run.folder)

    def start_again(self) -> None:
        run = self._only_run("start_again")
        if run is not None:
            self.again.with_settings_of(run.folder)

    def start_from(self) -> None:
        run = self._only_run("start_from")
        if run is not None:
            self.again.from_model_of(run.folder)

    def export_model(self) -> None:
        run = self._only_run("export_model")
        if run is not None:
            self.export_asked.emit(run.folder)

    def rename(self) -> None:
        self.list.table.rename_selected()

    def write_note(self) -> None:
        self.list.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_folder(self) -> None:
        run = self._only_run("show_folder")
        if run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.folder.path)))

    def copy_details(self) -> None:
        from desktop_app.bug_report import bug_report

        runs = self.details.runs
        QGuiApplication.clipboard().setText(bug_report(run=runs[0] if len(runs) == 1 else None))

    def add_run(self) -> None:
        self.adding.ask()

    def take_off_list(self) -> None:
        self.adding.take_off(self.selected)

    def delete_selected(self) -> None:
        self.deleting.delete(self.selected)

    def _on_escape(self) -> None:
        """A filter goes first."""
        if self.list.search.text():
            self.list.search.clear()
            self.list.table.setFocus()
        else:
            self.close()

    def _only_run(self, action: str) -> RunSummary | None:
        selected = self.selected
        return selected[0] if len(selected) == 1 and self.actions_table[action].isEnabled() else None

    def _on_about_to_delete(self, runs: list[RunSummary]) -> None:
        """Nothing keeps a file of theirs open, and no note comes after them."""
        for run in runs:
            self.keeper.forget(run.folder)
            self._control.close_run(run.folder)
        self.list.table.leave_selection()
        self.adding.forget(runs)

    def _on_deleted(self) -> None:
        self._some_are_gone = True
        self._control.runs_changed.emit()

    def _on_added(self, folders: list[Path]) -> None:
        self.list.search.clear()
        self.list.table.select(folders)

    def _show_menu(self, place: object) -> None:
        menu = self.actions_table.make_menu(self, MENU)
        menu.popup(self.list.table.viewport().mapToGlobal(place))  # type: ignore[call-overload]

    # --- coming and going

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.lister.set_watching(True)
        self.list.table.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """A minimised window is still shown; one that was closed reads nothing."""
        super().hideEvent(event)
        self.lister.set_watching(False)
        self.keeper.flush()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._remember_layout()
        super().closeEvent(event)

    def shut_down(self) -> None:
        """The main window goes."""
        self.deleting.shut_down()
        self.close()
        self.keeper.flush()
        self.details.shut_down()

    def _restore_layout(self) -> None:
        resize_within_screen(self, USUAL)
        layouts = self._settings.layout_of
        if not layouts(WINDOW).isEmpty():
            self.restoreGeometry(layouts(WINDOW))
        self._columns.restoreState(layouts(COLUMNS))
        self.list.table.restore_layout(layouts(TABLE))

    def _remember_layout(self) -> None:
        self._settings.remember_layout(WINDOW, self.saveGeometry())
        self._settings.remember_layout(COLUMNS, self._columns.saveState())
        self._settings.remember_layout(TABLE, self.list.table.layout_state())
