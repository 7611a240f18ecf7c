"""Two tabs of facts: the settings of a run, and its model with what it was made on and from."""

from __future__ import annotations

import time
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.runs.page.page_content import split_names
from desktop_app.runs.run_words import phase_word
from desktop_app.small_widgets import copyable, muted_label
from desktop_app.words import counted, filled, joined, percent
from training.run.machine.hardware import Hardware
from training.run.report.model_summary import LayerSummary, ModelSummary
from training.run.report.report import RunReport
from training.run.setting_rows import setting_rows

GIB = 1024**3
LONG_WORD = 40
Fact = tuple[str, str]


class SettingsView(QTreeWidget):
    """Setting, value, and the usual value where it is another one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("facts")
        self.setAccessibleName(self.tr("Settings of the run"))
        self.setRootIsDecorated(False)
        self.setAllColumnsShowFocus(True)
        self.setHeaderLabels([self.tr("Setting"), self.tr("Value"), self.tr("Usual value, if another")])
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def show_report(self, report: RunReport) -> None:
        self.clear()
        for row in setting_rows(report.settings):
            default = _in_settings(row.default) if row.is_changed else ""
            item = QTreeWidgetItem([_in_settings(row.label), _in_settings(row.value), default])
            item.setToolTip(0, _in_settings(row.help))
            if row.is_changed:
                font = item.font(1)
                font.setBold(True)
                item.setFont(1, font)
            self.addTopLevelItem(item)
        self.addTopLevelItem(QTreeWidgetItem([self.tr("Images"), report.settings.image_root, ""]))
        classes = ", ".join(report.settings.class_names)
        self.addTopLevelItem(QTreeWidgetItem([self.tr("Classes"), classes, ""]))
        for column in range(2):
            self.resizeColumnToContents(column)
        self.setColumnWidth(1, min(360, self.columnWidth(1)))


class ModelView(QScrollArea):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Model of the run"))
        self.totals = copyable(QLabel())
        self.layers = QTreeWidget()
        self.layers.setObjectName("facts")
        self.layers.setAccessibleName(self.tr("Layers of the model"))
        self.layers.setHeaderLabels(
            [self.tr("Layer"), self.tr("Kind"), self.tr("Output"), self.tr("Parameters")],
        )
        self.layers.headerItem().setTextAlignment(3, Qt.AlignmentFlag.AlignRight)
        self.layers.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.layers.setUniformRowHeights(True)
        self.layers.setMinimumHeight(260)
        self.facts = FactsGrid()
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(self.totals)
        layout.addWidget(self.layers, 1)
        layout.addWidget(self.facts)
        layout.addStretch(0)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def show_report(self, report: RunReport) -> None:
        model = report.model
        self.totals.setText(_totals(model, report.parameters))
        self.layers.setVisible(model is not None)
        self.layers.clear()
        for layer in model.layers if model else ():
            self.layers.addTopLevelItem(_item(layer))
        for column in range(4):
            self.layers.resizeColumnToContents(column)
        self.layers.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.facts.show_facts(facts_of(report))


class FactsGrid(QWidget):
    """Names and values that can be copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Iterable[Fact]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, value) in enumerate(fact for fact in facts if fact[1]):
            self._grid.addWidget(muted_label(name), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(_field(name, value), row, 1)


def _field(name: str, value: str) -> QWidget:
    """Text to copy. A single long word, such as a hash, can't be wrapped: it is moved through like a field's."""
    if len(value) < LONG_WORD or " " in value:
        label = copyable(QLabel(value))
        label.setWordWrap(True)
        return label
    field = QLineEdit(value)
    field.setReadOnly(True)
    field.setAccessibleName(name)
    field.setToolTip(value)
    field.setFrame(False)
    field.setStyleSheet("QLineEdit { background: transparent; border: none; padding: 0; }")
    field.setCursorPosition(0)
    return field


def facts_of(report: RunReport) -> list[Fact]:
    """What the figures were made from and on."""
    names = split_names()
    images = [filled(_tr("%1: %2"), names[split], report.dataset[split]) for split in names if split in report.dataset]
    repeatable = _tr("%1, repeatable on this device") if report.deterministic else _tr("%1, not repeatable exactly")
    return [
        (_tr("Data (SHA-256)"), str(report.dataset.get("sha256", ""))),
        (_tr("Images"), " · ".join(images)),
        (_tr("Left out"), str(report.dataset.get("left_out") or "")),
        (_tr("Seed"), filled(repeatable, report.seed)),
        (_tr("Best by"), report.monitor),
        (_tr("Batch size"), str(report.batch_size or "")),
        (_tr("Parts"), _phases(report)),
        (_tr("Precision"), report.precision),
        (_tr("Started from"), "; ".join(report.taken)),
        (_tr("Starts"), "\n".join(_part(part.began, part.epochs_before, part.device) for part in report.parts)),
        (_tr("Device"), _devices(report)),
        (_tr("Waiting for images"), _waiting(report.data_wait_share)),
        *_hardware(report.hardware),
        (_tr("Versions"), " · ".join(f"{name} {version}" for name, version in report.versions.items())),
    ]


def _waiting(share: float | None) -> str:
    """Nothing where nobody measured it."""
    return "" if share is None else filled(_tr("%1 of the training's time"), percent(share))


def _phases(report: RunReport) -> str:
    """Those of a training that is not of one piece, with their epochs."""
    pairs = zip(report.phases, report.phase_epochs, strict=False)
    epochs = [(phase_word(name), counted(count, _tr("1 epoch"), _tr("%n epochs"))) for name, count in pairs]
    return " · ".join(filled(_tr("%1: %2"), *pair) for pair in epochs)


def _devices(report: RunReport) -> str:
    if report.device_count < 2:
        return report.device
    text = _tr("%1 (%2 at once, %3 images a step)")
    return filled(text, report.device, report.device_count, report.global_batch)


def _part(began: float, epochs_before: int, device: str) -> str:
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(began))
    if not epochs_before:
        return filled(_tr("%1, %2"), when, device)
    return filled(_tr("%1, resumed after epoch %3, %2"), when, device, epochs_before)


def _hardware(hardware: Hardware | None) -> list[Fact]:
    if hardware is None:
        return []
    return [
        (_tr("System"), hardware.system),
        (_tr("Processor"), filled(_tr("%1, %2 cores"), hardware.cpu, hardware.cores)),
        (_tr("Memory"), _memory(hardware.memory)),
        (_tr("GPU"), joined([part for part in (hardware.gpu, _memory(hardware.gpu_memory)) if part])),
    ]


def _memory(size: int | None) -> str:
    return "" if size is None else filled(_tr("%1 GiB"), f"{size / GIB:.1f}")


def _totals(model: ModelSummary | None, parameters: int) -> str:
    if model is None:
        text = _tr("%1 parameters. The layers are written down when a run ends.")
        return filled(text, f"{parameters:,}") if parameters else _tr("No model was built.")
    text = _tr("%1 parameters: %2 trainable, %3 not")
    return filled(text, f"{model.parameters:,}", f"{model.trainable:,}", f"{model.not_trainable:,}")


def _item(layer: LayerSummary) -> QTreeWidgetItem:
    item = QTreeWidgetItem([layer.name, layer.type, layer.shape, f"{layer.parameters:,}"])
    item.setTextAlignment(3, Qt.AlignmentFlag.AlignRight)
    for inner in layer.layers:
        item.addChild(_item(inner))
    return item


def _in_settings(text: str) -> str:
    return QCoreApplication.translate("Settings", text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunFacts", text)
