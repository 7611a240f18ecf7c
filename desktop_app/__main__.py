"""The `boxwright` command: subcommands go to `training` without loading Qt, everything else opens the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

SUBCOMMANDS = frozenset({"train", "resume", "evaluate", "predict", "import", "export", "sample", "devices", "work"})


def main(arguments: Sequence[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments and (arguments[0] in SUBCOMMANDS or arguments[0].startswith("-")):
        # By name, since the window's process must never load what this one needs.
        result: int = import_module("training.__main__").main(arguments)
        return result
    from desktop_app.application import run_application

    return run_application(arguments)


if __name__ == "__main__":
    sys.exit(main())
