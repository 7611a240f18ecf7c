"""The middle of the window: the canvas with the current picture, or the page that says what to do next."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QStackedLayout, QVBoxLayout, QWidget

from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.decoding import size_of
from desktop_app.document.document import Document
from desktop_app.images.image_loader import ImageLoader
from desktop_app.images.image_panel import ImagePanel
from desktop_app.notice_bar import NoticeBar
from desktop_app.problem_bar import ProblemBar
from desktop_app.settings import Settings
from desktop_app.start_page import StartPage
from training.dataset.is_there import is_there


class PictureStage(QWidget):
    """Brings the picture of the document's current image onto the canvas."""

    def __init__(
        self, document: Document, canvas: CanvasView, images: ImagePanel, settings: Settings, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._canvas = canvas
        self._images = images
        self._settings = settings
        self.loader = ImageLoader(self)
        self.problems = ProblemBar()
        self.start_page = StartPage()
        self._pages = QStackedLayout()
        self._pages.addWidget(self.start_page)
        self._pages.addWidget(canvas)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.add_notice(self.problems)  # before the picture, where Tab has other work
        self._layout.addLayout(self._pages, 1)
        self._connect()

    def add_notice(self, bar: NoticeBar) -> None:
        """Above the picture, which keeps the keyboard when the bar is clicked and gets it when the bar is gone."""
        self._layout.insertWidget(0, bar)
        for button in bar.findChildren(QAbstractButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bar.keyboard_let_go.connect(self._take_keyboard)

    def add_bar(self, bar: QWidget) -> None:
        """Beneath the picture."""
        self._layout.addWidget(bar)

    @property
    def shows_picture(self) -> bool:
        return self._pages.currentWidget() is self._canvas

    def show_busy(self, title: str) -> None:
        """Only where nothing else is shown: a project that is open stays visible while another one is read."""
        if not self._document.is_open:
            self.start_page.show_busy(title)
            self.start_page.setFocus()

    def show_page(self) -> None:
        """The page that fits: the picture, an empty folder, or nothing open."""
        if self._document.current_image:
            self._pages.setCurrentWidget(self._canvas)
            self._canvas.setFocus()
            return
        self._pages.setCurrentWidget(self.start_page)
        if self._document.is_open:
            self.start_page.show_no_images(self._document.folder)
        else:
            self.start_page.show_nothing_open([place for place in self._settings.recent_folders() if is_there(place)])
        self.start_page.setFocus()

    def close_decoding(self) -> None:
        self.loader.close()

    def _take_keyboard(self) -> None:
        page = self._canvas if self.shows_picture else self.start_page
        page.setFocus()

    def _connect(self) -> None:
        self.loader.picture_ready.connect(self._on_picture_ready)
        self.loader.picture_failed.connect(self._on_picture_failed)
        self._images.model.modelReset.connect(self._on_order_changed)
        self._images.model.reordered.connect(self._on_order_changed)
        self.start_page.refresh_asked.connect(self._document.refresh_images)
        self._document.project_opened.connect(self._on_project_opened)
        self._document.images_refreshed.connect(self._on_images_refreshed)
        self._document.current_image_changed.connect(self._on_current_image_changed)

    def _on_project_opened(self) -> None:
        self.loader.set_folder(self._document.folder if self._document.is_open else Path())
        self.problems.clear()

    def _on_images_refreshed(self) -> None:
        """Files may have other contents now."""
        self.loader.set_folder(self._document.folder)
        self._on_current_image_changed(self._document.current_image)

    def _on_current_image_changed(self, image: str) -> None:
        self.show_page()
        if image and not self.loader.has(image):
            self._canvas.show_loading(image)
        self.loader.show(image, self._images.images_ahead())

    def _on_order_changed(self) -> None:
        """Another filter: other images come next."""
        if self._document.current_image:
            self.loader.look_ahead(self._images.images_ahead())

    def _on_picture_ready(self, image: str, picture: QImage) -> None:
        self._document.note_image_size(image, *size_of(picture))
        self._images.mark_problem(image, "")
        self._canvas.show_picture(image, picture)

    def _on_picture_failed(self, image: str, sentence: str) -> None:
        self._images.mark_problem(image, sentence)
        self._canvas.show_problem(image, sentence)
