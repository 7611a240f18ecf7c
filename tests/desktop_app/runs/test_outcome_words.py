from __future__ import annotations

import pytest

from desktop_app.runs.outcome_words import button_for, what_happened, what_to_try, what_was_kept
from desktop_app.runs.training_run import TrainingRun
from desktop_app.runs.warning_words import warning_in_words
from training.run.events import WarningEvent
from training.run.outcome import INTERRUPTED, Outcome, OutcomeKind
from training.run.what_to_try import Kept, Suggestion

RUN = TrainingRun()


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome(OutcomeKind.COMPLETED, "no better IoU", "early_stopped"), "The training is complete; it ended early."),
        (Outcome(OutcomeKind.STOPPED), "The training was stopped before its first epoch was complete."),
        (Outcome(OutcomeKind.KILLED), "The training did not stop by itself and was ended."),
        (Outcome(OutcomeKind.CRASHED, "x", INTERRUPTED), "The training was interrupted; nobody saw how it ended."),
        (
            Outcome(OutcomeKind.CRASHED, "SIGABRT", "out_of_memory"),
            "The training crashed (SIGABRT): memory ran out.",
        ),
        (
            Outcome(OutcomeKind.FAILED, "", "nan_loss", {"epoch": "4", "step": "0"}),
            "The training failed: the loss is no longer a number, since the end of epoch 4.",
        ),
        (
            Outcome(OutcomeKind.FAILED, "x", "no_permission", {"file": "/runs"}),
            "The training failed: a file or folder can't be written or read (/runs).",
        ),
        (Outcome(OutcomeKind.FAILED, "expected a box, found none"), "The training failed: expected a box, found none."),
    ],
)
def test_what_happened_is_said_in_the_windows_own_words(outcome: Outcome, words: str):
    assert what_happened(RUN, outcome) == words


@pytest.mark.parametrize(
    ("kept", "outcome", "words"),
    [
        (Kept(), Outcome(OutcomeKind.FAILED), "Kept: your boxes. There is no model yet."),
        (Kept(None, True), Outcome(OutcomeKind.CRASHED), "Kept: your boxes and the last state. There is no model yet."),
        (Kept(0, True), Outcome(OutcomeKind.STOPPED), "Kept: a first model and the last state."),
        (Kept(3, True), Outcome(OutcomeKind.STOPPED), "Kept: the best model (epoch 3) and the last state."),
        (Kept(3, True), Outcome(OutcomeKind.COMPLETED), "Kept: the best model (epoch 3)."),
        (Kept(3, True), Outcome(OutcomeKind.FAILED, "", "nan_loss"), "Kept: the best model (epoch 3)."),
    ],
)
def test_what_was_kept_is_said(kept: Kept, outcome: Outcome, words: str):
    assert what_was_kept(kept, outcome) == words


@pytest.mark.parametrize(
    "code", ["disk_full", "no_permission", "missing_library", "missing_program", "nan_loss", "no_weights"]
)
def test_what_a_program_can_help_with_has_advice(code: str):
    assert what_to_try(Outcome(OutcomeKind.FAILED, "", code))


DOWNLOAD = {
    "problem": "download", "network": "MobileNetV2", "reason": "there is no network.",
    "address": "https://a/b.h5", "folder": "/home/me/.keras/models", "file": "b.h5",
}  # fmt: skip


def test_weights_that_could_not_be_had_are_told_in_the_windows_words():
    out = Outcome(OutcomeKind.FAILED, "… or give it with --weights FILE", "no_weights", DOWNLOAD)
    expected = "The training failed: the ImageNet weights of MobileNetV2 could not be downloaded: there is no network."
    assert what_happened(RUN, out) == expected
    advice = what_to_try(out)
    for part in (
        "https://a/b.h5",
        "choose the file under Starting weights",
        "/home/me/.keras/models as b.h5",
        "scratch",
    ):
        assert part in advice
    assert "--weights" not in advice


@pytest.mark.parametrize("problem", ["missing", "ending", "unreadable", "damaged", "unfit", "too_small"])
def test_a_file_that_is_no_good_is_named_and_another_asked_for(problem: str):
    facts = {"problem": problem, "file": "/a/x.h5", "network": "MobileNetV2"}
    out = Outcome(OutcomeKind.FAILED, "in other words", "no_weights", facts)
    assert "/a/x.h5" in what_happened(RUN, out)
    assert "choose another file under Starting weights" in what_to_try(out)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "Resume"),
        ({"batch_size": 8}, "Try again with batch size 8"),
        ({"input_size": 96}, "Try again with input size 96"),
        ({"learning_rate": 0.0003}, "Try again with learning rate 0.0003"),
        ({"device": "cpu"}, "Try again on the CPU"),
        ({"weights": "random"}, "Try again from scratch"),
        ({"threads": 2}, "Try again with other settings"),
    ],
)
def test_a_button_says_what_it_changes(changes: dict, text: str):
    assert button_for(Suggestion(changes), Kept(None, True)) == text


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            WarningEvent(code="batch_halved", text="x", facts={"before": "16", "after": "8"}),
            "Memory ran out: the batch was halved from 16 to 8 images, and the training goes on.",
        ),
        (
            WarningEvent(
                code="loss_stuck",
                text="x",
                facts={"first": "16.5", "now": "16.4", "epochs": "7", "learning_rate": "0.003"},
            ),
            "The loss hardly moves: 16.5 at first, 16.4 after 7 epochs. Stop, and try a learning rate of 0.003.",
        ),
        (WarningEvent(code="image_left_out", text="x", facts={"problem": "a.jpg: it is empty"}), "Left out: a.jpg: it is empty"),
        (WarningEvent(code="image_left_out", text="Left out: b.jpg"), "Left out: b.jpg"),  # written before there were facts
        (WarningEvent(code="of_tomorrow", text="Something new."), "Something new."),
    ],
)  # fmt: skip
def test_a_warning_is_said_in_the_windows_words_where_its_code_is_known(event: WarningEvent, words: str):
    assert warning_in_words(event) == words


def test_what_changes_the_result_is_told_before_pictures_that_were_left_out():
    run = TrainingRun()
    run.apply(WarningEvent(code="image_left_out", text="x", facts={"problem": "a.jpg"}))
    run.apply(WarningEvent(code="batch_halved", text="x", facts={"before": "2", "after": "1"}))
    assert [warning.split(":")[0] for warning in run.warnings] == ["Memory ran out", "Left out"]
