"""A canvas on a real project of small pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.decoding import decode
from desktop_app.document.class_edits import ClassEdits
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from tests.helpers.canvas_driver import CanvasDriver

PICTURES = {"a.png": (200, 100), "b.png": (200, 100), "c.png": (400, 300)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    photos = tmp_path / "photos"
    photos.mkdir()
    for name, size in PICTURES.items():
        Image.new("RGB", size, (120, 140, 160)).save(photos / name)
    return photos


@pytest.fixture
def document(qtbot: QtBot, folder: Path) -> Iterator[Document]:
    """The open project, at its first image, with the classes cat and dog."""
    opened = Document()
    with qtbot.waitSignal(opened.project_opened):
        opened.open_folder(folder)
    classes = ClassEdits(opened)
    for name in ("cat", "dog"):
        classes.add(name)
    opened.undo_stack.clear()
    opened.set_active_class(opened.classes[0].id)
    yield opened
    opened.close()


@dataclass
class Loader:
    """Stands for what brings pictures to the canvas in the window."""

    is_slow: bool = False

    def bring(self, view: CanvasView) -> None:
        image = view.document.current_image
        if image:
            picture = decode(view.document.image_path(image))
            assert isinstance(picture, QImage)
            view.document.note_image_size(image, picture.width(), picture.height())
            view.show_picture(image, picture)


@pytest.fixture
def loader() -> Loader:
    return Loader()


@pytest.fixture
def canvas(qtbot: QtBot, document: Document, loader: Loader) -> CanvasView:
    """Shown and with the keyboard, showing each image that becomes the current one."""
    view = CanvasView(document, Edits(document))
    qtbot.addWidget(view)
    view.resize(700, 500)
    document.current_image_changed.connect(lambda: None if loader.is_slow else loader.bring(view))
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.setFocus()
    loader.bring(view)
    return view


@pytest.fixture
def person(canvas: CanvasView) -> CanvasDriver:
    return CanvasDriver(canvas)
