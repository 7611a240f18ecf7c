"""How a person likes curves: on a logarithmic scale or not, smoothed or not. All charts follow, and it is remembered."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal

from desktop_app.runs.charts.chart_request import Smoothing
from desktop_app.settings import Settings


class ChartChoices(QObject):
    """Kept in the settings alone, so that every window reads the same."""

    changed = Signal()

    @property
    def is_log(self) -> bool:
        return Settings().chart_is_log

    def choose_log(self, is_log: bool) -> None:
        settings = Settings()
        if settings.chart_is_log != is_log:
            settings.chart_is_log = is_log
            self.changed.emit()

    @property
    def smoothing(self) -> Smoothing:
        stored = Settings().chart_smoothing
        return Smoothing(stored) if stored in set(Smoothing) else Smoothing.OFF

    def choose_smoothing(self, smoothing: Smoothing) -> None:
        if self.smoothing is not smoothing:
            Settings().chart_smoothing = smoothing.value
            self.changed.emit()


def chart_choices() -> ChartChoices:
    """The ones of this program; they live as long as the application."""
    application = QCoreApplication.instance()
    assert application is not None
    found = application.findChild(ChartChoices, "", Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, ChartChoices) else ChartChoices(application)
