"""The actions of the window itself: projects and files. Panels have tables of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from desktop_app.action_table import ActionRow, make_actions
from desktop_app.dialogs import file_choice
from desktop_app.document.document import Document
from desktop_app.opening_flow import OpeningFlow
from desktop_app.preferences import Preferences
from desktop_app.settings import Settings, sample_folder
from desktop_app.style import APPEARANCE, Appearance, AppearanceChoice
from training.dataset.is_there import is_there

NEED_PROJECT = ("import", "import_folder", "export", "refresh")


class WindowActions(QObject):
    """Opens dialogs and folders; dialogs are imported when they are first wanted, not at the start."""

    def __init__(self, window: QWidget, document: Document, opening: OpeningFlow, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._opening = opening
        self._settings = settings
        self._actions = make_actions(self, self._rows())
        self._actions["quit"].setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)  # also from the Use window
        document.project_opened.connect(self._on_project_opened)
        self._on_project_opened()

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    def _rows(self) -> list[ActionRow]:
        import_tip = self.tr("Bring boxes of any format into the project")
        return [
            ActionRow("open", self.tr("&Open folder…"), self.ask_for_folder, ("Ctrl+O",), "open"),
            ActionRow("open_sample", self.tr("Open the &sample project"), self._opening.open_sample, (), "pictures"),
            ActionRow("refresh", self.tr("&Look for new images"), self._document.refresh_images, ("F5",), "refresh"),
            ActionRow("import", self.tr("&Import…"), self.ask_for_import, ("Ctrl+I",), "import", import_tip),
            ActionRow("import_folder", self.tr("Import a &folder…"), self.ask_for_import_folder, ("Ctrl+Shift+I",)),
            ActionRow("export", self.tr("&Export…"), self.show_export, ("Ctrl+E",), "export"),
            ActionRow("quit", self.tr("&Quit"), self._window.close, ("Ctrl+Q",)),
        ]

    def _on_project_opened(self) -> None:
        for name in NEED_PROJECT:
            self._actions[name].setEnabled(self._document.is_open)

    # --- what they do

    def ask_for_folder(self) -> None:
        chosen = file_choice.choose_folder(self._window, self.tr("Open a folder of images"), self._usual_place())
        if chosen is not None:
            self._opening.open(chosen)

    def _usual_place(self) -> Path:
        """Where the last folder lies; the sample lies where nobody keeps photos."""
        own = [folder for folder in self._settings.recent_folders() if folder != sample_folder()]
        if own:
            return own[0].parent
        pictures = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation))
        return pictures if is_there(pictures) else Path.home()

    def ask_for_import(self) -> None:
        start = self._document.folder
        chosen = file_choice.choose_annotation_files(self._window, self.tr("Import boxes"), start)
        if chosen:
            self.show_import(chosen)

    def ask_for_import_folder(self) -> None:
        title = self.tr("Import the boxes in a folder")
        chosen = file_choice.choose_folder(self._window, title, self._document.folder)
        if chosen is not None:
            self.show_import([chosen])

    def show_import(self, files: list[Path]) -> QDialog | None:
        """The dialog, open already; none where there is no project to import into."""
        from desktop_app.dialogs.import_dialog import ImportDialog

        if not self._document.is_open:
            return None
        dialog = ImportDialog(self._document, files, self._window)
        _show(dialog)
        return dialog

    def show_export(self) -> None:
        from desktop_app.dialogs.export_dialog import ExportDialog

        _show(ExportDialog(self._document, self._window, self._settings))


class RecentMenu(QMenu):
    """Folders opened lately; filled when it is about to be shown."""

    def __init__(self, settings: Settings, opening: OpeningFlow, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Open &recent"))
        self._settings = settings
        self._open: Callable[[Path], None] = opening.open
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        self.clear()
        folders = self._settings.recent_folders()
        for folder in folders:
            entry = self.addAction(str(folder).replace("&", "&&"))
            entry.setEnabled(is_there(folder))
            entry.triggered.connect(lambda _checked=False, folder=folder: self._open(folder))
        if not folders:
            self.addAction(self.tr("No folder was opened yet")).setEnabled(False)
        self.addSeparator()
        clear = self.addAction(self.tr("Clear this list"))
        clear.setEnabled(bool(folders))
        clear.triggered.connect(self._settings.forget_all_folders)


class AppearanceMenu(QMenu):
    """Light, dark, or what the system says; the settings offer the same."""

    def __init__(self, appearance: Appearance, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("&Appearance"))
        self._appearance = appearance
        self._preferences = preferences
        names = {
            AppearanceChoice.SYSTEM: self.tr("Like the &system"),
            AppearanceChoice.LIGHT: self.tr("&Light"),
            AppearanceChoice.DARK: self.tr("&Dark"),
        }
        group = QActionGroup(self)
        self._entries: dict[AppearanceChoice, QAction] = {}
        for choice, name in names.items():
            action = self._entries[choice] = self.addAction(name)
            action.setCheckable(True)
            action.setChecked(choice == appearance.choice)
            action.triggered.connect(
                lambda _on=False, choice=choice: preferences.set_value(APPEARANCE.key, choice.value)
            )
            group.addAction(action)
        preferences.changed.connect(self._on_preference)

    def _on_preference(self, key: str) -> None:
        if key == APPEARANCE.key:
            choice = AppearanceChoice(self._preferences.value(key))
            self._entries[choice].setChecked(True)
            self._appearance.choose(choice)


def _show(dialog: QWidget) -> None:
    """Over its window, without an event loop of its own; it goes when it is closed."""
    from PySide6.QtCore import Qt

    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.show()
