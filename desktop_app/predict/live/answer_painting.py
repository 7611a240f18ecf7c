"""What a model says, painted over a picture on the screen: boxes with class and score, or bars of the best classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from desktop_app.predict.loaded_model import RGB
from desktop_app.words import score_text
from training.run.answers.prediction import Answer, ClassScore, PredictedBox

PLATE, PLATE_TEXT, PLATE_MUTED = QColor(22, 24, 29, 215), QColor("#ffffff"), QColor("#aab3bc")
GROOVE = QColor(255, 255, 255, 50)
UNKNOWN = QColor("#9aa0a6")
DARK_INK, LIGHT_INK = QColor("#14161a"), QColor("#ffffff")
SHADE = QColor(0, 0, 0, 140)
OUTLINE, SHADE_MARGIN = 2.0, 2.0
PADDING_X, PADDING_Y, RADIUS = 6.0, 2.0, 4.0
LONGEST_NAME = 260.0
BARS_WIDTH, BARS_MARGIN = 320.0, 10.0
BAR_HEIGHT, LEAST_BAR = 8.0, 2.0
NAME_SHARE = 0.42


def qt_colours(colours: Mapping[int, RGB]) -> dict[int, QColor]:
    return {class_id: QColor(*rgb) for class_id, rgb in colours.items()}


def paint_boxes(
    painter: QPainter, boxes: Sequence[PredictedBox], place: QRectF, scale: float, colours: Mapping[int, QColor]
) -> None:
    """`place` is where the picture lies on the screen, `scale` screen pixels for one of its own."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for box in boxes:
        colour = colours.get(box.class_id, UNKNOWN)
        left, top = place.left() + scale * box.xmin, place.top() + scale * box.ymin
        outline = QRectF(left, top, scale * box.width, scale * box.height)
        for pen in (QPen(SHADE, OUTLINE + SHADE_MARGIN), QPen(colour, OUTLINE)):
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(outline)
    for box in boxes:  # above all outlines
        colour = colours.get(box.class_id, UNKNOWN)
        corner = QPointF(place.left() + scale * box.xmin, place.top() + scale * box.ymin)
        _paint_chip(painter, f"{box.label}  {score_text(box.score)}", corner, place, colour)


def paint_plate(painter: QPainter, text: str, place: QRectF, colour: QColor = PLATE_TEXT) -> None:
    """A line of text on a dark plate."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(place, RADIUS, RADIUS)
    painter.setPen(colour)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, text)


def plate_size(painter: QPainter, text: str) -> tuple[float, float]:
    metrics = QFontMetricsF(painter.font())
    return metrics.horizontalAdvance(text) + 4 * PADDING_X, metrics.height() + 4 * PADDING_Y


def paint_bars(
    painter: QPainter, answer: Answer, min_score: float, place: QRectF, colours: Mapping[int, QColor]
) -> None:
    """The best few classes of the whole picture at the lower left of `place`; grey where even the best is too unsure."""
    whole = next((one for one in answer.answers if one.box is None), None)
    if whole is None:
        return
    metrics = QFontMetricsF(painter.font())
    row = metrics.height() + 4
    width = min(BARS_WIDTH, place.width() - 2 * BARS_MARGIN)
    height = len(whole.top) * row + 2 * BARS_MARGIN
    plate = QRectF(place.left() + BARS_MARGIN, place.bottom() - BARS_MARGIN - height, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(plate, RADIUS, RADIUS)
    inside = plate.adjusted(BARS_MARGIN, BARS_MARGIN, -BARS_MARGIN, -BARS_MARGIN)
    is_sure = whole.best.score >= min_score
    for number, one in enumerate(whole.top):
        line = QRectF(inside.left(), inside.top() + number * row, inside.width(), row)
        _paint_bar(painter, metrics, line, one, colours.get(one.class_id, UNKNOWN) if is_sure else UNKNOWN)


def _paint_bar(painter: QPainter, metrics: QFontMetricsF, line: QRectF, one: ClassScore, colour: QColor) -> None:
    names, numbers = NAME_SHARE * line.width(), metrics.horizontalAdvance("100 %") + 4
    align = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    painter.setPen(PLATE_MUTED if colour is UNKNOWN else PLATE_TEXT)
    name = metrics.elidedText(one.label, Qt.TextElideMode.ElideMiddle, names - 8)
    painter.drawText(QRectF(line.left(), line.top(), names, line.height()), align, name)
    painter.drawText(line, align | Qt.AlignmentFlag.AlignRight, score_text(one.score))
    groove = QRectF(
        line.left() + names, line.center().y() - BAR_HEIGHT / 2, line.width() - names - numbers - 6, BAR_HEIGHT
    )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(GROOVE)
    painter.drawRoundedRect(groove, 3, 3)
    painter.setBrush(colour)
    groove.setWidth(max(LEAST_BAR, groove.width() * min(1.0, one.score)))
    painter.drawRoundedRect(groove, 3, 3)


def _paint_chip(painter: QPainter, text: str, corner: QPointF, place: QRectF, colour: QColor) -> None:
    """Above the corner of its box, inside where the picture ends there, and always within the picture's width."""
    metrics = QFontMetricsF(painter.font())
    text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, LONGEST_NAME)
    width, height = metrics.horizontalAdvance(text) + 2 * PADDING_X, metrics.height() + 2 * PADDING_Y
    left = max(place.left(), min(corner.x() - 1, place.right() - width))
    top = corner.y() - height - 1
    plate = QRectF(left, top if top >= place.top() else corner.y() + 1, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(plate, RADIUS, RADIUS)
    painter.setPen(ink_on(colour))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, text)


def ink_on(background: QColor) -> QColor:
    """Black or white, whichever has the higher contrast (relative luminance of WCAG 2)."""
    return DARK_INK if _luminance(background) > 0.179 else LIGHT_INK


def _luminance(colour: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())
