"""What the terminal says at the end; the training itself is pretended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.helpers.runs import prepared_run
from training.run.commands import terminal_training
from training.run.events import EndedEvent
from training.run.failure import LossLost, failed_by
from training.run.outcome import Outcome, OutcomeKind
from training.run.reading_back import read_run
from training.run.run_folder import RunFolder


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return prepared_run(tmp_path)


def end_with(run: RunFolder, ended: EndedEvent, monkeypatch: pytest.MonkeyPatch, as_json: bool = False) -> int:
    monkeypatch.setattr(terminal_training, "run_training", lambda *_: ended)
    return terminal_training.train_on_terminal(run, as_json)


def test_a_failure_says_why_what_was_kept_and_what_to_try(run, monkeypatch, capsys):
    run.best_model.write_bytes(b"model")
    assert end_with(run, failed_by(LossLost(3, 4)), monkeypatch) == 1
    out, errors = capsys.readouterr()
    assert errors == "boxwright: the loss is no longer a number (since epoch 3, step 4)\n"
    assert out.splitlines() == ["A first model is kept.", "Train again with learning rate 0.0003."]


def test_after_a_stop_it_says_how_to_go_on_and_the_last_line_stays_json(run, monkeypatch, capsys):
    run.best_model.write_bytes(b"model")
    run.state_file.write_bytes(b"state")
    assert end_with(run, EndedEvent(outcome="stopped"), monkeypatch, as_json=True) == 0
    *_, advice, last = capsys.readouterr().out.splitlines()
    assert advice == f"“boxwright resume {run.path}” goes on from its last state."
    assert json.loads(last)["outcome"] == "stopped"


def test_a_loss_that_did_not_move_is_said_though_the_training_is_complete(run, monkeypatch, capsys):
    assert end_with(run, EndedEvent(outcome="completed", code="loss_stuck"), monkeypatch) == 0
    said = capsys.readouterr().out
    assert "its loss has hardly moved" in said
    assert "Train again with learning rate 0.0003." in said


def test_an_end_at_once_reads_back_as_one(run, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(terminal_training, "run_training", interrupted)
    with pytest.raises(KeyboardInterrupt):
        terminal_training.train_on_terminal(run, as_json=False)
    assert read_run(run).outcome == Outcome(OutcomeKind.KILLED)


def test_a_training_that_went_well_asks_for_nothing(run, monkeypatch, capsys):
    end_with(run, EndedEvent(outcome="completed"), monkeypatch)
    assert capsys.readouterr().out == f"Completed. The run is in {run.path}.\n"


def test_to_be_among_the_best_three_is_told_from_four_classes_on(run, monkeypatch, capsys):
    for classes in (3, 4):
        figures = {"class_accuracy": 0.9, "top3_accuracy": 1.0, "classes": [{"name": "x"}] * classes}
        run.report_file.write_text(json.dumps({"figures": {"test": figures}}), encoding="utf-8")
        assert end_with(run, EndedEvent(outcome="completed"), monkeypatch) == 0
        assert ("top3_accuracy" in capsys.readouterr().out) == (classes == 4)
