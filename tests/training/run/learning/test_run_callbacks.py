"""What happens between batches and epochs, with a model that is too small to learn anything."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from tests.helpers.runs import prepared_run
from training.run.events import EpochEvent, SavedEvent, StepEvent
from training.run.failure import RunFailed
from training.run.learning.phases import Phase, phases_of
from training.run.learning.run_callbacks import EpochKeeper, StepReporter
from training.run.machine.devices import Device, chosen_device
from training.run.model_card import ModelCard
from training.run.model_files import save_model
from training.run.run_control import RunControl, StopRequested
from training.run.run_folder import RunFolderError
from training.run.session import Session


class Silent:
    """In the place of Watching."""

    def answer(self, epoch: int) -> None: ...

    def tell_epoch(self, epoch: int) -> None: ...


@pytest.fixture
def session(tmp_path: Path) -> Session:
    run = prepared_run(tmp_path)
    return Session(run, run.settings(), [].append, RunControl())


@pytest.fixture
def model() -> keras.Model:
    pixels = keras.Input((2,))
    model = keras.Model(pixels, keras.layers.Dense(1)(pixels))
    model.compile("sgd", "mse")
    return model


def told_by(session: Session) -> list:
    return session.tell.__self__


class Followed:
    """In the place of StateKeeper: counts, and writes nothing."""

    batch_size, steps_per_epoch, epoch_seconds = 16, 5, 1.5
    phase, later_seconds = Phase("", epochs=9), 0.0

    def __init__(self, epoch: int = 0):
        self.epoch, self.batch, self.saved = epoch, 0, []
        self.averages = SimpleNamespace(in_use=nullcontext)

    def end_epoch(self) -> None:
        self.epoch, self.batch = self.epoch + 1, 0

    def save(self, best: EpochEvent | None) -> None:
        self.saved.append((self.epoch, best and best.epoch))


def setup_of(session: Session, model: keras.Model) -> SimpleNamespace:
    """In the place of TrainingSetup."""
    (phase,) = phases_of(session.settings)
    return SimpleNamespace(model=model, card=ModelCard.of(session.settings, presence=True), phase=phase)


def keeper(session: Session, model: keras.Model, monitor: str, followed: Followed | None = None) -> EpochKeeper:
    made = EpochKeeper(session, Silent(), setup_of(session, model), monitor, followed or Followed())
    made.set_model(model)
    return made


def epochs_told(session: Session) -> list[EpochEvent]:
    return [event for event in told_by(session) if isinstance(event, EpochEvent)]


def test_a_stop_ends_the_run_when_the_batch_has_ended(session: Session):
    callback = StepReporter(session, Silent(), Followed())
    callback.on_train_batch_end(0, {"loss": 1.0})
    session.control.request_stop()
    with pytest.raises(StopRequested):
        callback.on_train_batch_end(1, {"loss": 1.0})
    with pytest.raises(StopRequested):
        callback.on_test_batch_end(0)


def test_nothing_is_saved_in_a_run_that_another_computer_has_taken_over(session: Session, model: keras.Model):
    def check() -> None:
        raise RunFolderError("taken over")

    saving = keeper(replace(session, check_hold=check), model, "loss")
    for save in (saving.save_best, saving.save_last):
        with pytest.raises(RunFolderError, match="taken over"):
            save()
    assert not session.run.best_model.exists()
    assert not session.run.last_model.exists()


def test_the_first_step_is_not_told_as_its_time_says_nothing(session: Session):
    followed = Followed(epoch=2)
    callback = StepReporter(session, Silent(), followed)
    callback.on_train_batch_end(0, {"loss": 1.0})
    assert told_by(session) == []
    followed.batch = 2
    callback.on_train_batch_end(1, {"loss": 1.0})
    (event,) = told_by(session)
    assert isinstance(event, StepEvent)
    assert (event.epoch, event.step, event.steps) == (3, 2, 5)


@pytest.mark.parametrize(
    ("monitor", "values", "best"),
    [
        ("val_mean_iou", [0.2, 0.5, 0.4, 0.5], [True, True, False, False]),
        ("val_loss", [2.0, 2.5, 1.5, 1.6], [True, False, True, False]),
        ("mean_iou", [float("nan"), 0.1, float("nan")], [True, True, False]),
    ],
)
def test_the_best_epoch_is_judged_by_its_figure(session: Session, model: keras.Model, monitor, values, best):
    followed = Followed()
    callback = keeper(session, model, monitor, followed)
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {monitor: value})
    assert [event.best for event in epochs_told(session)] == best
    last_best = max(epoch for epoch, was in enumerate(best, start=1) if was)
    assert ModelCard.read_from(session.run.best_model).epoch == last_best
    assert [epoch for epoch, _ in followed.saved] == list(range(1, len(values) + 1))
    assert followed.saved[-1] == (len(values), last_best)


def test_a_run_that_is_stopped_in_its_first_epoch_still_has_both_models_and_its_state(
    session: Session, model: keras.Model
):
    followed = Followed()
    callback = keeper(session, model, "val_loss", followed)
    callback.save_at_end(in_mid_epoch=True)
    assert session.run.best_model.is_file()
    assert session.run.last_model.is_file()
    assert followed.saved == [(0, None)]
    assert [event.what for event in told_by(session) if isinstance(event, SavedEvent)] == ["best", "last"]
    assert callback.ended(stopped=True).reason.startswith("stopped before the first epoch was complete")


def with_patience(session: Session, patience: int, epochs: int = 9) -> Session:
    return replace(session, settings=session.settings.with_values({"patience": patience, "epochs": epochs}))


@pytest.mark.parametrize(
    ("monitor", "values", "sentence"),
    [
        ("val_mean_iou", [0.1, 0.4, 0.4, 0.3, 0.9], "no better mean IoU for 2 epochs; the best was epoch 2"),
        ("loss", [3.0, 2.0, 2.5, 2.0, 1.0], "no lower loss for 2 epochs; the best was epoch 2"),
    ],
)
def test_a_training_ends_early_when_nothing_gets_better(session: Session, model, monitor, values, sentence):
    callback = keeper(with_patience(session, 2), model, monitor)
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {monitor: value})
        if model.stop_training:
            break
    assert callback.epochs_done == 4
    ended = callback.ended(stopped=False)
    assert (ended.outcome, ended.code, ended.reason) == ("completed", "early_stopped", sentence)
    assert ended.facts == {"figure": monitor, "epochs": "2", "best_epoch": "2"}
    assert ended.figures[monitor] == values[1]


def test_patience_is_off_by_default_and_the_last_epoch_is_no_early_end(session: Session, model: keras.Model):
    for patience, epochs in ((0, 9), (3, 4)):
        callback = keeper(with_patience(session, patience, epochs), model, "loss")
        for epoch in range(4):
            callback.on_epoch_end(epoch, {"loss": float(epoch)})
        assert callback.ended(stopped=False).code == ""


def test_keras_ends_its_epochs_when_patience_is_over(session: Session, model: keras.Model):
    followed = Followed()
    callback = keeper(with_patience(session, 2), model, "none of its figures", followed)
    model.fit(np.ones((4, 2)), np.ones((4, 1)), epochs=9, verbose=0, callbacks=[callback])
    assert followed.epoch == 3


def test_patience_goes_on_counting_where_an_earlier_part_ended(session: Session, model: keras.Model):
    best = EpochEvent(epoch=3, epochs=9, figures={"loss": 1.0}, seconds=1.0, best=True)
    patient = with_patience(session, 3)
    callback = EpochKeeper(patient, Silent(), setup_of(patient, model), "loss", Followed(epoch=5), best)
    callback.set_model(model)
    assert not callback.is_over
    callback.on_epoch_end(5, {"loss": 1.5})
    assert callback.is_over
    assert [event.best for event in epochs_told(session)] == [False]


def test_an_old_model_stays_whole_when_the_new_one_can_not_be_written(
    session: Session, model: keras.Model, monkeypatch: pytest.MonkeyPatch
):
    card = ModelCard.of(session.settings, presence=True, epoch=1)
    save_model(model, session.run.best_model, card)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("training.dataset.safe_files.os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        save_model(model, session.run.best_model, card.at_epoch(2))
    assert ModelCard.read_from(session.run.best_model).epoch == 1
    assert not [path for path in session.run.path.iterdir() if path.name.startswith(".")]


def test_keras_loads_a_model_with_a_card_inside(session: Session, model: keras.Model):
    save_model(model, session.run.best_model, ModelCard.of(session.settings, presence=True))
    loaded = keras.saving.load_model(session.run.best_model, safe_mode=True)
    numbers = np.ones((1, 2), np.float32)
    assert loaded.predict_on_batch(numbers) == pytest.approx(model.predict_on_batch(numbers))


CPU, FIRST, SECOND = Device("cpu", "CPU"), Device("gpu:0", "A"), Device("gpu:1", "B")


@pytest.mark.parametrize(
    ("setting", "there", "chosen"),
    [
        ("auto", [CPU], CPU),
        ("auto", [CPU, FIRST, SECOND], FIRST),
        ("gpu", [CPU, FIRST], FIRST),
        ("gpu:1", [CPU, FIRST, SECOND], SECOND),
        ("cpu", [CPU, FIRST], CPU),
    ],
)
def test_the_device_is_the_one_that_was_asked_for(setting: str, there, chosen: Device):
    assert chosen_device(setting, there) is chosen


@pytest.mark.parametrize("setting", ["gpu", "gpu:3"])
def test_a_gpu_that_is_not_there_is_refused_with_what_is(setting: str):
    with pytest.raises(RunFailed, match=f"device: expected one of cpu, got '{setting}'"):
        chosen_device(setting, [CPU])
