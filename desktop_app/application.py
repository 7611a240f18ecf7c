"""Starts the window: the application's name and looks, what happens to bugs, and which project opens."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QApplication

from desktop_app.document.document import Document
from desktop_app.icons import program_icon, retint_icons
from desktop_app.preferences import Preferences
from desktop_app.program_log import follow_qt, follow_window, log_start, logging_into
from desktop_app.settings import Settings, log_file
from desktop_app.style import APPEARANCE, Appearance, AppearanceChoice
from desktop_app.unexpected_errors import UnexpectedErrors

if TYPE_CHECKING:
    from desktop_app.main_window import MainWindow

    WhenShown = Callable[[MainWindow], object]

FEWEST_POOL_THREADS = 4  # so that a long export does not hold up the opening of a folder on a small machine


def run_application(arguments: Sequence[str], when_shown: WhenShown | None = None) -> int:
    """Show the window until it is closed. `arguments` may name a folder, a project file or an image."""
    application = make_application()
    with logging_into(log_file()):
        return _run(application, arguments, when_shown)


def _run(application: QApplication, arguments: Sequence[str], when_shown: WhenShown | None) -> int:
    log_start()
    follow_qt()
    errors = UnexpectedErrors(log_file(), application)
    errors.install()
    # Python's own handler would wait for the event loop to end; there is nothing unsaved that could be lost.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    settings = Settings()
    appearance = make_appearance(application, settings)

    from desktop_app.main_window import MainWindow

    window = MainWindow(Document(), settings, appearance)
    follow_window(window)
    window.show()
    if not arguments:
        window.tour.offer_at_start()
    window.opening.open_at_start(arguments[0] if arguments else None)
    if when_shown is not None:
        when_shown(window)
    result = application.exec()
    # Taken down in order, while Qt still runs.
    window.deleteLater()
    application.processEvents()
    return result


def make_application() -> QApplication:
    application = QApplication(["boxwright"])
    application.setApplicationName("boxwright")
    application.setApplicationDisplayName("Boxwright")
    application.setDesktopFileName("boxwright")
    application.setWindowIcon(program_icon())
    pool = QThreadPool.globalInstance()
    pool.setMaxThreadCount(max(FEWEST_POOL_THREADS, pool.maxThreadCount()))
    return application


def make_appearance(application: QApplication, settings: Settings) -> Appearance:
    choice = Preferences(settings, [APPEARANCE]).value(APPEARANCE.key)
    appearance = Appearance(application, AppearanceChoice(choice))
    appearance.changed.connect(retint_icons)
    return appearance
