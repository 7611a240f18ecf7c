"""The list of images with its filter: what is there, what is done, and where one is."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from desktop_app.action_table import ActionRow, make_actions
from desktop_app.document.document import Document
from desktop_app.images.filter_chips import FilterChips
from desktop_app.images.image_delegate import ImageDelegate
from desktop_app.images.image_filter import ImageFilter, Mark
from desktop_app.images.image_list_model import ImageListModel
from desktop_app.small_widgets import PanelList, heading, line_edit, muted_label, on_escape, push_button
from desktop_app.thumbnails import Thumbnails
from desktop_app.words import counted

AHEAD = (1, 2, -1)  # what is decoded in advance, most likely first


class ImagePanel(QWidget):
    """Follows the document's current image and sets it."""

    no_further_image = Signal(str)  # a sentence for the status bar
    typing_ended = Signal()  # Enter or Escape in the search field: the keys belong to the canvas again

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._following = False
        self.model = ImageListModel(document, self)
        self.thumbnails = Thumbnails(self)
        self.search = self._make_search()
        self.chips = FilterChips(self.model, self)
        self.list = self._make_list()
        self._count = muted_label()
        self._count.setToolTip(self.tr("labelled or reviewed"))
        self.problems_button = QToolButton(autoRaise=True)
        self.problems_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # keys for the canvas must not press it
        self.nothing_found = self._make_nothing_found()
        self._why_empty = muted_label(wrap=True)
        self.nothing_there = self._make_nothing_there()
        self._actions = make_actions(self, self._action_rows())
        self._lay_out()
        self._connect()
        self._on_counts_changed()

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    def neighbour(self, step: int) -> str | None:
        """The image so many steps further in the visible order."""
        return self.model.neighbour(self._document.current_image, step)

    def images_ahead(self) -> list[str]:
        """What somebody will most likely look at next."""
        return [image for image in map(self.neighbour, AHEAD) if image is not None]

    @property
    def counts_text(self) -> str:
        return self._count.text()

    def offer_problems(self, action: QAction) -> None:
        """Under the filter, while there are images that can't be read."""
        self.problems_button.setToolTip(action.toolTip())
        self.problems_button.clicked.connect(action.trigger)

    def show_everything(self) -> None:
        """Take the filter away."""
        self.search.clear()
        self.chips.clear()

    def mark_problem(self, image: str, sentence: str) -> None:
        self.model.set_problem(image, sentence)

    def close_decoding(self) -> None:
        self.thumbnails.close()

    # --- building

    def _action_rows(self) -> list[ActionRow]:
        return [
            ActionRow(
                "next_image",
                self.tr("&Next image"),
                lambda: self._step(1),
                ("D", "PgDown"),
                "next",
                repeats=True,
            ),
            ActionRow(
                "previous_image",
                self.tr("&Previous image"),
                lambda: self._step(-1),
                ("A", "PgUp"),
                "previous",
                repeats=True,
            ),
            ActionRow("find_image", self.tr("&Find image by name"), self._on_find, ("F3",), "search"),
            ActionRow("show_all_images", self.tr("Show &all images"), self.show_everything, ("Shift+F3",)),
        ]

    def _make_search(self) -> QLineEdit:
        tip = self.tr("Show only images with these words in their name (F3)")
        search = line_edit("search", self.tr("Filter images by name"), self.tr("Filter by name"), tip)
        search.setClearButtonEnabled(True)
        clear = search.findChild(QAction, "_q_qlineeditclearaction")
        if clear is not None:
            clear.setText(self.tr("Clear"))
        return search

    def _make_list(self) -> PanelList:
        view = PanelList(self.tr("Images"))
        view.setModel(self.model)
        view.setItemDelegate(ImageDelegate(self._document, self.model, self.thumbnails, view))
        return view

    def _make_nothing_found(self) -> QWidget:
        place = QWidget()
        layout = QVBoxLayout(place)
        layout.addStretch(1)
        layout.addWidget(muted_label(self.tr("No image fits the filter.")), 0, Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(push_button(self.tr("Show all images"), self.show_everything), 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(2)
        return place

    def _make_nothing_there(self) -> QWidget:
        place = QWidget()
        layout = QVBoxLayout(place)
        layout.setContentsMargins(16, 16, 16, 16)
        self._why_empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(1)
        layout.addWidget(self._why_empty)
        layout.addStretch(2)
        return place

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(heading(self.tr("Images")))
        top.addStretch(1)
        top.addWidget(self._count)
        controls = QVBoxLayout()
        controls.setContentsMargins(10, 10, 10, 8)
        controls.setSpacing(8)
        controls.addLayout(top)
        controls.addWidget(self.search)
        controls.addWidget(self.chips)
        controls.addWidget(self.problems_button)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self.nothing_found)
        self._pages.addWidget(self.nothing_there)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(controls)
        layout.addLayout(self._pages, 1)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_filter_changed)
        self.search.returnPressed.connect(self.typing_ended)
        on_escape(self.search, self.typing_ended.emit)
        self.chips.changed.connect(self._on_filter_changed)
        self.list.selectionModel().currentChanged.connect(self._on_row_chosen)
        self.model.modelReset.connect(self._show_current_row)
        self.model.reordered.connect(self._on_reordered)
        self.model.looks_changed.connect(self.list.viewport().update)
        self.model.counts_changed.connect(self._on_counts_changed)
        self.thumbnails.thumbnail_ready.connect(self._on_thumbnail_ready)
        self.thumbnails.thumbnail_failed.connect(self.mark_problem)
        self._document.project_opened.connect(self._on_project_opened)
        self._document.images_refreshed.connect(self._on_images_refreshed)
        self._document.current_image_changed.connect(self._on_current_image_changed)
        self._document.classes_changed.connect(self.list.viewport().update)

    # --- following

    def _on_project_opened(self) -> None:
        self.show_everything()
        if self._document.is_open:
            self.thumbnails.set_folder(self._document.folder)

    def _on_images_refreshed(self) -> None:
        """Files may have other contents now."""
        self.model.forget_problems()
        self.thumbnails.set_folder(self._document.folder)
        self.list.viewport().update()

    def _on_filter_changed(self) -> None:
        self.model.set_filter(ImageFilter(self.search.text(), self.chips.marks))

    def _on_counts_changed(self) -> None:
        total, done = self.model.readable_count(), self.model.done_count()
        text = self.tr("%1 of %2 done")
        self._count.setText(text.replace("%1", f"{done:n}").replace("%2", f"{total:n}") if total else "")
        unreadable = self.model.count(Mark.PROBLEM)
        self.problems_button.setText(counted(unreadable, self.tr("1 can’t be read…"), self.tr("%n can’t be read…")))
        self.problems_button.setVisible(unreadable > 0)
        nothing = self.nothing_found if self._document.images else self.nothing_there
        self._pages.setCurrentWidget(self.list if self.model.rowCount() > 0 else nothing)
        missing = self.tr("The images of the folder that you open are listed here.")
        empty = self.tr("There are no images in this folder yet. Put some there and press F5.")
        self._why_empty.setText(empty if self._document.is_open else missing)

    def _on_row_chosen(self, row: QModelIndex) -> None:
        if row.isValid() and not self._following:
            self._document.set_current_image(self.model.image_at(row.row()))

    def _on_current_image_changed(self) -> None:
        self._show_current_row()
        self.model.settle()

    def _show_current_row(self) -> None:
        row = self.model.row_of(self._document.current_image)
        index = QModelIndex() if row is None else self.model.index(row)
        self._following = True
        self.list.setCurrentIndex(index)
        self._following = False
        if row is not None:
            self.list.scrollTo(index)

    def _on_reordered(self) -> None:
        self._show_current_row()
        self.list.viewport().update()

    def _on_thumbnail_ready(self, image: str) -> None:
        row = self.model.row_of(image)
        if row is not None:
            self.list.update(self.model.index(row))

    def _step(self, step: int) -> None:
        image = self.neighbour(step)
        if image is not None:
            self._document.set_current_image(image)
        elif self._document.images:
            self.no_further_image.emit(
                self.tr("This is the last image.") if step > 0 else self.tr("This is the first image.")
            )

    def _on_find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()
