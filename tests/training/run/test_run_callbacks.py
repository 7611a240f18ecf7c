"""What happens between batches and epochs, with a model that is too small to learn anything."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from tests.helpers.runs import prepared_run
from training.run.events import EpochEvent, SavedEvent, StepEvent
from training.run.failure import RunFailed
from training.run.model_card import ModelCard
from training.run.model_files import save_model
from training.run.run_callbacks import EpochKeeper, StepReporter
from training.run.run_control import RunControl, StopRequested
from training.run.session import Session
from training.run.tensorflow_devices import Device, chosen_device


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


def reporter(session: Session, steps: int = 5) -> StepReporter:
    callback = StepReporter(session, Silent())
    callback.set_params({"steps": steps, "epochs": 2})
    callback.on_epoch_begin(0)
    return callback


def keeper(session: Session, model: keras.Model, judged_by: str) -> EpochKeeper:
    made = EpochKeeper(session, Silent(), ModelCard.of(session.settings, presence=True), judged_by)
    made.set_params({"epochs": 9})
    made.set_model(model)
    return made


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_ends_the_run_with_advice(session: Session, loss: float):
    callback = reporter(session)
    callback.on_train_batch_end(0, {"loss": 1.0})
    with pytest.raises(RunFailed, match=r"\(in epoch 1, step 2\); a lower learning rate helps"):
        callback.on_train_batch_end(1, {"loss": loss})


def test_a_stop_ends_the_run_when_the_batch_has_ended(session: Session):
    callback = reporter(session)
    callback.on_train_batch_end(0, {"loss": 1.0})
    session.control.request_stop()
    with pytest.raises(StopRequested):
        callback.on_train_batch_end(1, {"loss": 1.0})
    with pytest.raises(StopRequested):
        callback.on_test_batch_end(0)


def test_the_first_step_is_not_told_as_its_time_says_nothing(session: Session):
    callback = reporter(session)
    callback.on_train_batch_end(0, {"loss": 1.0})
    assert told_by(session) == []
    callback.on_train_batch_end(1, {"loss": 1.0})
    (event,) = told_by(session)
    assert isinstance(event, StepEvent)
    assert (event.epoch, event.step, event.steps) == (1, 2, 5)


@pytest.mark.parametrize(
    ("judged_by", "values", "best"),
    [
        ("val_mean_iou", [0.2, 0.5, 0.4, 0.5], [True, True, False, False]),
        ("val_loss", [2.0, 2.5, 1.5, 1.6], [True, False, True, False]),
        ("mean_iou", [float("nan"), 0.1, float("nan")], [True, True, False]),
    ],
)
def test_the_best_epoch_is_judged_by_its_figure(session: Session, model: keras.Model, judged_by, values, best):
    callback = keeper(session, model, judged_by)
    for epoch, value in enumerate(values):
        callback.on_epoch_begin(epoch)
        callback.on_epoch_end(epoch, {judged_by: value})
    assert [event.best for event in told_by(session) if isinstance(event, EpochEvent)] == best
    last_best = max(epoch for epoch, was in enumerate(best, start=1) if was)
    assert ModelCard.read_from(session.run.best_model).epoch == last_best


def test_a_run_that_is_stopped_in_its_first_epoch_still_has_both_models(session: Session, model: keras.Model):
    callback = keeper(session, model, "val_loss")
    callback.save_at_end(in_mid_epoch=True)
    assert session.run.best_model.is_file()
    assert session.run.last_model.is_file()
    assert [event.what for event in told_by(session) if isinstance(event, SavedEvent)] == ["last", "best"]


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
