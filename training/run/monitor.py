"""The figure by which an epoch is the best. No Keras."""

from __future__ import annotations

from training.run.failure import RunFailed
from training.run.recipes.names import CLASSIFIER
from training.run.samples.prepared_images import PreparedImages
from training.run.settings import TrainingSettings

AUTO = "auto"
VALIDATION = "val_"
_NEED_OBJECTS = ("mean_iou", "iou50", "iou60", "class_accuracy")
_WORDS = {
    "mean_iou": "mean IoU",
    "iou50": "share of boxes with IoU 0.5",
    "iou60": "share of boxes with IoU 0.6",
    "class_accuracy": "class accuracy",
    "presence_accuracy": "presence accuracy",
    "top3_accuracy": "share of classes among the best three",
    "macro_f1": "macro F1",
}


def monitored_figure(
    settings: TrainingSettings, train: PreparedImages, validation: PreparedImages | None, presence: bool
) -> str:
    """As EpochEvent names it: of the validation images where there are some. Raises RunFailed if the run has no such figure.

    "auto" is the mean IoU, or the loss where no image to judge by has an object; of a classifier the macro F1.
    """
    judged = train if validation is None else validation
    name = settings.monitor
    if settings.recipe == CLASSIFIER:
        name = "macro_f1" if name == AUTO else name
        return name if validation is None else VALIDATION + name
    if name == AUTO:
        name = "mean_iou" if judged.has_object.any() else "loss"
    elif name in _NEED_OBJECTS and not judged.has_object.any():
        raise RunFailed(
            f"the best epoch can't be judged by {words_for(name)}: no validation image has an object; choose the loss, "
            "or have validation images with boxes"
        )
    elif name == "presence_accuracy" and not presence:
        raise RunFailed(
            f"the best epoch can't be judged by {words_for(name)}: the model will not learn presence, as no training "
            "image is without an object"
        )
    return name if validation is None else VALIDATION + name


def is_better(figure: str, value: float, former: float) -> bool:
    """A loss is better where it is lower, all others where they are higher; NaN is never better."""
    return value < former if figure.endswith("loss") else value > former


def words_for(figure: str) -> str:
    """For a sentence: mean_iou and val_mean_iou are both "mean IoU"."""
    plain = figure.removeprefix(VALIDATION)
    return _WORDS.get(plain, plain)
