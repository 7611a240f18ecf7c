"""A person at the real window: what they see and do, in their words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from desktop_app.images.image_filter import Mark
from desktop_app.main_window import MainWindow
from tests.helpers.canvas_driver import CanvasDriver

PATIENCE_MS = 20_000


class WindowDriver(CanvasDriver):
    """Boxes are drawn in image coordinates, menus are chosen by what is written there."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        super().__init__(window.canvas)
        self.window = window
        self.document = window.document
        self._qtbot = qtbot

    # --- what one sees

    @property
    def title(self) -> str:
        return self.window.windowTitle()

    @property
    def image(self) -> str:
        return self.document.current_image

    @property
    def listed_images(self) -> list[str]:
        model = self.window.images.model
        return [model.image_at(row) for row in range(model.rowCount())]

    @property
    def counts(self) -> str:
        """What stands above the list."""
        return self.window.images.counts_text

    @property
    def class_list(self) -> list[str]:
        return [record.name for record in self.document.classes]

    @property
    def problem(self) -> str:
        """The sentence in the bar above the picture."""
        bar = self.window.stage.problems
        return bar.text if bar.isVisibleTo(self.window) else ""

    @property
    def message(self) -> str:
        return self.window.status.currentMessage()

    @property
    def page_text(self) -> str:
        """Of the page that stands where a picture would be."""
        return "" if self.window.stage.shows_picture else self.window.stage.start_page.text

    def mark_of(self, image: str) -> Mark:
        return self.window.images.model.mark_of(image)

    def tooltip_of(self, image: str) -> str:
        model = self.window.images.model
        row = model.row_of(image)
        assert row is not None
        return str(model.index(row).data(Qt.ItemDataRole.ToolTipRole))

    def boxes_of(self, image: str) -> list[tuple[float, float, float, float]]:
        return [box.corners for box in self.document.record(image).boxes]

    # --- opening

    def open(self, path: Path, image: str = "") -> None:
        """Open a path as an argument or a recent entry does, and wait for a picture."""
        self.window.opening.open(path)
        self.wait_for_picture(image)

    def drop(self, *paths: Path) -> bool:
        """Drop files on the window; True if it takes them."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        place, copy = QPoint(300, 300), Qt.DropAction.CopyAction
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(place, copy, data, buttons, keys)
        QApplication.sendEvent(self.window, enter)
        if enter.isAccepted():
            QApplication.sendEvent(self.window, QDropEvent(place.toPointF(), copy, data, buttons, keys))
        return enter.isAccepted()

    def wait_for_picture(self, image: str = "") -> None:
        """Until a picture, or the one of an image, can be drawn on."""
        self.wait_until(lambda: self._shows_picture_of(image))

    def _shows_picture_of(self, image: str) -> bool:
        record = self.canvas.shown.record
        return self.document.is_open and record is not None and image in ("", record.path) and record.path == self.image

    def wait_for_problem(self, words: str) -> str:
        self.wait_until(lambda: words in self.problem)
        return self.problem

    def wait_until(self, happened) -> None:
        self._qtbot.waitUntil(happened, timeout=PATIENCE_MS)

    # --- doing

    def press_key(self, keys: str) -> None:
        """Shortcuts belong to the active window, which a dialog that was just closed has to hand back first."""
        self.window.activateWindow()
        self.wait_until(self.window.isActiveWindow)
        super().press_key(keys)

    def action(self, name: str) -> QAction:
        return self.window.action(name)

    def choose(self, menu: str, entry: str) -> None:
        """An entry of the menu bar, both without their underlines."""
        entries = {_plain(action.text()): action for action in self._menu(menu).actions()}
        assert entry in entries, f"{entry!r} is not in {sorted(entries)}"
        assert entries[entry].isEnabled(), f"{entry!r} can't be chosen now"
        entries[entry].trigger()

    def entries(self, menu: str) -> list[str]:
        return [_plain(action.text()) for action in self._menu(menu).actions() if not action.isSeparator()]

    def _menu(self, title: str):
        menus = {_plain(action.text()): action.menu() for action in self.window.menuBar().actions()}
        return menus[title]

    def go_to(self, image: str) -> None:
        """Click an image in the list."""
        row = self.window.images.model.row_of(image)
        assert row is not None, f"{image} is not in the list"
        self._click_row(self.window.images.list, row)
        self.wait_for_picture(image)

    def filter_by(self, text: str) -> None:
        self.window.images.search.setText(text)

    def filter_by_marks(self, marks: Iterable[Mark]) -> None:
        for mark in Mark:
            chip = self.window.images.chips.chip(mark)
            if chip.isChecked() != (mark in marks):
                chip.click()

    def add_class(self, name: str) -> None:
        field = self.window.classes.new_class
        field.setText(name)
        QTest.keyClick(field, Qt.Key.Key_Return)
        QTest.keyClick(field, Qt.Key.Key_Return)  # in the empty field: back to the image

    def click_class(self, name: str) -> None:
        self._click_row(self.window.classes.list, self.class_list.index(name))

    def class_menu(self, name: str) -> dict[str, QAction]:
        """What a right click on a class offers."""
        record = self.document.class_named(name)
        assert record is not None
        panel = self.window.classes
        panel.list.setCurrentIndex(panel.model.index(self.class_list.index(name)))
        menu = panel.menu_for(record)
        return {_plain(action.text()): action for action in menu.actions()}

    def dialog(self, kind: type[QDialog]):
        """The open dialog of a kind."""
        self.wait_until(lambda: any(found.isVisible() for found in self.window.findChildren(kind)))
        return next(found for found in self.window.findChildren(kind) if found.isVisible())

    def _click_row(self, view, row: int) -> None:
        index = view.model().index(row, 0)
        view.scrollTo(index)
        QTest.mouseClick(
            view.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            view.visualRect(index).center(),
        )


def _plain(text: str) -> str:
    return text.replace("&", "")
