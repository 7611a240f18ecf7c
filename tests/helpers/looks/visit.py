"""Goes through all pages in one process: python -m tests.helpers.looks.visit PROPS OUT; see benchmarks/looks.py."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.style import AppearanceChoice
from tests.helpers.looks.pages import PAGES, Page
from tests.helpers.looks.props import Props
from tests.helpers.looks.studio import Studio
from tests.helpers.looks.survey import place_of, survey_of, text_of
from tests.helpers.looks.tab_walk import never_reached, tab_walk

LOOKS = (AppearanceChoice.LIGHT, AppearanceChoice.DARK)
SURVEY = "survey.json"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("props", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", default="")
    parser.add_argument("--sizes", default="1280x800")
    parser.add_argument("--looks", default=",".join(LOOKS))
    parser.add_argument("--no-pictures", action="store_true")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    sizes = [QSize(*map(int, size.split("x"))) for size in arguments.sizes.split(",")]
    wanted = [name for name in arguments.pages.split(",") if name]
    studio = Studio(Props(arguments.props))
    looks = [AppearanceChoice(look) for look in arguments.looks.split(",")]
    studio.appearance.choose(looks[0])
    views, walks = [], {}
    for page in PAGES:
        with page.open(studio) as widget:
            if wanted and page.name not in wanted:
                continue
            for look in _each_view(studio, page, widget, sizes, looks):
                survey, picture = survey_of(widget)
                views.append({"page": page.name, "look": look.value, "is_window": page.is_window, **survey})
                if not arguments.no_pictures:
                    place = f"{page.name}-{look.value}-{widget.width()}x{widget.height()}.png"
                    picture.save(str(arguments.out / place))
            walks[page.name] = _walk(widget)
    (arguments.out / SURVEY).write_text(json.dumps({"views": views, "walks": walks}), encoding="utf-8")
    studio.close_window(studio.window)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    return 0


def _each_view(
    studio: Studio, page: Page, widget: QWidget, sizes: Sequence[QSize], looks: Sequence[AppearanceChoice]
) -> Iterator[AppearanceChoice]:
    """The look changes while the page is open, as it does at sunset, and stays for the next one."""
    for size in sizes if page.is_window else [widget.size()]:
        if page.is_window:
            widget.resize(size)
        now = studio.appearance.choice
        for look in (now, *(other for other in looks if other != now)):
            if look != studio.appearance.choice:
                studio.appearance.choose(look)
            studio.settle()
            yield look


def _walk(widget: QWidget) -> dict[str, list]:
    visited = tab_walk(widget)
    return {
        "visited": [_named(one, widget) for one in visited],
        "missed": [_named(one, widget) for one in never_reached(widget, visited)],
    }


def _named(one: QWidget, window: QWidget) -> dict:
    """Its panel is what lies with it in one frame: a part of a splitter, a page of tabs."""
    place = place_of(one, window)
    return {
        "class": type(one).__name__,
        "name": one.accessibleName() or text_of(one),
        "panel": _panel_of(one, window),
        "place": [place.x(), place.y(), place.width(), place.height()],
    }


def _panel_of(one: QWidget, window: QWidget) -> str:
    above = one.parentWidget()
    return "" if above is None else f"{type(above).__name__} {above.objectName()} {id(above)}"


if __name__ == "__main__":
    sys.exit(main())
