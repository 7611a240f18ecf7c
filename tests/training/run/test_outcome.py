from __future__ import annotations

import pytest

from training.run.events import EndedEvent
from training.run.outcome import Outcome, OutcomeKind, outcome_of

COMPLETED = EndedEvent(outcome="completed")


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (outcome_of(0, COMPLETED, False), "The training is complete."),
        (outcome_of(0, EndedEvent(outcome="stopped"), False), "The training was stopped; the model is kept."),
        (
            outcome_of(0, EndedEvent(outcome="stopped", reason="stopped before there was a model"), False),
            "The training was stopped before there was a model.",
        ),
        (outcome_of(1, EndedEvent(outcome="failed", reason="no images"), False), "The training failed: no images"),
        (
            outcome_of(-9, None, True),
            "The training did not stop by itself and was ended; the files written until then are kept.",
        ),
        (outcome_of(-11, None, False), "The training crashed (SIGSEGV); its folder's log.txt says more."),
        (
            outcome_of(-9, None, False),
            "The training crashed (SIGKILL); its folder's log.txt says more. "
            "Maybe memory ran out: a smaller batch or input helps.",
        ),
        (outcome_of(-200, None, False), "The training crashed (signal 200); its folder's log.txt says more."),
        (outcome_of(0, None, False), "The training crashed (exit code 0); its folder's log.txt says more."),
        (outcome_of(3, None, False, False, "No module named x"), "The training could not start: No module named x"),
        (outcome_of(3, None, False, False), "The training could not start: exit code 3"),
    ],
)
def test_each_outcome_words_itself(outcome: Outcome, sentence: str):
    assert outcome.sentence() == sentence


def test_what_the_worker_said_itself_counts_more_than_how_its_process_ended():
    assert outcome_of(-11, COMPLETED, False).kind is OutcomeKind.COMPLETED
    assert outcome_of(-9, COMPLETED, True).kind is OutcomeKind.COMPLETED
