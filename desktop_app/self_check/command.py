"""`boxwright self-check OUT`: the window does its main jobs by itself, and says whether this installation works."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop_app.self_check.own_home import move_in, use_no_screen_where_there_is_none


def main(arguments: Sequence[str]) -> int:
    """Exit codes: 0 all is well, 1 something is not, 2 wrong usage."""
    parser = _parser()
    asked = parser.parse_args(list(arguments))
    out = asked.out.expanduser().absolute()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        parser.error(f"{out} is not an empty folder")
    move_in(out / "home")
    use_no_screen_where_there_is_none()

    from desktop_app.self_check.self_check import run_self_check  # Qt, which must find the new home

    return run_self_check(out, asked.camera or "")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="boxwright self-check",
        description="Does this installation work? The window opens by itself, on pictures that it draws into OUT, draws a "
        "box, trains a small model, uses it and exports it; then it closes. It takes a minute or two. Your own "
        "settings and projects are not touched. Screenshots and report.json are in OUT afterwards.",
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="a new or empty folder")
    parser.add_argument("--camera", metavar="ADDRESS", help="also read a camera: its number, or http://…, rtsp://…")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
