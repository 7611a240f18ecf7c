"""The class list: choose, add, rename, recolour, reorder, merge and delete classes."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from desktop_app.action_table import ActionRow, make_actions
from desktop_app.classes.class_delegate import ClassDelegate
from desktop_app.classes.class_model import ClassModel
from desktop_app.document.class_edits import ClassEdits
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from desktop_app.icons import set_icon
from desktop_app.small_widgets import PanelList, heading, line_edit, muted_label, on_escape
from training.dataset.records import ClassRecord


class ClassPanel(QWidget):
    """The selected row is the class that the next box gets."""

    typing_ended = Signal()  # Enter in the empty field, or Escape: the keys belong to the canvas again

    def __init__(
        self, document: Document, edits: Edits, class_edits: ClassEdits, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._edits = edits
        self._class_edits = class_edits
        self._shown_ids: frozenset[int] = frozenset()
        self.model = ClassModel(document, class_edits, self)
        self.list = self._make_list()
        self.new_class = self._make_new_class_field()
        self._count = muted_label()
        self._refusal = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._refusal.setProperty("problem", True)
        self._refusal.setWordWrap(True)
        self._hint = muted_label(wrap=True)
        self._actions = make_actions(self, self._action_rows())
        self.merge_menu = self._make_merge_menu()
        self._lay_out()
        self._connect()
        self._on_classes_changed()

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    @property
    def chosen(self) -> ClassRecord | None:
        """The class whose row is selected."""
        index = self.list.currentIndex()
        return self.model.class_at(index.row()) if index.isValid() else None

    # --- building

    def _action_rows(self) -> list[ActionRow]:
        return [
            ActionRow("new_class", self.tr("&New class…"), self._on_new_class_asked, ("Ctrl+Shift+N",), "add"),
            ActionRow("rename_class", self.tr("&Rename class…"), self._on_rename_asked, ("F2",), "rename"),
            ActionRow("recolour_class", self.tr("Change &colour…"), self._on_recolour_asked, (), "colour"),
            ActionRow("class_up", self.tr("Move class &up"), lambda: self._shift(-1), ("Alt+Up",), "up", repeats=True),
            ActionRow(
                "class_down", self.tr("Move class &down"), lambda: self._shift(1), ("Alt+Down",), "down", repeats=True
            ),
            ActionRow("delete_class", self.tr("De&lete class"), self._on_delete_asked, (), "delete"),
        ]

    def _make_list(self) -> PanelList:
        view = PanelList(self.tr("Classes"))
        view.setModel(self.model)
        view.setItemDelegate(ClassDelegate(view))
        view.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        view.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        return view

    def _make_new_class_field(self) -> QLineEdit:
        tip = self.tr(
            "Type a name and press Enter; Enter again, or Esc, goes back to the image (Ctrl+Shift+N comes here)"
        )
        return line_edit("add", self.tr("Name of a new class"), self.tr("New class…"), tip)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(10, 10, 10, 6)
        top.addWidget(heading(self.tr("Classes")))
        top.addStretch(1)
        top.addWidget(self._count)
        self._hint.setContentsMargins(10, 4, 10, 8)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        bottom = QVBoxLayout()
        bottom.setContentsMargins(10, 6, 10, 10)
        bottom.addWidget(self._refusal)  # between the list and the field: it may be about either
        bottom.addWidget(self.new_class)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._hint, 1)
        layout.addWidget(self.list, 1)
        layout.addLayout(bottom)

    def _connect(self) -> None:
        self.new_class.returnPressed.connect(self._on_new_class_entered)
        on_escape(self.new_class, self._leave_field)
        self.list.pressed.connect(lambda: self._show_refusal(""))
        self.list.clicked.connect(self._on_row_chosen)
        self.list.activated.connect(self._on_row_chosen)
        self.list.customContextMenuRequested.connect(self._on_menu_asked)
        self.new_class.textEdited.connect(lambda: self._show_refusal(""))
        self.model.name_refused.connect(self._show_refusal)
        self._document.project_opened.connect(self._on_project_opened)
        self._document.classes_changed.connect(self._on_classes_changed)
        self._document.active_class_changed.connect(self._show_active_row)
        # A refusal is about the last thing somebody did; whatever they do next puts it away.
        for next_deed in (
            self._document.active_class_changed,
            self._document.selection_changed,
            self._document.current_image_changed,
            self._document.image_states_changed,
        ):
            next_deed.connect(self._forget_refusal)

    # --- following the document

    def _on_project_opened(self) -> None:
        self._shown_ids = frozenset(record.id for record in self._document.classes)
        self._on_classes_changed()

    def _on_classes_changed(self) -> None:
        count = len(self._document.classes)
        self.list.setVisible(count > 0)
        self._hint.setVisible(count == 0)
        self._hint.setText(self._hint_text())
        self._count.setText(f"{count:n}" if count else "")
        self.new_class.setEnabled(self._document.is_open)
        self._show_refusal("")
        for action in self._actions.values():
            action.setEnabled(count > 0)
        self._actions["new_class"].setEnabled(self._document.is_open)
        self.merge_menu.setEnabled(count > 1)
        self._show_active_row()
        self._show_new_rows()

    def _show_new_rows(self) -> None:
        """A class may be made elsewhere, as by a recording, without becoming the active one."""
        before, self._shown_ids = self._shown_ids, frozenset(record.id for record in self._document.classes)
        rows = (self.model.row_of(class_id) for class_id in sorted(self._shown_ids - before))
        for row in rows:
            if row is not None:
                self.list.scrollTo(self.model.index(row))

    def _hint_text(self) -> str:
        if not self._document.is_open:
            return self.tr("The classes of the folder that you open are listed here.")
        return self.tr(
            "No classes yet. Type the name of the first one below, or just draw a box. A whole image gets a class of "
            "its own in the menu Image."
        )

    def _show_active_row(self) -> None:
        row = self.model.row_of(self._document.active_class_id)
        if row is None:
            self.list.clearSelection()
        else:
            self.list.setCurrentIndex(self.model.index(row))

    # --- what a person does

    def _on_row_chosen(self, index: QModelIndex) -> None:
        self._edits.choose_class(self.model.class_at(index.row()).id)

    def _on_new_class_asked(self) -> None:
        self.new_class.setFocus()
        self.new_class.selectAll()

    def _on_new_class_entered(self) -> None:
        if not self.new_class.text().strip():
            self._leave_field()
            return
        refused = self._class_edits.add(self.new_class.text())
        self._show_refusal(refused)
        if refused:
            self.new_class.selectAll()
        else:
            self.new_class.clear()  # and it keeps the keyboard: most projects have more than one class

    def _leave_field(self) -> None:
        self.new_class.clear()
        self._show_refusal("")
        self.typing_ended.emit()

    @property
    def refusal(self) -> str:
        """Why the last name could not be taken."""
        return self._refusal.text()

    def _show_refusal(self, sentence: str) -> None:
        self._refusal.setText(sentence)
        self._refusal.setVisible(bool(sentence))

    def _forget_refusal(self) -> None:
        self._show_refusal("")

    def _on_rename_asked(self) -> None:
        self._show_refusal("")
        if self.list.currentIndex().isValid():
            self.list.edit(self.list.currentIndex())

    def _on_recolour_asked(self) -> None:
        chosen = self.chosen
        if chosen is None:
            return
        title = self.tr("Colour of “%1”").replace("%1", chosen.name)
        colour = QColorDialog.getColor(QColor(chosen.colour), self, title)
        if colour.isValid():
            self._class_edits.recolour(chosen.id, colour.name())

    def _shift(self, step: int) -> None:
        chosen = self.chosen
        if chosen is not None:
            row = self.list.currentIndex().row() + step
            if 0 <= row < self.model.rowCount():
                self._class_edits.move(chosen.id, row)

    def _on_delete_asked(self) -> None:
        chosen = self.chosen
        if chosen is not None and self._may_delete(chosen):
            self._class_edits.delete(chosen.id)

    def _may_delete(self, chosen: ClassRecord) -> bool:
        """Asked only where boxes would go with the class, or images lose theirs; undo brings all of it back."""
        count = self._document.class_counts.get(chosen.id, 0)
        images = self._document.image_class_counts.get(chosen.id, 0)
        if not count and not images:
            return True
        boxes = self._lost_with_class(count, images)
        question = self.tr("Delete the class “%1” and %2? Undo brings them back.")
        asking = QMessageBox(self)
        asking.setIcon(QMessageBox.Icon.Question)
        asking.setWindowTitle(self.tr("Delete class"))
        asking.setTextFormat(Qt.TextFormat.PlainText)  # names come from files
        asking.setText(question.replace("%1", chosen.name).replace("%2", boxes))
        delete = asking.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        asking.setDefaultButton(asking.addButton(QMessageBox.StandardButton.Cancel))
        asking.exec()
        return asking.clickedButton() is delete

    def _lost_with_class(self, boxes: int, images: int) -> str:
        its = self.tr("its 1 box") if boxes == 1 else self.tr("its %n boxes", "", boxes)
        of_images = self.tr("the class of 1 image") if images == 1 else self.tr("the class of %n images", "", images)
        if not images:
            return its
        return self.tr("%1 and %2").replace("%1", its).replace("%2", of_images) if boxes else of_images

    # --- menu of a row

    def _on_menu_asked(self, place: QPoint) -> None:
        index = self.list.indexAt(place)
        if index.isValid():
            self.list.setCurrentIndex(index)
            menu = self.menu_for(self.model.class_at(index.row()))
            menu.exec(self.list.viewport().mapToGlobal(place))
            menu.deleteLater()

    def menu_for(self, chosen: ClassRecord) -> QMenu:
        """What can be done to one class."""
        menu = QMenu(self)
        for name in ("rename_class", "recolour_class", "class_up", "class_down"):
            menu.addAction(self._actions[name])
        merging = self._fill_merge_menu(QMenu(menu), chosen)
        merging.setEnabled(not merging.isEmpty())
        menu.addMenu(merging)
        menu.addSeparator()
        menu.addAction(self._actions["delete_class"])
        return menu

    def _make_merge_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: self._fill_merge_menu(menu, self.chosen))
        return self._fill_merge_menu(menu, None)

    def _fill_merge_menu(self, merging: QMenu, chosen: ClassRecord | None) -> QMenu:
        merging.clear()
        merging.setTitle(self.tr("&Merge into"))
        set_icon(merging, "merge")
        if chosen is None:
            return merging
        for other in self._document.classes:
            if other.id != chosen.id:
                action = merging.addAction(other.name.replace("&", "&&"))
                action.triggered.connect(lambda _checked=False, into=other.id: self._merge(chosen.id, into))
        return merging

    def _merge(self, class_id: int, into: int) -> None:
        self._class_edits.merge([class_id], into)
        self._document.set_active_class(into)
