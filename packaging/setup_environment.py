"""Makes `.venv` with the locked versions of everything. Needs nothing but Python 3.11 to 3.13; runs on Linux, macOS and Windows."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "boxwright-setup.txt"
OLDEST, NEWEST = (3, 11), (3, 13)

# What the wheels of Qt and OpenCV load from the system, and one font, by the names of Debian and Ubuntu.
DEBIAN_PACKAGES = (
    "fonts-dejavu-core",
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libglib2.0-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
)


def main() -> int:
    wanted = _fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return 0
    python = _find_python()
    if python is None:
        print(
            f"Boxwright needs Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}; none was found.",
            file=sys.stderr,
        )
        return 1
    _install_debian_packages(needs_venv=not _has_ensurepip(python))
    if not _runs(str(PYTHON)):
        print(f"Making {VENV.name} with {python}", flush=True)
        _call([python, "-m", "venv", "--clear", str(VENV)])
    extras = "dev,gpu" if _has_nvidia_gpu() else "dev"
    print(f"Installing Boxwright [{extras}] in the locked versions; the first time this loads about 1 GB", flush=True)
    _call([str(PYTHON), "-m", "pip", "install", "--quiet", "-c", "requirements.lock", "-e", f".[{extras}]"])
    STAMP.write_text(wanted, encoding="utf-8")
    return 0


def _fingerprint() -> str:
    """Setting up again is needed when the declared or locked dependencies change, or a GPU comes."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "requirements.lock")]
    return hashlib.sha256(b"".join(parts)).hexdigest() + (" gpu" if _has_nvidia_gpu() else "")


def _find_python() -> str | None:
    """This Python if it is one we support, else the newest supported one on the path."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    names = (f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1))
    return next((found for name in names if (found := shutil.which(name))), None)


def _has_ensurepip(python: str) -> bool:
    return _runs(python, "-c", "import ensurepip, venv")


def _has_nvidia_gpu() -> bool:
    return sys.platform == "linux" and shutil.which("nvidia-smi") is not None and _runs("nvidia-smi", "-L")


def _install_debian_packages(*, needs_venv: bool) -> None:
    if sys.platform != "linux" or not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        return
    wanted = DEBIAN_PACKAGES + (("python3-venv",) if needs_venv else ())
    missing = [name for name in wanted if not _is_installed(name)]
    if not missing:
        return
    if os.geteuid() != 0:
        print(
            f"Qt may need packages of the system. To install them:\n  sudo apt-get install {' '.join(missing)}",
            flush=True,
        )
        return
    print(f"Installing {', '.join(missing)}", flush=True)
    _call(["apt-get", "update", "-qq"])
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _call(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], environment)


def _is_installed(package: str) -> bool:
    """Newer releases call some libraries NAMEt64; either will do."""
    command = ["dpkg-query", "--show", "--showformat=${Status}\n", package, f"{package}t64"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return "ok installed" in answer


def _runs(*command: str) -> bool:
    try:
        return (
            subprocess.run(
                [*command, *([] if len(command) > 1 else ["--version"])], capture_output=True, check=False
            ).returncode
            == 0
        )
    except OSError:
        return False


def _call(command: list[str], environment: dict[str, str] | None = None) -> None:
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(f"Setting up failed at: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        sys.exit(1)
