from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

from tests.helpers.runs import prepared_run, some_settings
from training.run.enough_memory import Batch, batch_to_begin_with, with_enough_memory
from training.run.events import EndedEvent, PhaseEvent, StartedEvent, WarningEvent, to_line
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder
from training.run.session import Session

DIED = "Batches of 16 images\nterminate called after throwing an instance of 'std::bad_alloc'\n"


class Attempts:
    """Fits in memory up to so many images; remembers with how many it was tried, and whether the first model is gone."""

    def __init__(self, fits: int, error: Exception | None = None) -> None:
        self.fits = fits
        self.error = error or MemoryError()
        self.sizes: list[int] = []
        self.first_model: weakref.ref | None = None
        self.first_was_gone = False

    def __call__(self, size: int, state: object) -> str:
        self.sizes.append(size)
        model = {1, 2, 3}
        if self.first_model is None:
            self.first_model = weakref.ref(model)
        else:
            self.first_was_gone = self.first_model() is None
        if size > self.fits:
            raise type(self.error)(*self.error.args)  # one that this object does not hold, with all its frames
        return f"trained with {size} from {state}"


@pytest.fixture
def told() -> list:
    return []


@pytest.fixture
def session(tmp_path: Path, told: list, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setattr(
        "training.run.enough_memory._state_after_forgetting", lambda _: gc.collect() and "the last state"
    )
    return Session(prepared_run(tmp_path), some_settings(tmp_path), told.append, RunControl())


def test_a_batch_that_fits_is_tried_once(session: Session, told: list):
    attempts = Attempts(fits=16)
    assert with_enough_memory(session, Batch(16), None, attempts) == "trained with 16 from None"
    assert (attempts.sizes, told) == ([16], [])


def test_one_that_does_not_fit_is_halved_and_goes_on_from_the_last_state(session: Session, told: list):
    attempts = Attempts(fits=15)
    assert with_enough_memory(session, Batch(16), None, attempts).startswith("trained with 8 from")
    assert attempts.sizes == [16, 8]
    assert attempts.first_was_gone
    assert [(event.code, event.facts) for event in told] == [("batch_halved", {"before": "16", "after": "8"})]
    assert told[0].text == "Memory ran out: the batch was halved from 16 to 8 images, and the training goes on."


def test_it_is_halved_once_only(session: Session):
    attempts = Attempts(fits=7)
    with pytest.raises(MemoryError):
        with_enough_memory(session, Batch(16), None, attempts)
    assert attempts.sizes == [16, 8]


def test_after_a_process_died_of_its_batch_half_of_it_is_the_last_try(session: Session, told: list):
    attempts = Attempts(fits=7)
    with pytest.raises(MemoryError):
        with_enough_memory(session, Batch(8, halved_from=16), None, attempts)
    assert (attempts.sizes, told[0].facts) == ([8], {"before": "16", "after": "8"})


@pytest.mark.parametrize(
    ("batch", "error"),
    [
        (Batch(1), MemoryError()),
        (Batch(16), ValueError("shapes differ")),
        (Batch(8, may_be_halved=False), MemoryError()),
    ],
)
def test_what_half_a_batch_does_not_help_or_was_done_already_is_raised(
    session: Session, batch: Batch, error: Exception
):
    attempts = Attempts(fits=0, error=error)
    with pytest.raises(type(error)):
        with_enough_memory(session, batch, None, attempts)
    assert attempts.sizes == [batch.size]


# --- what a worker finds of the one before it


def started(batch_size: int) -> StartedEvent:
    return StartedEvent(
        versions={},
        device="CPU",
        train_images=1,
        validation_images=0,
        parameters=1,
        epochs=1,
        steps_per_epoch=1,
        classes=("cup",),
        batch_size=batch_size,
    )


HALVED = WarningEvent(code="batch_halved", text="x", facts={"before": "16", "after": "8"})
BUILD, READING = PhaseEvent(name="build", text="x"), PhaseEvent(name="data", text="x")


def run_with(folder: Path, events: list, log: str = "") -> RunFolder:
    run = prepared_run(folder)
    run.events_file.write_text("".join(map(to_line, events)), encoding="utf-8")
    run.log_file.write_text(log, encoding="utf-8")
    return run


@pytest.mark.parametrize(
    ("events", "log", "expected"),
    [
        ([], "", Batch(16)),
        ([BUILD, started(16), READING], DIED, Batch(8, 16)),
        ([BUILD, READING], DIED, Batch(8, 16)),  # it died while it built the model
        ([BUILD, started(16), EndedEvent(outcome="stopped"), READING], DIED, Batch(16)),
        ([BUILD, started(16), READING], "Batches of 16 images\nFatal Python error: Segmentation fault", Batch(16)),
        ([BUILD, started(16), READING], DIED + "Batches of 8 images\n", Batch(16)),  # of an attempt before the last
        ([BUILD, started(4), EndedEvent(outcome="stopped"), READING], "", Batch(4)),  # memory allowed no more
        ([BUILD, started(32), EndedEvent(outcome="stopped"), READING], "", Batch(16)),
        ([BUILD, started(16), HALVED, BUILD, started(8), READING], DIED, Batch(8, may_be_halved=False)),
        ([BUILD, started(1), READING], "Batches of 1 images\nMemoryError", Batch(1)),
    ],
)
def test_the_batch_that_a_worker_begins_with(tmp_path: Path, events: list, log: str, expected: Batch):
    assert batch_to_begin_with(run_with(tmp_path, events, log), 16) == expected
