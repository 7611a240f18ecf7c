"""A few numbers, large and calm, each over its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.shrinkable import shrinkable
from desktop_app.small_widgets import muted_label


class FigureTiles(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._tiles: list[tuple[QLabel, QLabel]] = []

    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """Names and values; labels are made once, so that numbers change without moving anything."""
        while len(self._tiles) < len(figures):
            self._tiles.append(self._make_tile())
        for number, (value, name) in enumerate(self._tiles):
            shown = number < len(figures)
            value.setVisible(shown)
            name.setVisible(shown)
            if shown:
                name.setText(figures[number][0])
                value.setText(figures[number][1])

    def _make_tile(self) -> tuple[QLabel, QLabel]:
        value = QLabel()
        value.setObjectName("figure_value")
        name = shrinkable(muted_label())
        name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        font = name.font()
        font.setPointSizeF(font.pointSizeF() * 0.84)
        name.setFont(font)
        tile = QVBoxLayout()
        tile.setSpacing(0)
        tile.addWidget(value, 0, Qt.AlignmentFlag.AlignLeft)
        tile.addWidget(name, 1)
        self._layout.addLayout(tile, 1)
        return value, name
