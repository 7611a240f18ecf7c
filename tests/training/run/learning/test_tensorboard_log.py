"""The log as TensorBoard reads it: records of protocol buffers, one a figure and epoch."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import tensorflow as tf

from tests.helpers.runs import prepared_run
from training.run.events import EpochEvent, PhaseEvent, WarningEvent
from training.run.learning import tensorboard_log
from training.run.learning.tensorboard_log import with_tensorboard
from training.run.run_control import RunControl
from training.run.session import Session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    run = prepared_run(tmp_path)
    return Session(run, replace(run.settings(), tensorboard=True), [].append, RunControl())


def epoch(number: int, **figures: float) -> EpochEvent:
    return EpochEvent(epoch=number, epochs=9, figures=figures, seconds=1.0, best=False)


def curves_in(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """By the name of a curve its points, in the order in which they were written."""
    found: dict[str, list[tuple[int, float]]] = {}
    for path in sorted(folder.glob("events.out.tfevents.*")):
        for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
            event = tf.compat.v1.Event.FromString(record)
            for value in event.summary.value:
                assert value.metadata.plugin_data.plugin_name in ("scalars", "")
                found.setdefault(value.tag, []).append((event.step, float(tf.make_ndarray(value.tensor))))
    return found


def test_each_epoch_adds_a_point_to_the_curves_and_a_resumed_run_goes_on_with_them(session: Session):
    for numbers in ((1, 2), (3,)):
        with with_tensorboard(session) as logged:
            for number in numbers:
                logged.tell(epoch(number, loss=1 / number, val_loss=2 / number, learning_rate=0.5))
    told = session.tell.__self__
    assert [event.epoch for event in told] == [1, 2, 3]
    train, validation = (curves_in(session.run.path / "tensorboard" / name) for name in ("train", "validation"))
    assert set(train) == {"epoch_loss", "epoch_learning_rate"}
    assert train["epoch_loss"] == [(number, pytest.approx(1 / number)) for number in (1, 2, 3)]
    assert validation == {"epoch_loss": [(number, pytest.approx(2 / number)) for number in (1, 2, 3)]}


def test_a_figure_that_is_no_number_is_written_as_such(session: Session):
    with with_tensorboard(session) as logged:
        logged.tell(PhaseEvent(name="train", text="Training"))
        logged.tell(epoch(1, loss=math.nan))
    ((step, value),) = curves_in(session.run.path / "tensorboard" / "train")["epoch_loss"]
    assert step == 1
    assert math.isnan(value)


def test_nothing_is_written_unless_asked_for(session: Session):
    with with_tensorboard(replace(session, settings=replace(session.settings, tensorboard=False))) as logged:
        logged.tell(epoch(1, loss=1.0))
    assert not (session.run.path / "tensorboard").exists()


def test_without_tensorflow_the_run_goes_on_and_says_so(session: Session, monkeypatch: pytest.MonkeyPatch):
    def missing() -> None:
        raise ImportError("No module named 'tensorflow'")

    monkeypatch.setattr(tensorboard_log, "_tensorflow", missing)
    with with_tensorboard(session) as logged:
        logged.tell(epoch(1, loss=1.0))
    warning, told = session.tell.__self__
    assert isinstance(warning, WarningEvent)
    assert "No module named 'tensorflow'" in warning.text
    assert isinstance(told, EpochEvent)
