"""One calm look, light and dark: Fusion with our own palettes and a small style sheet."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.resources import as_file

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from resources import resource
from training.run.setting_field import Choice, SettingField, SettingKind


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one appearance. Text on its background has a contrast of at least 4.5."""

    is_dark: bool
    window: str
    base: str  # lists, fields
    raised: str  # what the pointer is over
    pressed: str
    border: str
    border_strong: str  # of fields and buttons
    text: str
    muted: str  # second lines, hints
    disabled: str
    accent: str
    accent_hover: str
    accent_text: str
    chosen: str  # the background of a chosen row
    labelled: str
    reviewed: str
    problem: str
    problem_background: str
    backdrop: str  # behind the picture


LIGHT = Theme(
    is_dark=False,
    window="#f3f4f6",
    base="#ffffff",
    raised="#e7eaee",
    pressed="#d9dee4",
    border="#d3d8de",
    border_strong="#b4bcc5",
    text="#1d2329",
    muted="#505b66",
    disabled="#a3abb4",
    accent="#0f7173",
    accent_hover="#0b5f61",
    accent_text="#ffffff",
    chosen="#d5eaea",
    labelled="#2f6fb0",
    reviewed="#2b8043",
    problem="#a8481c",
    problem_background="#fbeee3",
    backdrop="#dfe2e6",
)
DARK = Theme(
    is_dark=True,
    window="#202428",
    base="#191c20",
    raised="#2e343a",
    pressed="#3a4149",
    border="#363d45",
    border_strong="#4a535d",
    text="#e4e8ec",
    muted="#9ba6b1",
    disabled="#5e6872",
    accent="#2fa7a5",
    accent_hover="#45bab8",
    accent_text="#06211f",
    chosen="#1b3c3f",
    labelled="#74aee6",
    reviewed="#5fb878",
    problem="#e59a63",
    problem_background="#3a2a20",
    backdrop="#121416",
)


class AppearanceChoice(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


APPEARANCE = SettingField(
    "appearance",
    SettingKind.CHOICE,
    AppearanceChoice.SYSTEM.value,
    "Appearance",
    "Light, dark, or as other programs on this computer are.",
    choices=(
        Choice(AppearanceChoice.SYSTEM.value, "Like the system"),
        Choice(AppearanceChoice.LIGHT.value, "Light"),
        Choice(AppearanceChoice.DARK.value, "Dark"),
    ),
)


def theme() -> Theme:
    """The colours that hold now, told from the palette."""
    return DARK if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def theme_for(choice: AppearanceChoice, system: Qt.ColorScheme) -> Theme:
    """A system that says nothing counts as light."""
    if choice == AppearanceChoice.SYSTEM:
        return DARK if system == Qt.ColorScheme.Dark else LIGHT
    return DARK if choice == AppearanceChoice.DARK else LIGHT


def make_primary(button: QPushButton) -> None:
    """The one button of a place that most people want next."""
    button.setProperty("primary", True)


def make_muted(widget: QWidget) -> None:
    """Second lines and hints."""
    widget.setProperty("muted", True)


def show_as_problem(label: QWidget, is_problem: bool) -> None:
    """In the colour of problems, whichever the appearance has."""
    if bool(label.property("problem")) != is_problem:
        label.setProperty("problem", is_problem)
        label.style().unpolish(label)
        label.style().polish(label)


class Appearance(QObject):
    """Applies the chosen look, and the system's when it changes."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: AppearanceChoice = AppearanceChoice.SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self.choice = choice
        application.setStyle("Fusion")
        self._apply()
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    def choose(self, choice: AppearanceChoice) -> None:
        self.choice = choice
        self._apply()

    def _apply(self) -> None:
        hints = self._application.styleHints()
        schemes = {AppearanceChoice.LIGHT: Qt.ColorScheme.Light, AppearanceChoice.DARK: Qt.ColorScheme.Dark}
        hints.setColorScheme(schemes.get(self.choice, Qt.ColorScheme.Unknown))  # title bars and file dialogs follow
        self._paint(self._wanted_theme())

    def _on_system_changed(self) -> None:
        if self._wanted_theme() != theme():
            self._paint(self._wanted_theme())

    def _wanted_theme(self) -> Theme:
        return theme_for(self.choice, self._application.styleHints().colorScheme())

    def _paint(self, wanted: Theme) -> None:
        self._application.setPalette(palette_of(wanted))
        self._application.setStyleSheet(style_sheet_of(wanted))
        self.changed.emit()


def style_sheet_of(wanted: Theme) -> str:
    """The style sheet with every `@name` replaced by the theme's colour of that name, and `@icons` by their folder."""
    sheet = resource("style.qss").read_text(encoding="utf-8")
    values = {name: value for name, value in asdict(wanted).items() if isinstance(value, str)}
    values["tick"] = "dark" if wanted.is_dark else "light"
    with as_file(resource("icons")) as icons:
        values["icons"] = icons.as_posix()
    for name in sorted(values, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", values[name])
    return sheet


def palette_of(wanted: Theme) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: wanted.window,
        role.WindowText: wanted.text,
        role.Base: wanted.base,
        role.AlternateBase: wanted.window,
        role.Text: wanted.text,
        role.Button: wanted.window,
        role.ButtonText: wanted.text,
        role.BrightText: wanted.problem,
        role.PlaceholderText: wanted.muted,
        role.ToolTipBase: wanted.base,
        role.ToolTipText: wanted.text,
        role.Highlight: wanted.accent,
        role.HighlightedText: wanted.accent_text,
        role.Accent: wanted.accent,
        role.Link: wanted.accent,
        role.LinkVisited: wanted.accent,
    }
    palette = QPalette(QColor(wanted.window))
    for one, colour in colours.items():
        palette.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(wanted.disabled))
    return palette
