"""The sheet behind Train: what is there in plain words, what is learned, one button, and every setting underneath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop_app.icons import set_icon
from desktop_app.runs.sheet.augmentation_flow import AugmentationFlow
from desktop_app.runs.sheet.choice_editors import Device
from desktop_app.runs.sheet.note_list import NoteList
from desktop_app.runs.sheet.readiness import Ask, Note, Readiness
from desktop_app.runs.sheet.recipe_choice import RecipeChoice
from desktop_app.runs.sheet.resource_note import ResourceNote
from desktop_app.runs.sheet.scrolled_sheet import ScrolledSheet
from desktop_app.runs.sheet.settings_form import SettingsForm, summary
from desktop_app.runs.sheet.smaller_note import SmallerNote
from desktop_app.runs.sheet.snapshot import Snapshot
from desktop_app.runs.sheet.start_from_choice import StartFromChoice
from desktop_app.runs.sheet.time_estimate import TimeEstimate
from desktop_app.runs.sheet.train_command import settings_of
from desktop_app.small_widgets import muted_label, push_button
from desktop_app.style import make_primary
from training.run.catalogue.earlier_runs import EarlierRun
from training.run.recipes.names import CLASSIFIER, RECIPES

SEEN_OF_FORM = 200  # pixels at least, when it unfolds
START_SIZE = QSize(150, 38)


class TrainSheet(ScrolledSheet):
    """Accepted means: start with `chosen_values`. It opens before the snapshot is there and waits for it."""

    validation_asked = Signal()  # keep the chosen snapshot's `moved_to_validation` for validation
    folder_classes_asked = Signal()  # images get the class that their folder is called

    def __init__(
        self,
        values: Mapping[str, Any],
        parent: QWidget | None = None,
        by_recipe: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """`values` are of the recipe that they name; `by_recipe` are those that a recipe is shown with otherwise."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Train"))
        self.snapshot: Snapshot | None = None
        self.waits_for_its_turn = False
        self.is_remembered = True  # what is chosen here is what the next sheet begins with
        self.knows_earlier_runs = False
        self._headline = QLabel(self.tr("Looking at the boxes…"))
        font = self._headline.font()
        font.setPointSizeF(font.pointSizeF() * 1.45)
        font.setBold(True)
        self._headline.setFont(font)
        self._headline.setWordWrap(True)
        self._notes = NoteList()
        self._notes.asked.connect(self._on_asked)
        self._readiness: Readiness | None = None  # what is shown
        self.recipe_choice = RecipeChoice()
        self.form = SettingsForm()
        self._fill_form(values, by_recipe or {})
        self.augmentations = AugmentationFlow(self.form, self)
        self.form.changed.connect(self._on_settings_changed)
        self.smaller = SmallerNote()
        self.smaller.usual_asked.connect(self.form.take_usual)
        self.resources = ResourceNote()
        self.start_from = StartFromChoice(str(values.get("start_from") or ""))
        self.time = TimeEstimate()
        self._person_chose_recipe = False
        self._sheet_chose_recipe = False
        self._choice = QWidget()
        self._make_choice()
        self._buttons = QHBoxLayout()
        self._make_buttons()
        self._lay_out()
        self._follow_choices()
        self._on_settings_changed()

    def _fill_form(self, values: Mapping[str, Any], by_recipe: Mapping[str, Mapping[str, Any]]) -> None:
        self.recipe_choice.choose(str(values.get("recipe", "")))
        chosen = self.recipe_choice.recipe
        for recipe, remembered in by_recipe.items():
            if recipe != chosen and recipe in RECIPES:
                self.form.set_recipe(recipe)
                self.form.set_values(remembered)
        self.form.set_recipe(chosen)
        self.form.set_values(values)
        self.recipe_choice.changed.connect(self._on_recipe_changed)

    def _follow_choices(self) -> None:
        self.start_from.network_asked.connect(self.form.set_values)
        self.start_from.changed.connect(self._on_settings_changed)
        self.start_from.changed.connect(self.fit)
        self.time.told.connect(self.fit)
        self.finished.connect(self.time.cancel)

    def _lay_out(self) -> None:
        self.fill_body([self._headline, self._notes, self._choice])
        self.fill_foot([self.smaller, self.resources, self.time], self._buttons)

    def _make_choice(self) -> None:
        layout = QVBoxLayout(self._choice)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.recipe_choice)
        layout.addWidget(self.start_from)
        self.unfold_button = QToolButton()
        self.unfold_button.setObjectName("unfold")
        self.unfold_button.setText(self.tr("More settings"))
        self.unfold_button.setCheckable(True)
        self.unfold_button.setToolTip(
            self.tr("Everything that can be set for a training; the usual values suit most projects")
        )
        self.unfold_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.unfold_button.toggled.connect(self._on_unfold)
        self._summary = muted_label(wrap=True)
        line = QHBoxLayout()
        line.addWidget(self.unfold_button)
        line.addWidget(self._summary, 1)
        layout.addLayout(line)
        layout.addWidget(self.form)
        self.form.hide()
        set_icon(self.unfold_button, "next")

    def _make_buttons(self) -> None:
        tip = self.tr("All settings of this kind of training as the program proposes them")
        self._restore = push_button(self.tr("Restore defaults"), self.form.restore_defaults, tip=tip)
        self._close = push_button(self.tr("Close"), self.reject, tip=self.tr("Close (Esc)"))
        self.start_button = QPushButton(self.tr("Start training"))
        make_primary(self.start_button)
        self.start_button.setMinimumSize(START_SIZE)
        self.start_button.setDefault(True)
        self.start_button.clicked.connect(self.accept)
        for button in (self._restore, self._close):
            button.setAutoDefault(False)
        self._restore.setVisible(False)
        self._buttons.addWidget(self._restore)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self._close)
        self._buttons.addWidget(self.start_button)

    # --- what is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.time.forget_answers()
        if snapshot.is_for_classifier_only and not self._person_chose_recipe:
            self._choose_by_itself(CLASSIFIER)
        self._on_settings_changed()
        if self._readiness is not None and self._readiness.is_ready and not self.form.isVisible():
            self.start_button.setFocus()
        self.fit()

    def _choose_by_itself(self, recipe: str) -> None:
        if self.recipe_choice.recipe != recipe:
            self._sheet_chose_recipe = True
            with QSignalBlocker(self.recipe_choice):
                self.recipe_choice.choose(recipe)
            self.form.set_recipe(recipe)

    @property
    def chosen_snapshot(self) -> Snapshot | None:
        """As the chosen recipe sees the project."""
        return None if self.snapshot is None else self.snapshot.for_values(self.chosen_values())

    def _show_readiness(self, snapshot: Snapshot) -> None:
        readiness = snapshot.readiness
        if readiness is self._readiness:
            return
        self._readiness = readiness
        self._headline.setText(readiness.headline)
        self._notes.show_notes([*self._why_this_recipe(), *_told(readiness)])
        self.start_button.setVisible(readiness.is_ready)
        (self.start_button if readiness.is_ready else self._close).setDefault(True)
        self._choice.setVisible(self.snapshot is not None and self.snapshot.is_usable)
        self.time.setVisible(readiness.is_ready)
        self._restore.setVisible(self.form.isVisibleTo(self))
        self.fit()

    def _why_this_recipe(self) -> list[Note]:
        """Where the sheet chose it."""
        if self.form.recipe != CLASSIFIER or not self._sheet_chose_recipe:
            return []
        return [Note(self.tr("Classifier is chosen, as a localizer would have no boxes to learn from."))]

    def show_problem(self, sentence: str) -> None:
        """The project can't be read, or it can't be trained now."""
        self._headline.setText(self.tr("Training can't start"))
        self._show_obstacle(sentence)
        self.fit()

    def set_waits(self, waits: bool) -> None:
        """Whether another run trains on the chosen device: then this one is queued."""
        self.waits_for_its_turn = waits
        self.time.set_busy(waits)
        self.start_button.setText(self.tr("Add to the queue") if waits else self.tr("Start training"))
        later = self.tr("It begins by itself when the runs before it have ended; it learns the boxes as they are now.")
        now = self.tr("Start training with these boxes and settings (Return)")
        self.start_button.setToolTip(later if waits else now)

    def offer_runs(self, runs: Sequence[EarlierRun]) -> None:
        """The earlier runs of the project: to start from, and to guess the time by."""
        self.time.set_runs(runs)
        self.start_from.offer(runs)
        self.knows_earlier_runs = True

    def offer_devices(self, gpus: Sequence[Device]) -> None:
        self.form.offer_devices(gpus)

    def _on_asked(self, ask: Ask) -> None:
        {Ask.VALIDATION: self.validation_asked, Ask.FOLDER_CLASSES: self.folder_classes_asked}[ask].emit()

    def _show_obstacle(self, sentence: str) -> None:
        """What to do instead takes the place of the Start button."""
        self._notes.show_notes([Note(sentence)])
        self._choice.hide()
        self.time.hide()
        self._restore.hide()
        self.start_button.hide()
        self._close.setDefault(True)

    @property
    def text(self) -> str:
        """Headline and sentences, as they are read."""
        shown = [self._headline, *(label for label in self.findChildren(QLabel) if label.text())]
        return "\n".join(dict.fromkeys(label.text() for label in shown if label.isVisibleTo(self)))

    # --- what is chosen

    def chosen_values(self) -> dict[str, Any]:
        recipe = self.form.recipe
        start_from = {"start_from": self.start_from.value()} if self.start_from.value() else {}
        return {"recipe": recipe, **start_from, **self.form.values()}

    def _on_settings_changed(self) -> None:
        problems = self.form.problems()
        snapshot, settings = self.chosen_snapshot, None
        if snapshot is not None:
            self._show_readiness(snapshot)
            if snapshot.readiness.is_ready and not problems:
                settings = settings_of(self.chosen_values(), snapshot)
        self.augmentations.show_for(settings, () if snapshot is None else snapshot.dataset.images)
        self.start_from.show_for(settings)
        self.time.show_for(settings if self.start_from.is_possible else None, snapshot)
        self.start_button.setEnabled(settings is not None and self.start_from.is_possible)
        self.smaller.show_for({} if problems else self.form.smaller_than_usual())
        self.resources.show_for(None if problems else self.chosen_values(), snapshot)
        if problems:
            self._summary.setText(self.tr("One of the settings is not possible: see the sentence beside it."))
        else:
            self._summary.setText(summary(self.chosen_values(), self.form.device_name()))

    def _on_recipe_changed(self, recipe: str) -> None:
        self._person_chose_recipe, self._sheet_chose_recipe = True, False
        self.form.set_recipe(recipe)
        self.fit()

    def _on_unfold(self, unfolded: bool) -> None:
        set_icon(self.unfold_button, "unfold" if unfolded else "next")
        self.form.setVisible(unfolded)
        self._restore.setVisible(unfolded)
        self.fit()
        if unfolded:
            self.scroll_to(self.form, SEEN_OF_FORM)


def _told(readiness: Readiness) -> list[Note]:
    return [*([Note(readiness.obstacle)] if readiness.obstacle else []), *readiness.notes]
