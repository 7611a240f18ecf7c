"""How Sphinx builds these pages: `make docs`."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path[:0] = [str(DOCS), str(ROOT)]  # the pages' generated parts, and the program they are made from

_project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "Boxwright"
project_copyright = "the Boxwright authors, MIT licence"
release = _project["version"]
version = release

extensions = ["myst_parser", "page_parts"]
exclude_patterns = ["page_parts"]
suppress_warnings: list[str] = []
nitpicky = True
smartquotes = False  # options begin with two hyphens
myst_enable_extensions = ["attrs_block", "colon_fence"]
myst_heading_anchors = 3
myst_all_links_external = False

html_theme = "furo"
html_title = f"{project} {release}"
html_show_sourcelink = False
html_copy_source = False
html_favicon = str(ROOT / "resources" / "icons" / "boxwright.svg")
# The colours of the window's own style.
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0f7173", "color-brand-content": "#0f7173"},
    "dark_css_variables": {"color-brand-primary": "#2fa7a5", "color-brand-content": "#2fa7a5"},
}
