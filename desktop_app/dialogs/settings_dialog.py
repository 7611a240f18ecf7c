"""The settings of the program, page by page; each takes effect at once."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from desktop_app.preference_pages import Page, pages
from desktop_app.preferences import Preferences
from desktop_app.runs.sheet.setting_editor import SettingEditor
from desktop_app.runs.sheet.setting_editors import EDITORS
from desktop_app.small_widgets import muted_label, push_button, with_keys_told
from desktop_app.style import show_as_problem
from training.run.setting_field import SettingField

EDITOR_WIDTH = 190
SMALLEST = QSize(780, 360)  # so that no sentence is cut off


class SettingsDialog(QDialog):
    """There is no OK: what is possible is applied, what isn't is explained beside its field."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._preferences = preferences
        self._editors: dict[str, SettingEditor] = {}
        self._sentences: dict[str, QLabel] = {}
        tabs = QTabWidget()
        tabs.setAccessibleName(self.tr("Groups of settings"))
        for page in pages():
            tabs.addTab(self._page(page), page.title)
        buttons = with_keys_told(QDialogButtonBox(QDialogButtonBox.StandardButton.Close))
        tip = self.tr("All settings in this window as they were at the very beginning")
        restore = push_button(self.tr("Restore defaults"), self.restore_defaults, tip=tip)
        restore.setAutoDefault(False)
        buttons.addButton(restore, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(tabs)
        layout.addWidget(buttons)
        self.setMinimumSize(SMALLEST)

    def editor(self, key: str) -> SettingEditor:
        return self._editors[key]

    def sentence_beside(self, key: str) -> str:
        return self._sentences[key].text()

    def restore_defaults(self) -> None:
        self._preferences.restore_defaults()
        for key, editor in self._editors.items():
            editor.set_value(self._preferences.value(key))

    def _page(self, page: Page) -> QWidget:
        widget = QWidget()
        grid = QGridLayout(widget)
        grid.setContentsMargins(16, 14, 16, 14)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(2, 1)
        for row, field in enumerate(page.fields):
            self._add(grid, row, field)
        grid.setRowStretch(len(page.fields), 1)
        return widget

    def _add(self, grid: QGridLayout, row: int, field: SettingField) -> None:
        editor = EDITORS[field.kind](field)
        editor.setFixedWidth(EDITOR_WIDTH)
        label = QLabel(QCoreApplication.translate("Settings", field.label))
        label.setBuddy(editor)
        sentence = muted_label(QCoreApplication.translate("Settings", field.help), wrap=True)
        self._editors[field.key], self._sentences[field.key] = editor, sentence
        editor.set_value(self._preferences.value(field.key))
        editor.changed.connect(lambda: self._on_edited(field))
        for column, part in enumerate((label, editor, sentence)):
            grid.addWidget(part, row, column)

    def _on_edited(self, field: SettingField) -> None:
        editor, sentence = self._editors[field.key], self._sentences[field.key]
        problem = editor.problem()
        show_as_problem(sentence, bool(problem))
        sentence.setText(problem or QCoreApplication.translate("Settings", field.help))
        if not problem:
            self._preferences.set_value(field.key, editor.value())
