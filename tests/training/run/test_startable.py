"""What can be started or gone on with, and the sentences for what can't."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.runs import prepared_run
from training.run.event_writer import EventWriter
from training.run.events import EndedEvent, PhaseEvent
from training.run.run_folder import RunFolder, RunFolderError
from training.run.startable import last_event, startable


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """Its images are beside it; nobody looks into them here."""
    (tmp_path / "a.jpg").touch()
    return prepared_run(tmp_path)


def tell(run: RunFolder, *events) -> None:
    with EventWriter(run.events_file) as writer:
        for event in events:
            writer.write(event)


def test_a_prepared_run_can_be_started(run: RunFolder):
    start = startable(run)
    assert start.settings == run.settings()
    assert start.state is None


@pytest.mark.parametrize("outcome", ["stopped", "failed", None])
def test_a_run_that_was_stopped_failed_or_died_can_go_on(run: RunFolder, outcome: str | None):
    tell(run, PhaseEvent(name="data", text="Reading"))
    if outcome is not None:
        tell(run, EndedEvent(outcome=outcome))
    assert startable(run).settings == run.settings()


def test_a_complete_run_is_refused_also_where_its_last_line_is_torn(run: RunFolder):
    tell(run, PhaseEvent(name="data", text="Reading"), EndedEvent(outcome="completed"))
    with run.events_file.open("a") as file:
        file.write('{"event": "epo')
    assert isinstance(last_event(run), EndedEvent)
    with pytest.raises(RunFolderError, match="this run is complete; start a new one"):
        startable(run)


def test_what_is_no_run_is_refused(tmp_path: Path):
    with pytest.raises(RunFolderError, match=r"expected a prepared run with its settings\.json, found none"):
        startable(RunFolder(tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()


def test_a_run_without_its_dataset_is_refused(run: RunFolder):
    run.dataset_file.unlink()
    with pytest.raises(RunFolderError, match=r"expected the run's dataset\.csv, found none"):
        startable(run)


def test_images_that_are_gone_are_refused_and_a_folder_that_has_them_is_taken(run: RunFolder, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    with pytest.raises(RunFolderError, match=r"elsewhere, which is not there; boxwright resume RUN --images DIR"):
        startable(run, elsewhere)
    elsewhere.mkdir()
    with pytest.raises(RunFolderError, match=r"found none of the 3 \(the first is a\.jpg\)"):
        startable(run, elsewhere)
    (elsewhere / "c.jpg").touch()
    (tmp_path / "a.jpg").unlink()
    assert startable(run, elsewhere).settings.image_root == str(elsewhere)
    with pytest.raises(RunFolderError, match="found none of the 3"):
        startable(run)


def test_images_in_a_folder_that_may_not_be_looked_at_are_refused_too(run: RunFolder):
    with pytest.raises(RunFolderError, match="which is not there; boxwright resume RUN --images DIR"):
        startable(run, Path("/home/somebody") / (300 * "x"))  # no name is that long: asking for it raises OSError
