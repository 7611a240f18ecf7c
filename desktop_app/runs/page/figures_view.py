"""The tab of figures: a table by split, the spread of the IoU, and which classes are taken for which."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.runs.page.class_table import ClassTable
from desktop_app.runs.page.confusion_view import ConfusionView
from desktop_app.runs.page.gallery_model import Cell
from desktop_app.runs.page.histogram_view import HistogramView, counts_in_words
from desktop_app.runs.page.page_content import PageContent, split_names
from desktop_app.small_widgets import copyable, heading, muted_label, push_button
from desktop_app.words import counted, filled, percent
from training.dataset.dataset import Split
from training.run.recipes.names import CLASSIFIER
from training.run.report.measuring import THRESHOLDS, Measured, tells_top3
from training.run.report.report import RunReport


class FigureTable(QWidget):
    """One column a split; one that nobody judged says so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(22)
        self._grid.setVerticalSpacing(5)

    def show_report(self, report: RunReport, sizes: dict[str, int]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        names = split_names()
        is_classifier, with_top3 = report.recipe == CLASSIFIER, tells_top3(report.figures.values())
        for row, name in enumerate(_classifier_rows(with_top3=with_top3) if is_classifier else _row_names(), start=1):
            self._add(muted_label(name), row, 0)
        there = [split for split in names if split in report.figures or sizes.get(split)]
        for column, split in enumerate(there, start=1):
            self._add(QLabel(names[split]), 0, column)
            figures = report.figures.get(split)
            if figures is None:
                self._add(QLabel(str(sizes[split])), 1, column)
                self._add(muted_label(self.tr("not judged")), 2, column)
                continue
            values = _classifier_values(figures, with_top3=with_top3) if is_classifier else _values(figures)
            for row, value in enumerate(values, start=1):
                self._add(copyable(QLabel(value)), row, column)
        self._grid.setColumnStretch(len(names) + 1, 1)

    def _add(self, label: QLabel, row: int, column: int) -> None:
        if column:
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(label, row, column)


def _row_names() -> list[str]:
    names = [_tr("Images"), _tr("Mean IoU"), _tr("Class right"), _tr("Presence right")]
    return [*names, *(filled(_tr("IoU at least %1"), f"{threshold:g}") for threshold in THRESHOLDS)]


def _values(figures: Measured) -> list[str]:
    """Shares of boxes with their counts, as both are asked for."""
    shares = [figures.mean_iou, figures.class_accuracy, figures.presence_accuracy]
    good = [figures.iou50, figures.iou60, figures.iou75, figures.iou90]
    counts = zip(figures.counts.values(), good, strict=True)
    return [str(figures.images), *map(percent, shares), *(filled(_tr("%1 (%2)"), *pair) for pair in _worded(counts))]


def _classifier_rows(*, with_top3: bool) -> list[str]:
    top3 = [_tr("In the top 3")] if with_top3 else []
    return [_tr("Images"), _tr("Classified"), _tr("Class right"), *top3, _tr("Macro F1")]


def _classifier_values(figures: Measured, *, with_top3: bool) -> list[str]:
    top3 = [figures.top3_accuracy] if with_top3 else []
    shares = [figures.class_accuracy, *top3, figures.macro_f1]
    return [str(figures.images), str(figures.objects), *map(percent, shares)]


def _worded(counts: Iterable[tuple[int, float | None]]) -> list[tuple[int, str]]:
    return [(count, percent(share)) for count, share in counts]


def _tr(text: str) -> str:
    return QCoreApplication.translate("FigureTable", text)


class FiguresView(QScrollArea):
    cell_chosen = Signal(str, object)  # the split, and the cell of its confusion matrix
    judging_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: RunReport | None = None
        self.table = FigureTable()
        self.origin = muted_label(
            self.tr(
                "Of the model that was kept: after the training it was asked about each image once more. What the panel "
                "of the training shows was measured as it learned, and can differ a little."
            ),
            wrap=True,
        )
        self.missing = muted_label(wrap=True)
        tip = self.tr("Ask the model about those that have not been compared with their boxes yet")
        self.judge_button = push_button(self.tr("Judge the other images"), self.judging_asked.emit, tip=tip)
        self.splits = QComboBox()
        self.splits.setAccessibleName(self.tr("Images of which split"))
        self.splits.setToolTip(self.tr("Of which images the tables below tell"))
        self.setAccessibleName(self.tr("Figures of the run"))
        self.splits.currentIndexChanged.connect(self._show_split)
        self.histogram = HistogramView()
        self.counts = copyable(muted_label(wrap=True))
        self.classes = ClassTable()
        self.confusion = ConfusionView()
        self.confusion.cell_chosen.connect(self._on_cell_chosen)
        self._rows_and_columns = muted_label(wrap=True)
        self._place()

    def _place(self) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(self.table)
        layout.addWidget(self.origin)
        layout.addWidget(self.missing)
        layout.addWidget(self.judge_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addSpacing(8)
        layout.addWidget(self.splits, 0, Qt.AlignmentFlag.AlignLeft)
        self._of_split = QWidget()
        inner = QVBoxLayout(self._of_split)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(6)
        self._overlap = heading(self.tr("Overlap with the true boxes"))
        inner.addWidget(self._overlap)
        inner.addWidget(self.histogram)
        inner.addWidget(self.counts)
        inner.addWidget(self.classes)
        inner.addSpacing(12)
        inner.addWidget(heading(self.tr("Classes taken for others")))
        inner.addWidget(self._rows_and_columns)
        inner.addWidget(self.confusion)
        layout.addWidget(self._of_split)
        layout.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def show_content(self, content: PageContent, *, can_judge: bool) -> None:
        report = content.report
        assert report is not None
        self._report = report
        self.table.show_report(report, content.sizes)
        missing = content.missing
        text = self.tr("%n images of this run were not judged: it was stopped, or its images were not at hand.")
        one = self.tr("1 image of this run was not judged: it was stopped, or its images were not at hand.")
        none = self.tr(
            "This run had no validation images: nothing tells how its model does on images that it has not learned from. "
            "The Train sheet offers to keep some."
        )
        has_validation = bool(content.sizes.get(Split.VALIDATION.value))
        parts = [counted(missing, one, text)] if missing else []
        self.missing.setText("\n".join([*parts, *([] if has_validation else [none])]))
        self.missing.setVisible(bool(self.missing.text()))
        self.judge_button.setVisible(missing > 0 and can_judge)
        self._offer_splits(report)

    def _offer_splits(self, report: RunReport) -> None:
        wanted = self.splits.currentData()
        self.splits.blockSignals(True)
        self.splits.clear()
        for split, name in split_names().items():
            if split in report.figures:
                self.splits.addItem(name, split)
        self.splits.setCurrentIndex(max(0, self.splits.findData(wanted)))
        self.splits.blockSignals(False)
        self.splits.setVisible(self.splits.count() > 0)
        self._show_split()

    def _show_split(self) -> None:
        split = self.splits.currentData()
        report = self._report
        confusion = report.confusion.get(split) if report else None
        figures = report.figures.get(split) if report else None
        is_classifier = report is not None and report.recipe == CLASSIFIER
        histogram = report.histogram.get(split) if report and not is_classifier else None
        self._of_split.setVisible(histogram is not None or confusion is not None)
        self.histogram.setVisible(histogram is not None and histogram.objects > 0)
        self.histogram.show_histogram(histogram)
        self.counts.setText("" if histogram is None else counts_in_words(histogram))
        for part in (self._overlap, self.counts):
            part.setVisible(not is_classifier)
        self.classes.show_classes(figures.classes if figures is not None else ())
        self.confusion.show_confusion(confusion)
        text = self.tr("Rows: what is there. Columns: what the model sees. Choose a cell to see its pictures.")
        if confusion is not None and confusion.left_out:
            more = self.tr("%1 classes with fewer mistakes are not shown.")
            text = f"{text} {filled(more, confusion.left_out)}"
        self._rows_and_columns.setText(text)

    def _on_cell_chosen(self, true: str | None, predicted: str | None) -> None:
        self.cell_chosen.emit(str(self.splits.currentData()), Cell(true, predicted))
