from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.flowing_text import FlowingText

NAME = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_96_no_top.h5"


def test_a_long_file_name_is_broken_rather_than_cut_off_and_copied_as_it_is(qtbot):
    column = QWidget()
    qtbot.addWidget(column)
    text = FlowingText()
    QVBoxLayout(column).addWidget(text)
    text.setText(f"Put it into the folder as {NAME}.")
    heights = []
    for width in (900, 200):
        column.resize(width, 400)
        column.show()
        qtbot.waitUntil(lambda width=width: text.width() > width - 60)
        assert text.document().idealWidth() <= text.viewport().width()
        assert text.height() >= text.document().size().height()
        heights.append(text.height())
    assert heights[1] > 3 * heights[0]
    text.selectAll()
    text.copy()
    assert text.createMimeDataFromSelection().text() == text.text()
    assert NAME in text.text()
