"""The probe with a real, tiny model: what it tells, and that it leaves no trace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.helpers.first_setup import first_setup
from tests.helpers.learnable_pictures import draw_learnable
from training.dataset.dataset import Dataset, Split
from training.run import probe
from training.run.events import EstimateEvent
from training.run.learning.training_setup import TrainingSetup
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.session import Session
from training.run.settings import ClassEntry, TrainingSettings
from training.run.training_data import ImageReader, read_training_data

pytestmark = pytest.mark.training

EPOCHS = 10


class Tried:
    """A training that is ready for its first step, as often as wanted."""

    def __init__(self, run: RunFolder) -> None:
        self.run = run
        self.told: list = []
        self.session = Session(run, run.settings(), self.told.append, RunControl())
        self.data = read_training_data(self.session, ImageReader(self.session))
        self.setup: TrainingSetup = first_setup(self.session, self.data)
        self._first = self.numbers

    @property
    def numbers(self) -> list[np.ndarray]:
        return [np.array(variable) for variable in self._variables]

    @property
    def _variables(self) -> list:
        model = self.setup.model
        return [*model.variables, *model.optimizer.variables, *model.metrics_variables]

    def begin_again(self) -> None:
        for variable, value in zip(self._variables, self._first, strict=True):
            variable.assign(value)
        self.setup.batches.epoch = 0
        self.told.clear()

    def probe(self, epochs: int = EPOCHS, control: RunControl | None = None) -> list[EstimateEvent]:
        work = probe.work_left(self.session.settings, self.data, self.setup.batch_size, epochs)
        probe.tell_estimate(replace(self.session, control=control or RunControl()), self.setup, work)
        return [event for event in self.told if isinstance(event, EstimateEvent)]

    def fit(self) -> list[float]:
        """The losses of two epochs."""
        history = self.setup.model.fit(self.setup.batches, epochs=2, shuffle=False, verbose=0)
        return [*history.history["loss"], *history.history["box_loss"]]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    folder: Path = tmp_path_factory.mktemp("probe")
    images = draw_learnable(folder / "images", 12, negatives=4).images
    splits = (Split.TRAIN, Split.TRAIN, Split.TRAIN, Split.VALIDATION)
    dataset = Dataset(
        tuple(replace(image, split=splits[place % 4]) for place, image in enumerate(images)), ("block", "disc")
    )
    settings = TrainingSettings(
        image_root=str(folder / "images"), classes=(ClassEntry(1, "block"), ClassEntry(2, "disc")), epochs=EPOCHS,
        model_size="small", input_size=64, batch_size=4, device="cpu",
    )  # fmt: skip
    keras.utils.set_random_seed(1)
    return Tried(prepare_run_at(folder / "run", settings, dataset))


@pytest.fixture
def tried(ready: Tried) -> Tried:
    """Compiled only once, which takes longer than all that is tested here."""
    ready.begin_again()
    return ready


def test_a_run_of_a_few_steps_is_not_tried_first(tried):
    assert tried.probe(epochs=2) == []
    assert tried.setup.model.train_function is None


def test_somebody_who_stops_meanwhile_does_not_wait_for_it(tried):
    control = RunControl()
    control.request_stop()
    assert tried.probe(control=control) == []
    assert not tried.setup.model.stop_training


def test_it_tells_the_time_and_leaves_everything_as_it_was(tried, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS_WORTH_A_SAVING", 0.0)
    before, files = tried.numbers, sorted(tried.run.path.iterdir())
    (told,) = tried.probe()
    assert told.epoch_seconds > 0
    assert told.seconds > EPOCHS * told.epoch_seconds
    assert all(np.array_equal(one, other) for one, other in zip(before, tried.numbers, strict=True))
    assert tried.setup.batches.epoch == 0
    assert sorted(tried.run.path.iterdir()) == files


def test_the_curve_is_the_same_with_and_without_the_probe(tried):
    plain = tried.fit()
    compiled = tried.setup.model.train_function
    tried.begin_again()
    tried.probe()
    assert tried.fit() == pytest.approx(plain, rel=1e-4)
    assert tried.setup.model.train_function is compiled


def test_slow_steps_end_it_after_its_time(tried, monkeypatch):
    made: list[int] = []
    some = probe._SomeBatches
    monkeypatch.setattr(probe, "MOST_SECONDS", 0.0)
    monkeypatch.setattr(some, "__getitem__", lambda self, index: made.append(index) or self._batches[0])
    work = probe.work_left(tried.session.settings, tried.data, 4, EPOCHS)
    assert probe.measured_speed(tried.setup, tried.run.path, RunControl(), work).step > 0
    assert len(made) < probe.MOST_STEPS
