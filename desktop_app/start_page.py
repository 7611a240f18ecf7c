"""What stands in the middle while there is no picture: what to do next, or what is going on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop_app.first_focus import FirstFocus
from desktop_app.icons import program_icon, set_icon
from desktop_app.middle_column import middle_column
from desktop_app.small_widgets import muted_label, push_button
from desktop_app.words import tooltip

SMALLEST_WIDTH = 240
MOST_RECENT_SHOWN = 5


class StartPage(QWidget):
    """A title, one sentence, and the buttons that help from here."""

    open_asked = Signal()
    sample_asked = Signal()
    tour_asked = Signal()
    refresh_asked = Signal()
    cancel_asked = Signal()
    folder_chosen = Signal(object)  # a Path of the recent list

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._mark.setPixmap(program_icon().pixmap(QSize(72, 72)))
        self._title = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, textFormat=Qt.TextFormat.PlainText)
        self._title.setProperty("title", True)
        self._title.setWordWrap(True)
        self._text = muted_label(wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._open = push_button(self.tr("Open folder…"), self.open_asked.emit)
        self._open.setToolTip(self.tr("Open a folder of images (Ctrl+O)"))
        sample_tip = self.tr("Drawn toys with their boxes, to try everything on")
        self._sample = push_button(self.tr("Open the sample project"), self.sample_asked.emit, tip=sample_tip)
        cancel_tip = self.tr("Stop this, and leave everything as it was")
        self._again = push_button(self.tr("Look again"), self.refresh_asked.emit)
        self._again.setToolTip(self.tr("Look for images that are in the folder now (F5)"))
        self._cancel = push_button(self.tr("Cancel"), self.cancel_asked.emit, tip=cancel_tip)
        self._tour = push_button("", self.tour_asked.emit)
        self._tour.setToolTip(
            self.tr("From the first box to a trained model, on the sample project; about five minutes")
        )
        self._tour_leads = False
        self._first = FirstFocus(self)
        self._recent = QVBoxLayout()
        self.setMinimumWidth(SMALLEST_WIDTH)  # its buttons must not keep the panels from getting wider
        self._lay_out()
        self.set_tour_wanted(is_first=False, is_begun=False)
        self.show_nothing_open([])

    @property
    def first_control(self) -> QWidget | None:
        """What the keyboard goes to."""
        return self._first.widget

    @property
    def text(self) -> str:
        """What it says now, title first."""
        return f"{self._title.text()}\n{self._text.text()}"

    def set_tour_wanted(self, *, is_first: bool, is_begun: bool) -> None:
        """`is_first`: it is what most newcomers want, until somebody has taken it or declined it."""
        self._tour_leads = is_first
        self._tour.setText(self.tr("Go on with the tour") if is_begun else self.tr("Take the tour"))
        for button, name, leads in ((self._tour, "tour", is_first), (self._open, "open", not is_first)):
            button.setProperty("primary", leads)
            set_icon(button, name, "accent_text" if leads else "text")
            button.style().unpolish(button)
            button.style().polish(button)
        self._column.removeWidget(self._tour)
        place = self._column.indexOf(self._buttons)
        self._column.insertWidget(place if is_first else place + 1, self._tour, 0, Qt.AlignmentFlag.AlignCenter)
        QWidget.setTabOrder(*((self._tour, self._open) if is_first else (self._sample, self._tour)))

    def show_nothing_open(self, recent: Sequence[Path]) -> None:
        text = self.tr("Open a folder of photos, or drop one on this window. Your files stay as they are.")
        buttons = [self._open, self._sample, self._tour]
        self._show(self.tr("Draw boxes, then watch a model learn them"), text, buttons)
        self._first.widget = self._tour if self._tour_leads else self._open
        self._show_recent(recent)

    def show_no_images(self, folder: Path) -> None:
        text = self.tr(
            "%1 and its subfolders hold no JPEG, PNG, HEIC or other picture files. Choose another folder, or put some there."
        )
        self._show(self.tr("No images here"), text.replace("%1", folder.name), [self._open, self._again])

    def show_busy(self, title: str) -> None:
        self._show(title, "", [self._cancel])
        self._progress.setRange(0, 0)
        self._progress.show()

    def show_progress(self, done: int, total: int) -> None:
        self._progress.setRange(0, total)
        self._progress.setValue(done)
        self._text.setText(self.tr("%1 of %2").replace("%1", f"{done:n}").replace("%2", f"{total:n}"))

    def _show(self, title: str, text: str, buttons: Sequence[QPushButton]) -> None:
        self._title.setText(title)
        self._text.setText(text)
        self._progress.hide()
        for button in (self._open, self._again, self._sample, self._cancel, self._tour):
            button.setVisible(button in buttons)
        self._first.widget = buttons[0]
        self._show_recent([])

    def _show_recent(self, recent: Sequence[Path]) -> None:
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if recent:
            self._recent.addWidget(muted_label(self.tr("Opened lately")), 0, Qt.AlignmentFlag.AlignCenter)
        for folder in recent[:MOST_RECENT_SHOWN]:
            self._recent.addWidget(self._recent_button(folder), 0, Qt.AlignmentFlag.AlignCenter)

    def _recent_button(self, folder: Path) -> QPushButton:
        choose: Callable[[], None] = lambda: self.folder_chosen.emit(folder)  # noqa: E731
        button = push_button(folder.name or str(folder), choose)
        button.setFlat(True)
        set_icon(button, "open", "muted")
        button.setToolTip(tooltip(str(folder)))
        return button

    def _lay_out(self) -> None:
        self._buttons = QWidget()
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.addStretch(1)
        for button in (self._open, self._again, self._sample, self._cancel):
            buttons.addWidget(button)
        buttons.addStretch(1)
        inner = self._column = middle_column(self)
        for widget in (self._mark, self._title, self._text, self._progress):
            inner.addWidget(widget)
        inner.addWidget(self._buttons)
        inner.addSpacing(8)
        inner.addLayout(self._recent)
