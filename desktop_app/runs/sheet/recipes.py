"""The kinds of training that the sheet offers, in its words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from training.run.recipes.names import CLASSIFIER, LOCALIZER


@dataclass(frozen=True, slots=True)
class Recipe:
    """`name` is what TrainingSettings calls it."""

    name: str
    title: str
    description: str


def recipes() -> tuple[Recipe, ...]:
    return (
        Recipe(
            LOCALIZER,
            _tr("Localizer"),
            _tr(
                "Finds one object in each image: its class, the box around it and, with reviewed empty images, whether there is one at all."
            ),
        ),
        Recipe(
            CLASSIFIER,
            _tr("Classifier"),
            _tr(
                "Tells classes from each other: what lies in each box that you have drawn, or what a whole image shows."
            ),
        ),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Recipes", text)
