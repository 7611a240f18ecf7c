"""Our own line icons, drawn in the colours of the present appearance and sharp on every screen."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop_app.style import Theme, theme
from resources import resource

SIZES = (16, 20)
NAME_PROPERTY = "icon_name"
COLOUR_PROPERTY = "icon_colour"


class HasIcon(Protocol):
    """QAction, QAbstractButton and whatever else shows an icon."""

    def setIcon(self, icon: QIcon, /) -> None: ...
    def setProperty(self, name: str, value: object, /) -> bool: ...


@lru_cache(maxsize=2048)  # every icon in both appearances, in each size and on each kind of screen
def tinted_pixmap(name: str, size: int, colour: str, ratio: float) -> QPixmap:
    """An icon of `size` logical pixels in one colour."""
    svg = _source(name).replace("currentColor", colour)
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(name: str, colour: str | None = None) -> QIcon:
    """An icon in the present appearance's text colour, or in another one."""
    present = theme()
    made = QIcon()
    for size in SIZES:
        for ratio in _ratios():
            made.addPixmap(tinted_pixmap(name, size, colour or present.text, ratio))
            made.addPixmap(tinted_pixmap(name, size, present.disabled, ratio), QIcon.Mode.Disabled)
    return made


def set_icon(target: HasIcon, name: str, role: str = "text") -> None:
    """Give an action or button an icon in a colour of the theme; it follows when the appearance changes."""
    target.setProperty(NAME_PROPERTY, name)
    target.setProperty(COLOUR_PROPERTY, role)
    target.setIcon(icon(name, colour_of(theme(), role)))


def retint_icons() -> None:
    """Draw every icon that was given by `set_icon` again, in the appearance that holds now."""
    application = QGuiApplication.instance()
    tops = [] if application is None else [*application.children(), *_top_level_widgets()]
    for top in tops:
        for target in [top, *top.findChildren(QObject)]:
            name = target.property(NAME_PROPERTY)
            if name:
                set_icon(target, name, target.property(COLOUR_PROPERTY))  # type: ignore[arg-type]


def program_icon() -> QIcon:
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(tinted_pixmap("boxwright", size, "", 1.0))
    return made


def colour_of(present: Theme, role: str) -> str:
    return str(getattr(present, role))


def _top_level_widgets() -> list[QObject]:
    from PySide6.QtWidgets import QApplication

    return list(QApplication.topLevelWidgets())


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def _ratios() -> list[float]:
    return sorted({1.0, 2.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())})
