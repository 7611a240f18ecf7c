"""How another process of this program is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import training
from training.built_program import is_built_program


def program_command(*arguments: str) -> list[str]:
    """The command line of `training` in a process of its own: this Python, or this very program where it was frozen."""
    program = [sys.executable] if is_built_program() else [sys.executable, "-m", "training"]
    return [*program, *arguments]


def program_environment() -> dict[str, str]:
    """A process started by `program_command` finds this very `training` package, also when the program was started from a checkout."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1"}
    home = Path(training.__file__).resolve().parents[1]
    if not is_built_program() and home.name not in ("site-packages", "dist-packages"):
        paths = [str(home), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment["PYTHONPATH"] = os.pathsep.join(paths)
    return environment


def creation_flags() -> int:
    """For Windows: a process in a group of its own, with less priority than what a person looks at, and no console."""
    if sys.platform == "win32":
        return (
            subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
        )
    return 0
