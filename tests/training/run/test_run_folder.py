from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.helpers.runs import prepared_run, some_dataset, some_settings
from training.dataset.formats import boxwright_csv, class_list
from training.run.catalogue.run_catalogue import list_runs
from training.run.events import SavedEvent, to_line
from training.run.run_folder import RunFolder, RunFolderError, prepare_run, prepare_run_at
from training.run.settings import SettingsError

NOON = datetime(2026, 3, 4, 12, 30, 5)
SAVED = SavedEvent(what="best", path="best.keras", time=1.0)


def test_a_prepared_run_holds_all_that_a_worker_needs(tmp_path: Path):
    settings = some_settings(tmp_path)
    run = prepare_run(tmp_path / "runs", settings, some_dataset(), NOON)
    assert run.path == tmp_path / "runs" / "2026-03-04_12-30-05-localizer"
    assert {path.name for path in run.path.iterdir()} == {"settings.json", "dataset.csv", "classes.txt"}
    assert run.settings() == settings
    assert boxwright_csv.read(run.dataset_file) == (some_dataset(), [])
    assert class_list.read(run.classes_file) == ("cup", "fork")


def test_a_project_opened_through_a_link_has_its_runs_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "photos").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "photos", target_is_directory=True)
    made = prepare_run(tmp_path / "link" / "runs", some_settings(tmp_path), some_dataset(), NOON)
    assert [run.folder for run in list_runs(tmp_path / "link" / "runs")] == [made]
    monkeypatch.chdir(tmp_path / "photos")
    there = prepare_run_at(Path("../run"), some_settings(tmp_path), some_dataset())
    assert there.path == tmp_path.resolve() / "run"


def test_two_runs_of_the_same_second_get_folders_of_their_own(tmp_path: Path):
    names = [prepare_run(tmp_path, some_settings(tmp_path), some_dataset(), NOON).path.name for _ in range(3)]
    assert names == [f"2026-03-04_12-30-05-localizer{end}" for end in ("", "-2", "-3")]


def test_impossible_settings_leave_no_folder(tmp_path: Path):
    with pytest.raises(SettingsError):
        prepare_run(tmp_path / "runs", some_settings(tmp_path, epochs=0), some_dataset())
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("found", ["file", "something in it"])
def test_a_folder_that_is_in_use_is_refused_and_left_alone(tmp_path: Path, found: str):
    place = tmp_path / "run"
    if found == "file":
        place.write_text("mine")
    else:
        place.mkdir()
        (place / "mine.txt").write_text("mine")
    with pytest.raises(RunFolderError, match="expected a new or empty folder"):
        prepare_run_at(place, some_settings(tmp_path), some_dataset())
    assert not (place / "settings.json").exists()


def test_a_folder_without_settings_is_no_run(tmp_path: Path):
    with pytest.raises(RunFolderError, match=r"expected a run with its settings\.json"):
        RunFolder(tmp_path).settings()


def test_events_are_read_as_they_come_and_half_a_line_waits_for_its_end(tmp_path: Path):
    run = prepared_run(tmp_path)
    assert run.read_events() == ([], 0)
    line = to_line(SAVED)
    run.events_file.write_text(line + "noise\n" + line[:20])
    events, position = run.read_events()
    assert events == [SAVED]
    assert run.read_events(position) == ([], position)
    with run.events_file.open("a") as file:
        file.write(line[20:])
    assert run.read_events(position) == ([SAVED], position + len(line))


def test_preparing_a_run_fails_whole_when_the_disk_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("training.dataset.safe_files.os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        prepare_run(tmp_path / "runs", some_settings(tmp_path), some_dataset())
    assert list((tmp_path / "runs").iterdir()) == []
