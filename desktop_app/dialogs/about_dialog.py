"""What this program is, and where it keeps things."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.icons import program_icon
from desktop_app.settings import log_file, settings_file
from desktop_app.small_widgets import copyable, muted_label, push_button, with_keys_told


class AboutDialog(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Boxwright"))
        mark = QLabel()
        mark.setPixmap(program_icon().pixmap(QSize(64, 64)))
        title = QLabel(f"Boxwright {_version_of('boxwright')}")
        title.setProperty("title", True)
        purpose = QLabel(
            self.tr("Draw boxes on photos, train a model on them and watch it learn.\nEverything stays here.")
        )
        self.details = self._details()
        details = copyable(muted_label(self.details, wrap=True))
        words = QVBoxLayout()
        for widget in (title, purpose, details):
            words.addWidget(widget)
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        buttons = with_keys_told(QDialogButtonBox(QDialogButtonBox.StandardButton.Close))
        buttons.rejected.connect(self.reject)
        self.licences_button = push_button(self.tr("&Licences…"), self._show_licences)
        self.licences_button.setToolTip(self.tr("What came with the program, and the licences of it (Alt+L)"))
        self.licences_button.setAutoDefault(False)
        buttons.addButton(self.licences_button, QDialogButtonBox.ButtonRole.ActionRole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 14)
        layout.addLayout(top)
        layout.addWidget(buttons)
        buttons.button(QDialogButtonBox.StandardButton.Close).setFocus()

    def _show_licences(self) -> None:
        from desktop_app.dialogs.licences_dialog import LicencesDialog

        dialog = LicencesDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.show()

    def _details(self) -> str:
        versions = f"Python {platform.python_version()}, Qt {qVersion()}, TensorFlow {_version_of('tensorflow')}"
        settings = self.tr("Settings: %1").replace("%1", str(settings_file()))
        log = self.tr("Log: %1").replace("%1", str(log_file()))
        return "\n".join((versions, settings, log, self.tr("Licence: MIT, for our own code")))


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"
