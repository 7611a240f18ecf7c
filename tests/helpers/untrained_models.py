"""Runs with models that learned nothing, but always answer clearly: enough to export them and to ask what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import keras

from tests.helpers.classified_pictures import ENTRIES, classifier_run, draw_classifiable
from tests.helpers.judged_runs import judged_pictures, judged_run
from training.models.classifier import build_classifier
from training.models.localizer import build_localizer
from training.run.model_card import ModelCard
from training.run.model_files import save_model
from training.run.run_folder import RunFolder

SIZE = 64


def localizer_with_model(folder: Path, count: int = 12, seed: int = 3) -> RunFolder:
    """Below `folder`: real pictures, of which half are to train on, a report, and best.keras with its optimizer."""
    splits: Iterator[str] = cycle(("train", "validation", "train", "test"))
    images = [replace(image, split=next(splits)) for image in judged_pictures(folder / "images", count)]
    run = judged_run(folder / "runs" / "toys", images, folder / "images")
    names = run.settings().class_names
    keras.utils.set_random_seed(seed)
    model = build_localizer(
        model_size="small", input_size=SIZE, class_count=len(names), presence=True, class_names=names
    )
    for name, bias in (("presence", 3.0), ("class_logits", 2.0)):
        model.get_layer(name).bias.assign(_first_of(model.get_layer(name).bias, bias))
    model.compile("adam")
    model.optimizer.build(model.trainable_variables)
    card = ModelCard.of(run.settings(), presence=True, epoch=2)
    save_model(model, run.best_model, replace(card, input_size=SIZE))
    return run


def classifier_with_model(folder: Path, count: int = 20, seed: int = 3) -> RunFolder:
    """The same of a classifier of boxes, without a report."""
    dataset = draw_classifiable(folder / "images", count)
    run = classifier_run(folder / "runs" / "fruit", folder / "images", dataset)
    keras.utils.set_random_seed(seed)
    names = run.settings().class_names
    model = build_classifier(model_size="small", input_size=SIZE, class_count=len(names), class_names=names)
    logits = model.get_layer("class_logits")
    logits.bias.assign(_first_of(logits.bias, 2.0))
    card = ModelCard(ENTRIES, SIZE, ("class",), "compact", 1, recipe="classifier", source="boxes", crop_margin=0.1)
    save_model(model, run.best_model, card)
    return run


def _first_of(bias: keras.Variable, value: float) -> list[float]:
    return [value, *[0.0] * (bias.shape[0] - 1)]
