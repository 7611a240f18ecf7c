"""What a person does on a chart with mouse, wheel and keys: zoom, pan, point at an epoch."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from desktop_app.runs.charts.drawn_chart import DrawnChart

LEAST_BAND = 5  # pixels; less was a click
WHEEL_NOTCH = 120
ZOOM_STEP, PAN_STEP = 1.25, 0.1  # of one notch, of one key
LEAST_EPOCHS = 2.0  # that a zoom shows
LEAST_SHARE = 0.002  # of all seconds that a zoom shows
ZOOM_KEYS = {Qt.Key.Key_Plus: ZOOM_STEP, Qt.Key.Key_Equal: ZOOM_STEP, Qt.Key.Key_Minus: 1 / ZOOM_STEP}


class ChartGestures(QWidget):
    """Knows which part of the lower axis is wanted and which epoch is pointed at; painting them is a subclass's."""

    zoom_changed = Signal()
    pointed = Signal()  # keys went to another epoch

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.chart: DrawnChart | None = None
        self.zoom: tuple[float, float] | None = None  # in epochs or seconds; None shows all
        self.band: tuple[float, float] | None = None  # x where a drag began, and where it is
        self.pan_start: tuple[float, tuple[float, float]] | None = None
        self.pointed_place: float | None = None
        self.pointed_panel = 0
        self.focus_came_by_key = False
        self._entered_at: QPointF | None = None

    def forget_gestures(self) -> None:
        self.band = self.pan_start = self.pointed_place = None
        if self.zoom is not None:
            self.zoom = None
            self.zoom_changed.emit()

    # --- the lower axis

    def shown_range(self, chart: DrawnChart) -> tuple[float, float]:
        """What is wanted; without a zoom what the picture has, which follows the run by itself."""
        if self.zoom is not None:
            return self.zoom
        return chart.whole

    def x_of(self, place: float) -> float | None:
        if self.chart is None:
            return None
        low, high = self.shown_range(self.chart)
        area = self.chart.panels[0].area
        return area.left() + (place - low) / (high - low) * area.width()

    def place_of(self, x: float) -> float | None:
        if self.chart is None:
            return None
        low, high = self.shown_range(self.chart)
        area = self.chart.panels[0].area
        return low + (x - area.left()) / area.width() * (high - low)

    def zoom_to(self, low: float, high: float) -> None:
        """Show a part of the lower axis, as far as there is something; all of it is no zoom."""
        if self.chart is None:
            return
        first, last = self.chart.whole
        least = LEAST_EPOCHS if self.chart.is_over_epochs else LEAST_SHARE * (last - first)
        wide = max(high - low, min(least, last - first))
        middle = (low + high) / 2
        low = min(max(first, middle - wide / 2), max(first, last - wide))
        high = min(last, low + wide)
        wanted = None if high - low >= 0.999 * (last - first) else (low, high)
        if wanted != self.zoom:
            self.zoom = wanted
            self.zoom_changed.emit()

    def zoom_by(self, factor: float, around: float | None = None) -> None:
        """Larger than 1 shows less and larger. `around` is a place of the lower axis that stays where it is."""
        if self.chart is None:
            return
        low, high = self.shown_range(self.chart)
        fixed = (low + high) / 2 if around is None else min(max(low, around), high)
        self.zoom_to(fixed - (fixed - low) / factor, fixed + (high - fixed) / factor)

    def pan_by(self, share: float) -> None:
        """Move what is seen by a share of its width; to the right is later."""
        if self.chart is None or self.zoom is None:
            return
        low, high = self.zoom
        first, last = self.chart.whole
        step = max(first - low, min(last - high, share * (high - low)))
        self.zoom_to(low + step, high + step)

    def show_all(self) -> None:
        if self.zoom is not None:
            self.zoom = None
            self.zoom_changed.emit()

    # --- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        is_inside = self.chart is not None and self.chart.panel_at(event.position()) is not None
        if is_inside and event.button() == Qt.MouseButton.LeftButton:
            self.band = (event.position().x(), event.position().x())
        elif event.button() == Qt.MouseButton.MiddleButton and self.chart is not None:
            self.pan_start = (event.position().x(), self.shown_range(self.chart))
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            super().mousePressEvent(event)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._entered_at = None
        if self.chart is None:
            return
        if self.band is not None:
            area = self.chart.panels[0].area
            self.band = (self.band[0], min(max(area.left(), event.position().x()), area.right()))
        elif self.pan_start is not None:
            self._pan_to(event.position().x(), self.chart)
        else:
            self._point_at(event.position(), self.chart)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.band is not None:
            start, end = sorted(self.band)
            self.band = None
            low, high = self.place_of(start), self.place_of(end)
            if end - start >= LEAST_BAND and low is not None and high is not None:
                self.zoom_to(low, high)
        elif event.button() == Qt.MouseButton.MiddleButton and self.pan_start is not None:
            self.pan_start = None
            self.unsetCursor()
        else:
            super().mouseReleaseEvent(event)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.show_all()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._entered_at = event.globalPosition()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.focus_came_by_key:
            self.pointed_place = None
        self.update()

    def _point_at(self, position: QPointF, chart: DrawnChart) -> None:
        panel = chart.panel_at(position)
        self.pointed_place = None if panel is None else self.place_of(position.x())
        self.pointed_panel = panel or 0

    def _pan_to(self, x: float, chart: DrawnChart) -> None:
        assert self.pan_start is not None
        start, (low, high) = self.pan_start
        moved = (start - x) / chart.panels[0].area.width() * (high - low)
        first, last = chart.whole
        moved = max(first - low, min(last - high, moved))
        if self.zoom is not None:
            self.zoom_to(low + moved, high + moved)

    # --- wheel

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel that scrolled the chart under the resting pointer goes on scrolling; so does one with nothing to do."""
        before = self.zoom
        if self.chart is not None and event.globalPosition() != self._entered_at:
            self._turn(event)
        event.setAccepted(self.zoom != before)

    def _turn(self, event: QWheelEvent) -> None:
        across, up = event.angleDelta().x() / WHEEL_NOTCH, event.angleDelta().y() / WHEEL_NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan_by(-PAN_STEP * (across or up))
        elif abs(across) > abs(up):
            self.pan_by(-PAN_STEP * across)
        elif up:
            self.zoom_by(ZOOM_STEP**up, self.place_of(event.position().x()))

    # --- keys

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_came_by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.focus_came_by_key:
            self.focus_came_by_key = False
            self.pointed_place = None
        self.update()

    def event(self, event: QEvent) -> bool:
        """A key that the chart knows is no shortcut of the window around it, Esc above all."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._deed_of(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the chart does not know are the window's."""
        deed = self._deed_of(event)
        if deed is None:
            event.ignore()
        else:
            deed()

    def _deed_of(self, event: QKeyEvent) -> Callable[[], None] | None:
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        direction = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key)
        shift, none = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
        if key == Qt.Key.Key_Escape and (self.band is not None or self.zoom is not None):
            return self._leave
        if key in ZOOM_KEYS and held in (none, shift):
            return lambda: self.zoom_by(ZOOM_KEYS[key], self.pointed_place)
        if self.focus_came_by_key and direction and held == shift:
            return lambda: self.pan_by(direction * PAN_STEP)
        if self.focus_came_by_key and direction and held == none:
            return lambda: self._point_at_next(direction)
        return None

    def _leave(self) -> None:
        """Esc gives up a drag, and if there is none the zoom."""
        if self.band is not None:
            self.band = None
            self.update()
        else:
            self.show_all()

    def _point_at_next(self, direction: int) -> None:
        """The epoch before or after the one pointed at, the last one at first."""
        places = [] if self.chart is None else self.chart.places()
        if self.chart is None or not places:
            return
        low, high = self.shown_range(self.chart)
        seen = [place for place in places if low <= place <= high] or places
        if self.pointed_place is None:
            self.pointed_place = seen[-1]
        else:
            near = min(range(len(seen)), key=lambda number: abs(seen[number] - (self.pointed_place or 0)))
            self.pointed_place = seen[max(0, min(len(seen) - 1, near + direction))]
        self.pointed.emit()
        self.update()
