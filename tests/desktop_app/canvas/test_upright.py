"""Photos stand upright on the canvas, whatever way the camera was held, and boxes are in that frame."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.decoding import decode
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from tests.helpers.canvas_driver import CanvasDriver
from tests.helpers.documents import open_document
from tests.helpers.red_box_pictures import RED_BOX, find_red, upright_box, write_picture

STORED_SIZE = (64, 48)


@pytest.fixture(params=["made here", "shared"])
def photos(request: pytest.FixtureRequest, tmp_path: Path, orientation: int) -> Path:
    """A folder with photo.jpg, stored the way a camera held like that stores it."""
    if request.param == "shared":
        shared = request.getfixturevalue("shared_data") / "hostile_dev/made_here/images/exif"
        shutil.copy(shared / f"orientation_{orientation}.jpg", tmp_path / "photo.jpg")
    else:
        write_picture(tmp_path / "photo.jpg", STORED_SIZE, orientation=orientation)
    return tmp_path


@pytest.fixture
def document(qtbot: QtBot, photos: Path) -> Iterator[Document]:
    with open_document(qtbot, photos) as opened:
        yield opened


@pytest.fixture
def person(qtbot: QtBot, document: Document) -> CanvasDriver:
    view = CanvasView(document, Edits(document))
    qtbot.addWidget(view)
    view.resize(700, 500)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    photo = decode(document.image_path("photo.jpg"))
    assert isinstance(photo, QImage)
    document.note_image_size("photo.jpg", photo.width(), photo.height())
    view.show_picture("photo.jpg", photo)
    return CanvasDriver(view)


def red_on_screen(person: CanvasDriver) -> tuple[int, int, int, int]:
    """Edges in image pixels of what is red in a screenshot."""
    person.canvas.viewpoint.set_zoom(6.0)
    shot = person.canvas.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(shot.constBits(), np.uint8).reshape(shot.height(), shot.bytesPerLine())
    pixels = rows[:, : 3 * shot.width()].reshape(shot.height(), shot.width(), 3)
    shaded = pixels[..., 0] < 200  # the line around the picture darkens its outermost pixels
    xmin, ymin, xmax, ymax = find_red(np.where(shaded[..., None], 0, pixels))
    first, last = person.image_place(QPointF(xmin, ymin)), person.image_place(QPointF(xmax, ymax))
    return round(first.x), round(first.y), round(last.x), round(last.y)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_is_seen_and_what_is_stored_are_in_the_upright_frame(person: CanvasDriver, orientation: int):
    expected = upright_box(RED_BOX, STORED_SIZE, orientation)
    assert np.abs(np.subtract(red_on_screen(person), expected)).max() <= 1  # JPEG blurs colours
    person.draw_box(*expected)
    assert person.boxes == [expected]
    upright = STORED_SIZE if orientation < 5 else STORED_SIZE[::-1]
    assert (person.record.width, person.record.height) == upright
