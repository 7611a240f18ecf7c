"""The left side of the window of runs: a filter, the table, and the note of the selected run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.runs.list.note_keeper import NoteKeeper
from desktop_app.runs.list.run_list_model import RunListModel
from desktop_app.runs.list.run_table import RunTable
from desktop_app.small_widgets import line_edit, muted_label, push_button
from desktop_app.words import counted, filled
from training.run.catalogue.run_notes import LONGEST_NOTE
from training.run.catalogue.run_summary import RunSummary

NOTE_HEIGHT = 84
TABLE, NOTHING_FOUND, EMPTY, READING = range(4)


class RunListPanel(QWidget):
    """Shows what the lister read, and what was typed since."""

    selection_changed = Signal()

    def __init__(self, keeper: NoteKeeper, train_action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self.model = RunListModel(self)
        self.table = RunTable(self.model)
        self.search = self._make_search()
        self.note = self._make_note()
        self._count = muted_label()
        self._pages = QStackedWidget()
        pages = (self.table, self._nothing_found(), self._empty_page(train_action), _centred(self.tr("Reading…")))
        for page in pages:
            self._pages.addWidget(page)
        self._pages.setCurrentIndex(READING)
        self._lay_out()
        self.model.renamed.connect(self._on_renamed)
        self.table.selection_changed.connect(self._on_selection_changed)
        self.search.textChanged.connect(self._on_filter_changed)
        self.note.textChanged.connect(self._on_note_typed)
        self._show_note()

    # --- what it shows

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Texts that are still on their way to the disk are shown as they were typed."""
        self.table.show_runs([self._keeper.as_typed(run) for run in runs])
        self._show_page()
        self._show_note()
        self.selection_changed.emit()

    def forget_all(self) -> None:
        """Another project's list is being read."""
        self.table.show_runs([])
        self._pages.setCurrentIndex(READING)

    @property
    def selected(self) -> list[RunSummary]:
        return self.table.selected

    @property
    def text(self) -> str:
        """What stands where the table would be; nothing if the table is there."""
        page = self._pages.currentWidget()
        if page is None or page is self.table:
            return ""
        return "\n".join(label.text() for label in page.findChildren(QLabel))

    def _show_page(self) -> None:
        listed, shown = self.model.rowCount(), self.table.filter.rowCount()
        self._pages.setCurrentIndex(EMPTY if not listed else TABLE if shown else NOTHING_FOUND)
        count = counted(listed, self.tr("1 run"), self.tr("%n runs"))
        self._count.setText(count if shown == listed else filled(self.tr("%1 of %2"), shown, count))

    def _show_note(self) -> None:
        """Not over what somebody is typing."""
        selected = self.selected
        run = selected[0] if len(selected) == 1 else None
        self.note.setEnabled(run is not None)
        note = "" if run is None else run.note
        if note != self.note.toPlainText() and not (self.note.hasFocus() and run is not None):
            blocker = QSignalBlocker(self.note)
            self.note.setPlainText(note)
            blocker.unblock()

    # --- what people do

    def _on_selection_changed(self) -> None:
        self.note.clearFocus()  # what is typed from now on belongs to another run
        self._show_note()
        self.selection_changed.emit()

    def _on_filter_changed(self, text: str) -> None:
        self.table.filter.set_words(text)
        self._show_page()

    def _on_note_typed(self) -> None:
        selected = self.selected
        if len(selected) == 1:
            self._keeper.note(selected[0].folder, self.note.toPlainText()[:LONGEST_NOTE])
            self.show_typed()

    def _on_renamed(self, run: RunSummary, name: str) -> None:
        self._keeper.rename(run.folder, name)
        self.show_typed()

    def show_typed(self) -> None:
        self.table.show_runs([self._keeper.as_typed(run) for run in self.model.runs])
        self.selection_changed.emit()

    # --- what it is made of

    def _make_search(self) -> QLineEdit:
        tip = self.tr("Show only runs with these words in name, note, recipe, outcome or data (Ctrl+F)")
        search = line_edit("search", self.tr("Filter the runs"), self.tr("Filter by name, note or outcome"), tip)
        search.setClearButtonEnabled(True)
        clear = search.findChild(QAction, "_q_qlineeditclearaction")
        if clear is not None:
            clear.setText(self.tr("Clear"))
        return search

    def _make_note(self) -> QPlainTextEdit:
        note = QPlainTextEdit()
        note.setFixedHeight(NOTE_HEIGHT)
        note.setTabChangesFocus(True)
        note.setAccessibleName(self.tr("Note about the selected run"))
        note.setPlaceholderText(self.tr("Note: what you changed, what you saw"))
        note.setToolTip(self.tr("A note about the selected run; it is stored as you type"))
        return note

    def _nothing_found(self) -> QWidget:
        return _centred(self.tr("No run fits the filter."), push_button(self.tr("Show all runs"), self.search.clear))

    def _empty_page(self, train_action: QAction) -> QWidget:
        text = self.tr(
            "No runs yet. Train a model on your boxes or on images with a class, and it stands here with its data, its "
            "figures and its time; or add a run that was trained on another machine."
        )
        button = push_button(train_action.text().replace("&", ""), train_action.trigger, primary=True)
        button.setToolTip(train_action.toolTip())
        return _centred(text, button)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(8, 8, 10, 6)
        top.setSpacing(10)
        top.addWidget(self.search, 1)
        top.addWidget(self._count)
        bottom = QVBoxLayout()
        bottom.setContentsMargins(8, 6, 8, 8)
        bottom.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._pages, 1)
        layout.addLayout(bottom)


def _centred(text: str, button: QWidget | None = None) -> QWidget:
    page = QWidget()
    label = muted_label(text, wrap=True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(32, 24, 32, 24)
    layout.setSpacing(14)
    layout.addStretch(1)
    layout.addWidget(label)
    if button is not None:
        layout.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
    layout.addStretch(2)
    return page
