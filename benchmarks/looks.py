"""Every page of the program as it looks in light and dark, at several sizes and scales: `make looks`.

Writes OUT/<scale>/<page>-<look>-<width>x<height>.png and OUT/<scale>/survey.json, what stands where on each of them.
A scale is Qt's own and holds for a whole process, so each has one.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # what the pages show belongs to the tests

SIZES = ((1280, 800), (1024, 700), (1920, 1080))
SCALES = (1, 2, 3)
KEPT_SIZE = "1024x700"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("build/looks"))
    parser.add_argument("--scales", default=",".join(map(str, SCALES)), help="such as 1,2")
    parser.add_argument(
        "--pages", default="", help="only these, such as drawing,about; those before them are opened, too"
    )
    parser.add_argument("--sizes", default="", help="of windows, such as 1280x800,1024x700")
    parser.add_argument("--looks", default="light,dark")
    parser.add_argument("--no-pictures", action="store_true", help="only the surveys")
    parser.add_argument(
        "--keep", action="store_true", help="this is how the pages are meant to look: the tests compare"
    )
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.scales, arguments.sizes, arguments.no_pictures, arguments.pages = "1", KEPT_SIZE, True, ""
    out = arguments.out.absolute()
    place = Path(tempfile.mkdtemp(prefix="boxwright-looks-"))
    try:
        result = _at_all_scales(arguments, out, place)
        if arguments.keep and not result:
            from tests.helpers.looks.kept import keep_looks

            keep_looks(json.loads((out / "1" / "survey.json").read_text(encoding="utf-8"))["views"])
        return result
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _at_all_scales(arguments: argparse.Namespace, out: Path, place: Path) -> int:
    from tests.helpers.looks.props import make_props

    make_props(place / "props")
    started = []
    for scale in arguments.scales.split(","):
        own = place / scale
        shutil.copytree(place / "props", own)
        command = [sys.executable, "-m", "tests.helpers.looks.visit", str(own), str(out / scale)]
        command += ["--pages", arguments.pages, "--sizes", arguments.sizes or _sizes_at(float(scale))]
        command += ["--looks", arguments.looks]
        command += ["--no-pictures"] if arguments.no_pictures else []
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment(own, scale)))
    return max(one.wait() for one in started)


def _sizes_at(scale: float) -> str:
    """Large screens are what high scales are for; one size shows what they change."""
    return ",".join(f"{width}x{height}" for width, height in (SIZES if scale == 1 else SIZES[1:2]))


def environment(home: Path, scale: str) -> dict[str, str]:
    """A home of its own, and a screen that nobody sees."""
    return {
        **os.environ,
        "HOME": str(home),
        **{f"XDG_{name}_HOME": str(home / name) for name in ("CONFIG", "DATA", "CACHE", "STATE")},
        "QT_QPA_PLATFORM": f"offscreen:configfile={_screen(home, float(scale))}",
        "QT_SCALE_FACTOR": scale,
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
    }


def _screen(home: Path, scale: float) -> Path:
    """The smallest that the program is made for."""
    width, height = (round(length * scale) for length in SIZES[1])
    screen = {"name": "small", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}
    file = home / "screens.json"
    file.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
    return file


if __name__ == "__main__":
    sys.exit(main())
