"""The figures of an epoch in words, the ones that people ask for first."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from desktop_app.words import filled

VALIDATION = "val_"
SHARES = ("mean_iou", "iou50", "iou60", "macro_f1", "class_accuracy", "top3_accuracy", "presence_accuracy")
LOSSES = ("loss", "class_loss", "box_loss", "presence_loss")
LEARNING_RATE = "learning_rate"
ORDER = (*SHARES, *LOSSES, LEARNING_RATE)


def figure_name(key: str) -> str:
    """Without what images it is of; one that is unknown here is called as it came."""
    plain = key.removeprefix(VALIDATION)
    words = {
        "mean_iou": _tr("Mean IoU"),
        "iou50": _tr("IoU ≥ 0.5"),
        "iou60": _tr("IoU ≥ 0.6"),
        "macro_f1": _tr("Macro F1"),
        "class_accuracy": _tr("Class right"),
        "top3_accuracy": _tr("Class among the best 3"),
        "presence_accuracy": _tr("Presence right"),
        "loss": _tr("Loss"),
        "class_loss": _tr("Loss of the class"),
        "box_loss": _tr("Loss of the box"),
        "presence_loss": _tr("Loss of presence"),
        LEARNING_RATE: _tr("Learning rate"),
    }
    return words.get(plain, plain)


def figure_title(key: str) -> str:
    if key == LEARNING_RATE:
        return figure_name(key)
    images = _tr("validation images") if key.startswith(VALIDATION) else _tr("training images")
    return filled(_tr("%1, %2"), figure_name(key), images)


def is_validated(figures: Iterable[str]) -> bool:
    """Whether there were images to validate on."""
    return any(key.startswith(VALIDATION) for key in figures)


def is_loss(key: str) -> bool:
    """Lower is better, and it is no share of something."""
    return key.endswith("loss")


def is_share(key: str) -> bool:
    """Of 0..1, said as a percentage."""
    return not is_loss(key) and key != LEARNING_RATE


def in_order(keys: Iterable[str]) -> list[str]:
    """Those of the validation images first."""
    places = {key: place for place, key in enumerate(ORDER)}

    def rank(key: str) -> tuple[bool, int, str]:
        plain = key.removeprefix(VALIDATION)
        return not key.startswith(VALIDATION), places.get(plain, len(ORDER)), plain

    return sorted(keys, key=rank)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Figures", text)
