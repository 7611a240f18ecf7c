"""A label that shows as much as there is room for, beside another one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.elided_label import ElidedLabel


def test_of_two_on_a_line_the_one_without_stretch_is_whole_whenever_there_is_room(qtbot: QtBot):
    line = QWidget()
    layout = QHBoxLayout(line)
    first, second = (ElidedLabel(Qt.TextElideMode.ElideRight) for _ in range(2))
    layout.addWidget(first, 1)
    layout.addWidget(second)
    qtbot.addWidget(line)
    line.resize(340, 40)
    line.show()
    first.set_whole("Epoch 3, validation")
    for seen in ("This image: no object", "This image: banana 97 %"):
        second.set_whole(seen)
        qtbot.waitUntil(lambda seen=seen: second.text() == seen)
    assert first.text() == "Epoch 3, validation"
    first.set_whole("Epoch 3, training images: there are no validation images")
    qtbot.waitUntil(lambda: first.text().endswith("…"))
    assert second.text() == second.whole
    assert first.toolTip() == first.whole
