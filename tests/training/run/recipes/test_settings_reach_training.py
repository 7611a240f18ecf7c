"""Each setting of how is learned reaches what learns: optimizer, loss, weights of samples, layers, features. No `fit`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests.helpers.learnable_pictures import draw_split
from training.models.compact import compact_backbone
from training.models.optimizing import rate_of
from training.run.learning.phases import FINE_TUNE, HEAD, phases_of
from training.run.learning.training_setup import Conditions, TrainingSetup
from training.run.machine.devices import Device
from training.run.recipes.classifier_data import balanced_weights
from training.run.recipes.names import CLASSIFIER, LOCALIZER
from training.run.recipes.recipe import recipe_of
from training.run.run_control import RunControl
from training.run.run_folder import prepare_run_at
from training.run.session import Session
from training.run.settings import ClassEntry, TrainingSettings
from training.run.training_data import ImageReader, TrainingData, read_training_data

EPOCHS, BATCH = 3, 4


@dataclass(frozen=True)
class Bench:
    """A network and its data, for one phase after the other with other settings; what it has learned stays."""

    session: Session
    data: TrainingData
    model: keras.Model

    def set_up(self, phase: str = "", replicas: int = 1, **values: Any) -> TrainingSetup:
        settings = self.session.settings.with_values(values)
        session = replace(self.session, settings=settings)
        conditions = Conditions(session, self.data, Device("cpu", "CPU", replicas=replicas), BATCH * replicas)
        planned = next(each for each in phases_of(settings) if each.name == phase)
        return recipe_of(settings).set_up(conditions, self.model, planned)


def bench(folder: Path, recipe: str, **values: Any) -> Bench:
    dataset = draw_split(folder / "images", 15, negatives=3)
    classes = tuple(ClassEntry(number, label) for number, label in enumerate(dataset.classes))
    settings = TrainingSettings.for_recipe(
        recipe, image_root=str(folder / "images"), classes=classes, epochs=EPOCHS, batch_size=BATCH, input_size=64,
        model_size="small", device="cpu", seed=3, **values,
    )  # fmt: skip
    session = Session(prepare_run_at(folder / "run", settings, dataset), settings, lambda _: None, RunControl())
    data = read_training_data(session, ImageReader(session))
    keras.utils.set_random_seed(1)
    model = recipe_of(settings).build(Conditions(session, data, Device("cpu", "CPU"), BATCH))
    return Bench(session, data, model)


@pytest.fixture(scope="module")
def localizer(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return bench(tmp_path_factory.mktemp("localizer"), LOCALIZER, architecture="lab")


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """On a backbone that has learned: a head, then fine-tuning."""
    folder = tmp_path_factory.mktemp("classifier")
    compact_backbone("small", 64).save_weights(folder / "learned.weights.h5")
    return bench(folder, CLASSIFIER, weights=str(folder / "learned.weights.h5"))


@pytest.fixture(params=[(LOCALIZER, ""), (CLASSIFIER, HEAD), (CLASSIFIER, FINE_TUNE)], ids="-".join)
def of_any_phase(request: pytest.FixtureRequest) -> Callable[..., TrainingSetup]:
    recipe, phase = request.param
    its_bench = request.getfixturevalue(recipe)
    return lambda **values: its_bench.set_up(phase, **values)


def loss_of(setup: TrainingSetup) -> float:
    """Of the first batch, without dropout."""
    inputs, targets, weights = setup.batches[0]
    said = setup.fitted(inputs, training=False)
    return float(setup.fitted.compute_loss(inputs, targets, said, weights, training=False))


def test_settings_of_the_optimizer_reach_it_in_every_phase(of_any_phase):
    setup = of_any_phase(optimizer="sgd", schedule="constant", weight_decay=0.03, clip_norm=0.7)
    found = setup.fitted.optimizer
    assert isinstance(found, keras.optimizers.SGD)
    assert (found.weight_decay, found.clipnorm) == (0.03, 0.7)
    assert len(found.variables) > len(setup.fitted.trainable_variables) > 0
    assert of_any_phase(clip_norm=0.0).fitted.optimizer.clipnorm is None
    assert isinstance(of_any_phase(precision="mixed_float16").fitted.optimizer, keras.optimizers.LossScaleOptimizer)


def test_a_schedule_is_as_long_as_its_phase(of_any_phase):
    setup = of_any_phase(schedule="one_cycle")
    assert setup.fitted.optimizer._learning_rate.total_steps == len(setup.batches) * setup.phase.epochs


@pytest.mark.parametrize(
    ("recipe", "phase", "share"), [(LOCALIZER, "", 1.0), (CLASSIFIER, HEAD, 1.0), (CLASSIFIER, FINE_TUNE, 0.1)]
)
def test_the_rate_is_that_of_the_settings_for_each_device_and_a_tenth_for_fine_tuning(request, recipe, phase, share):
    its_bench = request.getfixturevalue(recipe)
    rates = [
        rate_of(its_bench.set_up(phase, replicas, schedule="constant", learning_rate=0.02).fitted.optimizer)
        for replicas in (1, 2)
    ]
    assert rates == pytest.approx([0.02 * share, 0.04 * share])


@pytest.mark.parametrize("head", ["class", "box", "presence"])
def test_the_weight_of_each_head_multiplies_its_loss(localizer: Bench, head: str):
    nothing = {f"{name}_loss_weight": 0.0 for name in ("class", "box", "presence")}
    once, twice = (loss_of(localizer.set_up(**nothing | {f"{head}_loss_weight": weight})) for weight in (1.0, 2.0))
    assert twice == pytest.approx(2 * once, rel=1e-5)
    assert once > 1e-3


def test_the_box_loss_is_the_chosen_one(localizer: Bench):
    alone = {"class_loss_weight": 0.0, "presence_loss_weight": 0.0}
    found = {name: loss_of(localizer.set_up(box_loss=name, **alone)) for name in ("l1", "giou", "l1+giou", "mse")}
    assert len({round(loss, 5) for loss in found.values()}) == 4


def test_labels_of_a_localizer_are_smoothed_as_chosen(localizer: Bench):
    """Outside the network of the course, the cells are taught smoothed classes too: see the tests of their loss."""
    alone = {"box_loss_weight": 0.0, "presence_loss_weight": 0.0}
    setup = localizer.set_up(**alone, label_smoothing=0.3)
    inputs, targets, weights = setup.batches[0]
    shares = np.asarray(setup.fitted(inputs, training=False)["class"])
    smoothed = targets["class"] * 0.7 + 0.15
    expected = -(smoothed * np.log(shares)).sum(axis=1)[weights["class"] > 0].mean()
    assert loss_of(setup) == pytest.approx(expected, rel=1e-4)
    assert loss_of(localizer.set_up(**alone)) != pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("phase", [HEAD, FINE_TUNE])
@pytest.mark.parametrize(("smoothing", "weighted"), [(0.0, False), (0.3, False), (0.0, True)])
def test_the_loss_of_a_classifier_is_smoothed_and_weighted_as_chosen(
    classifier: Bench, phase: str, smoothing: float, weighted: bool
):
    setup = classifier.set_up(phase, label_smoothing=smoothing, class_weights=weighted)
    inputs, targets, _ = setup.batches[0]
    shares = np.asarray(setup.fitted(inputs, training=False)["class"])
    truth = targets["class"]
    weights = balanced_weights(classifier.data.train.class_indices, 2)[truth.argmax(axis=1)] if weighted else 1.0
    assert not weighted or np.ptp(weights) > 0.1
    smoothed = truth * (1.0 - smoothing) + smoothing / 2
    expected = (-(smoothed * np.log(shares)).sum(axis=1) * weights).mean()
    assert loss_of(setup) == pytest.approx(expected, rel=1e-4)


def test_layers_to_fine_tune_are_those_that_learn(classifier: Bench):
    def learning(**values: Any) -> int:
        return len(classifier.set_up(FINE_TUNE, **values).fitted.trainable_variables)

    of_head = len(classifier.set_up(HEAD).fitted.trainable_variables)
    assert [learning(fine_tune_layers=count) - of_head for count in (1, 3)] == [1, 3]
    assert learning(fine_tune_layers=0) - of_head > 3


def test_features_are_of_so_many_varied_copies(classifier: Bench):
    setup = classifier.set_up(HEAD, feature_copies=2)
    features = setup.batches.features
    assert features.shape[:2] == (len(classifier.data.train), 3)
    assert np.abs(features[:, 1:] - features[:, :1]).max() > 1e-3
    assert classifier.set_up(HEAD, feature_copies=2, augment=False).batches.features.shape[1] == 1


def test_pictures_are_varied_as_chosen_and_come_in_the_order_of_the_seed(localizer: Bench, classifier: Bench):
    for its_bench, phase in ((localizer, ""), (classifier, FINE_TUNE)):
        first, same, other, plain = (
            its_bench.set_up(phase, **values).batches[0][0]
            for values in ({}, {}, {"seed": 4}, {"augmentations": ("blur",)})
        )
        assert np.array_equal(first, same)
        assert not np.array_equal(first, other)
        assert not np.array_equal(first, plain)
        as_they_are = its_bench.set_up(phase, augment=False).batches[0][0]
        assert all(any(np.array_equal(picture, one) for one in its_bench.data.train.squares) for picture in as_they_are)
