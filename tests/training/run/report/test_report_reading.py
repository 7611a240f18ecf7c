from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.judged_runs import TRUE, judged_image, judged_run, shifted
from tests.helpers.written_runs import epoch_events, started_event, write_run
from training.run.events import EndedEvent, PhaseEvent, StepEvent, WarningEvent
from training.run.report.model_summary import LayerSummary, ModelSummary
from training.run.report.report_reading import NOT_ENDED, read_report, split_sizes
from training.run.run_folder import RunFolder, RunFolderError
from training.run.run_parts import counted_epochs, lasting_events, parts_of

IMAGES = [
    judged_image("a.png"),
    judged_image("b.png", predicted=shifted(TRUE, 0.5)),
    judged_image("c.png", split="train"),
]


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return judged_run(tmp_path / "run", IMAGES, tmp_path)


def test_a_report_comes_back_as_it_was_written(run: RunFolder):
    inner = (LayerSummary("conv", "Conv2D", "8 × 8 × 4", 40),)
    model = ModelSummary(50, 45, (LayerSummary("backbone", "Model", "8 × 8 × 4", 40, inner),))
    report = replace(read_report(run), model=model)
    report.write(run.report_file)
    assert read_report(run) == report
    assert report.figures["validation"].mean_iou == pytest.approx((1 + 1 / 3) / 2, abs=1e-6)
    assert report.histogram["validation"].bins[6] == report.histogram["validation"].bins[19] == 1
    assert report.confusion["train"].counts == ((0, 0, 0), (0, 1, 0), (0, 0, 0))
    assert report.judged == ("train", "validation")


def test_a_report_of_the_first_version_is_read(run: RunFolder):
    content = json.loads(run.report_file.read_text())
    news = ("code", "judged", "histogram", "confusion", "model", "hardware", "batch_size", "monitor", "taken", "parts")
    old = {key: value for key, value in content.items() if key not in news}
    run.report_file.write_text(json.dumps({**old, "version": 1}))
    report = read_report(run)
    assert report.judged == ("train", "validation")
    assert (report.histogram, report.model, report.outcome) == ({}, None, "completed")


def test_a_run_that_was_cut_off_tells_how_far_it_came(tmp_path: Path):
    run = judged_run(tmp_path / "run", IMAGES, tmp_path, ended=False)
    report = read_report(run)
    assert (report.outcome, report.epochs_done, report.best_epoch) == (NOT_ENDED, 2, 2)
    assert (report.figures, report.judged) == ({}, ())
    assert {split: report.dataset[split] for split in ("train", "validation")} == {"train": 1, "validation": 2}
    assert split_sizes(run) == {"train": 1, "validation": 2}


def test_a_report_from_before_the_run_was_resumed_does_not_count(run: RunFolder):
    resumed = [PhaseEvent(name="import", text=""), started_event(5, epochs_before=1), *epoch_events(2, 5)]
    write_run(run, [*resumed, *epoch_events(3, 5)], more=True)
    report = read_report(run)
    assert (report.outcome, report.epochs_done, len(report.parts)) == (NOT_ENDED, 3, 2)
    assert report.parts[1].epochs_before == 1


def test_what_is_no_report_is_told_with_its_place(run: RunFolder):
    run.report_file.write_text('{"outcome": 3}')
    with pytest.raises(RunFolderError, match=r"report\.json: expected the report of a run, got: outcome"):
        read_report(run)


def at(time: float, event):
    return replace(event, time=time)


def test_parts_and_their_seconds_leave_out_the_time_between():
    data, loading = PhaseEvent(name="data", text=""), PhaseEvent(name="import", text="")
    events = [
        at(100, data), at(101, loading), at(102, started_event(9)), at(110, epoch_events(1, 9)[1]),
        at(5000, data), at(5001, WarningEvent(code="x", text="")), at(5002, loading),
        at(5003, replace(started_event(9, epochs_before=1), batch_size=4)), at(5010, EndedEvent(outcome="stopped")),
    ]  # fmt: skip
    first, second = parts_of(events)
    assert (first.began, first.seconds, first.epochs_before) == (100, 10, 0)
    assert (second.began, second.seconds, second.epochs_before, second.batch_size) == (5000, 10, 1, 4)


@pytest.mark.parametrize("died", [False, True])
def test_a_pause_before_a_part_that_only_read_images_does_not_count(died: bool):
    data, loading, stopped = (
        PhaseEvent(name="data", text=""),
        PhaseEvent(name="import", text=""),
        EndedEvent(outcome="stopped"),
    )
    events = [
        at(100, data), at(101, loading), at(102, started_event(9)), at(700, epoch_events(1, 9)[1]),
        *([] if died else [at(700, stopped)]), at(345_600, data), at(345_604, stopped),
        at(400_000, data), at(400_001, loading), at(400_002, started_event(9, epochs_before=1)), at(400_060, stopped),
    ]  # fmt: skip
    assert [part.seconds for part in parts_of(events)] == [600, 60]


def test_epochs_after_the_one_that_was_resumed_are_forgotten():
    events = [started_event(9), *epoch_events(1, 9), *epoch_events(2, 9), started_event(9, epochs_before=1)]
    assert [epoch.epoch for epoch in counted_epochs(events)] == [1]
    assert [epoch.epoch for epoch in counted_epochs([*events, *epoch_events(2, 9)])] == [1, 2]


def test_steps_are_no_lasting_events(run: RunFolder):
    events = lasting_events(run)
    assert not [event for event in events if isinstance(event, StepEvent)]
    assert isinstance(events[-1], EndedEvent)
    assert lasting_events(RunFolder(run.path / "nowhere")) == []
