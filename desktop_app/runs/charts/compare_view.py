"""Several runs beside each other: their curves over one another, and a table of what they reached and how they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QMenu, QSplitter, QToolButton, QVBoxLayout, QWidget

from desktop_app.background import Job
from desktop_app.elided_choice import ElidedChoice
from desktop_app.icons import set_icon
from desktop_app.runs.charts.chart_board import ChartBoard
from desktop_app.runs.charts.chart_looks import chart_run, run_colour, run_dashes
from desktop_app.runs.charts.chart_request import Across, ChartContents, Line, Panel
from desktop_app.runs.charts.chart_saving import Title
from desktop_app.runs.charts.compare_rows import ComparedRun, RunBasis, compare_rows, read_basis
from desktop_app.runs.charts.compare_table import CompareTable
from desktop_app.runs.figure_words import figure_title, in_order, is_share
from desktop_app.runs.training_run import TrainingRun
from desktop_app.style import Theme
from training.run.run_folder import RunFolder

NEWS_INTERVAL_MS = 250
HEIGHTS = [360, 320]


class CompareChart(ChartBoard):
    """One figure of all runs; which one, and over what, is chosen at the left of the tools."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._runs: list[TrainingRun] = []
        self._names: list[str] = []
        self._wanted = ""  # the figure that a person has chosen
        super().__init__(QCoreApplication.translate("CompareView", "Curves of the runs"), parent)
        self.figure_choice = _combo(self.tr("Figure"))
        self.across_choice = _combo(self.tr("Drawn over"))
        self.across_choice.addItem(self.tr("over epochs"), Across.EPOCHS.value)
        self.across_choice.addItem(self.tr("over time"), Across.SECONDS.value)
        self.tools.row.insertWidget(0, self.figure_choice)
        self.tools.row.insertWidget(1, self.across_choice)
        self.figure_choice.currentIndexChanged.connect(self._on_figure_chosen)
        self.across_choice.currentIndexChanged.connect(self.canvas.start_anew)

    def show_runs(self, runs: Sequence[TrainingRun], names: Sequence[str]) -> None:
        is_other = list(runs) != self._runs
        self._runs, self._names = list(runs), list(names)
        self._offer_figures()
        if is_other:
            self.canvas.start_anew()
        else:
            self.refresh()

    def follow(self) -> None:
        """There are new epochs."""
        self._offer_figures()
        self.refresh()

    @property
    def figure(self) -> str:
        return str(self.figure_choice.currentData() or "")

    def _on_figure_chosen(self) -> None:
        self._wanted = self.figure
        self.canvas.refresh_at_once()

    def _offer_figures(self) -> None:
        """The figures that any of the runs has. Shown is what a person chose, where half of them have it, or what most have."""
        counts = Counter(key for run in self._runs if run.history for key in run.history[-1].figures)
        keys = in_order(counts)
        offered = [self.figure_choice.itemData(number) for number in range(self.figure_choice.count())]
        told = sum(bool(run.history) for run in self._runs)
        is_of_many = self._wanted in counts and 2 * counts[self._wanted] >= told
        shown = self._wanted if is_of_many else _most_told(keys, counts, self.figure)
        self.figure_choice.blockSignals(True)
        if keys != offered:
            self.figure_choice.clear()
            for key in keys:
                self.figure_choice.addItem(figure_title(key), key)
        self.figure_choice.setCurrentIndex(self.figure_choice.findData(shown))
        self.figure_choice.blockSignals(False)

    def contents(self, colours: Theme) -> ChartContents | None:
        key = self.figure
        if not self._runs or not key:
            return None
        lines = tuple(
            Line(key, run_colour(number, colours), name, run=number, dashes=run_dashes(number))
            for number, name in enumerate(self._names)
        )
        panel = Panel(figure_title(key), lines, is_share=is_share(key))
        across = Across(self.across_choice.currentData())
        return ChartContents((panel,), tuple(chart_run(run) for run in self._runs), across, legend_below=True)

    def title(self) -> Title:
        """The panel names the figure, and the legend the runs."""
        return lambda: ""


class CompareView(QWidget):
    """Shows the runs it is given, and follows those that go on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: list[TrainingRun] = []
        self._names: list[str] = []
        self._bases: dict[RunFolder, RunBasis] = {}
        self._reading = 0  # late answers carry an older number
        self.chart = CompareChart()
        self.table = CompareTable()
        self.all_settings = QCheckBox(self.tr("All settings"))
        self.all_settings.setToolTip(self.tr("Show also the settings in which the runs do not differ"))
        self.all_settings.toggled.connect(self._fill_table)
        self._place()
        self._news = QTimer(self, singleShot=True, interval=NEWS_INTERVAL_MS)
        self._news.timeout.connect(self._show_news)

    def _place(self) -> None:
        below = QWidget()
        layout = QVBoxLayout(below)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self.all_settings)
        row.addStretch(1)
        row.addWidget(self._copy_button())
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.setChildrenCollapsible(False)
        self._parts.setHandleWidth(1)
        self._parts.addWidget(self.chart)
        self._parts.addWidget(below)
        self._parts.setSizes(HEIGHTS)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 8, 12, 8)
        whole.addWidget(self._parts)

    def _copy_button(self) -> QToolButton:
        menu = QMenu(self)
        menu.addAction(self.tr("As text for a spreadsheet"), self.table.copy_text)
        menu.addAction(self.tr("As CSV"), self.table.copy_csv)
        self.copy_button = QToolButton()
        self.copy_button.setText(self.tr("Copy table"))
        set_icon(self.copy_button, "copy", "muted")
        self.copy_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.copy_button.setToolTip(self.tr("Copy the whole table"))
        self.copy_button.setMenu(menu)
        self.copy_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return self.copy_button

    def show_runs(self, runs: Sequence[TrainingRun], names: Sequence[str]) -> None:
        """`names` are what people call the runs, one each; no runs: nothing is shown."""
        if list(runs) == self._runs and list(names) == self._names:
            return
        for run in self._runs:
            run.figures_changed.disconnect(self._on_news)
            run.ended.disconnect(self._on_news)
        self._runs, self._names = list(runs), list(names)
        for run in self._runs:
            run.figures_changed.connect(self._on_news)
            run.ended.connect(self._on_news)
        self.chart.show_runs(runs, names)
        self._fill_table()
        self._read_bases()

    def shut_down(self) -> None:
        """Nothing is shown any more; when this returns no thread is left."""
        self._news.stop()
        self.show_runs([], [])
        self.chart.shut_down()

    def _on_news(self) -> None:
        if not self._news.isActive():
            self._news.start()

    def _show_news(self) -> None:
        self.chart.follow()
        self._fill_table()

    def _read_bases(self) -> None:
        """Settings and data do not change once a run is prepared: they are read once."""
        folders = {run.folder for run in self._runs if run.folder is not None}
        self._bases = {folder: basis for folder, basis in self._bases.items() if folder in folders}
        missing = sorted(folders - set(self._bases), key=lambda folder: folder.path)
        self._reading += 1
        if missing:
            number = self._reading
            job = Job(lambda _progress: (number, {folder: read_basis(folder) for folder in missing}))
            job.done.connect(self._on_read)
            job.start()

    def _on_read(self, answer: object) -> None:
        number, bases = cast("tuple[int, dict[RunFolder, RunBasis]]", answer)
        if number == self._reading:
            self._bases |= bases
            self._fill_table()

    def _fill_table(self) -> None:
        runs = [
            ComparedRun(name, run, self._bases.get(run.folder) if run.folder is not None else None)
            for run, name in zip(self._runs, self._names, strict=True)
        ]
        rows = compare_rows(runs, with_equal_settings=self.all_settings.isChecked()) if runs else []
        self.table.show_rows(self._names, rows)


def _most_told(keys: Sequence[str], counts: Counter[str], present: str) -> str:
    """The first figure that as many runs have as any; the present one where it is no worse."""
    most = max(counts.values(), default=0)
    return present if most and counts[present] == most else next((key for key in keys if counts[key] == most), "")


def _combo(name: str) -> QComboBox:
    combo = ElidedChoice()
    combo.setAccessibleName(name)
    combo.setToolTip(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return combo
