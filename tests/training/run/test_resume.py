"""A training that was interrupted in every way goes on as if nothing had been: the same curve, the same weights."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.helpers.command_line import PATIENCE, ROOT, environment
from tests.helpers.trained_here import (
    BATCH,
    Pictures,
    assert_same_training,
    epochs_of,
    nothing_but_learning,
    telling_every_step,
    trained_here,
)
from training.run.commands.command_line import main
from training.run.events import EndedEvent, EpochEvent, StartedEvent, StepEvent
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder
from training.run.run_lock import is_running
from training.run.startable import last_event
from training.run.worker_client import WorkerClient

pytestmark = [
    pytest.mark.training,
    pytest.mark.skipif(os.name != "posix", reason="processes are put to sleep and killed by signals"),
]

EPOCHS, STEPS = 5, 10
# Every process that takes part has it to compile. That batch statistics and averages go on is tried with classifiers.
SIMPLE = {"architecture": "lab", "epochs": EPOCHS}
SLEEP = 1.5  # seconds

# Stands in for a window; the computer falls asleep in the middle of epoch 2.
STARTS_A_WORKER = """
import os, signal, sys
from pathlib import Path
from training.run.events import StepEvent
from training.run.run_folder import RunFolder
from training.run.worker_client import WorkerClient
client = WorkerClient.start(RunFolder(Path(sys.argv[1])))
for event in client.events():
    if isinstance(event, StepEvent) and event.epoch == 2:
        os.kill(client.pid, signal.SIGSTOP)
        print(client.pid, flush=True)
        break
sys.stdin.read()
"""


class StopWhileJudging(RunControl):
    """Asks for an end when the last batch of an epoch is done and its judging has begun."""

    def __init__(self, epoch: int) -> None:
        super().__init__()
        self._epoch = epoch
        self._questions_left: int | None = None

    def hear(self, event) -> None:
        if isinstance(event, StepEvent) and (event.epoch, event.step) == (self._epoch, STEPS):
            self._questions_left = 2  # asked after this last batch, and after the first one that is judged

    def take_question(self) -> str | None:
        if self._questions_left is not None:
            self._questions_left -= 1
            if self._questions_left == 0:
                self.request_stop()
        return super().take_question()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    return Pictures(tmp_path_factory.mktemp("resume"), "localizer", count=40, negatives=8)


@pytest.fixture(scope="module", autouse=True)
def told_at_every_step() -> Iterator[None]:
    with telling_every_step():
        yield


class Said(NamedTuple):
    code: int
    out: str
    error: str


def told_by_command(*arguments: object) -> Said:
    """The command in this process."""
    out, error = io.StringIO(), io.StringIO()
    with nothing_but_learning(), redirect_stdout(out), redirect_stderr(error):
        code = main([str(argument) for argument in arguments])
    return Said(code, out.getvalue(), error.getvalue())


@pytest.fixture(scope="module")
def uninterrupted(pictures: Pictures) -> RunFolder:
    run = pictures.prepared("uninterrupted", **SIMPLE)
    assert trained_here(run).outcome == "completed"
    return run


def history_of(run: RunFolder) -> list[dict[str, str]]:
    with run.history_file.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def starts_of(run: RunFolder) -> list[int]:
    return [event.epochs_before for event in run.read_events()[0] if isinstance(event, StartedEvent)]


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


@dataclass
class HardLife:
    run: RunFolder
    words_of_orphan: EndedEvent
    files_of_orphan: set[str]
    speeds: list[StepEvent]
    was_running: bool
    refused: Said
    result: Said


@pytest.fixture(scope="module")
def hard_life(pictures: Pictures) -> HardLife:
    """Its window dies in epoch 2, its computer sleeps, its worker is killed in epoch 3, it is stopped while epoch 4 is
    judged, and finished on another machine."""
    run = pictures.prepared("hard", **SIMPLE)
    _start_in_a_window_that_dies(run, pictures.folder)
    wait_until(lambda: not is_running(run) and not run.lock_file.exists())
    orphan, files = last_event(run), {path.name for path in run.path.iterdir()}
    steps, was_running = _slept_and_killed(WorkerClient.start(run))
    with run.events_file.open("a") as file:
        file.write('{"event": "epoch", "epoch": 4, "torn')
    control = StopWhileJudging(epoch=4)
    assert trained_here(run, control).outcome == "stopped"
    assert [event.epoch for event in epochs_of(run)] == [1, 2, 3]
    elsewhere = RunFolder(pictures.folder / "copied")
    shutil.copytree(run.path, elsewhere.path)
    shutil.copytree(pictures.images, pictures.folder / "copied images")
    settings = elsewhere.settings_file.read_text()
    elsewhere.settings_file.write_text(settings.replace(str(pictures.images), "/where/they/were"))
    refused = told_by_command("resume", elsewhere.path)
    result = told_by_command("resume", elsewhere.path, "--images", pictures.folder / "copied images", "--json")
    return HardLife(elsewhere, orphan, files, steps, was_running, refused, result)


def _start_in_a_window_that_dies(run: RunFolder, home: Path) -> None:
    window = subprocess.Popen(
        [sys.executable, "-c", STARTS_A_WORKER, str(run.path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment(home),
    )  # fmt: skip
    worker = int(window.stdout.readline())
    window.kill()
    window.communicate()
    os.kill(worker, signal.SIGCONT)


def _slept_and_killed(client: WorkerClient) -> tuple[list[StepEvent], bool]:
    steps, is_silent_but_running = [], False
    try:
        for event in client.events():
            if isinstance(event, StepEvent):
                steps.append(event)
            if isinstance(event, EpochEvent) and event.epoch == 2:
                os.kill(client.pid, signal.SIGSTOP)
                time.sleep(SLEEP)
                is_silent_but_running = is_running(client.run)
                os.kill(client.pid, signal.SIGCONT)
            if isinstance(event, StepEvent) and event.epoch == 3:
                break
    finally:
        client.kill()
        client.wait(PATIENCE)
    return steps, is_silent_but_running


def test_a_worker_whose_window_was_killed_ends_by_itself_and_keeps_its_model(hard_life: HardLife):
    assert isinstance(hard_life.words_of_orphan, EndedEvent)
    assert hard_life.words_of_orphan.outcome == "stopped"
    assert {"last.keras", "best.keras", "best.tflite", "state.npz", "report.json"} <= hard_life.files_of_orphan
    assert hard_life.files_of_orphan.isdisjoint({"running.json", "running.lock"})


def test_a_computer_that_sleeps_is_not_thought_dead_and_spoils_neither_speed_nor_rest(hard_life: HardLife):
    assert hard_life.was_running
    last = hard_life.speeds[-1]
    assert last.epoch == 3
    steps_left = (EPOCHS - 2) * STEPS - last.step
    usual = BATCH / last.images_per_second
    assert usual < SLEEP / 3
    assert last.eta_seconds == pytest.approx(steps_left * usual, rel=0.01)


def test_a_run_that_died_twice_was_stopped_and_finished_on_another_machine_is_that_of_an_undisturbed_one(
    hard_life: HardLife, uninterrupted: RunFolder
):
    assert hard_life.result.code == 0, hard_life.result.error
    run, report = hard_life.run, json.loads(hard_life.result.out.splitlines()[-1])
    assert_same_training(run, uninterrupted)
    assert [row["epoch"] for row in history_of(run)] == [str(number) for number in range(1, EPOCHS + 1)]
    assert starts_of(run)[0] == 0
    assert starts_of(run)[2] >= 2
    assert starts_of(run)[3] == 3
    assert (report["outcome"], report["epochs_done"], len(report["parts"])) == ("completed", EPOCHS, 4)
    assert report["seconds"] > sum(part["seconds"] for part in report["parts"][:-1])
    assert not any(path.exists() for path in (run.state_file, run.holder_file, run.lock_file))


def test_images_that_are_elsewhere_are_asked_for_and_a_complete_run_is_refused(hard_life: HardLife):
    assert (hard_life.refused.code, hard_life.refused.out) == (1, "")
    assert "expected its images in the folder /where/they/were, which is not there" in hard_life.refused.error
    assert hard_life.run.settings().image_root.endswith("copied images")
    again = told_by_command("resume", hard_life.run.path)
    sentence = f"boxwright: {hard_life.run.path}: this run is complete; start a new one to train further\n"
    assert (again.code, again.error) == (1, sentence)
