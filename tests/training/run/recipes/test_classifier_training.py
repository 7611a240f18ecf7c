"""A classifier on a backbone that has learned, trained as the worker does: both phases, cut off anywhere, and cached."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import keras
import numpy as np
import pytest

from tests.helpers.first_setup import first_setup
from tests.helpers.trained_here import Pictures, assert_same_training, epochs_of, telling_every_step, trained_here
from training.models.compact import compact_backbone
from training.run.events import EpochEvent, PhaseEvent, StartedEvent, StepEvent, WarningEvent
from training.run.learning.fitting import fit
from training.run.model_card import ModelCard
from training.run.recipes.classifier_recipe import ClassifierRecipe
from training.run.report.report_reading import read_report
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder
from training.run.session import Session
from training.run.training_data import ImageReader, read_training_data

pytestmark = pytest.mark.training

HEAD_EPOCHS, TUNING_EPOCHS = 3, 2


class PicturesAndWeights(Pictures):
    """With the weights of a backbone to start from."""

    def prepared(self, name: str, **values) -> RunFolder:
        weights = self.folder / "learned.weights.h5"
        if not weights.exists():
            keras.utils.set_random_seed(1)
            compact_backbone("small", 64).save_weights(weights)
        options = {
            "weights": str(weights), "epochs": HEAD_EPOCHS, "fine_tune_epochs": TUNING_EPOCHS, "feature_copies": 1,
            "ema": 0.9,
        }  # fmt: skip
        return super().prepared(name, **options | values)


class StopAt(RunControl):
    """Asks for an end when a step has ended, when an epoch has, or while features are made."""

    def __init__(self, is_there: Callable[[object], bool]) -> None:
        super().__init__()
        self._is_there = is_there

    def hear(self, event: object) -> None:
        if self._is_there(event):
            self.request_stop()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    return PicturesAndWeights(tmp_path_factory.mktemp("classifier"), "classifier", count=48, negatives=4)


@pytest.fixture(scope="module", autouse=True)
def told_at_every_step() -> Iterator[None]:
    with telling_every_step():
        yield


@pytest.fixture(scope="module")
def uninterrupted(pictures: Pictures) -> RunFolder:
    run = pictures.prepared("uninterrupted")
    assert trained_here(run).outcome == "completed"
    return run


def test_a_head_learns_then_all_is_fine_tuned_in_epochs_that_are_numbered_through(uninterrupted: RunFolder):
    events = uninterrupted.read_events()[0]
    (started,) = [event for event in events if isinstance(event, StartedEvent)]
    assert (started.recipe, started.phases, started.epochs) == ("classifier", ("head", "fine_tune"), 5)
    assert (started.heads, started.monitor) == (("class",), "val_macro_f1")
    epochs = epochs_of(uninterrupted)
    assert [event.phase for event in epochs] == ["head"] * HEAD_EPOCHS + ["fine_tune"] * TUNING_EPOCHS
    assert [event.epoch for event in epochs] == [1, 2, 3, 4, 5]
    assert {event.epochs for event in epochs} == {5}
    names = {"loss", "class_accuracy", "top3_accuracy", "macro_f1"}
    assert names | {f"val_{name}" for name in names} <= set(epochs[0].figures)
    told = [event.name for event in events if isinstance(event, PhaseEvent)]
    assert told.index("features") < told.index("train") < told.index("fine_tune")
    of_features = [event for event in events if isinstance(event, PhaseEvent) and event.name == "features"]
    assert of_features[-1].done == of_features[-1].total == 2 * started.train_images + started.validation_images


def test_the_report_and_the_card_say_how_it_was_made(uninterrupted: RunFolder):
    report = read_report(uninterrupted)
    assert (report.phases, report.phase_epochs) == (("head", "fine_tune"), (HEAD_EPOCHS, TUNING_EPOCHS))
    assert report.figures["validation"].macro_f1 >= 0.7
    card = ModelCard.read_from(uninterrupted.best_model)
    assert (card.recipe, card.heads, card.source, card.crop_margin) == ("classifier", ("class",), "boxes", 0.1)


def test_cut_off_within_and_between_its_phases_it_is_that_of_an_undisturbed_one(
    pictures: Pictures, uninterrupted: RunFolder
):
    run = pictures.prepared("cut off")
    for is_there in (
        lambda event: isinstance(event, StepEvent) and (event.epoch, event.step) == (2, 4),
        lambda event: isinstance(event, EpochEvent) and event.epoch == 3,
        lambda event: isinstance(event, StepEvent) and (event.epoch, event.step) == (5, 3),
    ):
        assert trained_here(run, StopAt(is_there)).outcome == "stopped"
    assert trained_here(run).outcome == "completed"
    assert_same_training(run, uninterrupted)


def test_stopped_while_the_backbone_runs_there_is_no_model_yet(pictures: Pictures):
    run = pictures.prepared("early")
    ended = trained_here(run, StopAt(lambda event: isinstance(event, PhaseEvent) and event.name == "features"))
    assert (ended.outcome, ended.reason) == ("stopped", "stopped before there was a model")


def test_a_head_out_of_patience_lets_fine_tuning_begin(pictures: Pictures, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.run.learning.run_callbacks.is_better", lambda *_: False)
    monkeypatch.setattr("training.run.learning.run_callbacks.EpochKeeper._loss_is_lower", lambda *_: False)
    begun: dict[str, list[np.ndarray]] = {}

    def watched(setup, *others) -> None:
        begun.setdefault(setup.phase.name, setup.model.get_weights())
        fit(setup, *others)

    monkeypatch.setattr("training.run.train.fit", watched)
    run = pictures.prepared("patient", epochs=7, patience=2, fine_tune_epochs=1)
    assert trained_here(run).outcome == "completed"
    # It begins with the weights of the best epoch, the first: two later ones got no better.
    best = keras.saving.load_model(run.best_model, compile=False).get_weights()
    for one, two in zip(begun["fine_tune"], best, strict=True):
        np.testing.assert_array_equal(one, two)
    cut = pictures.prepared("patient and cut off", epochs=7, patience=2, fine_tune_epochs=1)
    for is_there in (
        lambda event: isinstance(event, EpochEvent) and event.epoch == 3,
        lambda event: isinstance(event, StepEvent) and event.epoch == 4,
    ):
        assert trained_here(cut, StopAt(is_there)).outcome == "stopped"
    assert trained_here(cut).outcome == "completed"
    assert_same_training(cut, run)
    told = [(event.epoch, event.phase, event.epochs) for event in epochs_of(run)]
    assert told == [(1, "head", 8), (2, "head", 8), (3, "head", 8), (4, "fine_tune", 4)]
    assert read_report(run).phase_epochs == (3, 1)


def losses(pictures: Pictures, name: str, runs_backbone_once: bool) -> dict[str, list[float]]:
    """Of the first phase, without anything random but the order."""
    run = pictures.prepared(name, augment=False, feature_copies=0)
    session = Session(run, run.settings(), lambda _: None, RunControl())
    data = read_training_data(session, ImageReader(session))
    keras.utils.set_random_seed(7)
    setup = first_setup(session, data, ClassifierRecipe(runs_backbone_once))
    setup.model.get_layer("dropout").rate = 0.0
    history = setup.fitted.fit(setup.batches, validation_data=setup.validation, epochs=3, shuffle=False, verbose=0)
    return history.history


def test_cached_features_give_the_figures_of_the_backbone_run_each_time(pictures: Pictures):
    cached, uncached = (losses(pictures, f"cached {once}", once) for once in (True, False))
    assert set(cached) == set(uncached)
    for name, values in cached.items():
        assert values == pytest.approx(uncached[name], abs=1e-4), name
    assert cached["loss"][2] < cached["loss"][0]


def test_images_without_boxes_are_left_out_with_one_sentence(uninterrupted: RunFolder):
    warnings = [event for event in uninterrupted.read_events()[0] if isinstance(event, WarningEvent)]
    assert [event.text for event in warnings] == [
        "Left out: 4 images without boxes, as the classifier learns from what lies in boxes."
    ]
