"""Every page in light and dark, at 100 % and 200 %, on the screen of a small laptop: whole, readable, and in its place."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.style import Appearance, AppearanceChoice
from tests.helpers.looks.checks import (
    CHECKS,
    MOST_OF_A_BLOCK,
    cut_texts,
    difference,
    faint_texts,
    layout_moves,
    lies_outside,
    looks_otherwise,
    nameless,
    out_of_order,
    overlaps,
    too_large,
    too_small,
    without_tooltip,
)
from tests.helpers.looks.ink import COLUMNS, LEVELS
from tests.helpers.looks.kept import kept_looks
from tests.helpers.looks.survey import survey_of
from tests.helpers.looks.tab_walk import never_reached, tab_walk

ROOT = Path(__file__).resolve().parents[2]
SMALL = "1024x700"
LONGEST_S = 280
ROUGHER = {"run-localizer-images": 0.25}  # where its pictures stand hangs on the height of the font
Surveys = dict[str, Any]


def survey_all(out: Path, scale: str, looks: str) -> subprocess.Popen[str]:
    script = [sys.executable, str(ROOT / "benchmarks" / "looks.py"), "--out", str(out), "--no-pictures"]
    options = ["--scales", scale, "--looks", looks, "--sizes", SMALL]
    return subprocess.Popen([*script, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.fixture(scope="module")
def surveys(tmp_path_factory: pytest.TempPathFactory) -> Surveys:
    """By scale: the views of all pages, and the walks with the Tab key. Both scales are looked at side by side."""
    out = tmp_path_factory.mktemp("looks")
    started = {"1": survey_all(out, "1", "light,dark"), "2": survey_all(out, "2", "dark")}
    told = {scale: process.communicate(timeout=LONGEST_S)[0] for scale, process in started.items()}
    for scale, process in started.items():
        assert process.returncode == 0, told[scale]
    return {scale: json.loads((out / scale / "survey.json").read_text(encoding="utf-8")) for scale in started}


def views(surveys: Surveys, scale: str, look: str = "") -> list[dict[str, Any]]:
    return [view for view in surveys[scale]["views"] if look in ("", view["look"])]


@pytest.mark.parametrize("scale", ["1", "2"])
@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_no_page_has(check, scale, surveys):
    found = [f"{view['page']}, {view['look']}: {said}" for view in views(surveys, scale) for said in check(view)]
    assert found == []


def test_light_and_dark_lie_alike(surveys):
    pairs = list(zip(views(surveys, "1", "light"), views(surveys, "1", "dark"), strict=True))
    assert len(pairs) > 35
    assert [f"{one['page']}: {said}" for one, other in pairs for said in layout_moves(one, other)] == []


def test_the_tab_key_comes_everywhere_in_the_order_of_reading(surveys):
    walks = surveys["1"]["walks"]
    found = [f"{page}: {said}" for page, walk in walks.items() for said in out_of_order(walk["visited"])]
    found += [f"{page}: Tab never comes to {missed}" for page, walk in walks.items() for missed in walk["missed"]]
    assert found == []


def test_the_pages_look_as_they_are_kept(surveys):
    kept = kept_looks()
    present = {view["page"]: view["fingerprint"] for view in views(surveys, "1", "light")}
    assert present.keys() == kept.keys()
    otherwise = {
        page: looks_otherwise(kept[page], fingerprint, ROUGHER.get(page, MOST_OF_A_BLOCK))
        for page, fingerprint in present.items()
    }
    found = {page: said for page, said in otherwise.items() if said}
    assert found == {}, "If they are meant to look so: python benchmarks/looks.py --keep"


# --- the checks themselves


@pytest.fixture
def page(qtbot: QtBot, appearance: Appearance) -> Iterator[QWidget]:
    """A field, a button with an icon's name and a sentence, side by side."""
    appearance.choose(AppearanceChoice.LIGHT)
    window = QWidget()
    window.setObjectName("window")
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    for widget, name in ((QLineEdit(), "field"), (QPushButton("Go on"), "button"), (QLabel("A sentence"), "label")):
        widget.setObjectName(name)
        widget.setToolTip("What it is for")
        widget.setAccessibleName(name)
        row.addWidget(widget)
    window.resize(400, 60)
    window.show()
    qtbot.waitExposed(window)
    yield window
    appearance.choose(AppearanceChoice.SYSTEM)


def survey(window: QWidget) -> dict[str, Any]:
    return {**survey_of(window)[0], "is_window": True}


def part(window: QWidget, name: str) -> QWidget:
    found = window.findChild(QWidget, name)
    assert found is not None
    return found


def test_a_good_page_has_no_faults(page):
    assert [said for check in CHECKS.values() for said in check(survey(page))] == []


def test_what_lies_outside_over_another_or_is_too_small_is_found(page):
    layout = page.layout()
    assert layout is not None
    layout.setEnabled(False)
    part(page, "label").move(380, 10)
    assert len(lies_outside(survey(page))) == 1
    part(page, "label").move(part(page, "button").pos())
    assert len(overlaps(survey(page))) == 1
    part(page, "button").resize(12, 12)
    assert len(too_small(survey(page))) == 1
    page.setMinimumSize(QSize(1100, 100))
    assert len(too_large(survey(page))) == 1


def test_cut_and_faint_texts_are_found(page):
    part(page, "label").setFixedWidth(20)
    part(page, "button").setFixedWidth(30)
    assert len(cut_texts(survey(page))) == 2
    part(page, "label").setFixedWidth(120)
    part(page, "button").setFixedWidth(120)
    part(page, "label").setStyleSheet("color: #aaaaaa")
    assert len(faint_texts(survey(page))) == 1


def test_a_control_without_name_tooltip_or_key_is_found(page):
    part(page, "field").setAccessibleName("")
    part(page, "button").setToolTip("")
    assert len(nameless(survey(page))) == 1
    assert len(without_tooltip(survey(page))) == 1
    tool = QToolButton(page)
    action = tool.addAction("Open")
    action.setShortcut("Ctrl+O")
    action.setToolTip("Open a folder")
    tool.setDefaultAction(action)
    tool.setGeometry(2, 2, 40, 20)
    tool.show()
    assert any("does not name Ctrl+O" in said for said in without_tooltip(survey(page)))


def test_a_layout_that_moves_with_the_look_is_found(page, appearance):
    light = survey(page)
    assert layout_moves(light, survey(page)) == ["both looks have the same colours"]
    appearance.choose(AppearanceChoice.DARK)
    assert layout_moves(light, survey(page)) == []
    part(page, "button").hide()
    assert layout_moves(light, survey(page))


def test_a_walk_that_goes_back_or_passes_over_something_is_found(page):
    QWidget.setTabOrder(part(page, "button"), part(page, "field"))
    visited = tab_walk(page)
    places = [{"class": "", "name": "", "panel": "", "place": [*one.pos().toTuple(), *one.size().toTuple()]}
              for one in (part(page, "button"), part(page, "field"))]  # fmt: skip
    assert len(visited) == 2
    assert len(out_of_order(places)) == 1
    assert never_reached(page, visited) == []
    assert never_reached(page, visited[:1]) == visited[1:]


def test_a_panel_that_vanishes_is_found_and_another_font_is_not():
    kept = kept_looks()
    drawing = kept["drawing"]
    ground = max(LEVELS, key="".join(drawing).count)
    without_list = [ground * (COLUMNS // 4) + line[COLUMNS // 4 :] for line in drawing]
    without_runs = [line[: COLUMNS * 2 // 3] + (ground * COLUMNS)[: COLUMNS - COLUMNS * 2 // 3] for line in drawing]
    shifted = [line[:8] + line[: COLUMNS - 8] for line in drawing]
    for broken in (without_list, without_runs, shifted, kept["proposals"]):
        assert looks_otherwise(drawing, broken)
    a_little_lower = [drawing[0], *drawing[:-1]]
    assert difference(drawing, drawing) == (0, 0)
    assert not looks_otherwise(drawing, drawing)
    assert not looks_otherwise(kept["settings-1"], [kept["settings-1"][0], *kept["settings-1"][:-1]])
    assert difference(drawing, a_little_lower)[0] < difference(drawing, shifted)[0]
