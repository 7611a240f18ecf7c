from __future__ import annotations

import errno
from pathlib import Path

import pytest

from training.run.events import EndedEvent, StartedEvent
from training.run.outcome import Outcome, OutcomeKind, could_not_launch, could_not_start, outcome_of
from training.run.outcome_words import in_words, what_happened
from training.run.settings import TrainingSettings
from training.run.what_to_try import Kept, Suggestion, suggestions

COMPLETED = EndedEvent(outcome="completed")
LACKS_TENSORFLOW = EndedEvent(
    outcome="failed", reason="TensorFlow can't be loaded", code="missing_library", facts={"library": "TensorFlow"}
)
NO_SPACE = OSError(errno.ENOSPC, "No space left on device", "/runs/a")


@pytest.mark.parametrize(
    ("outcome", "kind", "code", "sentence"),
    [
        (outcome_of(0, COMPLETED, False), "completed", "", "The training is complete."),
        (
            outcome_of(0, EndedEvent(outcome="completed", code="early_stopped", reason="no better mean IoU"), False),
            "completed",
            "early_stopped",
            "The training is complete: it ended early, no better mean IoU.",
        ),
        (
            outcome_of(0, EndedEvent(outcome="completed", code="loss_stuck"), False),
            "completed",
            "loss_stuck",
            "The training is complete, but its loss has hardly moved: the model has learned next to nothing.",
        ),
        (
            outcome_of(0, EndedEvent(outcome="stopped"), False),
            "stopped",
            "",
            "The training was stopped; the model is kept.",
        ),
        (
            outcome_of(0, EndedEvent(outcome="stopped", reason="stopped before there was a model"), False),
            "stopped",
            "",
            "The training was stopped before there was a model.",
        ),
        (
            outcome_of(1, EndedEvent(outcome="failed", reason="no images"), False),
            "failed",
            "",
            "The training failed: no images.",
        ),
        (
            outcome_of(1, LACKS_TENSORFLOW, False),
            "could not start",
            "missing_library",
            "The training could not start: TensorFlow can't be loaded.",
        ),
        (outcome_of(-9, None, True), "killed", "", "The training did not stop by itself and was ended."),
        (
            outcome_of(-11, None, False),
            "crashed",
            "",
            "The training crashed (SIGSEGV); its folder's log.txt says more.",
        ),
        (
            outcome_of(-9, None, False),
            "crashed",
            "maybe_out_of_memory",
            "The training crashed (SIGKILL); its folder's log.txt says more. "
            "Another program, or the system for want of memory, ended it; memory may have run out.",
        ),
        (
            outcome_of(-9, None, False, memory_was_short=True),
            "crashed",
            "out_of_memory",
            "The training crashed (SIGKILL); its folder's log.txt says more. Memory ran out.",
        ),
        (
            outcome_of(-6, None, False, log="terminate called\n  what():  std::bad_alloc\nFatal Python error: Aborted"),
            "crashed",
            "out_of_memory",
            "The training crashed (SIGABRT); its folder's log.txt says more. Memory ran out.",
        ),
        (
            outcome_of(127, None, False, log="cannot allocate memory for thread-local data: ABORT"),
            "crashed",
            "out_of_memory",
            "The training crashed (exit code 127); its folder's log.txt says more. Memory ran out.",
        ),
        (
            outcome_of(-200, None, False),
            "crashed",
            "",
            "The training crashed (signal 200); its folder's log.txt says more.",
        ),
        (
            outcome_of(0xC0000005, None, False, False),
            "crashed",
            "",
            "The training crashed (access violation, exit code 0xC0000005); its folder's log.txt says more.",
        ),
        (
            outcome_of(-1073741801, None, False),
            "crashed",
            "out_of_memory",
            "The training crashed (no memory, exit code 0xC0000017); its folder's log.txt says more. Memory ran out.",
        ),
        (
            outcome_of(3, None, False, False, "Traceback\nModuleNotFoundError: No module named 'keras.src'\n\n"),
            "could not start",
            "missing_library",
            "The training could not start: ModuleNotFoundError: No module named 'keras.src'.",
        ),
        (
            outcome_of(3, None, False, False),
            "could not start",
            "",
            "The training could not start: exit code 3.",
        ),
        (
            could_not_start("[Errno 30] Read-only file system: '/x'"),
            "could not start",
            "no_permission",
            "The training could not start: [Errno 30] Read-only file system: '/x'.",
        ),
        (
            could_not_launch(NO_SPACE),
            "could not start",
            "disk_full",
            "The training could not start: [Errno 28] No space left on device: '/runs/a'.",
        ),
        (
            could_not_launch(FileNotFoundError(2, "No such file or directory", "/no/python")),
            "could not start",
            "missing_program",
            "The training could not start: [Errno 2] No such file or directory: '/no/python'.",
        ),
    ],
)
def test_each_outcome_says_what_happened(outcome: Outcome, kind: str, code: str, sentence: str):
    assert (outcome.kind, outcome.code) == (kind, code)
    assert what_happened(outcome) == sentence


def test_what_the_worker_said_itself_counts_more_than_how_its_process_ended():
    assert outcome_of(-11, COMPLETED, False).kind is OutcomeKind.COMPLETED
    assert outcome_of(-9, COMPLETED, True).kind is OutcomeKind.COMPLETED


# --- what was kept, and what to try

NOTHING, STATE, BEST, BOTH = Kept(), Kept(None, True), Kept(7, False), Kept(7, True)
SETTINGS = TrainingSettings(batch_size=16, learning_rate=3e-3, input_size=160)


def started(device: str = "CPU, 2 threads", batch_size: int = 16) -> StartedEvent:
    return StartedEvent(
        versions={},
        device=device,
        train_images=1,
        validation_images=1,
        parameters=1,
        epochs=1,
        steps_per_epoch=1,
        classes=("cup",),
        batch_size=batch_size,
    )


def tries_of(outcome: Outcome, kept: Kept, **of_start) -> list[dict]:
    return [dict(one.changes) for one in suggestions(outcome, SETTINGS, started(**of_start), kept)]


RESUME: dict = {}


@pytest.mark.parametrize(
    ("kind", "code", "kept", "expected"),
    [
        (OutcomeKind.COMPLETED, "", BOTH, []),
        (OutcomeKind.COMPLETED, "early_stopped", BOTH, []),
        (OutcomeKind.COMPLETED, "loss_stuck", BOTH, [{"learning_rate": 3e-4}]),
        (OutcomeKind.STOPPED, "", BOTH, [RESUME]),
        (OutcomeKind.STOPPED, "", NOTHING, [RESUME]),
        (OutcomeKind.KILLED, "", STATE, [RESUME]),
        (OutcomeKind.CRASHED, "", BOTH, [RESUME]),
        (OutcomeKind.CRASHED, "maybe_out_of_memory", BOTH, [{"batch_size": 8}, {"input_size": 96}, RESUME]),
        (OutcomeKind.FAILED, "", NOTHING, []),
        (OutcomeKind.FAILED, "", STATE, [RESUME]),
        (OutcomeKind.FAILED, "disk_full", NOTHING, [RESUME]),
        (OutcomeKind.FAILED, "no_weights", NOTHING, [RESUME]),
        (OutcomeKind.FAILED, "nan_loss", BOTH, [{"learning_rate": 3e-4}]),
        (OutcomeKind.FAILED, "out_of_memory", NOTHING, [{"batch_size": 8}, {"input_size": 96}, RESUME]),
        (OutcomeKind.COULD_NOT_START, "missing_library", NOTHING, [RESUME]),
    ],
)
def test_what_is_suggested(kind: OutcomeKind, code: str, kept: Kept, expected: list[dict]):
    assert tries_of(Outcome(kind, "", code), kept) == expected


def test_less_memory_starts_from_the_batch_that_was_really_used_and_knows_the_cpu():
    out = Outcome(OutcomeKind.FAILED, "", "out_of_memory")
    assert tries_of(out, STATE, batch_size=8, device="NVIDIA H100") == [
        {"batch_size": 4},
        {"input_size": 96},
        {"device": "cpu"},
        RESUME,
    ]
    assert {"batch_size": 0} not in tries_of(out, STATE, batch_size=1)


@pytest.mark.parametrize(
    ("outcome", "kept", "words"),
    [
        (
            Outcome(OutcomeKind.FAILED, "no number", "nan_loss"),
            BEST,
            ("The best model, of epoch 7, is kept.", "Train again with learning rate 0.0003."),
        ),
        (
            Outcome(OutcomeKind.FAILED, "memory", "out_of_memory"),
            STATE,
            (
                "Its last state is kept.",
                "Train again with batch size 8, or with input size 96. Resume goes on from its last state.",
            ),
        ),
        (
            Outcome(
                OutcomeKind.COULD_NOT_START, "", "missing_library", {"library": "TensorFlow", "package": "tensorflow"}
            ),
            NOTHING,
            (
                "Nothing was kept but its log.",
                "Install TensorFlow first (python -m pip install tensorflow). Resume starts it once more.",
            ),
        ),
        (Outcome(OutcomeKind.COMPLETED), BOTH, ("The best model, of epoch 7, is kept, and its last state.", "")),
    ],
)
def test_what_was_kept_and_what_to_try_is_said(outcome: Outcome, kept: Kept, words: tuple[str, str]):
    said = in_words(outcome, kept, suggestions(outcome, SETTINGS, started(), kept))
    assert (said.kept, said.to_try) == words


def test_a_network_without_its_weights_could_learn_from_scratch_or_wait_for_the_file():
    out, settings = Outcome(OutcomeKind.FAILED, "", "no_weights"), SETTINGS.with_values({"weights": "imagenet"})
    tries = suggestions(out, settings, None, NOTHING)
    assert tries == (Suggestion({"weights": "random"}), Suggestion())
    assert in_words(out, NOTHING, tries).to_try == "Train again with random weights. Resume starts it once more."


def test_a_file_that_is_no_good_is_not_tried_again(tmp_path: Path):
    settings = SETTINGS.with_values({"weights": str(tmp_path / "no.h5")})
    out = Outcome(OutcomeKind.FAILED, "", "no_weights", {"problem": "missing"})
    tries = suggestions(out, settings, None, NOTHING)
    assert tries == (Suggestion({"weights": "random"}),)
    said = "Name another file of weights (--weights FILE). Train again with random weights."
    assert in_words(out, NOTHING, tries).to_try == said
    assert Suggestion() in suggestions(out, settings, None, STATE)


def test_without_settings_only_going_on_is_suggested():
    out = Outcome(OutcomeKind.CRASHED, "SIGKILL", "maybe_out_of_memory")
    assert suggestions(out, None, None, STATE) == (Suggestion(),)
