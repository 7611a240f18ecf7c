"""Which model answers, who computes its answers, and from which score on they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QMenu, QSizePolicy, QSlider, QToolButton

from desktop_app.action_table import action_button
from desktop_app.elided_choice import ElidedChoice
from desktop_app.predict.loaded_model import LoadedModel
from desktop_app.small_widgets import ElidedLabel, muted_label
from desktop_app.words import filled, percent, tooltip
from training.run.answers.predictor import LITERT
from training.run.catalogue.run_summary import RunSummary, main_figures_of
from training.run.run_folder import RunFolder

PICKER_LEAST, PICKER_WIDTH = 120, 300
SLIDER_LEAST, SLIDER_WIDTH = 60, 120


@dataclass(frozen=True, slots=True)
class PickedModel:
    """A line of the picker; `name` is what people call it, `facts` a sentence on how good it is."""

    place: Path
    name: str
    text: str
    is_run: bool = True
    facts: str = ""

    @property
    def chosen(self) -> Path | RunFolder:
        return RunFolder(self.place) if self.is_run else self.place

    @property
    def tip(self) -> str:
        """Lines."""
        return "\n".join(part for part in (self.name, self.facts, str(self.place)) if part)


class ModelBar(QFrame):
    model_chosen = Signal(object)  # PickedModel
    score_changed = Signal(float)  # 0..1

    def __init__(self, other_model: QAction, other_run: QAction, export: QAction, score: float) -> None:
        super().__init__()
        self.setObjectName("model_bar")
        self._runs: list[PickedModel] = []
        self._others: list[PickedModel] = []
        self.picker = ElidedChoice()
        self.picker.setAccessibleName(self.tr("Model"))
        self.picker.setMinimumWidth(PICKER_LEAST)
        self.picker.setMaximumWidth(PICKER_WIDTH + 120)
        self.picker.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.picker.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.picker.setPlaceholderText(self.tr("No model yet"))
        self.picker.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.engine = ElidedLabel()
        self.slider = self._made_slider(score)
        self._score = muted_label()
        self._score.setFixedWidth(self._score.fontMetrics().horizontalAdvance("100 %") + 4)
        self._lay_out(_with_menu(action_button(other_model), [other_model, other_run]), action_button(export))
        self.picker.activated.connect(self._on_activated)
        self.slider.valueChanged.connect(self._on_slider)
        self._score.setText(percent(score))
        self._fill()

    def _made_slider(self, score: float) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, 100)
        slider.setMinimumWidth(SLIDER_LEAST)
        slider.setMaximumWidth(SLIDER_WIDTH)
        slider.setAccessibleName(self.tr("Lowest score"))
        slider.setToolTip(self._score_tip())
        slider.setValue(round(100 * score))
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the page
        return slider

    def _score_tip(self) -> str:
        how = self.tr("The score says how sure the model is, from 0 to 100 %.")
        return f"{how} {self.tr('What is less sure than this is not shown, not saved and not put into the project.')}"

    def _lay_out(self, other_model: QToolButton, export: QToolButton) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.setSpacing(8)
        label = muted_label(self.tr("Model"))
        label.setBuddy(self.picker)
        score_label = muted_label(self.tr("Show from score"))
        score_label.setToolTip(self._score_tip())
        score_label.setBuddy(self.slider)
        layout.addWidget(label)
        layout.addWidget(self.picker, 3)
        layout.addWidget(other_model)
        layout.addWidget(self.engine, 2)
        for part in (score_label, self.slider, self._score, export):
            layout.addWidget(part)

    @property
    def min_score(self) -> float:
        return self.slider.value() / 100

    # --- the picker

    def set_runs(self, runs: Sequence[RunSummary], current: RunFolder | None) -> None:
        """Those with a model; the current one first, then the newest."""
        able = [run for run in runs if run.has_model]
        able.sort(key=lambda run: run.folder != current)
        self._runs = [PickedModel(run.folder.path, run.name, _text(run), facts=_facts(run)) for run in able]
        self._fill()

    def add_other(self, place: Path, name: str, *, is_run: bool) -> PickedModel:
        """A model from elsewhere stays in the list until the window goes."""
        picked = PickedModel(place, name, name, is_run)
        known = next((one for one in (*self._runs, *self._others) if one.place == place), None)
        if known is None:
            self._others.append(picked)
            self._fill()
        return known or picked

    @property
    def first(self) -> PickedModel | None:
        return self._runs[0] if self._runs else None

    def select(self, place: Path | None) -> None:
        """Without telling anybody."""
        # By what the lines hold: the line between runs and others counts as one, too.
        held = [self.picker.itemData(index) for index in range(self.picker.count())]
        found = (index for index, one in enumerate(held) if isinstance(one, PickedModel) and one.place == place)
        with QSignalBlocker(self.picker):
            self.picker.setCurrentIndex(next(found, -1))
        chosen = self.picker.currentData()
        about = self.tr("The model that is asked: the runs of this project, and models from elsewhere")
        self.picker.setToolTip(tooltip(f"{about}\n\n{chosen.tip}") if isinstance(chosen, PickedModel) else about)

    @property
    def _all(self) -> list[PickedModel]:
        runs = {one.place for one in self._runs}
        return [*self._runs, *(one for one in self._others if one.place not in runs)]

    def _fill(self) -> None:
        chosen = self.picker.currentData()
        place = chosen.place if isinstance(chosen, PickedModel) else None
        with QSignalBlocker(self.picker):
            self.picker.clear()
            for one in self._all:
                self.picker.addItem(one.text, one)
                self.picker.setItemData(self.picker.count() - 1, tooltip(one.tip), Qt.ItemDataRole.ToolTipRole)
            if 0 < len(self._runs) < len(self._all):
                self.picker.insertSeparator(len(self._runs))
        self.picker.setEnabled(self.picker.count() > 0)
        self.select(place)

    def _on_activated(self, index: int) -> None:
        picked = self.picker.itemData(index)
        if isinstance(picked, PickedModel):
            self.model_chosen.emit(picked)

    # --- what is said

    def show_model(self, model: LoadedModel | None, *, is_busy: bool) -> None:
        text = tip = ""
        if is_busy:
            text = self.tr("Loading the model…")
        elif model is not None and model.predictor.engine == LITERT:
            text = self.tr("Quick answers by LiteRT")
            tip = self.tr("LiteRT is a small, quick program for trained models, made for phones and computers alike.")
        elif model is not None:
            text = self.tr("Slower answers by Keras")
            about = self.tr(
                "Keras is what the model was trained with: it answers the same as LiteRT, and takes longer."
            )
            tip = "\n".join(part for part in (model.predictor.note, about) if part)
        here = self.tr("It computes on this computer's processor: your pictures stay here.") if tip else ""
        self.engine.setText(text)
        self.engine.setToolTip("\n".join(part for part in (text, tip, here) if part))
        self.engine.setAccessibleDescription(tip)

    def _on_slider(self, value: int) -> None:
        self._score.setText(percent(value / 100))
        self.score_changed.emit(value / 100)


def _text(run: RunSummary) -> str:
    """Its name, and the figure that runs are judged by first."""
    figure = _main_figure(run)
    if figure is None:
        return run.name
    reached = percent(run.figures[figure])
    if run.is_growing and run.best_epoch:  # the model that is loaded may be of an earlier one
        reached = filled(_tr("%1 at epoch %2"), reached, run.best_epoch)
    return filled("%1 · %2", run.name, reached)


def _main_figure(run: RunSummary) -> str | None:
    return next((name for name in main_figures_of(run.recipe) if name in run.figures), None)


def _facts(run: RunSummary) -> str:
    """What the figure in the line is."""
    figure = _main_figure(run)
    names = {
        "mean_iou": _tr("mean IoU, how well its boxes lie"),
        "iou50": _tr("boxes with an IoU of at least 0.5"),
        "class_accuracy": _tr("classes that were right"),
        "macro_f1": _tr("macro F1, how well it tells the classes apart"),
        "top3_accuracy": _tr("the right class is among its best three"),
    }
    return "" if figure is None else filled(_tr("%1: %2"), percent(run.figures[figure]), names.get(figure, figure))


def _tr(text: str) -> str:
    return QCoreApplication.translate("ModelBar", text)


def _with_menu(button: QToolButton, actions: Sequence[QAction]) -> QToolButton:
    """A press does the first; the arrow beside it offers all."""
    menu = QMenu(button)
    menu.addActions(list(actions))
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
    return button
