"""Everything that the program keeps for a person goes into a folder of this check alone."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

FOLDERS = {  # none of them hidden: file dialogs do not go into those
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_CACHE_HOME": "cache",
    "XDG_STATE_HOME": "state",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
}
# Windows asks its registry for these places, and macOS a service: so they are told by the switches there are for it.
SWITCHES = {
    "WIN_PD_OVERRIDE_APPDATA": "AppData/Roaming",
    "WIN_PD_OVERRIDE_LOCAL_APPDATA": "AppData/Local",
    "CFFIXED_USER_HOME": "",
}
OF_THE_PERSON = ("KERAS_HOME", "MPLCONFIGDIR", "TFHUB_CACHE_DIR")
KEY_OF_X11 = "XAUTHORITY"


def move_in(home: Path, environment: MutableMapping[str, str] = os.environ) -> None:
    """From now on `home` is the home of this process and of all that it starts. Call it before Qt is loaded."""
    _keep_the_key_of_the_screen(environment)
    home.mkdir(parents=True, exist_ok=True)
    for name in ("HOME", "USERPROFILE"):
        environment[name] = str(home)
    for name, place in FOLDERS.items() | SWITCHES.items():
        (home / place).mkdir(parents=True, exist_ok=True)
        environment[name] = str(home / place)
    for name in OF_THE_PERSON:
        environment.pop(name, None)


def use_no_screen_where_there_is_none(environment: MutableMapping[str, str] = os.environ) -> None:
    if sys.platform == "linux" and not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")


def _keep_the_key_of_the_screen(environment: MutableMapping[str, str]) -> None:
    """X11 looks for it in the home."""
    key = Path(environment.get("HOME", "")) / ".Xauthority"
    if KEY_OF_X11 not in environment and key.is_file():
        environment[KEY_OF_X11] = str(key)
