"""What the program may say without being asked; everything else is a finding."""

from __future__ import annotations

import re

# On stderr, with the reason why each can't be avoided.
HARMLESS = (
    # Qt without a screen: there is no window manager that could be told.
    r"This plugin does not support (propagateSizeHints|raise|grabbing the (keyboard|mouse))(\(\))?",
    # LiteRT's own native code, when the first model is loaded; it has no switch for it.
    r"INFO: Created TensorFlow Lite XNNPACK delegate for CPU\.",
)
# On stdout, where commands say in their own words what they did.
TROUBLE = re.compile(r"Traceback|Warning\b|WARNING|\bERROR\b|Exception|[EWIF]\d{4} \d\d:\d\d:\d\d|/job:localhost")


def unexpected(stdout: str, stderr: str, allowed: tuple[str, ...] = ()) -> list[str]:
    """The lines that should not be there; `allowed` are patterns of whole lines of stderr."""
    patterns = [re.compile(pattern) for pattern in (*HARMLESS, *allowed)]
    from_stderr = [line for line in _lines(stderr) if not any(pattern.fullmatch(line) for pattern in patterns)]
    return from_stderr + [line for line in _lines(stdout) if TROUBLE.search(line)]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
