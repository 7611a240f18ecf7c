"""From where a person looks at the image: zoom and place, fit and 100 %, kept when going to another image."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

from desktop_app.canvas.geometry import ImageSize, Point

FIT_MARGIN = 30.0  # screen pixels around a fitted image: names of boxes at its upper edge stay readable
LARGEST_ZOOM, SMALLEST_ZOOM = 64.0, 0.01
STEP = 1.25
REST_MS = 120  # a zoom that was not changed for so long is worth sharpening the picture for


class Viewpoint(QObject):
    """Moves and scales a view. A zoom of 1 shows each image pixel as one pixel of the screen."""

    changed = Signal()
    zoom_changed = Signal(float)
    rested = Signal()

    def __init__(self, view: QGraphicsView) -> None:
        super().__init__(view)
        self._view = view
        self._size = ImageSize(0, 0)
        self._fits = True
        self._rest_timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest_timer.timeout.connect(self.rested)

    @property
    def scale(self) -> float:
        """Units of the window system for an image pixel: on a HiDPI screen one unit is several pixels."""
        return self._view.transform().m11()

    @property
    def zoom(self) -> float:
        return self.scale * self._view.devicePixelRatioF()

    @property
    def fits(self) -> bool:
        """Whether the whole image is kept in view, also when the window or the image changes."""
        return self._fits

    def set_image_size(self, size: ImageSize) -> None:
        """Another image: fitted if the last one was, else at the same zoom and the same relative place."""
        old, centre = self._size, self.centre
        self._size = size
        if self._fits or 0 in old:
            self.fit()
            return
        place = Point(centre.x / old.width * size.width, centre.y / old.height * size.height)
        self._look(self.scale, place)

    def fit(self) -> None:
        self._fits = True
        if 0 in self._size:
            return
        viewport = self._view.viewport()
        room_x = max(viewport.width() - 2 * FIT_MARGIN, 1.0)
        room_y = max(viewport.height() - 2 * FIT_MARGIN, 1.0)
        scale = min(room_x / self._size.width, room_y / self._size.height)
        scale = max(scale, 1 / min(self._size))  # a picture as thin as a line stays to be seen
        self._look(self._limited(scale), Point(self._size.width / 2, self._size.height / 2))

    def set_zoom(self, zoom: float, anchor: QPointF | None = None) -> None:
        """Zoom, keeping what lies under `anchor` (in the viewport; its middle by default) where it is."""
        if 0 in self._size:
            return
        self._fits = False
        scale = self._limited(zoom / self._view.devicePixelRatioF())
        middle = self._middle
        anchor = middle if anchor is None else anchor
        fixed = self.to_image(anchor)
        self._look(
            scale,
            Point(fixed.x + (middle.x() - anchor.x()) / scale, fixed.y + (middle.y() - anchor.y()) / scale),
        )

    def zoom_by(self, factor: float, anchor: QPointF | None = None) -> None:
        self.set_zoom(self.zoom * factor, anchor)

    def zoom_in(self) -> None:
        self.zoom_by(STEP)

    def zoom_out(self) -> None:
        self.zoom_by(1 / STEP)

    def show_actual_size(self) -> None:
        self.set_zoom(1.0)

    def pan(self, dx: float, dy: float) -> None:
        """Move the image by units of the window system."""
        if 0 in self._size or (dx, dy) == (0, 0):
            return
        self._fits = False
        centre = self.centre
        self._look(self.scale, Point(centre.x - dx / self.scale, centre.y - dy / self.scale))

    def reveal(self, area: QRectF) -> None:
        """Scroll as little as needed to have an area in view."""
        if not self._visible_area.contains(area):
            self._fits = False
            self._view.ensureVisible(area, 40, 40)
            self.changed.emit()

    def refit(self) -> None:
        """The view got another size."""
        if self._fits:
            self.fit()
        elif 0 not in self._size:
            self._look(self.scale, self.centre)

    @property
    def viewport_size(self) -> QSizeF:
        """In units of the window system."""
        return QSizeF(self._view.viewport().size())

    @property
    def centre(self) -> Point:
        return self.to_image(self._middle)

    def to_image(self, place: QPointF) -> Point:
        """Image pixels at a place of the viewport; unlike Qt's own, without rounding to whole units."""
        inverse, _ = self._view.viewportTransform().inverted()
        mapped = inverse.map(place)
        return Point(mapped.x(), mapped.y())

    def to_viewport(self, point: Point) -> QPointF:
        return self._view.viewportTransform().map(QPointF(point.x, point.y))

    @property
    def _middle(self) -> QPointF:
        return QRectF(self._view.viewport().rect()).center()

    @property
    def _visible_area(self) -> QRectF:
        viewport = QRectF(self._view.viewport().rect())
        first, last = self.to_image(viewport.topLeft()), self.to_image(viewport.bottomRight())
        return QRectF(QPointF(*first), QPointF(*last))

    def _limited(self, scale: float) -> float:
        ratio = self._view.devicePixelRatioF()
        return min(max(scale * ratio, SMALLEST_ZOOM), LARGEST_ZOOM) / ratio

    def _look(self, scale: float, centre: Point) -> None:
        zoomed = scale != self.scale
        self._view.setTransform(QTransform.fromScale(scale, scale))
        self._leave_room_around(scale)
        viewport = self._view.viewport()
        centre = self._near_image(centre)
        self._view.horizontalScrollBar().setValue(round(centre.x * scale - viewport.width() / 2))
        self._view.verticalScrollBar().setValue(round(centre.y * scale - viewport.height() / 2))
        self._rest_timer.start()
        self.changed.emit()
        if zoomed:
            self.zoom_changed.emit(self.zoom)

    def _near_image(self, centre: Point) -> Point:
        """The middle of the view stays on the image, so that nobody loses it."""
        return Point(min(max(centre.x, 0.0), self._size.width), min(max(centre.y, 0.0), self._size.height))

    def _leave_room_around(self, scale: float) -> None:
        """Let any place of the image come to the middle of the view: a corner is as easy to draw at as the centre."""
        viewport = self._view.viewport()
        margin_x, margin_y = viewport.width() / scale, viewport.height() / scale
        area = QRectF(0, 0, self._size.width, self._size.height)
        self._view.setSceneRect(area.adjusted(-margin_x, -margin_y, margin_x, margin_y))


def keep_quiet(view: QGraphicsView) -> None:
    """Leave all moving to the viewpoint: no scroll bars, no anchors of Qt's own."""
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
    view.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
