"""Both looks can be read, and every icon that is named exists and takes the colour it is given."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette

from desktop_app.icon_mark import IconMark
from desktop_app.icons import retint_icons, tinted_pixmap
from desktop_app.style import DARK, LIGHT, Appearance, AppearanceChoice, palette_of, style_sheet_of, theme, theme_for

ROOT = Path(__file__).resolve().parents[2]
# Icons are named as arguments and in tables of actions.
NAMED = re.compile(r'(?:set_icon\([^,]+, |icon_button\(|line_edit\(|tinted_pixmap\()"([a-z][a-z-]+)"')


def luminance(colour):
    def linear(part):
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in QColor(colour).getRgbF()[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first, second):
    """As WCAG 2 defines it, 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("text", "window"),
        ("text", "base"),
        ("text", "chosen"),
        ("text", "raised"),
        ("muted", "window"),
        ("muted", "base"),
        ("muted", "chosen"),
        ("problem", "window"),
        ("text", "problem_background"),
        ("accent_text", "accent"),
    ],
)
def test_text_stands_out_from_its_ground(look, text, ground):
    assert contrast(getattr(look, text), getattr(look, ground)) >= 4.5


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("mark", ["labelled", "reviewed", "problem", "accent"])
def test_marks_stand_out_from_the_list(look, mark):
    assert contrast(getattr(look, mark), look.base) >= 3


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_names_only_colours_that_there_are(look):
    assert "@" not in style_sheet_of(look)


def test_the_program_follows_the_choice(qapp, appearance):
    appearance.choose(AppearanceChoice.DARK)
    assert theme() == DARK
    appearance.choose(AppearanceChoice.LIGHT)
    assert theme() == LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Window) == palette_of(LIGHT).color(QPalette.ColorRole.Window)


class System(QObject):
    """What the system says of its appearance; not every platform that tests run on has one."""

    colorSchemeChanged = Signal(object)  # noqa: N815 -- Qt's name
    scheme = Qt.ColorScheme.Unknown

    def colorScheme(self) -> Qt.ColorScheme:
        return self.scheme

    def setColorScheme(self, _scheme: Qt.ColorScheme) -> None:
        pass

    def turn(self, scheme: Qt.ColorScheme) -> None:
        self.scheme = scheme
        self.colorSchemeChanged.emit(scheme)


def test_the_program_follows_the_system_while_it_runs(qapp, monkeypatch):
    """As at sunset; somebody's own choice goes before it."""
    system, told = System(), []
    sheet = qapp.styleSheet()
    monkeypatch.setattr(qapp, "styleHints", lambda: system, raising=False)
    appearance = Appearance(qapp)
    appearance.changed.connect(lambda: told.append(theme().is_dark))
    try:
        system.turn(Qt.ColorScheme.Dark)
        system.turn(Qt.ColorScheme.Dark)
        system.turn(Qt.ColorScheme.Light)
        assert told == [True, False]
        appearance.choose(AppearanceChoice.LIGHT)
        system.turn(Qt.ColorScheme.Dark)
        assert not theme().is_dark
    finally:
        appearance.deleteLater()
        qapp.setStyleSheet(sheet)


def test_marks_follow_the_appearance(appearance, qtbot):
    appearance.changed.connect(retint_icons)
    mark = IconMark("warning", "problem", 18)
    qtbot.addWidget(mark)
    for choice, look in ((AppearanceChoice.DARK, DARK), (AppearanceChoice.LIGHT, LIGHT)):
        appearance.choose(choice)
        picture = mark.pixmap().toImage()
        colours = {picture.pixelColor(x, y).name() for x in range(18) for y in range(18)}
        assert look.problem in colours


@pytest.mark.parametrize(
    ("choice", "system", "expected"),
    [
        (AppearanceChoice.SYSTEM, Qt.ColorScheme.Dark, DARK),
        (AppearanceChoice.SYSTEM, Qt.ColorScheme.Light, LIGHT),
        (AppearanceChoice.SYSTEM, Qt.ColorScheme.Unknown, LIGHT),
        (AppearanceChoice.LIGHT, Qt.ColorScheme.Dark, LIGHT),
        (AppearanceChoice.DARK, Qt.ColorScheme.Light, DARK),
    ],
)
def test_a_choice_goes_before_the_system(choice, system, expected):
    assert theme_for(choice, system) == expected


def test_every_icon_that_is_named_is_there():
    sources = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "desktop_app").rglob("*.py"))]
    names = {name for source in sources for name in NAMED.findall(source)}
    assert len(names) > 5
    assert [name for name in sorted(names) if not (ROOT / "resources" / "icons" / f"{name}.svg").is_file()] == []


@pytest.mark.parametrize("file", sorted((ROOT / "resources" / "icons").glob("*.svg")), ids=lambda file: file.stem)
def test_every_icon_draws_something(qapp, file):
    pixmap = tinted_pixmap(file.stem, 20, "#ff0000", 2.0)
    picture = pixmap.toImage()
    drawn = [picture.pixelColor(x, y) for x in range(40) for y in range(40) if picture.pixelColor(x, y).alpha() > 200]
    assert pixmap.devicePixelRatio() == 2.0
    assert len(drawn) > 20
    if "currentColor" in file.read_text(encoding="utf-8"):
        assert any(colour.red() > 200 and colour.green() < 60 for colour in drawn)


def test_no_colour_of_a_look_is_misspelt():
    for look in (LIGHT, DARK):
        assert all(QColor(colour).isValid() for name, colour in asdict(look).items() if name != "is_dark")
