from __future__ import annotations

import json
import math

import pytest

from training.run.answers.prediction import PredictedBox
from training.run.events import (
    EVENT_TYPES,
    EndedEvent,
    EpochEvent,
    EstimateEvent,
    ImagePrediction,
    PhaseEvent,
    PredictionsEvent,
    SavedEvent,
    StartedEvent,
    StepEvent,
    WarningEvent,
    from_line,
    to_line,
)

BOX = PredictedBox(1.5, 2, 30, 40, label="cup", class_id=3, score=0.75)
EVENTS = [
    StartedEvent(
        versions={"keras": "3"}, device="CPU", train_images=5, validation_images=2, parameters=9, epochs=3,
        steps_per_epoch=4, classes=("cup", "fork"), heads=("class", "box", "presence"),
        batch_size=16, epochs_before=2, monitor="val_loss", taken=("backbone",), time=5.0,
    ),
    EstimateEvent(epoch_seconds=1.5, seconds=90.0, time=5.0),
    PhaseEvent(name="data", text="Reading", done=3, total=9, time=5.0),
    StepEvent(epoch=1, step=2, steps=4, loss=0.5, images_per_second=100.0, eta_seconds=3.5, time=5.0),
    EpochEvent(epoch=1, epochs=3, figures={"loss": 0.5, "val_mean_iou": 0.25}, seconds=1.5, best=True, time=5.0),
    PredictionsEvent(epoch=1, reason="watch", images=(ImagePrediction("a/b.jpg", (BOX,)), ImagePrediction("c.jpg")), time=5.0),
    SavedEvent(what="best", path="best.keras", time=5.0),
    WarningEvent(code="image_left_out", text="Left out: ä.jpg", time=5.0),
    EndedEvent(outcome="failed", reason="no room", code="out_of_memory", figures={"loss": 1.0}, time=5.0),
]  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_from_its_line(event):
    line = to_line(event)
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert json.loads(line)["v"] == 1
    assert from_line(line) == event


def test_every_kind_of_event_is_tried_here():
    assert {type(event) for event in EVENTS} == set(EVENT_TYPES.values())


def test_an_event_gets_the_time_at_which_it_is_written():
    assert from_line(to_line(SavedEvent(what="best", path="best.keras"))).time > 1e9


def test_a_figure_that_is_not_a_number_survives_as_nan():
    event = EpochEvent(epoch=1, epochs=1, figures={"loss": math.inf}, seconds=1.0, best=False)
    assert "Infinity" not in to_line(event)
    assert math.isnan(from_line(to_line(event)).figures["loss"])


@pytest.mark.parametrize(
    "line",
    [
        "",
        "epoch 1 of 3",
        "[1, 2]",
        '{"event": "tomorrow", "v": 2, "time": 1}',
        '{"event": ["step"], "v": 1}',
        '{"event": "saved", "v": 1, "what": "best"}',
        '{"event": "ended", "v": 1, "outcome": "exploded"}',
        '{"event": "step", "v": 1, "epoch": "one"}',
        '{"event": "ended", "v": 1, "outcome": "stopped", "figures": {"loss": 1' + "0" * 400 + "}}",
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_known_event_is_none(line: str):
    assert from_line(line) is None


def test_fields_of_a_newer_worker_are_ignored():
    assert from_line('{"event": "saved", "v": 9, "time": 5, "what": "best", "path": "x", "size": 3}') == SavedEvent(
        what="best", path="x", time=5.0
    )
