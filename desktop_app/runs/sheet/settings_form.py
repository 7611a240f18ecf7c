"""Every setting of a run as a form, made from the settings table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from desktop_app.runs.sheet.choice_editors import ChoiceEditor, Device, DeviceEditor
from desktop_app.runs.sheet.form_groups import groups, reasons
from desktop_app.runs.sheet.setting_editor import SettingEditor
from desktop_app.runs.sheet.setting_editors import EDITORS
from desktop_app.runs.sheet.usual_rate import rate_offer
from desktop_app.runs.sheet.weights_editor import WeightsEditor
from desktop_app.runs.sheet.weights_words import in_short
from desktop_app.small_widgets import heading, muted_label
from desktop_app.style import show_as_problem
from desktop_app.words import filled
from training.run.input_limits import input_size_limits
from training.run.learning_settings import USUAL_RATES
from training.run.machine.smaller_settings import proposed_settings, smaller_settings
from training.run.recipes.localizer_defaults import COMPACT, LAB
from training.run.recipes.names import LOCALIZER
from training.run.settings import SETTINGS, SettingField, SettingsError, settings_for

EDITOR_WIDTH = 210
EDITOR_HEIGHT = 28
GAP_OVER_GROUP = 8


class SettingRow:
    """A label, an editor, and beside it a sentence: what the setting does, what is possible, or why it does not count."""

    def __init__(self, field: SettingField) -> None:
        self.field = field
        self.label = QLabel(QCoreApplication.translate("Settings", field.label))
        self.editor: SettingEditor = EDITORS[field.kind](field)
        self.editor.setFixedWidth(EDITOR_WIDTH)
        self.editor.setMinimumHeight(EDITOR_HEIGHT)
        self.label.setBuddy(self.editor)
        self.sentence = muted_label(wrap=True)
        self.sentence.setTextFormat(Qt.TextFormat.AutoText)  # an offer has a link
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.is_of_recipe = True

    def show_sentence(self, reason: str, offer: str = "") -> None:
        """`reason` says why the setting changes nothing now; `offer` is a sentence with a link."""
        self.label.setEnabled(not reason)
        self.editor.setEnabled(not reason)
        problem = "" if reason else self.editor.problem()
        show_as_problem(self.sentence, bool(problem))
        said = problem or reason or self.editor.remark() or offer
        self.sentence.setText(said or QCoreApplication.translate("Settings", self.field.help))
        flags = Qt.TextInteractionFlag
        is_link = bool(offer) and said == offer  # only then the Tab key stops here
        links = flags.LinksAccessibleByMouse | flags.LinksAccessibleByKeyboard
        self.sentence.setTextInteractionFlags(links if is_link else flags.NoTextInteraction)

    def take(self, field: SettingField) -> None:
        """The same setting as another recipe has it."""
        self.field = field
        self.editor.take_field(field)
        if isinstance(self.editor, ChoiceEditor) and field.choices:
            self.editor.offer_choices(field.choices)

    def set_shown(self, shown: bool) -> None:
        self.is_of_recipe = shown
        for part in (self.label, self.editor, self.sentence):
            part.setVisible(shown)


class SettingsForm(QWidget):
    """Holds values by key; `changed` tells of every keystroke, `problems` what is not possible.

    Each recipe has its own values: those of the one that is not shown are kept.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.recipe = LOCALIZER
        self._kept: dict[str, dict[str, Any]] = {}
        fields = {field.key: field for field in SETTINGS}
        self._groups = groups(list(fields))
        # In the order of the eye, which is that of the Tab key.
        self._rows = {key: SettingRow(fields[key]) for group in self._groups for key in group.keys}
        self._headings = [heading(group.title) for group in self._groups]
        self._is_switching = True
        self._place_rows()
        for row in self._rows.values():
            row.editor.changed.connect(self._on_changed)
        self._rows["architecture"].editor.changed.connect(self._on_architecture_changed)
        self._rows["optimizer"].sentence.linkActivated.connect(self._use_usual_rate)
        self._show_recipe()

    def _place_rows(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 8, 4)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        for title, group in zip(self._headings, self._groups, strict=True):
            title.setContentsMargins(0, GAP_OVER_GROUP if grid.count() else 0, 0, 0)
            grid.addWidget(title, grid.rowCount(), 0, 1, 3)
            for key in group.keys:
                self._place_row(grid, self._rows[key])

    def _place_row(self, grid: QGridLayout, row: SettingRow) -> None:
        place = grid.rowCount()
        grid.addWidget(row.label, place, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(row.editor, place, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(row.sentence, place, 2, Qt.AlignmentFlag.AlignVCenter)

    # --- the recipe

    def set_recipe(self, recipe: str) -> None:
        if recipe == self.recipe:
            return
        self._kept[self.recipe] = self.values()
        self.recipe = recipe
        self._show_recipe()
        self.changed.emit()

    def _show_recipe(self) -> None:
        fields = {field.key: field for field in settings_for(self.recipe)}
        self._is_switching = True
        for key, row in self._rows.items():
            if key in fields:
                row.take(fields[key])
            row.set_shown(key in fields)
        for title, group in zip(self._headings, self._groups, strict=True):
            title.setVisible(any(key in fields for key in group.keys))
        self.restore_defaults()
        self.set_values(self._kept.get(self.recipe, {}))
        self._is_switching = False
        self._follow()

    # --- values

    def values(self) -> dict[str, Any]:
        return {key: row.editor.value() for key, row in self._rows.items() if row.is_of_recipe}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Take over the values that are known and possible; the others stay as they are."""
        for key, row in self._rows.items():
            if key not in values or not row.is_of_recipe:
                continue
            value = tuple(values[key]) if isinstance(values[key], list) else values[key]  # JSON knows no tuples
            try:
                row.field.check(value)
            except SettingsError:
                continue
            row.editor.set_value(value)

    def restore_defaults(self) -> None:
        """As this computer proposes them."""
        self.set_values(proposed_settings(self.recipe))

    def smaller_than_usual(self) -> dict[str, Any]:
        """What is set as a computer with little memory proposes it."""
        values, smaller = self.values(), smaller_settings(self.recipe)
        return smaller if all(values[key] == value for key, value in smaller.items()) else {}

    def take_usual(self) -> None:
        """In the place of what is smaller here."""
        usual = {field.key: field.default for field in settings_for(self.recipe)}
        self.set_values({key: usual[key] for key in smaller_settings(self.recipe)})

    def problems(self) -> list[str]:
        """Of the settings that count."""
        rows = (row for row in self._rows.values() if row.is_of_recipe and row.editor.isEnabled())
        return [sentence for row in rows if (sentence := row.editor.problem())]

    def editor(self, key: str) -> SettingEditor:
        return self._rows[key].editor

    def sentence_beside(self, key: str) -> str:
        return self._rows[key].sentence.text()

    def offer_devices(self, devices: Sequence[Device]) -> None:
        editor = self.editor("device")
        assert isinstance(editor, DeviceEditor)
        editor.offer_devices(devices)

    def device_name(self) -> str:
        editor = self.editor("device")
        assert isinstance(editor, DeviceEditor)
        return editor.combo.currentText()

    # --- what follows from what

    def _on_changed(self) -> None:
        if not self._is_switching:
            self._follow()
            self.changed.emit()

    def _on_architecture_changed(self) -> None:
        """Networks of keras.applications are worth their while with ImageNet's weights."""
        if self._is_switching:
            return
        if self.editor("architecture").value() not in (COMPACT, LAB) and self.editor("weights").value() == "random":
            self.editor("weights").set_value("imagenet")

    def _follow(self) -> None:
        architecture, size = self.editor("architecture").value(), self._rows["input_size"]
        weights = self.editor("weights")
        assert isinstance(weights, WeightsEditor)
        weights.set_network(architecture, size.editor.value())
        smallest, largest = input_size_limits(architecture)
        size.take(replace(size.field, minimum=smallest, maximum=largest))
        values = self.values()
        why_not, rate_offers = reasons(self.recipe, values), {"optimizer": rate_offer(values)}
        for key, row in self._rows.items():
            if row.is_of_recipe:
                row.show_sentence(why_not.get(key, ""), rate_offers.get(key, ""))
        if input_size_limits(COMPACT) != (smallest, largest) and not size.editor.problem():
            text = QCoreApplication.translate("SettingsForm", "This network takes %1 to %2 px.")
            size.sentence.setText(f"{size.sentence.text()} {filled(text, smallest, largest)}")

    def _use_usual_rate(self) -> None:
        self.set_values({"learning_rate": USUAL_RATES[self.editor("optimizer").value()]})


def summary(values: Mapping[str, Any], device: str) -> str:
    """The settings that matter most, in one line."""
    tr = QCoreApplication.translate
    table = {field.key: field for field in SETTINGS}

    def chosen(key: str) -> str:
        labels = {choice.value: choice.label for choice in table[key].choices}
        return tr("Settings", labels.get(values[key], str(values[key])))

    network = chosen("architecture")
    if values["architecture"] == COMPACT:
        network = tr("SettingsForm", "%1 network, %2").replace("%2", chosen("model_size").lower())
        network = network.replace("%1", chosen("architecture"))
    size = tr("SettingsForm", "%1 px").replace("%1", str(values["input_size"]))
    return " · ".join([network, _weights_word(values), size, _epochs_word(values), device])


def _epochs_word(values: Mapping[str, Any]) -> str:
    """A classifier's head learns first, then all of it."""
    tr = QCoreApplication.translate
    more = values.get("fine_tune_epochs", 0) if values["weights"] != "random" else 0
    text = tr("SettingsForm", "%1 + %2 epochs") if more else tr("SettingsForm", "%1 epochs")
    return text.replace("%1", str(values["epochs"])).replace("%2", str(more))


def _weights_word(values: Mapping[str, Any]) -> str:
    if values.get("start_from"):
        return QCoreApplication.translate("SettingsForm", "from an earlier run")
    return in_short(values["weights"], values["architecture"], values["input_size"])
