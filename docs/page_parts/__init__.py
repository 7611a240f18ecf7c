"""Parts of pages that are made from the program when the pages are built, so that they can't be out of date.

A line `<!-- part: NAME -->` in a page is replaced by what the function of that name below gives: Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from page_parts.commands import commands
from page_parts.contents import contents
from page_parts.events import events
from page_parts.formats import formats
from page_parts.keys import keys
from page_parts.projects import project_tables
from page_parts.runs import run_files
from page_parts.settings import settings
from page_parts.trouble import devices, ends

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# Not written in the page itself, which people also read where nobody knows of toctrees.
DECISION_PAGES = "```{toctree}\n:hidden:\n:glob:\n\n0*\n```"
PARTS: dict[str, Callable[[], str]] = {
    "commands": commands,
    "decision pages": lambda: DECISION_PAGES,
    "devices": devices,
    "ends": ends,
    "events": events,
    "formats": formats,
    "keys": keys,
    "project tables": project_tables,
    "run files": run_files,
    "settings": settings,
}
FIRST_PAGE = "index"
_MARK = re.compile(r"^<!-- part: (.+) -->$", re.MULTILINE)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("source-read", _fill)
    app.connect("env-get-outdated", _always_new)
    return {"parallel_read_safe": False}


def _fill(_app: Sphinx, name: str, source: list[str]) -> None:
    """A name that is no part ends the build with a KeyError."""
    source[0] = _MARK.sub(lambda mark: PARTS[mark[1]](), source[0])
    if name == FIRST_PAGE:
        source[0] += contents(source[0])


def _always_new(_app: Sphinx, environment: Any, *_changes: set[str]) -> list[str]:
    """Pages with parts are made anew: the program may have changed though the page has not."""
    return sorted(
        name
        for name in environment.found_docs
        if name.startswith(("reference/", "troubleshooting", "decisions/README"))
    )
