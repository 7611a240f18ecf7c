"""One small button a mark: it shows how many images have it, and filters by it. Together they are the legend."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop_app.icons import set_icon
from desktop_app.images.image_delegate import MARK_ROLES
from desktop_app.images.image_filter import Mark
from desktop_app.images.image_list_model import ImageListModel


class FilterChips(QWidget):
    """None pressed means all images."""

    changed = Signal()

    def __init__(self, model: ImageListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._chips = {mark: self._make_chip(mark) for mark in Mark}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for chip in self._chips.values():
            layout.addWidget(chip)
        model.counts_changed.connect(self._on_counts_changed)
        self._on_counts_changed()

    @property
    def marks(self) -> frozenset[Mark]:
        return frozenset(mark for mark, chip in self._chips.items() if chip.isChecked())

    def chip(self, mark: Mark) -> QPushButton:
        return self._chips[mark]

    def clear(self) -> None:
        if not self.marks:
            return
        for chip in self._chips.values():
            chip.blockSignals(True)
            chip.setChecked(False)
            chip.blockSignals(False)
        self.changed.emit()

    def _make_chip(self, mark: Mark) -> QPushButton:
        chip = QPushButton()
        chip.setProperty("chip", True)
        chip.setCheckable(True)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.setIconSize(QSize(16, 16))
        chip.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_icon(chip, f"state-{mark.value}", MARK_ROLES[mark])
        chip.toggled.connect(lambda _checked: self.changed.emit())
        return chip

    def _on_counts_changed(self) -> None:
        for mark, chip in self._chips.items():
            count = self._model.count(mark)
            name = self._model.mark_name(mark)
            chip.setText(short_count(count))
            chip.setToolTip(self.tr("Show only images that are %1: %2").replace("%1", name).replace("%2", f"{count:n}"))
            chip.setAccessibleName(self.tr("Only %1").replace("%1", name))
        # Most folders have no unreadable file, so its chip takes room only where there is one.
        self._chips[Mark.PROBLEM].setVisible(
            self._model.count(Mark.PROBLEM) > 0 or self._chips[Mark.PROBLEM].isChecked()
        )


def short_count(count: int) -> str:
    """At most four signs: 9999, 12k, 100k."""
    return str(count) if count < 10_000 else f"{count // 1000}k"
