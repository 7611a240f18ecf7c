"""What a person does in the dialogs of import and export."""

from __future__ import annotations

from pathlib import Path

from desktop_app.dialogs.export_dialog import ExportDialog
from desktop_app.dialogs.import_dialog import ImportDialog
from tests.helpers.window_driver import WindowDriver


def import_of(person: WindowDriver, *places: Path) -> ImportDialog:
    """The dialog that has read them."""
    person.window.window_actions.show_import(list(places))
    dialog: ImportDialog = person.dialog(ImportDialog)
    person.wait_until(lambda: not dialog.is_working)
    return dialog


def choose_format(person: WindowDriver, dialog: ExportDialog, name: str) -> None:
    """And wait for what it can't hold."""
    dialog.format.setCurrentIndex(dialog.format.findData(name))
    person.wait_until(lambda: not dialog.is_foreseeing)


def export_into(person: WindowDriver, dialog: ExportDialog, folder: Path) -> None:
    dialog.folder.setText(str(folder))
    dialog.export_button.click()
    person.wait_until(dialog.export_button.isEnabled)
