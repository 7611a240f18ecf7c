"""Names of classes, images and files come from anybody: the window shows them as they are, never as rich text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QMessageBox, QToolTip, QWidget

from desktop_app.dialogs.export_dialog import ExportDialog
from desktop_app.dialogs.import_dialog import ImportDialog
from tests.helpers.pictures import write_pictures
from tests.helpers.window_driver import WindowDriver
from training.__main__ import main

CLASS = "<b>cat</b>"
IMAGE = "<i>one.png"
_AS_HTML = re.compile("<[bisu]>")
_MOST_COLUMNS = 12


@pytest.fixture
def photos(tmp_path):
    """A project with a box, in a folder of such a name."""
    folder = tmp_path / "<u>photos"
    write_pictures(folder, [IMAGE, "two.png"], width=300, height=200)
    table = tmp_path / "<s>boxes.csv"
    rows = f"{IMAGE},300,200,{CLASS},10,10,60,40\n<b>.png,1,1,{CLASS},1,1,2,2\n"
    table.write_text(f"filename,width,height,class,xmin,ymin,xmax,ymax\n{rows}")
    assert main(["import", str(folder), str(table)]) == 0
    return folder


def taken_for_html() -> list[str]:
    """The places of the window, and of what is open above it, where one of the names is markup now."""
    return sorted({place for widget in QApplication.allWidgets() for place in _places(widget)})


def _places(widget: QWidget) -> Iterator[str]:
    if _AS_HTML.search(widget.toolTip()):
        yield f"tooltip of {type(widget).__name__}: {widget.toolTip()}"
    if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText and _AS_HTML.search(widget.text()):
        yield f"label in {type(widget.parent()).__name__}: {widget.text()}"
    model = widget.model() if isinstance(widget, QAbstractItemView) else None
    if model is not None:
        indexes = [model.index(row, column) for row in range(model.rowCount()) for column in range(_MOST_COLUMNS)]
        tips = [str(index.data(Qt.ItemDataRole.ToolTipRole)) for index in indexes if index.isValid()]
        yield from (f"tooltip of a row of {type(model).__name__}: {tip}" for tip in tips if _AS_HTML.search(tip))


def tip_on(person: WindowDriver, x: float, y: float) -> str:
    """What a resting cursor is told on the canvas."""
    canvas = person.window.canvas
    place = canvas.mapFromScene(x, y)
    event = QHelpEvent(QEvent.Type.ToolTip, place, canvas.viewport().mapToGlobal(place))
    QApplication.sendEvent(canvas.viewport(), event)
    told = QToolTip.text()
    QToolTip.showText(QPoint(), "")
    return told


def test_names_are_shown_as_they_are(window, photos):
    assert taken_for_html() == []
    assert "&lt;b&gt;cat&lt;/b&gt;: 1 box" in window.window.classes.model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;i&gt;one.png<br>" in window.tooltip_of(IMAGE)
    assert tip_on(window, 30, 20).startswith("<qt>&lt;b&gt;cat&lt;/b&gt; · 50")
    window.add_class(CLASS)
    assert CLASS in window.window.classes.refusal
    assert taken_for_html() == []


def test_questions_and_dialogs_show_them_as_they_are(window, photos, tmp_path):
    window.window.window_actions.show_import([tmp_path / "<s>boxes.csv"])
    importing = window.dialog(ImportDialog)
    window.wait_until(lambda: not importing.is_working)
    assert taken_for_html() == []
    importing.reject()
    window.choose("File", "Export…")
    exporting = window.dialog(ExportDialog)
    window.wait_until(lambda: not exporting.is_working)
    assert taken_for_html() == []
    exporting.reject()
    seen = []

    def answer() -> None:
        asking = QApplication.activeModalWidget()
        assert isinstance(asking, QMessageBox)
        seen.extend([asking.text(), *taken_for_html()])
        asking.reject()

    window.click_class(CLASS)
    QTimer.singleShot(0, answer)
    window.class_menu(CLASS)["Delete class"].trigger()
    assert seen == [f"Delete the class “{CLASS}” and its 1 box? Undo brings them back."]
