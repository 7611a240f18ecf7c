"""Every preference of the program by page, and where each of them is applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from desktop_app.canvas import preferences as canvas
from desktop_app.images import preferences as images
from desktop_app.opening_flow import LAST_PROJECT, NOTHING, SAMPLE
from desktop_app.preferences import Preferences
from desktop_app.runs import preferences as runs
from desktop_app.settings import Settings
from desktop_app.style import APPEARANCE
from training.run.setting_field import Choice, SettingField, SettingKind

if TYPE_CHECKING:
    from desktop_app.main_window import MainWindow

WINDOW: tuple[SettingField, ...] = (
    APPEARANCE,
    SettingField(
        "at_start",
        SettingKind.CHOICE,
        LAST_PROJECT,
        "At the start, open",
        "What the window shows when it is opened without a folder.",
        choices=(
            Choice(LAST_PROJECT, "The last project"),
            Choice(SAMPLE, "The sample project"),
            Choice(NOTHING, "Nothing"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    fields: tuple[SettingField, ...]


def pages() -> tuple[Page, ...]:
    return (
        Page(_tr("Window"), WINDOW),
        Page(_tr("Canvas"), canvas.PREFERENCES),
        Page(_tr("Images"), images.image_preferences()),
        Page(_tr("Training"), runs.PREFERENCES),
    )


def make_preferences(settings: Settings) -> Preferences:
    return Preferences(settings, [field for page in pages() for field in page.fields])


def join_preferences(window: MainWindow, preferences: Preferences) -> None:
    """Each is applied at once, and again when it changes."""
    view = window.canvas
    preferences.follow("outline", lambda name: view.set_outline(canvas.OUTLINES[name]))
    preferences.follow("names", view.set_names_shown)
    preferences.follow("guides", view.set_guides_wanted)
    preferences.follow("wheel", lambda what: view.set_wheel_zooms(what == canvas.WHEEL_ZOOMS))
    preferences.follow("picture_memory", window.stage.loader.set_memory)
    preferences.follow("at_start", window.opening.set_start)

    def on_ended(*_what: Any) -> None:
        if preferences.value("alert_at_end"):
            QApplication.alert(window)

    window.training.queue.ended.connect(on_ended)


def _tr(text: str) -> str:
    return QCoreApplication.translate("PreferencePages", text)
