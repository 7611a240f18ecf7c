"""The table of contents beside every page, from the lists of links on the first one."""

from __future__ import annotations

import re

_LISTED = re.compile(r"^- \[[^]]+\]\(([^)#:]+)\.md\)", re.MULTILINE)


def contents(page: str) -> str:
    """For each section with links a toctree that is not shown in the page itself."""
    return "".join(_toctree(*section.split("\n", 1)) for section in page.split("\n## ")[1:])


def _toctree(title: str, text: str) -> str:
    names = _LISTED.findall(text)
    return "\n```{toctree}\n:hidden:\n:caption: " + title + "\n\n" + "\n".join(names) + "\n```\n" if names else ""
