"""The protocol, spoken with a pretended worker that is a real process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.helpers.fake_worker import MISSING_PROGRAM, REASON, fake_worker_command
from tests.helpers.runs import prepared_run
from training.program_process import program_environment
from training.run.events import EndedEvent, EpochEvent, PredictionsEvent, StartedEvent, StepEvent
from training.run.outcome import Outcome, OutcomeKind
from training.run.reading_back import read_run
from training.run.run_folder import RunFolder
from training.run.worker_client import WorkerClient, worker_command

PATIENCE = 30.0


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return prepared_run(tmp_path)


def start(run: RunFolder, behaviour: str, **options) -> WorkerClient:
    return WorkerClient.start(run, fake_worker_command(run, behaviour, **options))


def finish(client: WorkerClient) -> Outcome:
    for _ in client.events():
        pass
    return client.wait(PATIENCE)


def test_a_run_that_completes_tells_everything_in_order(run: RunFolder):
    client = start(run, "complete", epochs=3)
    events = list(client.events())
    assert client.wait(PATIENCE) == Outcome(OutcomeKind.COMPLETED)
    assert [event.epoch for event in events if isinstance(event, EpochEvent)] == [1, 2, 3]
    kinds = [type(event) for event in events]
    assert kinds.index(StartedEvent) < kinds.index(StepEvent)
    assert kinds[-1] is EndedEvent


def test_the_run_folder_holds_what_was_told(run: RunFolder):
    client = start(run, "complete", epochs=2)
    told = list(client.events())
    client.wait(PATIENCE)
    kept = run.read_events()[0]
    assert [event for event in kept if not isinstance(event, StepEvent)] == [
        event for event in told if not isinstance(event, StepEvent)
    ]
    assert 0 < sum(isinstance(event, StepEvent) for event in kept) <= sum(isinstance(e, StepEvent) for e in told)


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        ("fail", Outcome(OutcomeKind.FAILED, REASON)),
        ("crash", Outcome(OutcomeKind.CRASHED, "SIGSEGV")),
        ("abort", Outcome(OutcomeKind.CRASHED, "SIGABRT")),
        (
            "no_start",
            Outcome(
                OutcomeKind.COULD_NOT_START,
                "ModuleNotFoundError: No module named 'tensorflow'",
                "missing_library",
                {"library": "TensorFlow", "package": "tensorflow"},
            ),
        ),
    ],
)
def test_every_bad_end_has_its_outcome(run: RunFolder, behaviour: str, outcome: Outcome):
    assert finish(start(run, behaviour)) == outcome


def test_a_program_that_does_not_exist_could_not_start(run: RunFolder):
    with pytest.raises(OSError, match="No such file") as failure:
        WorkerClient.start(run, MISSING_PROGRAM)
    assert WorkerClient.could_not_start(failure.value).kind is OutcomeKind.COULD_NOT_START


def test_a_stop_lets_the_worker_finish(run: RunFolder):
    client = start(run, "train")
    for event in client.events():
        if isinstance(event, EpochEvent):
            client.stop(PATIENCE)
    assert client.wait(PATIENCE) == Outcome(OutcomeKind.STOPPED)


def test_a_worker_that_ignores_a_stop_is_killed_after_a_bounded_wait(run: RunFolder):
    client = start(run, "hang")
    for event in client.events():
        if isinstance(event, EpochEvent):
            client.stop(patience_seconds=0.2)
    assert client.wait(PATIENCE) == Outcome(OutcomeKind.KILLED)


def test_a_worker_can_be_killed_at_once(run: RunFolder):
    client = start(run, "hang")
    next(iter(client.events()))
    client.kill()
    assert finish(client) == Outcome(OutcomeKind.KILLED)


def test_the_worker_ends_when_whoever_started_it_is_gone(run: RunFolder):
    """The client's own end of stdin is closed by the system when its process dies."""
    client = start(run, "train")
    next(event for event in client.events() if isinstance(event, EpochEvent))
    client._process.stdin.close()
    assert finish(client) == Outcome(OutcomeKind.STOPPED)


def test_a_watched_image_is_answered_at_once_and_then_at_each_epochs_end(run: RunFolder):
    client = start(run, "train", pause=0.05)
    answers: list[PredictionsEvent] = []
    for event in client.events():
        if isinstance(event, StartedEvent):
            client.watch("photos/a.jpg")
        if isinstance(event, PredictionsEvent):
            answers.append(event)
        if len(answers) == 3:
            client.stop(PATIENCE)
    client.wait(PATIENCE)
    assert [answer.reason for answer in answers[:2]] == ["watch", "epoch"]
    assert {image.filename for answer in answers for image in answer.images} == {"photos/a.jpg"}
    box = answers[0].images[0].boxes[0]
    assert (box.label, box.class_id, box.score) == ("cup", 3, 0.9)


def test_noise_on_stdout_never_reaches_the_protocol(run: RunFolder):
    client = start(run, "noise", epochs=2)
    events = list(client.events())
    assert client.wait(PATIENCE).kind is OutcomeKind.COMPLETED
    assert sum(isinstance(event, EpochEvent) for event in events) == 2
    log = run.log_file.read_text()
    assert "noise of Python" in log
    assert "noise of native code" in log


def test_asking_a_worker_that_is_gone_is_silent(run: RunFolder):
    client = start(run, "fail")
    finish(client)
    client.watch("a.jpg")
    client.stop()
    client.kill()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a pipe that nobody reads holds up whoever writes")
def test_a_worker_that_does_not_read_never_holds_up_whoever_asks(run: RunFolder):
    client = WorkerClient.start(run, [sys.executable, "-c", "import time; time.sleep(600)"])
    for number in range(5_000):
        client.watch(f"photos/{number:050}.jpg")
    client.kill()
    assert finish(client).kind is OutcomeKind.KILLED


def test_a_frozen_program_starts_itself_as_the_worker(run: RunFolder, monkeypatch: pytest.MonkeyPatch):
    assert worker_command(run) == [sys.executable, "-m", "training", "work", str(run.path)]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert worker_command(run) == [sys.executable, "work", str(run.path)]


def test_a_worker_finds_this_training_package_from_any_folder():
    paths = program_environment()["PYTHONPATH"].split(os.pathsep)
    assert (Path(paths[0]) / "training" / "run" / "worker.py").is_file()


def test_a_frozen_program_looks_for_python_nowhere_else(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("PYTHONPATH", "as it was")
    assert program_environment()["PYTHONPATH"] == "as it was"


@pytest.mark.parametrize("behaviour", ["crash", "abort", "no_start", "killed", "train", "bad_alloc"])
def test_an_end_without_a_word_reads_back_as_it_was_judged(run: RunFolder, behaviour: str):
    client = start(run, behaviour, pause=0.05)
    if behaviour == "train":
        next(event for event in client.events() if isinstance(event, EpochEvent))
        client.kill()
    outcome = finish(client)
    assert read_run(run).outcome == outcome
    assert finish(start(run, "complete", epochs=3)).kind is OutcomeKind.COMPLETED
    assert read_run(run).outcome == Outcome(OutcomeKind.COMPLETED)


@pytest.mark.parametrize("content", ["", "[]", '{"kind": 1}', '{"kind": "odd", "bytes_of_events": 0}'])
def test_a_broken_note_about_the_end_says_nothing(run: RunFolder, content: str):
    run.outcome_file.write_text(content)
    assert read_run(run).outcome is None
