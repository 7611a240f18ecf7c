from __future__ import annotations

from pathlib import Path

import pytest

from training.run.event_writer import EventWriter
from training.run.events import SavedEvent, StepEvent, from_line

SAVED = SavedEvent(what="best", path="best.keras")
STEP = StepEvent(epoch=1, step=1, steps=9, loss=1.0, images_per_second=1.0, eta_seconds=1.0)


def test_a_listener_hears_every_step_but_the_file_only_one_a_second(tmp_path: Path):
    heard = []
    with EventWriter(tmp_path / "events.jsonl", heard.append) as writer:
        for _ in range(5):
            writer.write(STEP)
        writer.write(SAVED)
    kept = [from_line(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert len(heard) == 6
    assert [type(event) for event in kept] == [StepEvent, SavedEvent]


def test_listener_and_file_get_the_same_time(tmp_path: Path):
    heard = []
    with EventWriter(tmp_path / "events.jsonl", heard.append) as writer:
        writer.write(SAVED)
    assert from_line((tmp_path / "events.jsonl").read_text()) == heard[0]


def test_every_event_is_on_disk_at_once(tmp_path: Path):
    with EventWriter(tmp_path / "events.jsonl") as writer:
        writer.write(SAVED)
        assert (tmp_path / "events.jsonl").read_text().endswith("\n")


def test_a_line_that_its_writer_never_ended_does_not_swallow_the_next_event(tmp_path: Path):
    file = tmp_path / "events.jsonl"
    with EventWriter(file) as writer:
        writer.write(SAVED)
    with file.open("a") as torn:
        torn.write('{"event": "epoch", "epo')
    for _ in range(2):
        with EventWriter(file) as writer:
            writer.write(SAVED)
    lines = file.read_text().splitlines()
    assert [from_line(line) is not None for line in lines] == [True, False, True, True]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_whoever_listens_hears_the_end_even_when_the_disk_is_full():
    heard = []
    with pytest.raises(OSError, match="No space left"), EventWriter(Path("/dev/full"), heard.append) as writer:
        writer.write(SAVED)
    assert [type(event) for event in heard] == [SavedEvent]
