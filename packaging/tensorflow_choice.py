"""Which distribution of TensorFlow goes into the program: without a graphics card's parts, unless they are asked for."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
USER_BASE = ROOT / "build/tensorflow-cpu"
CPU_FOLDER = USER_BASE / f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
CPU, FULL = "tensorflow-cpu", "tensorflow"


def wants_gpu() -> bool:
    return os.environ.get("BOXWRIGHT_PACKAGE_GPU", "") not in ("", "0")


def tensorflow_name() -> str:
    """The name of the distribution whose files are taken."""
    return CPU if (CPU_FOLDER / "tensorflow").is_dir() and str(CPU_FOLDER) in sys.path else FULL


def fetch_cpu_only() -> Path | None:
    """The folder with `tensorflow-cpu` of the locked version, for the front of the path; None where there is none.

    The environment of the developer stays as it is: both distributions have the same files.
    """
    if wants_gpu() or sys.platform != "linux" or platform.machine() != "x86_64":
        return None  # elsewhere the plain distribution has nothing for graphics cards either
    wanted = _installed_version()
    if not (CPU_FOLDER / f"tensorflow_cpu-{wanted}.dist-info").is_dir():
        command = [
            sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade", "--no-compile",
            "--disable-pip-version-check", "--target", str(CPU_FOLDER), f"{CPU}=={wanted}",
        ]  # fmt: skip
        subprocess.run(command, check=True)
    return CPU_FOLDER


def _installed_version() -> str:
    try:
        return version(FULL)
    except PackageNotFoundError:
        return version(CPU)
