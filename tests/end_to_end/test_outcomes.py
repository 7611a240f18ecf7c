"""Every way in which a training ends, with a worker that really ends so; what happened, what was kept and what to try is
read from the window.
"""

from __future__ import annotations

import json
import sys

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from tests.helpers.fake_worker import MISSING_PROGRAM
from tests.helpers.injured_worker import injured_worker_command
from tests.helpers.short_of_memory import short_of_memory_command
from tests.helpers.trainer import Trainer
from training.run.outcome import OutcomeKind
from training.run.reading_back import read_run
from training.run.run_folder import RunFolder


def card_of(person: Trainer) -> str:
    return person.window.runs.outcome_card.text


def buttons_of(person: Trainer) -> dict[str, QPushButton]:
    """What is offered: at the run's name to go on with it, in the card to train otherwise."""
    runs = person.window.runs
    buttons = [runs.header.resume_button, *runs.outcome_card.try_buttons]
    return {button.text(): button for button in buttons if button.text()}


def leave_a_model(run: RunFolder) -> None:
    """As a training of the same run would have left it."""
    run.best_model.write_bytes(b"model")
    run.state_file.write_bytes(b"state")


ENDS = [
    ("complete", ["The training is complete."], []),
    (
        "early",
        [
            "it ended early, as nothing got better after epoch 2 for 5 epochs",
            "Kept: the best model (epoch 2).",
        ],
        [],
    ),
    ("fail", ["The training failed: the disk is full.", "and the last state"], ["Resume"]),
    (
        "crash",
        [
            "The training crashed (SIGSEGV).",
            "Kept: the best model (epoch 1) and the last state.",
            "The details tell",
        ],
        ["Resume"],
    ),
    (
        "killed",
        [
            "crashed (SIGKILL): something ended it from outside, maybe because memory ran out",
            "A smaller batch needs less memory",
        ],
        ["Resume", "Try again with batch size 8", "Try again with input size 96"],
    ),
    (
        "nan",
        ["The training failed: the loss is no longer a number, since epoch 3, step 2.", "A lower learning rate"],
        ["Try again with learning rate 0.0003"],
    ),
    (
        "memory",
        ["The training failed: memory ran out.", "A smaller batch needs less memory"],
        ["Resume", "Try again with batch size 8", "Try again with input size 96"],
    ),
    (
        "stuck",
        ["its loss has hardly moved: the model has learned next to nothing.", "Try another learning rate"],
        ["Try again with learning rate 0.0003"],
    ),
]


@pytest.mark.parametrize(("behaviour", "words", "buttons"), ENDS, ids=[end[0] for end in ENDS])
def test_each_end_says_what_happened_what_was_kept_and_what_to_try(person, behaviour, words, buttons):
    person.pretend(behaviour)
    run = person.press_train()
    person.wait_until(lambda: run.folder is not None)
    leave_a_model(run.folder)
    person.wait_for_end()
    for word in words:
        assert word in card_of(person)
    assert list(buttons_of(person)) == buttons
    assert card_of(person).splitlines()[0] in person.panel


def test_all_curves_stay_in_sight_after_a_good_end_and_the_card_unfolds(person):
    person.pretend("complete")
    person.press_train()
    person.wait_for_end()
    runs = person.window.runs
    person.wait_until(lambda: runs.chart.visibleRegion().boundingRect().height() == runs.chart.height() > 150)
    assert "Kept" not in person.panel
    runs.outcome_card.unfold_button.click()
    assert "Kept: your boxes. There is no model yet." in person.panel
    assert runs.outcome_card.details.isVisible()


def test_a_worker_that_died_for_want_of_memory_goes_on_with_half_the_batch(person):
    person.pretend("bad_alloc")
    person.press_train()
    person.wait_for_end()
    assert person.run.outcome.kind is OutcomeKind.COMPLETED
    assert [epoch.epoch for epoch in person.run.history] == [1, 2, 3]
    assert "Memory ran out: the batch was halved from 16 to 8 images, and the training goes on." in person.panel


def test_a_stop_and_an_end_at_once_are_told_as_the_persons_own(person):
    person.pretend("hang", pause=0.02)
    person.press_train()
    person.wait_for_epochs(1)
    person.action("stop_training").trigger()
    person.window.runs.stop_button.click()
    person.wait_for_end()
    assert "You ended the training at once." in person.panel
    assert "Start over" in buttons_of(person)  # nothing was saved


def test_a_stopped_training_goes_on_when_resume_is_pressed(person):
    person.pretend("train", pause=0.02)
    run = person.press_train()
    person.wait_for_epochs(1)
    leave_a_model(run.folder)
    person.action("stop_training").trigger()
    person.wait_for_end()
    assert "The training was stopped; the model is kept." in person.panel
    done = len(run.history)
    buttons_of(person)["Resume"].click()
    person.wait_until(lambda: person.run.is_running and len(person.run.history) > done)
    person.action("stop_training").trigger()
    person.wait_for_end()


def test_trying_again_opens_the_sheet_with_the_smaller_batch(person):
    person.pretend("killed")
    person.press_train()
    person.wait_for_end()
    buttons_of(person)["Try again with batch size 8"].click()
    command = person.window.training.sheet_command
    person.wait_until(lambda: command.sheet is not None)
    assert command.sheet.form.values()["batch_size"] == 8
    command.sheet.reject()


def test_what_an_end_leaves_to_read_is_copied_for_whoever_helps(person):
    person.pretend("crash")
    person.press_train()
    person.wait_for_end()
    person.window.runs.outcome_card.copy_button.click()
    text = QGuiApplication.clipboard().text()
    for part in (
        "Outcome: crashed",
        "SIGSEGV",
        "boxwright 0",
        "batch_size: 16",
        "classes: 2",
        "TensorFlow says something",
    ):
        assert part in text
    assert "square" not in text  # classes may be nobody's business


# --- workers that never begin


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (lambda _: MISSING_PROGRAM, ["there is no program /no/such/program/boxwright", "Install Boxwright again"]),
        (
            lambda run: [sys.executable, "-c", "import tensorflow_that_is_missing"],
            ["The training could not start: tensorflow_that_is_missing is missing", "python -m pip install"],
        ),
        (
            lambda run: injured_worker_command(run, "no_tensorflow"),
            ["The training could not start: TensorFlow is missing", "python -m pip install tensorflow"],
        ),
        (lambda run: injured_worker_command(run, "disk_full"), ["failed: the disk is full", "Make room on the disk"]),
    ],
    ids=["program", "module", "tensorflow", "disk"],
)
def test_what_is_missing_is_named_with_what_to_do(person, command, words):
    person.window.training.command = command
    person.press_train()
    person.wait_for_end()
    for word in words:
        assert word in card_of(person)
    assert "Start over" in buttons_of(person)
    assert read_run(person.run.folder).outcome == person.run.outcome  # the words after a restart


def test_a_folder_for_runs_that_can_not_be_made_is_told(person, tmp_path):
    (tmp_path / "photos" / "runs").write_text("a file where the folder should be")
    person.press_train()
    person.wait_for_end()
    assert person.run.outcome.kind is OutcomeKind.COULD_NOT_START
    assert "The training could not start" in person.panel
    (tmp_path / "photos" / "runs").unlink()
    person.window.runs.header.again_button.click()
    person.wait_until(lambda: person.window.training.sheet_command.sheet is not None)
    person.window.training.sheet_command.sheet.reject()


# --- real workers that are really short of memory

LARGE = {"batch_size": 512, "input_size": 128, "epochs": 1, "model_size": "small", "device": "cpu"}


def trained_short_of_memory(person, mebibytes: int, **values):
    """Where TensorFlow is refused a few bytes, not a tensor, it now and then follows a null pointer: then once more."""
    person.window.training.command = lambda run: short_of_memory_command(run, mebibytes)
    for _ in range(3):
        run = person.press_train(**values)
        person.wait_for_end()
        if run.outcome.reason != "SIGSEGV":
            break
    return run


@pytest.mark.training
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process may write to")
def test_a_real_training_that_is_too_large_halves_its_batch_by_itself(person):
    run = trained_short_of_memory(person, 1800, **LARGE | {"batch_size": 768})  # needs some 2,100 MiB, half of it 1,200
    assert run.outcome.kind is OutcomeKind.COMPLETED, (run.outcome, run.last_lines)
    assert "the batch was halved from 768 to 384 images" in person.panel
    report = json.loads(run.folder.report_file.read_text())
    assert (report["batch_size"], report["settings"]["batch_size"]) == (384, 768)
    assert run.folder.settings().batch_size == 768


@pytest.mark.training
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process may write to")
def test_a_real_training_for_which_half_is_too_large_too_says_what_to_try(person):
    run = trained_short_of_memory(person, 500, **LARGE)
    assert run.outcome.kind in (OutcomeKind.FAILED, OutcomeKind.CRASHED)
    assert run.outcome.code == "out_of_memory", (run.outcome, run.last_lines)
    assert "memory ran out" in person.panel
    assert "Try again with batch size 128" in buttons_of(person)
