"""The list of runs, whatever lies in the folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.helpers.past_runs import GOOD, epoch, make_old, make_report, make_run, tell
from training.run.answers.prediction import PredictedBox
from training.run.catalogue import run_catalogue, run_facts
from training.run.catalogue.run_catalogue import RunCatalogue, list_runs, summary_of
from training.run.catalogue.run_notes import RunNotes, write_notes
from training.run.catalogue.run_summary import RunState, clock_time, shown_text
from training.run.events import EndedEvent, ImagePrediction, PhaseEvent, PredictionsEvent, to_line
from training.run.kept_outcome import keep_outcome
from training.run.outcome import Outcome, OutcomeKind
from training.run.result_files import HistoryFile
from training.run.run_folder import RunFolder
from training.run.run_lock import hold_run


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "photos" / "runs"


# --- what stands in the list


def test_a_prepared_run_waits(runs):
    summary = summary_of(make_run(runs, 5, epochs=30))
    assert summary.state is RunState.WAITING
    assert summary.name == "2026-03-01_12-05-00-localizer"
    assert (summary.recipe, summary.epochs, summary.epochs_done) == ("localizer", 30, 0)
    assert summary.images == {"train": 2, "validation": 1, "test": 0}
    assert summary.dataset_hash == hashlib.sha256(summary.folder.dataset_file.read_bytes()).hexdigest()
    assert summary.created == datetime(2026, 3, 1, 12, 5).timestamp()
    assert (summary.figures, summary.seconds, summary.has_model, summary.problem) == ({}, None, False, "")
    assert summary.can_resume


def test_a_completed_run_tells_the_figures_of_its_report(runs):
    run = make_run(runs)
    tell(run, epoch(1), EndedEvent(outcome="completed", figures=GOOD))
    make_report(run)
    run.best_model.write_bytes(b"model")
    summary = summary_of(run)
    assert summary.state is RunState.COMPLETED
    assert summary.figures == {"mean_iou": 0.66, "iou50": 0.5}
    assert (summary.figures_of, summary.best_epoch, summary.epochs_done, summary.seconds) == (
        "validation",
        17,
        20,
        61.5,
    )
    assert summary.has_model
    assert not summary.can_resume


def test_without_validation_images_the_figures_are_of_the_training_images(runs):
    run = make_run(runs)
    tell(run, EndedEvent(outcome="completed"))
    make_report(run, figures={"train": {"mean_iou": 0.5}})
    summary = summary_of(run)
    assert (summary.figures, summary.figures_of) == ({"mean_iou": 0.5}, "train")


def test_a_run_without_report_tells_the_best_row_of_its_history(runs):
    run = make_run(runs)
    history = HistoryFile(run.history_file)
    for one in (epoch(1, val_mean_iou=0.3), epoch(2, val_mean_iou=0.6), epoch(3, best=False, val_mean_iou=0.1)):
        history.add(one)
    tell(run, PhaseEvent(name="train", text="…"))
    make_old(run)
    summary = summary_of(run)
    assert summary.state is RunState.INTERRUPTED
    assert summary.figures["mean_iou"] == 0.6
    assert (summary.best_epoch, summary.epochs_done, summary.seconds) == (2, 3, 9.0)
    assert summary.can_resume


def test_a_run_with_nothing_but_events_tells_what_their_end_says(runs):
    run = make_run(runs)
    tell(run, *(epoch(number) for number in (1, 2)), EndedEvent(outcome="failed", reason="no\x1b[31m", code="nan_loss"))
    summary = summary_of(run)
    assert (summary.state, summary.code, summary.reason) == (RunState.FAILED, "nan_loss", "no\\x1b[31m")
    assert (summary.epochs_done, summary.best_epoch, summary.figures["iou50"]) == (2, 2, 0.8)


def test_the_report_of_a_run_that_was_resumed_since_is_not_believed(runs):
    run = make_run(runs)
    tell(run, epoch(1), EndedEvent(outcome="stopped"))
    make_report(run, outcome="stopped")
    assert summary_of(run).figures["mean_iou"] == 0.66
    with hold_run(run):
        tell(run, epoch(2, val_mean_iou=0.9))
        summary = summary_of(run)
        assert (summary.state, summary.figures["mean_iou"]) == (RunState.TRAINING, 0.9)
    assert summary_of(run).state is RunState.INTERRUPTED or not run.lock_file.exists()


def test_names_and_notes_are_those_of_the_person(runs):
    run = make_run(runs)
    write_notes(run, RunNotes("larger input", "with 96 px"))
    summary = summary_of(run)
    assert (summary.name, summary.note) == ("larger input", "with 96 px")
    write_notes(run, RunNotes("", ""))
    assert summary_of(run).name == run.path.name


def test_runs_are_listed_newest_first_and_hidden_folders_and_files_are_not(runs):
    old, new = make_run(runs, 1), make_run(runs, 2)
    (runs / ".trash").mkdir()
    (runs / "readme.txt").write_text("hello", encoding="utf-8")
    assert [summary.folder.path for summary in list_runs(runs)] == [new.path, old.path]
    assert list_runs(runs / "none") == []


# --- growing


def test_a_folder_that_grows_is_followed_and_its_silence_is_noticed(runs):
    catalogue = RunCatalogue()
    run = make_run(runs)
    tell(run, epoch(1))
    make_old(run)
    assert catalogue.summary_of(run).state is RunState.INTERRUPTED
    tell(run, epoch(2))
    make_old(run)  # the clock of the share is an hour late
    summary = catalogue.summary_of(run)
    assert (summary.state, summary.epochs_done) == (RunState.ELSEWHERE, 2)
    tell(run, EndedEvent(outcome="stopped"))
    assert catalogue.summary_of(run).state is RunState.STOPPED


def test_a_run_of_another_machine_grows_elsewhere(runs):
    run = make_run(runs)
    tell(run, epoch(1))
    run.holder_file.write_text('{"host": "the other computer", "pid": 1}', encoding="utf-8")
    run.lock_file.touch()
    assert summary_of(run).state is RunState.ELSEWHERE


def test_a_worker_that_was_killed_here_leaves_a_run_that_was_interrupted(runs):
    run = make_run(runs)
    tell(run, epoch(1))
    with hold_run(run):
        assert summary_of(run).state is RunState.TRAINING
        left_behind = run.holder_file.read_bytes()
    run.holder_file.write_bytes(left_behind)
    run.lock_file.touch()
    assert summary_of(run).state is RunState.INTERRUPTED


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome(OutcomeKind.COULD_NOT_START, "no library", "missing_library"), RunState.FAILED),
        (Outcome(OutcomeKind.CRASHED, "SIGKILL", "out_of_memory"), RunState.CRASHED),
        (Outcome(OutcomeKind.KILLED), RunState.KILLED),
    ],
)
def test_the_end_of_a_worker_that_could_not_say_it_is_listed_until_it_goes_on(runs, outcome, state):
    run = make_run(runs)
    tell(run, epoch(1))
    keep_outcome(run, outcome)
    summary = summary_of(run)
    assert (summary.state, summary.reason, summary.code) == (state, outcome.reason, outcome.code)
    tell(run, EndedEvent(outcome="completed"))
    assert (summary_of(run).state, summary_of(run).code) == (RunState.COMPLETED, "")


# --- what can be wrong


def test_a_folder_that_is_no_run_is_listed_with_a_sentence(runs):
    (runs / "holiday").mkdir(parents=True)
    (runs / "holiday" / "a.txt").write_text("sun", encoding="utf-8")
    [summary] = list_runs(runs)
    assert summary.state is RunState.UNREADABLE
    assert "no run" in summary.problem
    assert "not there" in summary_of(RunFolder(runs / "gone")).problem


@pytest.mark.parametrize(
    "file", ["settings.json", "events.jsonl", "report.json", "history.csv", "dataset.csv", "running.json"]
)
@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"[" * 200_000, b"\xff\x00\xfe" * 50, b'{"time": 1e999, "epochs": "many", "figures": 3}\n',
     b'{"event": "ended"', b"a,b\n1\n", b'{"seconds": ' + b"9" * 4000 + b"}",
     b'{"event": "ended", "v": 1, "outcome": "stopped", "figures": {"mean_iou": 1' + b"0" * 400 + b"}}\n"],
)  # fmt: skip
def test_a_broken_file_is_never_an_exception(runs, file, content):
    run = make_run(runs)
    tell(run, epoch(1), EndedEvent(outcome="completed"))
    make_report(run)
    (run.path / file).write_bytes(content)
    summary = summary_of(run)
    assert summary.name == run.path.name
    json.dumps(summary.to_plain(), allow_nan=False)


def test_a_folder_that_fails_in_a_new_way_does_not_take_the_others_away(runs, monkeypatch):
    odd, good = make_run(runs, 1), make_run(runs, 2)
    original = run_catalogue.read_training_facts

    def fail_for_one(run):
        return 1 / 0 if run == odd else original(run)

    monkeypatch.setattr(run_catalogue, "read_training_facts", fail_for_one)
    listed = {summary.folder: summary for summary in list_runs(runs)}
    assert listed[good].state is RunState.WAITING
    assert listed[odd].state is RunState.UNREADABLE
    assert "can't be read: ZeroDivisionError" in listed[odd].problem


def test_impossible_settings_are_told_and_the_results_still_listed(runs):
    run = make_run(runs)
    settings = json.loads(run.settings_file.read_text(encoding="utf-8"))
    run.settings_file.write_text(json.dumps({**settings, "epochs": -3}), encoding="utf-8")
    tell(run, EndedEvent(outcome="completed"))
    make_report(run)
    summary = summary_of(run)
    assert (summary.state, summary.figures["mean_iou"]) == (RunState.COMPLETED, 0.66)
    assert "settings.json: epochs" in summary.problem


def test_links_and_pipes_are_neither_followed_nor_waited_for(runs, tmp_path):
    run = make_run(runs)
    secret = tmp_path / "secret.json"
    secret.write_text(run.settings_file.read_text(encoding="utf-8"), encoding="utf-8")
    run.settings_file.unlink()
    run.settings_file.symlink_to(secret)
    for file in (run.events_file, run.report_file, run.notes_file, run.holder_file, run.history_file):
        os.mkfifo(file)
    summary = summary_of(run)
    assert summary.state is RunState.UNREADABLE
    assert "link" in summary.problem
    assert secret.exists()


def test_too_much_is_not_read(runs, monkeypatch):
    monkeypatch.setattr(run_facts, "MOST_JSON", 2000)
    monkeypatch.setattr(run_facts, "MOST_DATASET", 10)
    run = make_run(runs)
    make_report(run, reason="x" * 3000)
    summary = summary_of(run)
    assert "report.json: expected at most 2,000 bytes" in summary.problem
    assert (summary.dataset_hash, summary.images) == ("", {})


def test_names_that_steer_a_terminal_or_turn_text_around_are_spelled_out(runs):
    run = make_run(runs)
    odd = RunFolder(run.path.rename(runs / "a\x1b[2J\u202etxt"))
    assert summary_of(odd).name == "a\\x1b[2J\\u202etxt"
    assert shown_text("x" * 500).endswith("…")


def test_nothing_is_written_by_looking(runs):
    run = make_run(runs)
    tell(run, epoch(1), EndedEvent(outcome="stopped"))
    before = {path: path.stat().st_mtime_ns for path in runs.rglob("*")}
    list_runs(runs)
    assert {path: path.stat().st_mtime_ns for path in runs.rglob("*")} == before


# --- speed


def test_huge_events_are_not_parsed_and_nothing_is_read_twice(runs, monkeypatch):
    run = make_run(runs)
    box = PredictedBox(1, 2, 3, 4, label="cup", class_id=3, score=0.5)
    seen = tuple(ImagePrediction(f"{number:04}.jpg", (box,)) for number in range(200))
    line = to_line(PredictionsEvent(epoch=1, reason="epoch", images=seen))
    run.events_file.write_text(line * 400, encoding="utf-8")
    tell(run, EndedEvent(outcome="completed"))
    assert run.events_file.stat().st_size > 8_000_000
    parsed: list[str] = []
    monkeypatch.setattr(run_facts, "from_line", lambda line: parsed.append(line) or original(line))
    catalogue = RunCatalogue()
    assert catalogue.summary_of(run).state is RunState.COMPLETED
    assert len(parsed) == 1
    assert catalogue.summary_of(run).state is RunState.COMPLETED
    assert len(parsed) == 1


original = run_facts.from_line


def test_five_hundred_runs_are_listed_quickly(runs):
    run = make_run(runs)
    tell(run, epoch(1), EndedEvent(outcome="completed"))
    make_report(run)
    for number in range(499):
        shutil.copytree(run.path, runs / f"copy-{number:03}")
    began = time.perf_counter()
    assert len(list_runs(runs)) == 500
    first = time.perf_counter() - began
    began = time.perf_counter()
    list_runs(runs)
    again = time.perf_counter() - began
    assert first < 5
    assert again < min(2.0, first)


def test_times_are_short():
    assert [clock_time(seconds) for seconds in (None, 44.6, 3600 + 62, float("nan"))] == ["–", "0:45", "1:01:02", "–"]
