"""Builds the program that needs no Python: dist/Boxwright with the executable boxwright (macOS: dist/Boxwright.app).

    python packaging/make_package.py [--gpu] [--dist DIR] [--again]

The parts for NVIDIA's graphics cards, where they are installed, come in with --gpu or BOXWRIGHT_PACKAGE_GPU=1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "packaging"))

from tensorflow_choice import USER_BASE, fetch_cpu_only

BUILD = ROOT / "build"


def main(arguments: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    if args.gpu:
        os.environ["BOXWRIGHT_PACKAGE_GPU"] = "1"
    BUILD.mkdir(exist_ok=True)
    tensorflow = fetch_cpu_only()
    environment = {**os.environ, "PYINSTALLER_CONFIG_DIR": str(BUILD / "pyinstaller-cache")}
    if tensorflow is not None:
        environment["PYTHONPATH"] = os.pathsep.join([str(tensorflow), *filter(None, [os.environ.get("PYTHONPATH")])])
        environment["PYTHONUSERBASE"] = str(USER_BASE)  # so that its libraries keep their folders
    _call("packaging/make_icons.py", environment={**environment, "QT_QPA_PLATFORM": "offscreen"})
    if sys.platform == "win32":
        _call("packaging/windows/make_version_resource.py", environment=environment)
    _call(
        "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "--distpath", str(args.dist),
        "--workpath", str(BUILD / "package"), *([] if args.again else ["--clean"]), "packaging/boxwright.spec",
        environment=environment,
    )  # fmt: skip
    if sys.platform == "linux":
        _call("packaging/strip_libraries.py", str(args.dist / "Boxwright"), environment=environment)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Builds the program that needs no Python.")
    parser.add_argument("--gpu", action="store_true", help="with what graphics cards need, where that is installed")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", metavar="DIR")
    parser.add_argument("--again", action="store_true", help="keep what an earlier build found out")
    return parser


def _call(*command: str, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(f"Building failed at: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        sys.exit(1)
