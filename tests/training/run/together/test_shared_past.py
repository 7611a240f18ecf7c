"""What the first of several processes knows of an earlier part of the run, all know."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.runs import prepared_run
from training.run.event_writer import EventWriter
from training.run.events import EpochEvent, PhaseEvent
from training.run.run_folder import RunFolder
from training.run.run_parts import counted_epochs, lasting_events
from training.run.together.cluster import Cluster
from training.run.together.training_together import _share_the_past


def test_the_epochs_so_far_reach_the_processes_whose_folders_are_new(tmp_path: Path, monkeypatch):
    first, other = prepared_run(tmp_path / "first"), prepared_run(tmp_path / "other")
    first.state_file.write_bytes(b"where it stands")
    with EventWriter(first.events_file) as writer:
        for number in range(1, 8):
            writer.write(EpochEvent(epoch=number, epochs=9, figures={"loss": 1 / number}, seconds=1.0, best=False))
    broadcast: list[bytes] = []
    monkeypatch.setattr(
        "training.run.together.several_machines.bytes_of_first", lambda own: broadcast.append(own) or own
    )
    _share_the_past(first, Cluster("here:99", 2, 0), with_best=False)
    waiting = iter(list(broadcast))
    monkeypatch.setattr("training.run.together.several_machines.bytes_of_first", lambda _: next(waiting))
    with EventWriter(other.events_file) as writer:
        writer.write(PhaseEvent(name="import", text="Waiting for all"))
        _share_the_past(other, Cluster("here:99", 2, 1), with_best=False)
        writer.write(PhaseEvent(name="build", text="Building the model"))
    assert other.state_file.read_bytes() == b"where it stands"
    assert losses(other) == losses(first) == [1 / number for number in range(1, 8)]


def losses(run: RunFolder) -> list[float]:
    """What a rate that waits for better figures goes by."""
    return [event.figures["loss"] for event in counted_epochs(lasting_events(run))]
