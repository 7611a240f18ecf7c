"""Cards that stand for the kinds of training; one of them is chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from desktop_app.runs.sheet.recipes import Recipe, recipes
from desktop_app.small_widgets import muted_label


class RecipeCard(QFrame):
    """A press anywhere on it chooses it."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.setObjectName("recipe_card")
        self.recipe = recipe
        self.button = QRadioButton(recipe.title)
        self.button.setAccessibleDescription(recipe.description)
        self.button.setToolTip(recipe.description)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(14, 10, 14, 12)
        inside.setSpacing(3)
        inside.addWidget(self.button)
        description = muted_label(recipe.description, wrap=True)
        description.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        inside.addWidget(description, 1)
        self.button.toggled.connect(self._show_chosen)
        self._show_chosen(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.button.setFocus()
        self.button.click()
        event.accept()

    def _show_chosen(self, chosen: bool) -> None:
        # The Tab key comes to the chosen one, the arrow keys go on to the others.
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus)
        self.setProperty("chosen", chosen)
        self.style().unpolish(self)
        self.style().polish(self)


class RecipeChoice(QWidget):
    changed = Signal(str)  # the name of the recipe

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        self._cards = {recipe.name: RecipeCard(recipe) for recipe in recipes()}
        group = QButtonGroup(self)
        for card in self._cards.values():
            layout.addWidget(card, 1)
            group.addButton(card.button)
        next(iter(self._cards.values())).button.setChecked(True)
        group.buttonToggled.connect(self._on_toggled)

    @property
    def recipe(self) -> str:
        return next(name for name, card in self._cards.items() if card.button.isChecked())

    def button(self, recipe: str) -> QRadioButton:
        return self._cards[recipe].button

    def choose(self, recipe: str) -> None:
        """One that is not known here leaves the choice as it is."""
        if recipe in self._cards:
            self._cards[recipe].button.setChecked(True)

    def _on_toggled(self, _button: object, checked: bool) -> None:
        if checked:
            self.changed.emit(self.recipe)
