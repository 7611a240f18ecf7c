"""Says above the picture that a folder holds boxes that are not in its project yet; nothing waits for an answer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from desktop_app.notice_bar import NoticeBar
from desktop_app.small_widgets import icon_button, push_button
from desktop_app.style import make_primary

BAR_WIDTH = 120


class ImportOfferBar(NoticeBar):
    import_asked = Signal()
    look_asked = Signal()
    cancel_asked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("import_offer_bar", self.tr("Boxes in this folder"), parent)
        self.import_button = push_button(self.tr("Import boxes"), self.import_asked.emit)
        self.import_button.setToolTip(self.tr("Bring them into the project now; undo takes them back"))
        make_primary(self.import_button)
        self.look_button = push_button(self.tr("Look first…"), self.look_asked.emit)
        self.look_button.setToolTip(self.tr("See what would come, and choose the format"))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(BAR_WIDTH)
        self.progress.setAccessibleName(self.tr("How far the import is"))
        self.cancel_button = push_button(self.tr("Cancel"), self.cancel_asked.emit)
        self.cancel_button.setToolTip(self.tr("Import nothing"))
        self.close_button = icon_button(
            "close", self.tr("Close, and don't ask again about these files"), self._on_close
        )
        parts = (self.import_button, self.look_button, self.progress, self.cancel_button)
        self._lay_out(parts, self.close_button)

    def show_offer(self, text: str) -> None:
        self._show(text, offers=True, works=False)

    def show_work(self, text: str) -> None:
        self.progress.setRange(0, 0)
        self._show(text, offers=False, works=True)

    def show_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def show_result(self, text: str) -> None:
        self._show(text, offers=False, works=False)

    def _show(self, text: str, *, offers: bool, works: bool) -> None:
        self._text.setText(text)
        self._show_parts(
            {
                self.import_button: offers,
                self.look_button: offers,
                self.progress: works,
                self.cancel_button: works,
                self.close_button: not works,
            }
        )

    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()
