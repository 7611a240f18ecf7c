"""The judged pictures that the gallery shows: all, those of a split, those of a cell of the confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_app.runs.page.gallery_pictures import picture_key
from desktop_app.runs.page.gallery_words import whole_caption
from desktop_app.words import tooltip
from training.run.report.judged_images import JudgedImage, predicted_column, true_row

Index = QModelIndex | QPersistentModelIndex
ItemRole = Qt.ItemDataRole


@dataclass(frozen=True, slots=True)
class Cell:
    """Of a confusion matrix: what is there and what was seen; None for nothing."""

    true: str | None
    predicted: str | None


@dataclass(frozen=True, slots=True)
class GalleryFilter:
    """No split means all of them."""

    split: str = ""
    cell: Cell | None = None

    def matches(self, image: JudgedImage) -> bool:
        if self.split and image.split != self.split:
            return False
        cell = self.cell
        return cell is None or (true_row(image) == cell.true and predicted_column(image) == cell.predicted)


class GalleryModel(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: Sequence[JudgedImage] = ()
        self._shown: list[JudgedImage] = []
        self._rows: dict[str, int] = {}  # by the picture that is shown
        self.filter = GalleryFilter()
        self.threshold = 0.5

    def show_images(self, images: Sequence[JudgedImage]) -> None:
        """In the order that they come in, which is the worst first."""
        self._all = images
        self.set_filter(self.filter)

    def set_filter(self, wanted: GalleryFilter) -> None:
        self.beginResetModel()
        self.filter = wanted
        self._shown = [image for image in self._all if wanted.matches(image)]
        self._rows = {picture_key(image): row for row, image in enumerate(self._shown)}
        self.endResetModel()

    def set_threshold(self, threshold: float) -> None:
        self.threshold = threshold
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))

    @property
    def images(self) -> Sequence[JudgedImage]:
        """Those that are shown."""
        return self._shown

    @property
    def total(self) -> int:
        """All of the split that is chosen."""
        split = self.filter.split
        return sum(not split or image.split == split for image in self._all)

    def image_at(self, row: int) -> JudgedImage:
        return self._shown[row]

    def index_of(self, key: str) -> QModelIndex:
        """Of a picture, as `picture_key` names it."""
        row = self._rows.get(key)
        return QModelIndex() if row is None else self.index(row)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = ItemRole.DisplayRole) -> Any:
        if role in (ItemRole.DisplayRole, ItemRole.AccessibleTextRole, ItemRole.ToolTipRole):
            caption = whole_caption(self._shown[index.row()], self.threshold)
            return tooltip(caption) if role == ItemRole.ToolTipRole else caption
        return None
