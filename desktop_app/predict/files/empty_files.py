"""What stands on the page while it has no files: what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop_app.icons import set_icon, tinted_pixmap
from desktop_app.middle_column import middle_column
from desktop_app.small_widgets import muted_label, push_button
from desktop_app.style import theme

MARK = QSize(56, 56)


class EmptyFiles(QWidget):
    def __init__(self, add_pictures: QAction, add_folder: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title = QLabel(self.tr("Drop pictures or a folder here"), alignment=Qt.AlignmentFlag.AlignCenter)
        self._title.setProperty("title", True)
        self._title.setWordWrap(True)
        self.text = muted_label("", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pictures_button = push_button(self.tr("Add pictures…"), add_pictures.trigger, primary=True)
        set_icon(self.pictures_button, "pictures", "accent_text")
        self.pictures_button.setToolTip(add_pictures.toolTip())
        self.folder_button = push_button(self.tr("Add a folder…"), add_folder.trigger)
        set_icon(self.folder_button, "open")
        self.folder_button.setToolTip(add_folder.toolTip())
        self.setFocusProxy(self.pictures_button)
        self._lay_out()
        self.show_model(has_model=False)
        self._tint()

    def show_model(self, *, has_model: bool, is_loading: bool = False) -> None:
        ready = self.tr(
            "The model is asked about them at once, be it one or a hundred thousand. What it sees can be saved as CSV, "
            "as COCO results and as pictures with boxes. Your files stay as they are."
        )
        missing = self.tr(
            "There is no model yet: train one in the main window, or choose another one at the top. The pictures wait for it."
        )
        coming = self.tr("The model is being loaded; add pictures meanwhile, it is asked about them when it is there.")
        self.text.setText(ready if has_model else coming if is_loading else missing)

    def _tint(self) -> None:
        self._mark.setPixmap(tinted_pixmap("contact-sheet", MARK.width(), theme().muted, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.pictures_button)
        buttons.addWidget(self.folder_button)
        buttons.addStretch(1)
        inner = middle_column(self)
        for widget in (self._mark, self._title, self.text):
            inner.addWidget(widget)
        inner.addLayout(buttons)
