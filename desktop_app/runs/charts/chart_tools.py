"""The tools of a chart: a row of small buttons above the curves, and the same in the menu of the right button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from desktop_app.elided_label import ElidedLabel
from desktop_app.icons import set_icon
from desktop_app.runs.charts.chart_canvas import ChartCanvas
from desktop_app.runs.charts.chart_choices import chart_choices
from desktop_app.runs.charts.chart_request import Smoothing
from desktop_app.runs.charts.chart_saving import ChartSaver
from desktop_app.small_widgets import SMALL_ICON
from desktop_app.style import make_muted

ZOOM_STEP = 1.6
ROW_HEIGHT = 26


class ChartTools(QWidget):
    """`say` shows a few words at the left; what holds a chart may put its own choices there."""

    def __init__(self, canvas: ChartCanvas, saver: ChartSaver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._saver, self._choices = canvas, saver, chart_choices()
        self.log_action = self._action("log-scale", self.tr("Logarithmic scale of the losses"))
        self.log_action.setCheckable(True)
        self.log_action.toggled.connect(self._choices.choose_log)
        self.smoothing_menu = QMenu(self.tr("Smoothing"), self)
        self.smoothing_actions = self._fill_smoothing_menu()
        self.zoom_in_action = self._action("zoom-in", self.tr("Zoom in"), lambda: canvas.zoom_by(ZOOM_STEP))
        self.zoom_out_action = self._action("zoom-out", self.tr("Zoom out"), lambda: canvas.zoom_by(1 / ZOOM_STEP))
        self.all_action = self._action("fit", self.tr("Show all epochs"), canvas.show_all)
        self.all_action.setToolTip(
            self.tr("Show all epochs (Esc, double click). Drag over the curves or turn the wheel to zoom.")
        )
        self.copy_action = self._action("copy", self.tr("Copy picture"), saver.copy)
        self.save_action = self._action("save-picture", self.tr("Save picture…"), saver.ask_where_to_save)
        self.save_action.setToolTip(self.tr("Save the curves as a picture (PNG, SVG, PDF)"))
        self._words = ElidedLabel()
        make_muted(self._words)
        self._place()
        canvas.zoom_changed.connect(self._follow_zoom)
        canvas.drawn.connect(self._follow_zoom)
        self._choices.changed.connect(self._follow_choices)
        self._follow_zoom()
        self._follow_choices()

    def _action(self, icon: str, text: str, handler: Callable[[], object] | None = None) -> QAction:
        action = QAction(text, self)
        set_icon(action, icon, "muted")
        if handler is not None:
            action.triggered.connect(lambda: handler())
        return action

    def _fill_smoothing_menu(self) -> dict[Smoothing, QAction]:
        words = {
            Smoothing.OFF: self.tr("Not smoothed"),
            Smoothing.LIGHT: self.tr("Lightly smoothed"),
            Smoothing.STRONG: self.tr("Strongly smoothed"),
        }
        group = QActionGroup(self)
        made = {}
        for smoothing, text in words.items():
            action = self.smoothing_menu.addAction(text)
            action.setCheckable(True)
            action.setActionGroup(group)
            action.triggered.connect(lambda _checked=False, chosen=smoothing: self._choices.choose_smoothing(chosen))
            made[smoothing] = action
        return made

    def _place(self) -> None:
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(1)
        self.row.addWidget(self._words, 1)
        self.row.addWidget(_button(self, self.log_action))
        self.smoothing_button = self._smoothing_button()
        self.row.addWidget(self.smoothing_button)
        for action in (self.all_action, self.copy_action, self.save_action):
            self.row.addWidget(_button(self, action))
        self.setFixedHeight(ROW_HEIGHT)

    def _smoothing_button(self) -> QToolButton:
        button = _button(self)
        name = self.tr("Smooth the curves")
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setCheckable(True)
        set_icon(button, "smooth", "muted")
        button.setMenu(self.smoothing_menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def menu(self) -> QMenu:
        """The tools in words, for the right mouse button and the menu key."""
        menu = QMenu(self)
        menu.addAction(self.log_action)
        menu.addMenu(self.smoothing_menu)
        menu.addSeparator()
        menu.addActions([self.zoom_in_action, self.zoom_out_action, self.all_action])
        menu.addSeparator()
        menu.addActions([self.copy_action, self.save_action])
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def say(self, words: str) -> None:
        self._words.set_whole(words)

    def _follow_zoom(self) -> None:
        canvas = self._canvas
        is_drawn = canvas.chart is not None
        self.all_action.setEnabled(canvas.zoom is not None)
        self.zoom_out_action.setEnabled(canvas.zoom is not None)
        for action in (self.zoom_in_action, self.copy_action, self.save_action):
            action.setEnabled(is_drawn)

    def _follow_choices(self) -> None:
        self.log_action.setChecked(self._choices.is_log)
        smoothing = self._choices.smoothing
        self.smoothing_actions[smoothing].setChecked(True)
        self.smoothing_button.setChecked(smoothing is not Smoothing.OFF)


def _button(parent: QWidget, action: QAction | None = None) -> QToolButton:
    button = QToolButton(parent)
    button.setIconSize(SMALL_ICON)
    button.setProperty("small", True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # keys for the canvas of the pictures must not press it
    if action is not None:
        button.setDefaultAction(action)
        button.setAccessibleName(action.text().removesuffix("…"))
    return button
