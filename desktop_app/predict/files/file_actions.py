"""What can be done with the files of the page: one table for buttons, context menu and keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.action_table import SEPARATOR, ActionRow, ActionSet, action_button, make_actions

BAR = ("add_pictures", "add_folder", SEPARATOR, "save_csv", "save_coco", "save_annotated", SEPARATOR, "add_to_project", "copy_rows", "clear_files")  # fmt: skip
MENU = ("open_large", "show_file", SEPARATOR, "add_to_project", "copy_rows", "select_all")
GAP = 12  # pixels between groups


class Handlers(Protocol):
    """What the page does."""

    def ask_for_pictures(self) -> None: ...
    def ask_for_folder(self) -> None: ...
    def save_csv(self) -> None: ...
    def save_coco(self) -> None: ...
    def save_annotated(self) -> None: ...
    def add_to_project(self) -> None: ...
    def copy_rows(self) -> None: ...
    def clear_files(self) -> None: ...
    def open_large(self) -> None: ...
    def show_file(self) -> None: ...
    def select_all(self) -> None: ...


class FileActions(ActionSet):
    def __init__(self, page: QWidget, handlers: Handlers) -> None:
        super().__init__(page)
        self._actions = make_actions(self, self._rows(handlers))
        short = {
            "save_csv": self.tr("Save CSV"),
            "save_coco": self.tr("Save COCO"),
            "save_annotated": self.tr("Save annotated"),
            "add_pictures": self.tr("Add pictures"),
            "add_folder": self.tr("Add folder"),
            "add_to_project": self.tr("Add to project"),
            "copy_rows": self.tr("Copy"),
            "clear_files": self.tr("Clear"),
        }
        for name, text in short.items():
            self._actions[name].setIconText(text)
        for action in self._actions.values():
            page.addAction(action)  # its keys hold while the page is the one that is shown, wherever the focus is

    def _rows(self, do: Handlers) -> list[ActionRow]:
        csv_tip = self.tr("Save what is seen from the lowest score on, one row a box, as CSV")
        coco_tip = self.tr("Save what is seen from the lowest score on as COCO results, with a file that says the ids")
        annotated_tip = self.tr("Save copies of the pictures with what is seen drawn into them")
        project_tip = self.tr("Put copies of the chosen pictures into the project, with what is seen as proposals")
        return [
            ActionRow("add_pictures", self.tr("Add &pictures…"), do.ask_for_pictures, ("Ctrl+O",), "pictures"),
            ActionRow("add_folder", self.tr("Add a &folder…"), do.ask_for_folder, ("Ctrl+Shift+O",), "open"),
            ActionRow("save_csv", self.tr("Save &CSV…"), do.save_csv, ("Ctrl+S",), "table", csv_tip),
            ActionRow("save_coco", self.tr("Save C&OCO results…"), do.save_coco, ("Ctrl+Shift+S",), "export", coco_tip),
            ActionRow("save_annotated", self.tr("Save &annotated images…"), do.save_annotated, ("Ctrl+Alt+S",), "save-picture", annotated_tip),
            ActionRow("add_to_project", self.tr("Add to the p&roject"), do.add_to_project, ("Ctrl+D",), "add", project_tip),
            ActionRow("copy_rows", self.tr("&Copy rows"), do.copy_rows, ("Ctrl+C",), "copy", self.tr("Copy the chosen rows, or all that are shown, for a table")),
            ActionRow("clear_files", self.tr("C&lear the list"), do.clear_files, (), "delete", self.tr("Forget these files; on disk they stay as they are")),
            ActionRow("open_large", self.tr("Show &large"), do.open_large, (), "fit", self.tr("Show the picture large (Return)")),
            ActionRow("show_file", self.tr("Show in its &folder"), do.show_file, ("Ctrl+L",), "open"),
            ActionRow("select_all", self.tr("&Select all"), do.select_all, ("Ctrl+A",), "select"),
        ]  # fmt: skip

    def update_for(
        self, *, has_files: bool, has_answers: bool, has_selection: bool, is_saving: bool, has_project: bool
    ) -> None:
        self.allow(
            save_csv=has_answers and not is_saving,
            save_coco=has_answers and not is_saving,
            save_annotated=has_answers and not is_saving,
            add_to_project=has_selection and has_project and not is_saving,
            copy_rows=has_files,
            clear_files=has_files,
            open_large=has_selection,
            show_file=has_selection,
            select_all=has_files,
        )

    def make_bar(self) -> ActionBar:
        return ActionBar([self._actions[name] if name else None for name in BAR])


class ActionBar(QWidget):
    """Buttons with texts where there is room for all of them, else without."""

    def __init__(self, actions: Sequence[QAction | None]) -> None:
        """None is a gap."""
        super().__init__()
        self._buttons = [action_button(action) for action in actions if action is not None]
        buttons = iter(self._buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(2)
        for action in actions:
            if action is None:
                layout.addSpacing(GAP)
            else:
                layout.addWidget(next(buttons))
        layout.addStretch(1)
        self._width_with_texts = self.sizeHint().width()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        has_room = self.width() >= self._width_with_texts
        for button in self._buttons:
            button.setToolButtonStyle(
                Qt.ToolButtonStyle.ToolButtonTextBesideIcon if has_room else Qt.ToolButtonStyle.ToolButtonIconOnly
            )
