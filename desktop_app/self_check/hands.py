"""What a person's hands do at the window: they click, drag, choose and type; nothing is called behind its back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.canvas.geometry import Point
from desktop_app.self_check.waiting import StepFailedError

LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
STEPS_OF_A_DRAG = 4
FILE_DIALOG_SECONDS = 20
LOOK_INTERVAL_MS = 50

Place = tuple[float, float]


def choose(action: QAction) -> None:
    """From a menu."""
    name = action.text().replace("&", "")
    if not action.isEnabled():
        raise StepFailedError(f"“{name}” can't be chosen now.")
    action.trigger()


def click(button: QAbstractButton) -> None:
    name = button.text().replace("&", "") or button.accessibleName()
    if not button.isVisible() or not button.isEnabled():
        raise StepFailedError(f"The button “{name}” can't be clicked now.")
    click_at(button, QPointF(button.rect().center()))


def click_at(widget: QWidget, place: QPointF) -> None:
    _send(widget, QEvent.Type.MouseButtonPress, place, LEFT, LEFT)
    _send(widget, QEvent.Type.MouseButtonRelease, place, LEFT, NO_BUTTON)


def click_row(view: QAbstractItemView, row: int) -> None:
    index = view.model().index(row, 0, QModelIndex())
    view.scrollTo(index)
    click_at(view.viewport(), QPointF(view.visualRect(index).center()))


def drag(canvas: CanvasView, start: Place, end: Place) -> None:
    """Both in pixels of the image."""
    first, last = (canvas.viewpoint.to_viewport(Point(*place)) for place in (start, end))
    viewport = canvas.viewport()
    _send(viewport, QEvent.Type.MouseMove, first, NO_BUTTON, NO_BUTTON)
    _send(viewport, QEvent.Type.MouseButtonPress, first, LEFT, LEFT)
    for step in range(1, STEPS_OF_A_DRAG + 1):
        place = first + (last - first) * (step / STEPS_OF_A_DRAG)
        _send(viewport, QEvent.Type.MouseMove, place, NO_BUTTON, LEFT)
    _send(viewport, QEvent.Type.MouseButtonRelease, last, LEFT, NO_BUTTON)


def type_into(field: QLineEdit, text: str) -> None:
    field.setFocus(Qt.FocusReason.MouseFocusReason)
    field.selectAll()
    field.insert(text)


def type_number(editor: QWidget, number: int) -> None:
    """Into the number field of a setting."""
    spin = editor.findChild(QSpinBox)
    assert spin is not None
    type_into(spin.lineEdit(), str(number))
    spin.interpretText()


def pick(editor: QWidget, value: str) -> None:
    """From the list of a setting."""
    combo = editor.findChild(QComboBox)
    assert combo is not None
    combo.setCurrentIndex(combo.findData(value))


def answer_file_dialog(opens_it: Callable[[], object], path: Path) -> None:
    """Do what opens a file dialog, type a path into it, and accept."""
    answer = _FileDialogAnswer(path)
    opens_it()
    answer.finish()


class _FileDialogAnswer(QObject):
    """A file dialog has an event loop of its own, so it is answered from there."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._is_done = False
        self._looks = 0
        self._timer = QTimer(self, interval=LOOK_INTERVAL_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def finish(self) -> None:
        self._timer.stop()
        if not self._is_done:
            raise StepFailedError(f"No file dialog took {self._path}.")

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            return
        self._looks += 1
        if self._looks * LOOK_INTERVAL_MS > 1000 * FILE_DIALOG_SECONDS:
            dialog.reject()
        elif not self._is_done:
            self._answer(dialog)

    def _answer(self, dialog: QFileDialog) -> None:
        field, buttons = dialog.findChild(QLineEdit), dialog.findChild(QDialogButtonBox)
        if field is None or buttons is None:
            return
        if field.text() != str(self._path):
            type_into(field, str(self._path))
        kinds = (QDialogButtonBox.StandardButton.Save, QDialogButtonBox.StandardButton.Open)
        accept = next((button for kind in kinds if (button := buttons.button(kind)) is not None), None)
        if accept is not None and accept.isEnabled():
            self._is_done = True
            accept.click()


def _send(widget: QWidget, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    event = QMouseEvent(kind, place, QPointF(widget.mapToGlobal(place)), button, held, NO_KEYS)
    QApplication.sendEvent(widget, event)
