"""The sheet of pictures, by mouse and keys; tens of thousands of items cost nothing to lay out."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QPoint, QStringListModel, Qt
from PySide6.QtTest import QTest

from desktop_app.picture_delegate import CELL
from desktop_app.predict.files.contact_sheet import ContactSheet

COUNT = 50_000
KEY = Qt.Key


@pytest.fixture
def sheet(qtbot) -> ContactSheet:
    """Three pictures side by side."""
    view = ContactSheet()
    qtbot.addWidget(view)
    view.setModel(QStringListModel([str(number) for number in range(COUNT)]))
    view.resize(3 * CELL.width() + 60, 3 * CELL.height() + 20)
    view.show()
    qtbot.waitExposed(view)
    assert view.across == 3
    return view


def centre_of(sheet: ContactSheet, row: int) -> QPoint:
    return sheet.visualRect(sheet.model().index(row, 0)).center()


def selected(sheet: ContactSheet) -> list[int]:
    return sorted(index.row() for index in sheet.selectionModel().selectedIndexes())


def test_a_place_on_the_sheet_is_the_picture_there(sheet):
    for row in (0, 2, 4, 8):
        assert sheet.indexAt(centre_of(sheet, row)).row() == row
    assert not sheet.indexAt(QPoint(2, 2)).isValid()  # beside the columns
    sheet.verticalScrollBar().setValue(10 * CELL.height())
    assert sheet.indexAt(QPoint(sheet.viewport().width() // 2, 5)).row() == 31


def test_arrows_go_across_and_down_and_the_sheet_follows(sheet):
    sheet.setCurrentIndex(sheet.model().index(0, 0))
    for key, row in ((KEY.Key_Right, 1), (KEY.Key_Down, 4), (KEY.Key_Left, 3), (KEY.Key_Up, 0), (KEY.Key_Up, 0)):
        QTest.keyClick(sheet, key)
        assert sheet.currentIndex().row() == row
    QTest.keyClick(sheet, KEY.Key_End)
    assert sheet.currentIndex().row() == COUNT - 1
    assert sheet.viewport().rect().contains(centre_of(sheet, COUNT - 1))
    QTest.keyClick(sheet, KEY.Key_PageUp)
    assert sheet.currentIndex().row() == COUNT - 1 - 9
    QTest.keyClick(sheet, KEY.Key_Home)
    assert sheet.verticalScrollBar().value() == 0


def test_clicks_select_also_several_and_a_range(sheet):
    view = sheet.viewport()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre_of(sheet, 1))
    assert selected(sheet) == [1]
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, centre_of(sheet, 5))
    assert selected(sheet) == [1, 5]
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre_of(sheet, 2))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, centre_of(sheet, 6))
    assert selected(sheet) == [2, 3, 4, 5, 6]


def test_a_band_selects_the_pictures_that_it_touches(sheet):
    view, nothing = sheet.viewport(), QPoint(2, centre_of(sheet, 0).y())
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=nothing)
    for place in (centre_of(sheet, 0), centre_of(sheet, 4)):
        QTest.mouseMove(view, place)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=centre_of(sheet, 4))
    assert selected(sheet) == [0, 1, 3, 4]


def test_so_many_pictures_are_laid_out_in_a_blink(sheet, qtbot):
    started = time.perf_counter()
    sheet.model().setStringList([str(number) for number in range(COUNT)])
    changed = time.perf_counter()
    sheet.updateGeometries()
    sheet.viewport().repaint()
    assert time.perf_counter() - changed < max(0.1, changed - started)
    sheet.selectAll()
    assert len(sheet.selectionModel().selection().toList()) == 1
