"""Where the program is tried: a folder with spaces and accents, an empty home, and no Python in reach."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from smoke.failure import SmokeError

NAME = "Chloé Müller's files"
KEPT_OF_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE")
KEPT_OF_A_SCREEN = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR")
PYTHONS = ("python", "python3", "py", f"python{sys.version_info.major}.{sys.version_info.minor}")


@dataclass(frozen=True)
class Place:
    root: Path
    program: Path | None = None  # the folder of the frozen program, in this place

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def temporary(self) -> Path:
        return self.root / "temporary"

    @property
    def work(self) -> Path:
        """Where commands are called, and results go."""
        return self.root / "work"


def prepare(out: Path, program: Path | None) -> Place:
    """`program` is dist/Boxwright; None tries the sources."""
    root = out / NAME
    place = Place(root, None if program is None else root / program.name)
    for folder in (place.home, place.temporary, place.work, root / "nothing"):
        folder.mkdir(parents=True)
    if program is not None:
        # What reads its own place would see through a link to the folder; links to each file take no time and no room.
        shutil.copytree(program, root / program.name, symlinks=True, copy_function=_linked)
    return place


def executable_in(program: Path) -> Path:
    inside = program / "Contents/MacOS" if program.suffix == ".app" else program
    found = next((file for name in ("boxwright", "boxwright.exe") if (file := inside / name).is_file()), None)
    if found is None:
        raise SmokeError(f"There is no program boxwright in {inside}: make package builds it.")
    return found


def program_folder(asked: Path) -> Path:
    """On macOS what people start is the bundle beside the folder."""
    bundle = asked.with_name(f"{asked.name}.app")
    return bundle if sys.platform == "darwin" and bundle.is_dir() else asked


def environment_in(place: Place) -> dict[str, str]:
    home = place.home
    folders = {
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local/share",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_STATE_HOME": home / ".local/state",
        "APPDATA": home / "AppData/Roaming",
        "LOCALAPPDATA": home / "AppData/Local",
        "WIN_PD_OVERRIDE_APPDATA": home / "AppData/Roaming",
        "WIN_PD_OVERRIDE_LOCAL_APPDATA": home / "AppData/Local",
    }
    same = {name: str(home) for name in ("HOME", "USERPROFILE", "CFFIXED_USER_HOME")}
    temporary = {name: str(place.temporary) for name in ("TMPDIR", "TEMP", "TMP")}
    kept = {name: os.environ[name] for name in KEPT_OF_WINDOWS if name in os.environ}
    paths = {name: str(folder) for name, folder in folders.items()}
    return {"LANG": "C.UTF-8", **kept, **same, **paths, **temporary, **_screen(), "PATH": _path_without_python(place)}


def _screen() -> dict[str, str]:
    if sys.platform != "linux":
        return {}
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return {"QT_QPA_PLATFORM": "offscreen"}
    return {name: os.environ[name] for name in KEPT_OF_A_SCREEN if name in os.environ}


def _path_without_python(place: Place) -> str:
    path = str(place.root / "nothing")
    if sys.platform == "win32":
        path = str(Path(os.environ["SYSTEMROOT"]) / "System32")
    found = [where for name in PYTHONS if (where := shutil.which(name, path=path))]
    if found:
        raise SmokeError(f"There is a Python on the path: {', '.join(found)}.")
    return path


def _linked(source: str, target: str) -> None:
    with contextlib.suppress(OSError):  # another disk, or one that knows no links
        os.link(source, target)
        return
    shutil.copy2(source, target)
