"""How large the built program is, and which part of it has how much.

    python packaging/measure_package.py [dist/Boxwright] [--archive FILE]

Prints a table in Markdown, largest first; the archive is the packed program, such as make_tarball.sh makes. On Linux, fails
where either is larger than it may be.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_UNPACKED, MOST_PACKED = 1_200_000_000, 450_000_000
# The first that a path below the program's folder begins with. What the wheels keep beside a package belongs to it.
PARTS: dict[str, tuple[str, ...]] = {
    "TensorFlow, its two core libraries": ("tensorflow/libtensorflow_",),
    "TensorFlow, the rest": ("tensorflow",),
    "OpenCV with FFmpeg and its own linear algebra": ("cv2", "opencv_python_headless"),
    "Qt and its Python side": ("PySide6", "shiboken6"),
    "NumPy with its linear algebra": ("numpy",),
    "ONNX and ONNX Runtime": ("onnx",),
    "photos of phones (HEIC)": ("pi_heif", "_pi_heif"),
    "LiteRT": ("ai_edge_litert",),
    "matplotlib": ("matplotlib", "contourpy", "kiwisolver", "fontTools"),
    "Pillow": ("PIL", "pillow"),
    "HDF5": ("h5py",),
    "our own icons, pages and licences": ("resources",),
    "the program with all Python modules": ("boxwright",),
    "Python, libraries of the system, and small packages": ("",),
}


def main(arguments: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    sizes = part_sizes(args.program)
    whole = sum(sizes.values())
    print("| part | MB |\n| --- | ---: |")
    for part, size in sizes.most_common():
        print(f"| {part} | {size / 1e6:.0f} |")
    print(f"| **all** | **{whole / 1e6:.0f}** |")
    packed = args.archive.stat().st_size if args.archive else 0
    if packed:
        print(f"\n{args.archive.name}: {packed / 1e6:.0f} MB")
    too_large = whole > MOST_UNPACKED or packed > MOST_PACKED
    return 1 if too_large and sys.platform == "linux" else 0


def part_sizes(program: Path) -> Counter[str]:
    """Bytes of each part; a link has none."""
    sizes: Counter[str] = Counter()
    for file in program.rglob("*"):
        if file.is_file() and not file.is_symlink():
            path = file.relative_to(program).as_posix().removeprefix("_internal/")
            sizes[part_of(path)] += file.stat().st_size
    return sizes


def part_of(path: str) -> str:
    return next(part for part, beginnings in PARTS.items() if path.startswith(beginnings))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="How large the built program is.")
    parser.add_argument("program", type=Path, nargs="?", default=ROOT / "dist/Boxwright")
    parser.add_argument("--archive", type=Path, help="the packed program")
    return parser


if __name__ == "__main__":
    sys.exit(main())
