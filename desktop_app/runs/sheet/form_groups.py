"""Under which heading a setting stands in the form, and why some of them do not count at the moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication

from training.run.recipes.localizer_defaults import COMPACT
from training.run.recipes.names import CLASSIFIER


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    keys: tuple[str, ...]


def groups(keys: Sequence[str]) -> list[Group]:
    """All of the keys, each in one group; those that nobody has placed are in the last one."""
    table = (
        Group(_tr("Basics"), ("epochs", "batch_size", "input_size", "learning_rate")),
        Group(_tr("Network"), ("architecture", "model_size", "weights", "fine_tune_epochs", "fine_tune_layers")),
        Group(
            _tr("What is learned"),
            (
                "source", "crop_margin", "class_weights", "label_smoothing", "box_loss", "box_encoding",
                "class_loss_weight", "box_loss_weight", "presence_loss_weight",
            ),
        ),
        Group(_tr("Images"), ("augment", "augmentations", "feature_copies")),
        Group(_tr("Learning"), ("optimizer", "schedule", "weight_decay", "clip_norm", "ema", "monitor", "patience")),
        Group(_tr("Running"), ("device", "precision", "threads", "seed", "tensorboard")),
    )  # fmt: skip
    placed = {key for group in table for key in group.keys}
    rest = tuple(key for key in keys if key not in placed)
    last = Group(table[-1].title, (*table[-1].keys, *rest))
    return [Group(group.title, tuple(key for key in group.keys if key in keys)) for group in (*table[:-1], last)]


def reasons(recipe: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The settings that change nothing beside the others, each with a sentence that says why."""
    found: dict[str, str] = {}
    if values["architecture"] != COMPACT:
        found["model_size"] = _tr("Only the compact network comes in sizes.")
    if values["optimizer"] == "adam":
        found["weight_decay"] = _tr("Adam does without; AdamW is Adam with weight decay.")
    if not values["augment"]:
        found["augmentations"] = _tr("The images are not varied.")
    return {**found, **_reasons_of_classifier(values)} if recipe == CLASSIFIER else found


def _reasons_of_classifier(values: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    if values["source"] == "images":
        found["crop_margin"] = _tr("Whole images have no margin.")
    if values["weights"] == "random":
        text = _tr("Only with pretrained weights; from scratch the whole network learns from the first step.")
        found |= dict.fromkeys(("fine_tune_epochs", "fine_tune_layers", "feature_copies"), text)
    elif not values["fine_tune_epochs"]:
        found["fine_tune_layers"] = _tr("There is no fine-tuning.")
    if not values["augment"] and "feature_copies" not in found:
        found["feature_copies"] = _tr("The images are not varied.")
    return found


def _tr(text: str) -> str:
    return QCoreApplication.translate("FormGroups", text)
