"""The icon of each system is made from the SVG, drawn anew at every size."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import IcnsImagePlugin, Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ROOT = Path(__file__).resolve().parents[2]
FRUIT = (242, 184, 75)  # #f2b84b of the SVG


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("icons")
    subprocess.run([sys.executable, str(ROOT / "packaging/make_icons.py"), "--out", str(out)], check=True, timeout=120)
    return out


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGBA")).astype(int)


def check(image: Image.Image, body_share: float) -> None:
    """Transparent in the corner, the fruit in the middle, the body so wide."""
    found = pixels(image)
    size = found.shape[0]
    assert found.shape[1] == size
    assert found[0, 0, 3] == 0
    middle = found[size // 2, round(size * (0.5 + 0.05 * body_share))]
    assert np.abs(middle[:3] - FRUIT).max() < 60
    opaque = np.flatnonzero(found[size // 2, :, 3] > 128)
    assert opaque[-1] - opaque[0] + 1 == pytest.approx(size * body_share, abs=1.1)


def test_windows_finds_every_size(icons: Path):
    with Image.open(icons / "boxwright.ico") as icon:
        sizes = icon.info["sizes"]
        assert {(size, size) for size in (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)} == sizes
        for size in sizes:
            icon.size = size
            icon.load()
            check(icon, 60 / 64)


def test_small_sizes_are_drawn_and_not_scaled_down(icons: Path):
    canvas = QImage(24, 24, QImage.Format.Format_RGBA8888)
    canvas.fill(Qt.GlobalColor.transparent)
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(ROOT / "resources/icons/boxwright.svg")).render(painter, QRectF(0, 0, 24, 24))
    painter.end()
    expected = np.frombuffer(canvas.constBits(), np.uint8).reshape(24, 24, 4).astype(int)
    with Image.open(icons / "boxwright.ico") as icon:
        icon.size = (24, 24)
        icon.load()
        visible = expected[..., 3] > 0
        assert np.abs(pixels(icon) - expected)[visible].mean() < 1
        assert np.abs(pixels(icon)[..., 3] - expected[..., 3]).max() <= 1


def test_the_mac_finds_every_size_in_its_margin(icons: Path):
    with Image.open(icons / "boxwright.icns") as icon:
        assert isinstance(icon, IcnsImagePlugin.IcnsImageFile)
        found = {width * scale for width, _height, scale in icon.info["sizes"]}
        assert {32, 64, 128, 256, 512, 1024} <= found
        for size in icon.info["sizes"]:
            check(icon.icns.getimage(size), 824 / 1024)


def test_linux_finds_a_theme(icons: Path):
    for size in (16, 22, 24, 32, 48, 64, 128, 256, 512):
        with Image.open(icons / f"hicolor/{size}x{size}/apps/boxwright.png") as image:
            assert image.size == (size, size)
            check(image, 60 / 64)
    svg = (icons / "hicolor/scalable/apps/boxwright.svg").read_bytes()
    assert svg == (ROOT / "resources/icons/boxwright.svg").read_bytes()
