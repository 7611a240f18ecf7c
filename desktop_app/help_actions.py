"""What helps a person with the program itself: keys, settings, this computer, the log, what to send with a bug report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog

from desktop_app.action_table import ActionRow, make_actions
from desktop_app.preferences import Preferences
from desktop_app.settings import log_file

if TYPE_CHECKING:
    from desktop_app.main_window import MainWindow


class HelpActions(QObject):
    """Dialogs are imported when they are first wanted, not at the start."""

    def __init__(self, window: MainWindow, preferences: Preferences) -> None:
        super().__init__(window)
        self._window = window
        self._preferences = preferences
        self.doctor_command: list[str] | None = None  # instead of the usual one
        self._actions = make_actions(self, self._rows())

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    def _rows(self) -> list[ActionRow]:
        return [
            ActionRow("settings", self.tr("&Settings…"), self.show_settings, ("Ctrl+,",), "settings"),
            ActionRow("tour", self.tr("&Take the tour"), lambda: self._window.tour.start(), (), "tour",
                      self.tr("From the first box to a trained model, on the sample project; about five minutes")),
            ActionRow("shortcuts", self.tr("&Keyboard shortcuts"), self._show_shortcuts, ("F1",), "keyboard"),
            ActionRow("doctor", self.tr("&This computer…"), self.show_doctor, (), "computer",
                      self.tr("What a training computes on here, and what is missing for more")),
            ActionRow("show_log", self.tr("Show the &log file"), self._show_log),
            ActionRow("copy_details", self.tr("&Copy details for a bug report"), self.copy_details, (), "copy"),
            ActionRow("about", self.tr("&About Boxwright"), self._show_about, (), "info"),
        ]  # fmt: skip

    def show_settings(self) -> None:
        from desktop_app.dialogs.settings_dialog import SettingsDialog

        _show(SettingsDialog(self._preferences, self._window), Qt.WindowModality.NonModal)

    def show_doctor(self) -> None:
        from desktop_app.dialogs.doctor_dialog import DoctorDialog

        document = self._window.document
        folder = document.folder if document.is_open else None
        _show(DoctorDialog(folder, self._window, self.doctor_command), Qt.WindowModality.NonModal)

    def copy_details(self) -> None:
        from desktop_app.bug_report import bug_report

        QGuiApplication.clipboard().setText(bug_report(run=self._window.training.run))
        self._window.status.say(self.tr("Details for a bug report are in the clipboard"))

    def _show_log(self) -> None:
        """In the folder it lies in; it may be large, and somebody may want to send it."""
        folder = log_file().parent
        if folder.is_dir():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
        else:
            self._window.status.say(self.tr("There is no log yet"))

    def key_hints(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Gestures and keys that no action stands for, by where they count."""
        from desktop_app.canvas.actions import gesture_hints
        from desktop_app.predict.page_keys import camera_keys, files_keys, video_keys
        from desktop_app.tour.bubble import tour_keys

        return [
            (self.tr("On the canvas"), gesture_hints()),
            (self.tr("Using a model on files"), files_keys()),
            (self.tr("While a video is shown"), video_keys()),
            (self.tr("While a camera is used"), camera_keys()),
            (self.tr("On the tour"), tour_keys()),
        ]

    def _show_shortcuts(self) -> None:
        from desktop_app import menus
        from desktop_app.dialogs.shortcuts_dialog import ShortcutsDialog

        ShortcutsDialog(menus.key_groups(self._window.all_actions), self.key_hints(), self._window).show()

    def _show_about(self) -> None:
        from desktop_app.dialogs.about_dialog import AboutDialog

        _show(AboutDialog(self._window), Qt.WindowModality.WindowModal)


def _show(dialog: QDialog, modality: Qt.WindowModality) -> None:
    """Without an event loop of its own; it goes when it is closed."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(modality)
    dialog.show()
