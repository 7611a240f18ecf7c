"""The line of the Train sheet that chooses an earlier run to begin with, and says what comes from it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from desktop_app.small_widgets import muted_label
from desktop_app.style import show_as_problem
from desktop_app.words import counted, filled, joined, percent, quoted_names
from training.run.catalogue.earlier_runs import EarlierRun
from training.run.network_layout import Common, Obstacle
from training.run.settings import TrainingSettings
from training.run.start_from import EarlierModel, Taken, what_is_taken

WIDTH_IN_LETTERS = 36  # a longer name is cut, not the sheet widened


class StartFromChoice(QWidget):
    """Hidden while there is no run with a model. The first entry is to begin from nothing."""

    changed = Signal()
    network_asked = Signal(dict)  # the settings without which nothing of the chosen run fits

    def __init__(self, start_from: str = "", parent: QWidget | None = None) -> None:
        """`start_from` is the folder of a run that is to be chosen as soon as it is known."""
        super().__init__(parent)
        self._awaited = start_from
        self._models: list[EarlierModel] = []
        self.combo = QComboBox()
        self.combo.setAccessibleName(self.tr("Start from"))
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(WIDTH_IN_LETTERS)
        self.combo.addItem(self.tr("Nothing"))
        self.combo.activated.connect(self._on_chosen)
        self._sentence = muted_label(wrap=True)
        label = QLabel(self.tr("Start from"))
        label.setBuddy(self.combo)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(12)
        layout.setVerticalSpacing(4)
        layout.addWidget(label, 0, 0)
        layout.addWidget(self.combo, 0, 1)
        layout.setColumnStretch(2, 1)
        layout.addWidget(self._sentence, 1, 0, 1, 3)
        self._problem = ""
        self._sentence.hide()
        self.setVisible(False)

    # --- what it is told

    def offer(self, runs: Sequence[EarlierRun]) -> None:
        """The newest first; those without a model are left out."""
        chosen = self.value()
        self._models = [run.model for run in runs if run.model is not None]
        while self.combo.count() > 1:
            self.combo.removeItem(1)
        for run in runs:
            if run.model is not None:
                self.combo.addItem(_title(run))
        self._awaited = ""
        place = next((at for at, model in enumerate(self._models, 1) if str(model.run.path) == chosen), 0)
        self.combo.setCurrentIndex(place)
        self.setVisible(bool(self._models) or bool(chosen))
        gone = self.tr("The run to start from has no model any more; this one begins from nothing.")
        self._tell(gone if chosen and not place else "", is_problem=False)
        self.changed.emit()  # who opens the sheet with a run says which network it is to have

    def show_for(self, settings: TrainingSettings | None) -> None:
        """Say what these settings leave of the chosen run; None while they are not possible."""
        model = self.model
        if model is not None and settings is not None:
            taken = what_is_taken(model, settings)
            self._tell(in_words(taken), is_problem=taken.backbone is Common.NOTHING)

    # --- what is chosen

    @property
    def model(self) -> EarlierModel | None:
        place = self.combo.currentIndex()
        return self._models[place - 1] if 0 < place <= len(self._models) else None

    def value(self) -> str:
        """The folder of the run; nothing where it begins from nothing."""
        model = self.model
        return self._awaited if model is None else str(model.run.path)

    @property
    def is_possible(self) -> bool:
        """Something of the chosen run can be taken, and it is known which one it is."""
        return not self._awaited and not self._problem

    def _on_chosen(self, _place: int) -> None:
        self._tell("", is_problem=False)
        model = self.model
        if model is not None:
            card = model.card
            self.network_asked.emit({"architecture": card.architecture, "model_size": card.model_size})
        self.changed.emit()

    def _tell(self, sentence: str, is_problem: bool) -> None:
        self._problem = sentence if is_problem else ""
        show_as_problem(self._sentence, is_problem)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))

    @property
    def text(self) -> str:
        return self._sentence.text()


def in_words(taken: Taken) -> str:
    """What comes from the earlier run, what does not, and why."""
    card = taken.earlier.card
    if taken.backbone is Common.NOTHING:
        if taken.obstacle is Obstacle.VERSION:
            return _tr(
                "Nothing can be taken from that run: a former version of Boxwright built its network otherwise. Choose "
                "another one, or start from nothing."
            )
        if taken.obstacle is Obstacle.ARCHITECTURE:
            why = filled(_tr("it trained another network (%1)"), card.architecture)
        else:
            why = filled(_tr("its network has another size (%1)"), card.model_size or _tr("unknown"))
        return filled(_tr("Nothing can be taken from that run: %1. Choose the same one, or start from nothing."), why)
    is_whole = taken.backbone is Common.WHOLE
    parts = [_tr("the backbone") if is_whole else _tr("the beginning of the backbone")]
    if taken.box_head:
        parts.append(_tr("the box head"))
    if taken.presence:
        parts.append(_tr("the presence head"))
    if taken.columns:
        parts.append(filled(_tr("the class head for %1"), quoted_names(list(taken.known_classes))))
    told = [filled(_tr("From that run come %1."), joined(parts))]
    if not taken.head:
        why = {
            Obstacle.RECIPE: _tr("of another recipe"),
            Obstacle.INPUT_SIZE: _tr("built otherwise for its input size"),
            Obstacle.VERSION: _tr("built otherwise by a former version of Boxwright"),
        }.get(taken.obstacle, _tr("of another size"))
        text = _tr("The heads are learned anew: there they are %1.")
        if not is_whole:
            text = _tr("The rest of it and the heads are learned anew: there they are %1.")
        told.append(filled(text, why))
        return " ".join(told)
    if taken.is_read_otherwise:
        told.append(_tr("The box head is learned anew: there it has another box encoding."))
    if taken.new_classes:
        names = quoted_names(list(taken.new_classes))
        text = counted(len(taken.new_classes), _tr("%1 is learned anew."), _tr("%1 are learned anew."))
        told.append(filled(text, names))
    return " ".join(told)


def _title(run: EarlierRun) -> str:
    """Its name, when it was, and how good it is, as far as that is known."""
    summary = run.summary
    parts = [] if summary.name == summary.folder.path.name and summary.created else [summary.name]
    if summary.created:
        moment = QDateTime.fromSecsSinceEpoch(int(summary.created))
        parts.append(QLocale().toString(moment, QLocale.FormatType.ShortFormat))
    if "mean_iou" in summary.figures:
        parts.append(filled(_tr("mean IoU %1"), percent(summary.figures["mean_iou"])))
    elif "macro_f1" in summary.figures:
        parts.append(filled(_tr("macro F1 %1"), percent(summary.figures["macro_f1"])))
    return " · ".join(parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("StartFromChoice", text)
