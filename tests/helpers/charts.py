"""Charts for tests: histories of epochs, and a person's mouse over the curves."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.runs.charts.chart_canvas import ChartCanvas
from desktop_app.runs.charts.chart_request import ChartLook, Line, Panel
from desktop_app.runs.charts.charts import ChartView
from desktop_app.runs.training_run import TrainingRun
from training.run.events import EpochEvent

BLUE, GREEN, RED, GREY, WHITE = "#0000ff", "#00ff00", "#ff0000", "#808080", "#ffffff"
HEADS = (BLUE, GREEN, RED)
LOOK = ChartLook(WHITE, "#000000", GREY, "#eeeeee", "Epoch", "Seconds", "Minutes", "Hours", "best", "resumed")
NOTCH = 120
PATIENCE_MS = 30_000


def epochs(
    count: int, validated: bool = True, presence: bool = True, best: int = 2, seconds: float = 1.0
) -> tuple[EpochEvent, ...]:
    """Losses that fall and shares that rise, with 20 epochs to go through."""
    heads = ("class", "box", "presence") if presence else ("class", "box")
    shares = ("class_accuracy", "mean_iou", "presence_accuracy") if presence else ("class_accuracy", "mean_iou")
    made = []
    for number in range(1, count + 1):
        figures = {"loss": 3 / number, **{f"{head}_loss": (place + 1) / number for place, head in enumerate(heads)}}
        figures |= {share: (1 - 1 / number) * (1 - place / 5) for place, share in enumerate(shares)}
        if validated:
            figures |= {f"val_{key}": value * 0.9 for key, value in figures.items()}
        made.append(EpochEvent(epoch=number, epochs=20, figures=figures, seconds=seconds, best=number == best))
    return tuple(made)


def shown_view(qtbot: QtBot, run: TrainingRun, width: int, height: int) -> ChartView:
    """A view of the run, once its curves are drawn."""
    made = ChartView()
    qtbot.addWidget(made, before_close_func=lambda widget: widget.shut_down())
    made.resize(width, height)
    made.show_run(run)
    with qtbot.waitSignal(made.drawn, timeout=PATIENCE_MS):
        made.show()
    return made


def pair(key: str, colour: str, name: str = "") -> tuple[Line, Line]:
    return (Line(key, colour, name, "training"), Line(f"val_{key}", colour, name, "validation"))


def triple(*keys: str) -> tuple[Line, ...]:
    return tuple(line for key, colour in zip(keys, HEADS, strict=True) for line in pair(key, colour, key))


PANELS = (
    Panel("Loss", pair("loss", "#000000")),
    Panel("Loss by head", triple("class_loss", "box_loss", "presence_loss")),
    Panel("Quality", triple("class_accuracy", "mean_iou", "presence_accuracy"), is_share=True, is_whole_share=True),
)


class ChartPerson:
    """Works on the curves in epochs (or seconds) and panels, as the eye sees them."""

    def __init__(self, canvas: ChartCanvas) -> None:
        self.canvas = canvas

    def point(self, place: float, panel: int = 0, height: float = 0.5) -> QPoint:
        chart = self.canvas.chart
        assert chart is not None, "nothing is drawn yet"
        x = self.canvas.x_of(place)
        area = chart.panels[panel].area
        assert x is not None
        return QPoint(round(x), round(area.top() + height * area.height()))

    def drag(self, start: float, end: float, button=Qt.MouseButton.LeftButton, *, release: bool = True) -> None:
        first, last = self.point(start), self.point(end)
        self.press(start, button)
        _move(self.canvas, last, button)
        if release:
            QTest.mouseRelease(self.canvas, button, Qt.KeyboardModifier.NoModifier, last)
        assert first != last

    def press(self, place: float, button=Qt.MouseButton.LeftButton) -> None:
        QTest.mousePress(self.canvas, button, Qt.KeyboardModifier.NoModifier, self.point(place))

    def hover(self, place: float, panel: int = 0) -> None:
        _move(self.canvas, self.point(place, panel), Qt.MouseButton.NoButton)

    def wheel(self, place: float, notches: float, modifier=Qt.KeyboardModifier.NoModifier) -> bool:
        """Whether the chart wanted it."""
        where = QPointF(self.point(place))
        event = QWheelEvent(
            where, QPointF(self.canvas.mapToGlobal(where)), QPoint(), QPoint(0, round(NOTCH * notches)),
            Qt.MouseButton.NoButton, modifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        event.setAccepted(True)
        QApplication.sendEvent(self.canvas, event)
        return event.isAccepted()

    def double_click(self, place: float) -> None:
        QTest.mouseDClick(self.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, self.point(place))

    def key(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.canvas, key, modifier)


def is_close(one: tuple[float, float], other: tuple[float, float], tolerance: float = 0.1) -> bool:
    return all(math.isclose(a, b, abs_tol=tolerance) for a, b in zip(one, other, strict=True))


def _move(canvas: ChartCanvas, place: QPoint, button: Qt.MouseButton) -> None:
    """QTest's moves carry no button, so the event is sent as the window system would."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    where = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, QPointF(canvas.mapToGlobal(where)), Qt.MouseButton.NoButton, button,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
