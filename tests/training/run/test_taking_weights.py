"""A new network with the weights of an earlier one. Nothing is trained here: random weights differ as well."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.runs import prepared_run, some_settings
from training.models.classifier import build_classifier
from training.models.lab import lab_backbone
from training.models.localizer import build_localizer
from training.run.failure import RunFailed
from training.run.model_card import ModelCard
from training.run.model_files import load_model, save_model
from training.run.network_layout import Common, Obstacle, common_backbone, obstacle_to_heads
from training.run.run_folder import RunFolder
from training.run.settings import ClassEntry, TrainingSettings
from training.run.taking_weights import start_from_earlier

SMALL = {"model_size": "small", "input_size": 64}
CLASSES = (ClassEntry(1, "cup"), ClassEntry(2, "fork"))
MORE_CLASSES = (ClassEntry(2, "fork"), ClassEntry(5, "bowl"), ClassEntry(1, "cup"))


def build(settings: TrainingSettings, presence: bool = True):
    return build_localizer(
        architecture=settings.architecture,
        model_size=settings.model_size,
        input_size=settings.input_size,
        class_count=len(settings.classes),
        presence=presence,
        class_names=settings.class_names,
        box_encoding=settings.box_encoding,
    )


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    run = prepared_run(tmp_path_factory.mktemp("earlier"), classes=CLASSES, **SMALL)
    model = build(run.settings())
    random = np.random.default_rng(1)
    model.set_weights([random.uniform(0.1, 0.5, weight.shape) for weight in model.get_weights()])
    save_model(model, run.best_model, ModelCard.of(run.settings(), presence=True))
    return run


@pytest.fixture
def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (4, 64, 64, 3)).astype(np.uint8)


def new_model(earlier: RunFolder, presence: bool = True, **values):
    """A new model that was filled, and what was said about it."""
    settings = some_settings(Path("/photos"), start_from=str(earlier.path), **{**SMALL, "classes": CLASSES, **values})
    model = build(settings, presence)
    return model, start_from_earlier(model, settings)


def test_the_same_model_answers_the_same(earlier, pictures):
    model, told = new_model(earlier)
    expected, got = load_model(earlier.best_model)[0].predict_on_batch(pictures), model.predict_on_batch(pictures)
    for head in expected:
        np.testing.assert_allclose(got[head], expected[head], atol=1e-5)
    assert told[0].startswith("Taken from run: the backbone, the box head, the presence head, the class head")


def test_known_classes_keep_their_answers_when_the_order_changes_and_one_is_added(earlier, pictures):
    model, told = new_model(earlier, classes=MORE_CLASSES)
    expected, got = load_model(earlier.best_model)[0].predict_on_batch(pictures), model.predict_on_batch(pictures)
    np.testing.assert_allclose(got["box"], expected["box"], atol=1e-5)
    logits, earlier_logits = got["cells"][..., 5:], expected["cells"][..., 5:]
    np.testing.assert_allclose(logits[..., [2, 0]], earlier_logits, atol=1e-4)
    assert not np.allclose(logits[..., 1], earlier_logits[..., 0], atol=1e-2)
    assert told[1] == "Learned anew: the class head for bowl."


def test_a_classifier_starts_with_the_backbone_of_a_localizer_and_with_all_of_a_classifier(earlier, tmp_path):
    run = prepared_run(tmp_path, recipe="classifier", classes=CLASSES, start_from=str(earlier.path), **SMALL)
    model = build_classifier(**SMALL, class_count=2)
    told = start_from_earlier(model, run.settings())
    theirs = load_model(earlier.best_model)[0].get_layer("backbone")
    # A localizer of such small pictures leaves the coarsest part out, a classifier never does.
    for one, other in zip(model.get_layer("backbone").get_weights(), theirs.get_weights(), strict=False):
        np.testing.assert_array_equal(one, other)
    assert told == (
        "Taken from run: the beginning of the backbone.",
        "The rest of it and the heads are learned anew, as the recipes differ.",
    )
    card = ModelCard.of(run.settings(), presence=False)
    save_model(model, run.best_model, replace(card, recipe="classifier", heads=("class",)))
    settings = some_settings(
        Path("/photos"), recipe="classifier", start_from=str(run.path), classes=MORE_CLASSES, **SMALL
    )
    again = build_classifier(**SMALL, class_count=3)
    told = start_from_earlier(again, settings)
    kernel, its = (each.get_layer("class_logits").get_weights()[0] for each in (model, again))
    np.testing.assert_array_equal(its[:, [2, 0]], kernel)
    assert told[0] == f"Taken from {run.path.name}: the backbone, the class head for fork, cup."


def test_another_input_size_and_no_presence_take_the_rest(earlier):
    model, told = new_model(earlier, presence=False, input_size=80)
    assert "presence" not in told[0]
    theirs, ours = load_model(earlier.best_model)[0].get_layer("box_numbers"), model.get_layer("box_numbers")
    np.testing.assert_array_equal(ours.get_weights()[0], theirs.get_weights()[0])


def backbones(earlier: RunFolder, model) -> tuple[list[np.ndarray], list[np.ndarray]]:
    theirs = load_model(earlier.best_model)[0].get_layer("backbone").get_weights()
    return theirs, model.get_layer("backbone").get_weights()


def test_an_input_size_with_more_maps_takes_the_beginning_of_the_backbone(earlier):
    model, told = new_model(earlier, input_size=96)
    theirs, ours = backbones(earlier, model)
    assert len(ours) > len(theirs)
    for one, other in zip(theirs, ours, strict=False):
        np.testing.assert_array_equal(one, other)
    assert told == (
        "Taken from run: the beginning of the backbone.",
        "The rest of it and the heads are learned anew, as its input size leads to other layers.",
    )


def test_lab_at_another_size_gives_its_convolutions(tmp_path):
    run = prepared_run(tmp_path, classes=CLASSES, architecture="lab", input_size=64)
    save_model(build(run.settings()), run.best_model, ModelCard.of(run.settings(), presence=True))
    model, told = new_model(run, architecture="lab", input_size=96)
    theirs, ours = backbones(run, model)
    assert [np.array_equal(one, other) for one, other in zip(theirs[:6], ours[:6], strict=True)] == [True] * 6
    assert ours[6].shape != theirs[6].shape
    assert told[0] == "Taken from run: the beginning of the backbone."


def test_boxes_that_are_read_otherwise_leave_the_box_numbers_as_they_are(earlier):
    model, told = new_model(earlier, box_encoding="corners")
    theirs = load_model(earlier.best_model)[0]
    for name, taken in (("box_numbers", False), ("box_correction", True), ("class_logits", True)):
        kernels = [each.get_layer(name).get_weights()[0] for each in (theirs, model)]
        assert np.array_equal(*kernels) is taken, name
    assert told == (
        "Taken from run: the backbone, the presence head, the class head for cup, fork.",
        "Learned anew: the box head, as the box encodings differ.",
    )


def test_heads_that_turn_out_to_be_built_otherwise_are_left_and_that_is_said(earlier, tmp_path):
    run = prepared_run(tmp_path, classes=CLASSES, **SMALL)
    model = build(run.settings().with_values({"input_size": 96}))
    save_model(model, run.best_model, ModelCard.of(run.settings(), presence=True))
    _, told = new_model(run)
    assert told == ("Taken from run: the backbone.", "The heads are learned anew, as they are built otherwise.")


@pytest.mark.parametrize("size", [64, 80, 81, 96])
def test_the_layout_is_known_as_the_networks_have_it(size):
    small = TrainingSettings(model_size="small", input_size=size, classes=CLASSES)
    maps = build(small).get_layer("backbone").outputs
    card = ModelCard.of(small.with_values({"input_size": 640}), presence=True)
    whole = obstacle_to_heads(card, small) is Obstacle.NONE
    assert whole is (len(maps) == 3)
    lab = small.with_values({"architecture": "lab"})
    at_64 = ModelCard.of(lab.with_values({"input_size": 64}), presence=True)
    weights = [lab_backbone(each, 3).count_params() for each in (64, size)]
    assert (common_backbone(at_64, lab) is Common.WHOLE) is (weights[0] == weights[1])


def test_a_network_that_was_built_otherwise_is_told(earlier, tmp_path):
    run = prepared_run(tmp_path, classes=CLASSES, **SMALL)
    other = build(run.settings().with_values({"model_size": "medium"}))
    save_model(other, run.best_model, ModelCard.of(run.settings(), presence=True))
    with pytest.raises(RunFailed, match="the network of run is built otherwise"):
        new_model(run)


def test_without_an_earlier_run_the_model_stays_as_it_is(tmp_path):
    settings = some_settings(tmp_path, **SMALL)
    model = build(settings)
    before = model.get_weights()
    assert start_from_earlier(model, settings) == ()
    assert all(np.array_equal(one, other) for one, other in zip(before, model.get_weights(), strict=True))
