"""What `make run` does: open the window, or, where there is no screen, say so and do the main job by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def has_screen() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> int:
    if has_screen():
        command = [sys.executable, "-m", "desktop_app", *sys.argv[1:]]
    else:
        print("There is no screen here, so the program does its main job by itself: the demo, into demo/", flush=True)
        command = [sys.executable, "benchmarks/demo.py", "--out", "demo"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
