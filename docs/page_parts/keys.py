"""The keys, from the actions of the real window and from what its overview of keys adds."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from page_parts.markdown import blocks, plain, table

if TYPE_CHECKING:
    from desktop_app.main_window import MainWindow


def keys() -> str:
    from desktop_app import menus
    from desktop_app.dialogs.shortcuts_dialog import rows_of

    with _window() as window:
        groups = [(title, rows_of(actions)) for title, actions in menus.key_groups(window.all_actions)]
        groups += [(title, hints) for title, hints in window.help.key_hints()]
    return blocks(*(_group(title, rows) for title, rows in groups if rows))


def _group(title: str, rows: Sequence[tuple[str, str]]) -> str:
    return blocks(f"## {plain(title)}", table(("What", "Keys"), [(plain(what), plain(how)) for what, how in rows]))


@contextmanager
def _window() -> Iterator[MainWindow]:
    """Without a screen, and with settings of its own."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

    from desktop_app.application import make_appearance, make_application
    from desktop_app.document.document import Document
    from desktop_app.main_window import MainWindow
    from desktop_app.settings import Settings

    application = make_application()
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(Path(place) / "settings.ini")
        window = MainWindow(Document(), settings, make_appearance(application, settings))
        yield window
        window.close()
        window.deleteLater()
        application.processEvents()
