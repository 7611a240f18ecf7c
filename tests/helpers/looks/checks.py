"""What would be wrong with a page, told from its survey. Each check answers with sentences, none where all is well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from tests.helpers.looks.ink import COLUMNS, ROWS, grey_of

Survey = Mapping[str, Any]
Widget = Mapping[str, Any]
LARGEST_LEAST = (1024 - 16, 700 - 40)  # with the frame that a system puts around a window
LEAST_CONTRAST, LEAST_TARGET = 4.5, 16
SLACK = 1  # pixels: a handle of one pixel lies under its neighbours' edges
# Another and larger font: 0.026 in the mean, 0.055 in a block. A panel that vanishes: at least 0.08 in a block.
MOST_DIFFERENCE, MOST_OF_A_BLOCK, BLOCK = 0.03, 0.08, 6
SCROLLS_TABS = {"ScrollLeftButton": "QToolButton", "ScrollRightButton": "QToolButton"}  # Qt makes them
TAB = 1  # Qt.FocusPolicy.TabFocus


def lies_outside(survey: Survey) -> list[str]:
    """What can't be seen whole, and can't be scrolled to."""
    found = []
    for widget in survey["widgets"]:
        if widget["parent"] < 0 or widget["scrolled"] or widget["internal"]:
            continue
        for name, around in (
            ("its panel", survey["widgets"][widget["parent"]]["place"]),
            ("the window", _whole(survey)),
        ):
            if not _holds(around, widget["place"]):
                found.append(f"{_words(widget)} lies outside {name} {around}")
                break
    return found


def overlaps(survey: Survey) -> list[str]:
    """Neighbours, one of them a control or a text, that lie over each other."""
    found = []
    by_parent: dict[int, list[Widget]] = {}
    for widget in survey["widgets"]:
        if not widget["internal"] and widget["parent"] >= 0:
            by_parent.setdefault(widget["parent"], []).append(widget)
    for siblings in by_parent.values():
        for number, first in enumerate(siblings):
            for second in siblings[number + 1 :]:
                counts = (first["control"] or first["text"]) and (second["control"] or second["text"])
                if counts and _overlap(first["place"], second["place"]):
                    found.append(f"{_words(first)} and {_words(second)} lie over each other")
    return found


def cut_texts(survey: Survey) -> list[str]:
    return [f"{_words(widget)} is cut: {widget['cut']}" for widget in survey["widgets"] if widget["cut"]]


def too_small(survey: Survey) -> list[str]:
    """Controls that a hand can't hit."""
    controls = [widget for widget in survey["widgets"] if widget["control"] and not widget["internal"]]
    return [f"{_words(one)} is too small" for one in controls if min(one["place"][2:]) < LEAST_TARGET]


def too_large(survey: Survey) -> list[str]:
    """A window that can't be made to fit on a small screen; a dialog must fit as it opens."""
    asked = survey["least"] if survey["is_window"] else survey["size"]
    fits = all(one <= most for one, most in zip(asked, LARGEST_LEAST, strict=True))
    return [] if fits else [f"{survey['title']} takes {asked[0]} x {asked[1]}, more than {LARGEST_LEAST}"]


def faint_texts(survey: Survey) -> list[str]:
    told = [widget for widget in survey["widgets"] if widget.get("contrast") is not None]
    return [f"{_words(one)}: contrast {one['contrast']}" for one in told if one["contrast"] < LEAST_CONTRAST]


def nameless(survey: Survey) -> list[str]:
    """What takes the focus or is a control and says nothing to a screen reader."""
    asked = [one for one in survey["widgets"] if one["control"] or (one["focus"] & TAB and one["parent"] >= 0)]
    asked = [one for one in asked if not one["internal"] and not one["object"].startswith("qt_")]
    without = [f"{_words(one)} has no accessible name" for one in asked if not one["name"].strip()]
    return without + [f"{_words(one)} has no role" for one in asked if one["role"] in ("", "NoRole")]


def without_tooltip(survey: Survey) -> list[str]:
    """Buttons whose tooltip is missing, or does not name the key."""
    found = []
    for one in survey["widgets"]:
        if not one["control"] or one["internal"] or one["class"] in ("QTabBar", SCROLLS_TABS.get(one["object"])):
            continue
        if not one["tooltip"]:
            found.append(f"{_words(one)} has no tooltip")
        elif one["keys"] and one["keys"] not in one["tooltip"]:
            found.append(f"{_words(one)}: its tooltip does not name {one['keys']}")
    return found


CHECKS: dict[str, Callable[[Survey], list[str]]] = {
    check.__name__: check
    for check in (
        lies_outside, overlaps, cut_texts, too_small, too_large, faint_texts, nameless, without_tooltip,
    )
}  # fmt: skip


def layout_moves(first: Survey, second: Survey) -> list[str]:
    """The same page in two looks: everything stays where it is, and the colours change."""
    places = [[(one["class"], one["text"], one["place"]) for one in survey["widgets"]] for survey in (first, second)]
    moved = [f"{here} became {there}" for here, there in zip(*places, strict=False) if here != there]
    if len(places[0]) != len(places[1]):
        moved.append(f"{len(places[0])} widgets became {len(places[1])}")
    if difference(first["fingerprint"], second["fingerprint"])[0] < MOST_DIFFERENCE:
        moved.append("both looks have the same colours")
    return moved


def difference(first: Sequence[str], second: Sequence[str]) -> tuple[float, float]:
    """Of two fingerprints, softened so that another font does not count: in the mean, and in the worst block. 0 to 1."""
    apart = np.abs(_soft(first) - _soft(second))
    blocks = apart[: ROWS // BLOCK * BLOCK, : COLUMNS // BLOCK * BLOCK].reshape(ROWS // BLOCK, BLOCK, -1, BLOCK)
    return float(apart.mean()), float(blocks.mean(axis=(1, 3)).max())


def looks_otherwise(kept: Sequence[str], present: Sequence[str], most_of_a_block: float = MOST_OF_A_BLOCK) -> str:
    mean, worst = difference(kept, present)
    if mean <= MOST_DIFFERENCE and worst <= most_of_a_block:
        return ""
    return (
        f"differs by {mean:.3f} in the mean, of {MOST_DIFFERENCE}, and by {worst:.3f} in a block, of {most_of_a_block}"
    )


def out_of_order(visited: Sequence[Mapping[str, Any]]) -> list[str]:
    """Steps of the Tab key within one panel that go up, or to the left in one row."""
    found = []
    for first, second in pairwise(visited):
        if first["panel"] != second["panel"]:
            continue
        (left, top, _, height), (next_left, next_top, _, next_height) = first["place"], second["place"]
        in_one_row = min(top + height, next_top + next_height) - max(top, next_top) > min(height, next_height) / 2
        goes_up = next_top + next_height <= top
        if goes_up or (in_one_row and next_left < left):
            found.append(f"Tab goes from {_named(first)} back to {_named(second)}")
    return found


def _named(one: Mapping[str, Any]) -> str:
    return f"{one['class']} “{one['name']}” {one['place']}"


def _words(widget: Widget) -> str:
    named = widget["object"] or widget["text"] or widget["name"]
    return f"{widget['class']} “{named[:40]}” {widget['place']}"


def _whole(survey: Survey) -> list[int]:
    return [0, 0, *survey["size"]]


def _holds(around: Sequence[int], place: Sequence[int]) -> bool:
    (left, top, width, height), (x, y, wide, high) = around, place
    return (
        x >= left - SLACK and y >= top - SLACK and x + wide <= left + width + SLACK and y + high <= top + height + SLACK
    )


def _overlap(first: Sequence[int], second: Sequence[int]) -> bool:
    across = min(first[0] + first[2], second[0] + second[2]) - max(first[0], second[0])
    down = min(first[1] + first[3], second[1] + second[3]) - max(first[1], second[1])
    return across > SLACK and down > SLACK


def _soft(fingerprint: Sequence[str]) -> np.ndarray:
    return cv2.GaussianBlur(grey_of(fingerprint), (3, 3), 0)
