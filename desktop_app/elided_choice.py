"""A choice whose line ends well: what has no room is left out in its middle, with an ellipsis."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox

MARGIN = 2  # pixels that the style leaves around the text


class ElidedChoice(QComboBox):
    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """The style itself cuts text off."""
        super().initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideMiddle, max(0, field.width() - MARGIN)
        )
