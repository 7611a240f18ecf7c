"""The figure by which an epoch is the best."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.helpers.runs import some_settings
from training.run.failure import RunFailed
from training.run.monitor import is_better, monitored_figure, words_for
from training.run.settings import SettingsError
from training.run.settings_table import SETTINGS


def images(*objects: bool) -> SimpleNamespace:
    return SimpleNamespace(has_object=np.array(objects, bool))


WITH, WITHOUT = images(True, False), images(False, False)


def figure(monitor: str, train=WITH, validation=WITH, presence: bool = True) -> str:
    settings = some_settings(Path("/photos"), monitor=monitor).validate()
    return monitored_figure(settings, train, validation, presence)


@pytest.mark.parametrize(
    ("validation", "expected"), [(WITH, "val_mean_iou"), (WITHOUT, "val_loss"), (None, "mean_iou")]
)
def test_automatically_it_is_the_best_that_the_images_allow(validation, expected):
    assert figure("auto", validation=validation) == expected


def test_a_chosen_figure_is_that_of_the_validation_images_where_there_are_some():
    assert figure("iou60") == "val_iou60"
    assert figure("iou60", validation=None) == "iou60"
    assert figure("presence_accuracy", validation=WITHOUT) == "val_presence_accuracy"
    assert figure("loss", validation=WITHOUT) == "val_loss"


def test_a_figure_that_the_run_does_not_have_is_refused_before_training():
    with pytest.raises(RunFailed, match="by presence accuracy: the model will not learn presence"):
        figure("presence_accuracy", presence=False)
    with pytest.raises(RunFailed, match="by class accuracy: no validation image has an object; choose the loss"):
        figure("class_accuracy", validation=WITHOUT)


def test_a_classifier_is_judged_by_its_macro_f1_unless_somebody_chose():
    settings = some_settings(Path("/photos"), recipe="classifier")
    assert monitored_figure(settings, WITH, WITH, presence=False) == "val_macro_f1"
    assert monitored_figure(settings, WITH, None, presence=False) == "macro_f1"
    chosen = settings.with_values({"monitor": "loss"})
    assert monitored_figure(chosen, WITH, WITH, presence=False) == "val_loss"


def test_an_unknown_figure_is_no_setting():
    with pytest.raises(SettingsError, match="monitor: expected one of auto, mean_iou"):
        figure("map")


def test_losses_are_better_lower_and_what_is_no_number_never_is():
    assert is_better("val_loss", 1.0, 2.0)
    assert not is_better("mean_iou", 1.0, 2.0)
    assert not is_better("loss", float("nan"), 2.0)


def test_every_choice_has_words_for_a_sentence():
    (field,) = (field for field in SETTINGS if field.key == "monitor")
    assert [words_for(f"val_{choice.value}") for choice in field.choices][1:] == [
        "mean IoU", "share of boxes with IoU 0.5", "share of boxes with IoU 0.6", "class accuracy", "presence accuracy",
        "share of classes among the best three", "macro F1", "loss",
    ]  # fmt: skip
