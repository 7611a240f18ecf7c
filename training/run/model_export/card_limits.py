"""What a model card warns of, from the model's own figures. No Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from training.run.model_card import ModelCard
from training.run.model_export.export_result import ExportedFormat, ExportFormat

FEW_SAMPLES = 20  # of a class: its figures say little
FEW_IMAGES = 50


def limits(card: ModelCard, story: Mapping[str, Any], there: Sequence[ExportedFormat]) -> list[str]:
    """Sentences, plain text."""
    return [*_of_the_task(card), *_of_the_figures(story), *_of_rounding(there)]


def _of_the_task(card: ModelCard) -> list[str]:
    likeness = "It knows only pictures like those it learned from: other places, cameras or light may mislead it."
    if card.is_classifier:
        return [likeness, "It always names one of its classes, also for a picture that shows none of them."]
    if card.recipe != "localizer":
        return [likeness]
    never = (
        [] if "presence" in card.heads else ["It never learned that there can be nothing: it always sees an object."]
    )
    return [likeness, "It sees one object in a picture, however many there are.", *never]


def _of_the_figures(story: Mapping[str, Any]) -> list[str]:
    figures = story["figures"]
    split = next((split for split in ("test", "validation") if split in figures), "")
    if not split:
        return [
            "Its figures are unknown, or only of images that it learned from: try it on pictures of your own first."
        ]
    lines = []
    images = figures[split].get("images") or 0
    if images < FEW_IMAGES:
        lines.append(f"Its figures rest on {images} images, which is few: they may swing by several percent.")
    rare = [one for one in figures[split].get("classes") or [] if one["count"] < FEW_SAMPLES]
    if rare:
        names = ", ".join(f"{one['name']} ({one['count']})" for one in rare)
        lines.append(f"Of these classes there were fewer than {FEW_SAMPLES} samples to judge by: {names}.")
    return lines


def _of_rounding(there: Sequence[ExportedFormat]) -> list[str]:
    rounded = next((one for one in there if one.format is ExportFormat.INT8), None)
    if rounded is None:
        return []
    return ["model-int8.tflite is smaller and answers a little differently: no figures here are its own."]
