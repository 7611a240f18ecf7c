"""Pictures for the canvas, decoded from files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QImage

from desktop_app.decoding import decode, size_of
from tests.helpers.red_box_pictures import write_picture
from training.dataset import image_files


def test_a_photo_of_the_very_largest_cameras_is_shown_with_half_its_pixels_and_keeps_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    photo = write_picture(tmp_path / "photo.jpg", (1600, 1200), orientation=6)
    whole = decode(photo)
    assert isinstance(whole, QImage)
    assert (whole.width(), whole.height()) == size_of(whole) == (1200, 1600)
    monkeypatch.setattr(image_files, "MAX_DECODED", 1_000_000)
    half = decode(photo)
    assert isinstance(half, QImage)
    assert (half.width(), half.height(), *size_of(half)) == (600, 800, 1200, 1600)
    Image.new("L", (1600, 1200)).save(tmp_path / "drawing.png")
    assert decode(tmp_path / "drawing.png") == "The image is too large: 1600 x 1200; 1,000,000 pixels can be read."
    thumbnail = decode(photo, 100)
    assert isinstance(thumbnail, QImage)
    assert (thumbnail.width(), thumbnail.height()) == (75, 100)
