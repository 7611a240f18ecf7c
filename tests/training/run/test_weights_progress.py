from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.runs import prepared_run
from training.run import weights_progress
from training.run.events import Event, PhaseEvent
from training.run.run_control import RunControl, StopRequested
from training.run.session import Session
from training.run.weights_progress import WeightsProgress


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def session(tmp_path: Path, told: list[Event]) -> Session:
    run = prepared_run(tmp_path, architecture="MobileNetV2")
    return Session(run, run.settings(), told.append, RunControl())


def test_the_run_tells_how_much_of_how_much_is_there(session: Session, told: list[Event], monkeypatch):
    monkeypatch.setattr(weights_progress, "TOLD_AFTER", 0.0)
    progress = WeightsProgress(session)
    for done, total in ((0, None), (3_200_000, 9_406_464), (9_406_464, 9_406_464)):
        progress(done, total)
    words = "Downloading the ImageNet weights of MobileNetV2"
    assert told == [
        PhaseEvent(name="weights", text=words),
        PhaseEvent(name="weights", text=f"{words}: 3.2 of 9.4 MB", done=3_200_000, total=9_406_464),
        PhaseEvent(name="weights", text=f"{words}: 9.4 of 9.4 MB", done=9_406_464, total=9_406_464),
        PhaseEvent(name="build", text="Building the model"),
    ]


def test_of_an_unknown_length_only_what_is_there_is_told(session: Session, told: list[Event]):
    WeightsProgress(session)(2_000_000, None)
    assert told[-1] == PhaseEvent(
        name="weights", text="Downloading the ImageNet weights of MobileNetV2: 2.0 MB", done=2_000_000
    )


def test_it_is_told_now_and_then_and_at_the_end(session: Session, told: list[Event], monkeypatch):
    monkeypatch.setattr(weights_progress, "TOLD_AFTER", 1000.0)
    progress = WeightsProgress(session)
    for done in range(1, 101):
        progress(done, 100)
    assert [event.done for event in told] == [None, 1, 100, None]


def test_a_stop_ends_the_download(session: Session, told: list[Event]):
    progress = WeightsProgress(session)
    session.control.request_stop()
    with pytest.raises(StopRequested):
        progress(1, 2)
    assert told == []
