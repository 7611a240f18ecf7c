"""The tab of pictures: filters, what they mean in words, and the pictures, the worst first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHBoxLayout, QLabel, QListView, QVBoxLayout, QWidget

from desktop_app.picture_delegate import CELL
from desktop_app.runs.page.gallery_delegate import GalleryDelegate
from desktop_app.runs.page.gallery_model import Cell, GalleryFilter, GalleryModel
from desktop_app.runs.page.gallery_pictures import read_picture
from desktop_app.runs.page.page_content import PageContent, no_images_sentence, split_names
from desktop_app.runs.top_classes import Bar, TopClasses
from desktop_app.small_widgets import muted_label, push_button
from desktop_app.style import theme
from desktop_app.thumbnails import Thumbnails
from desktop_app.words import counted, filled
from training.dataset.box import Rectangle
from training.run.report.measuring import THRESHOLDS

SIDE = 320  # pixels of a thumbnail: sharp enough on a screen of 200 %
MOST_KEPT = 100  # about two large screens, 30 MB


class PictureGrid(QListView):
    """Rows of pictures that are decoded when they come into view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setGridSize(CELL)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)

    def minimumSizeHint(self) -> QSize:
        return CELL


class GalleryView(QWidget):
    image_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = GalleryModel(self)
        self.thumbnails = Thumbnails(self, side=SIDE, most_kept=MOST_KEPT, read=read_picture)
        self._folder: Path | None = None
        self._is_of_classifier = False
        self.grid = PictureGrid()
        self.grid.setAccessibleName(self.tr("Pictures, the worst first"))
        self.grid.setModel(self.model)
        self._delegate = GalleryDelegate(self.model, self.thumbnails, self.grid)
        self.grid.setItemDelegate(self._delegate)
        self.splits = QComboBox()
        self.splits.setAccessibleName(self.tr("Images of which split"))
        self.splits.setToolTip(self.tr("Of which split the images are shown"))
        self.thresholds = QComboBox()
        self.thresholds.setAccessibleName(self.tr("IoU below which a box is bad"))
        self.thresholds.setToolTip(self.tr("IoU below which a box is bad"))
        for threshold in THRESHOLDS:
            self.thresholds.addItem(f"{threshold:g}", threshold)
        self.sentence = muted_label(wrap=True)
        self.problem = muted_label(wrap=True)
        self.top_classes = TopClasses()
        self.show_all = push_button(self.tr("Show all"), self.forget_filter)
        self._place()
        self._join()

    def _place(self) -> None:
        bar = QHBoxLayout()
        bar.addWidget(self.splits)
        bar.addSpacing(12)
        self._threshold_label = QLabel(self.tr("Bad is an IoU below"))
        bar.addWidget(self._threshold_label)
        bar.addWidget(self.thresholds)
        bar.addStretch(1)
        line = QHBoxLayout()
        line.addWidget(self.sentence, 1)
        line.addWidget(self.show_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 0)
        layout.addLayout(bar)
        layout.addLayout(line)
        layout.addWidget(self.problem)
        layout.addWidget(self.grid, 1)
        self.top_classes.setContentsMargins(4, 6, 4, 10)
        layout.addWidget(self.top_classes)

    def _join(self) -> None:
        self.splits.currentIndexChanged.connect(self._on_split_chosen)
        self.thresholds.currentIndexChanged.connect(self._on_threshold_chosen)
        self.grid.selectionModel().currentChanged.connect(self._show_top)
        self.model.modelReset.connect(self._show_top)
        self.grid.clicked.connect(self._on_chosen)
        self.grid.activated.connect(self._on_chosen)
        self.thumbnails.thumbnail_ready.connect(self._on_thumbnail)
        self.thumbnails.thumbnail_failed.connect(self._on_unreadable)

    # --- what it shows

    def show_content(self, content: PageContent | None) -> None:
        """Another run, or news of the same one: the filter stays where it makes sense."""
        images = () if content is None else content.images
        folder = None if content is None else content.folder
        if folder != self._folder:
            self._folder = folder
            self._delegate.unreadable.clear()
            self.thumbnails.set_folder(folder or Path())
        self._delegate.has_folder = folder is not None
        self._offer_splits({image.split for image in images})
        self._is_of_classifier = any(image.is_classified for image in images)
        for part in (self._threshold_label, self.thresholds):
            part.setVisible(not self._is_of_classifier)
        self.model.show_images(images)
        problem = "" if content is None else no_images_sentence(content)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem and images))
        self._say()

    @property
    def marked_box(self) -> Rectangle | None:
        """What was classified in the marked picture; the corners of a whole image are those of no drawn box."""
        index = self.grid.currentIndex()
        image = self.model.image_at(index.row()) if index.isValid() else None
        return image.predicted if image is not None and image.is_classified else None

    def show_cell(self, split: str, cell: Cell) -> None:
        """Only the pictures of one cell of the confusion matrix of a split."""
        self._set_filter(GalleryFilter(split, cell))

    def forget_filter(self) -> None:
        self._set_filter(GalleryFilter())

    def close_decoding(self) -> None:
        self.thumbnails.close()

    def _set_filter(self, wanted: GalleryFilter) -> None:
        self.model.set_filter(wanted)
        self.splits.blockSignals(True)
        self.splits.setCurrentIndex(max(0, self.splits.findData(wanted.split)))
        self.splits.blockSignals(False)
        self.grid.scrollToTop()
        self._say()

    def _offer_splits(self, there: set[str]) -> None:
        wanted = self.model.filter.split
        self.splits.blockSignals(True)
        self.splits.clear()
        self.splits.addItem(self.tr("All images"), "")
        for split, name in split_names().items():
            if split in there:
                self.splits.addItem(name, split)
        place = self.splits.findData(wanted)
        self.splits.setCurrentIndex(max(0, place))
        self.splits.blockSignals(False)
        if place < 0:
            self.model.filter = GalleryFilter()

    def _say(self) -> None:
        wanted, shown = self.model.filter, self.model.rowCount()
        images = counted(shown, self.tr("1 image"), self.tr("%n images"))
        text = filled(self.tr("%1, the worst first. Solid green: the true box. Dashed red: the predicted one."), images)
        if self._is_of_classifier:
            pictures = counted(shown, self.tr("1 picture"), self.tr("%n pictures"))
            text = filled(self.tr("%1, the surest mistakes first, then by how sure the model was."), pictures)
        if not self.model.total:
            text = self.tr(
                "No image of this run was judged; where it left a model, the page Figures has a button for that."
            )
        elif not shown and wanted.cell is None:
            text = self.tr("None of the judged images is shown.")
        elif wanted.cell is not None:
            nothing = self.tr("nothing")
            text = filled(
                self.tr("%1 of %2 where there is %3 and the model sees %4."),
                shown,
                self.model.total,
                wanted.cell.true or nothing,
                wanted.cell.predicted or nothing,
            )
        self.sentence.setText(text)
        self.show_all.setVisible(wanted != GalleryFilter())

    def _show_top(self) -> None:
        """What the model took the marked picture for."""
        index = self.grid.currentIndex()
        image = self.model.image_at(index.row()) if index.isValid() else None
        self.top_classes.setVisible(image is not None and bool(image.top))
        if image is None or not image.top:
            return
        true = None if image.truth is None else image.truth.label
        colours = theme()
        bars = [Bar(name, score, colours.reviewed if name == true else "", name == true) for name, score in image.top]
        self.top_classes.show_classes(
            filled(self.tr("%1: %2, and the model takes it for:"), image.filename, true), bars
        )

    # --- what people do

    def _on_split_chosen(self) -> None:
        self._set_filter(GalleryFilter(str(self.splits.currentData() or "")))

    def _on_threshold_chosen(self) -> None:
        self.model.set_threshold(float(self.thresholds.currentData()))

    def _on_chosen(self, index: QModelIndex) -> None:
        self.image_chosen.emit(self.model.image_at(index.row()).filename)

    def _on_thumbnail(self, image: str) -> None:
        index = self.model.index_of(image)
        if index.isValid():
            self.grid.update(index)

    def _on_unreadable(self, image: str, _sentence: str) -> None:
        self._delegate.unreadable.add(image)
        self._on_thumbnail(image)
