from __future__ import annotations

import os
import time

import pytest

from tests.helpers.runs import prepared_run
from tests.helpers.written_runs import epoch_events, fill_with_steps, started_event, whole_run, write_run
from training.run import important_events
from training.run.catalogue.log_tail import last_lines
from training.run.events import EndedEvent, EpochEvent, PhaseEvent, PredictionsEvent, StepEvent, from_line, to_line
from training.run.outcome import INTERRUPTED, OutcomeKind
from training.run.reading_back import read_run
from training.run.run_folder import RunFolder, RunFolderError
from training.run.run_lock import hold_run


@pytest.fixture
def folder(tmp_path) -> RunFolder:
    return prepared_run(tmp_path)


def of(kind: type, record) -> list:
    return [event for event in record.events if isinstance(event, kind)]


def grow_old(folder: RunFolder) -> RunFolder:
    """As if nobody had written there for a day."""
    long_ago = time.time() - 86_400
    os.utime(folder.events_file, (long_ago, long_ago))
    return folder


def newest_epochs(record) -> dict[str, int]:
    return {image.filename: event.epoch for event in of(PredictionsEvent, record) for image in event.images}


def test_of_steps_and_phases_the_last_is_kept_and_of_epochs_all(folder):
    phases = [PhaseEvent(name="data", text="Reading", done=done, total=9) for done in range(9)]
    write_run(folder, [*phases, started_event(3)])
    for number in (1, 2, 3):
        write_run(folder, epoch_events(number, 3, steps=20), more=True)
    record = read_run(folder)
    assert [(step.epoch, step.step) for step in of(StepEvent, record)] == [(3, 5)]
    assert [phase.done for phase in of(PhaseEvent, record)] == [8]
    assert [epoch.epoch for epoch in of(EpochEvent, record)] == [1, 2, 3]
    assert record.next_byte == folder.events_file.stat().st_size


def test_the_events_stay_in_their_order(folder):
    record = read_run(whole_run(folder, 3, 2))
    names = [type(event).__name__ for event in record.events]
    assert names == [
        "StartedEvent",
        "EpochEvent",
        "EpochEvent",
        "StepEvent",
        "EpochEvent",
        "PredictionsEvent",
        "EndedEvent",
    ]


def test_of_predictions_the_newest_of_each_image_is_kept(folder):
    write_run(folder, [started_event(3)])
    for number, images in ((1, "abc"), (2, "ab"), (3, "a")):
        write_run(folder, epoch_events(number, 3, images), more=True)
    record = read_run(folder)
    assert newest_epochs(record) == {"a": 3, "b": 2, "c": 1}
    assert sum(len(event.images) for event in of(PredictionsEvent, record)) == 3


def test_names_with_quotes_and_backslashes_are_images_too(folder):
    odd = ['a"filename": "b', "c\\d", "é, ü"]
    write_run(folder, [started_event(2), *epoch_events(1, 2, odd), *epoch_events(2, 2, odd)])
    assert newest_epochs(read_run(folder)) == dict.fromkeys(odd, 2)


def test_what_a_resumed_run_forgot_is_not_kept(folder):
    write_run(folder, [started_event(4)])
    for number in (1, 2, 3):
        write_run(folder, epoch_events(number, 4, ["a", f"only in {number}"]), more=True)
    write_run(folder, [started_event(4, epochs_before=1), *epoch_events(2, 4, ["b"])], more=True)
    assert newest_epochs(read_run(folder)) == {"a": 1, "only in 1": 1, "b": 2}


def test_a_line_that_is_still_being_written_is_left_for_later(folder):
    write_run(folder, [started_event(3)])
    whole = folder.events_file.stat().st_size
    with folder.events_file.open("a", encoding="utf-8") as file:
        file.write(to_line(EndedEvent(outcome="completed")).rstrip())
    assert read_run(folder).next_byte == whole


def test_lines_that_are_no_events_are_skipped(folder):
    folder.events_file.write_bytes(
        b'{"event": "step", broken\n\xff\xfe\n[]\n{"event": "tomorrow"}\n' + to_line(started_event(3)).encode()
    )
    assert len(read_run(folder).events) == 1


def test_an_epoch_of_thousands_of_digits_is_none(folder):
    write_run(folder, [started_event(3), *epoch_events(1, 3, "ab"), started_event(3, epochs_before=1)])
    with folder.events_file.open("a", encoding="utf-8") as file:
        file.write('{"event": "predictions", "v": 1, "epoch": ' + "9" * 5000 + ', "images": []}\n')
    assert newest_epochs(read_run(folder)) == {"a": 1, "b": 1}


def test_a_folder_without_events_was_prepared(folder):
    record = read_run(folder)
    assert record.is_prepared
    assert record.outcome is None


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(RunFolderError, match=r"settings\.json"):
        read_run(RunFolder(tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
@pytest.mark.timeout(20)
def test_pipes_are_refused_and_not_waited_for(folder):
    for file in (folder.events_file, folder.log_file, folder.holder_file):
        os.mkfifo(file)
    with pytest.raises(RunFolderError, match=r"events\.jsonl: expected a file"):
        read_run(folder)
    with pytest.raises(RunFolderError, match=r"events\.jsonl: expected a file"):
        folder.read_events()
    assert last_lines(folder.log_file) == ""
    folder.events_file.unlink()
    assert read_run(folder).is_prepared
    folder.settings_file.unlink()
    os.mkfifo(folder.settings_file)
    with pytest.raises(RunFolderError, match=r"settings\.json: expected a file"):
        folder.settings()


def test_what_the_worker_said_itself_is_the_outcome(folder):
    outcome = read_run(whole_run(folder, 2, 1, ended="stopped")).outcome
    assert outcome.kind is OutcomeKind.STOPPED


def test_a_worker_that_went_without_a_word_was_interrupted(folder):
    folder.log_file.write_text("the last words\n", encoding="utf-8")
    record = read_run(grow_old(whole_run(folder, 2, 1, ended=None)))
    assert (record.outcome.kind, record.outcome.code) == (OutcomeKind.CRASHED, INTERRUPTED)
    assert record.last_lines == "the last words"
    assert not record.is_growing


def test_a_run_that_somebody_trains_grows_also_after_an_earlier_end(folder):
    grow_old(whole_run(folder, 2, 1, ended="stopped"))
    with hold_run(folder):
        record = read_run(folder)
    assert record.is_growing
    assert record.outcome is None
    assert read_run(folder).outcome is not None


def test_a_run_without_an_end_that_was_written_lately_grows(folder):
    assert read_run(whole_run(folder, 2, 1, ended=None)).is_growing


def test_a_large_file_is_read_in_the_blink_of_an_eye_and_little_of_it_is_kept(folder, monkeypatch):
    whole_run(folder, 20, 10)
    fill_with_steps(folder.events_file, 50)
    parsed = []
    monkeypatch.setattr(important_events, "from_line", lambda line: parsed.append(line) or from_line(line))
    begin = time.process_time()
    record = read_run(folder)
    assert time.process_time() - begin < 2
    assert len(record.events) == len(parsed) < 50
