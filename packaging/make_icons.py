"""Makes the program's icon for each system from its SVG.

    python packaging/make_icons.py [--out build/icons]

writes `boxwright.ico` (Windows), `boxwright.icns` (macOS) and `hicolor/` (Linux: an icon theme's folder).
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ROOT = Path(__file__).resolve().parent.parent
SVG = ROOT / "resources/icons/boxwright.svg"
WINDOWS_SIZES = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)  # 20, 40 and 96: for screens at 125 to 300 %
MAC_SIZES = (32, 64, 128, 256, 512, 1024)  # those of 16 to 512, at simple or double sharpness, that Pillow writes
LINUX_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
# Icons of macOS stand in a margin: 824 of 1024 pixels are the body. Ours has 60 of the 64 of its square.
MAC_SHARE = (824 / 1024) / (60 / 64)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Makes the program's icon for each system from its SVG.")
    parser.add_argument("--out", type=Path, default=ROOT / "build/icons", metavar="DIR")
    out: Path = parser.parse_args(arguments).out
    out.mkdir(parents=True, exist_ok=True)
    write_ico(out / "boxwright.ico")
    write_icns(out / "boxwright.icns")
    write_theme(out / "hicolor")
    print(f"Icons are in {out}")
    return 0


def write_ico(file: Path) -> None:
    images = [drawn(size) for size in WINDOWS_SIZES]
    images[-1].save(file, format="ICO", sizes=[image.size for image in images], append_images=images[:-1])


def write_icns(file: Path) -> None:
    images = [drawn(size, MAC_SHARE) for size in MAC_SIZES]
    images[-1].save(file, format="ICNS", append_images=images)


def write_theme(folder: Path) -> None:
    for size in LINUX_SIZES:
        place = folder / f"{size}x{size}/apps/boxwright.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        drawn(size).save(place, format="PNG", optimize=True)
    scalable = folder / "scalable/apps/boxwright.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SVG, scalable)


def drawn(size: int, share: float = 1.0) -> Image.Image:
    """The icon of that many pixels, drawn at that size, in the middle `share` of the square."""
    canvas = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    canvas.fill(Qt.GlobalColor.transparent)
    margin = size * (1 - share) / 2
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(SVG)).render(painter, QRectF(margin, margin, size - 2 * margin, size - 2 * margin))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    canvas.save(buffer, "PNG")
    return Image.open(io.BytesIO(buffer.data().data())).convert("RGBA")


if __name__ == "__main__":
    sys.exit(main())
