"""What a person drops on the main window goes where they want it, and where that is not clear a menu asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.dialogs.import_dialog import ImportDialog
from tests.helpers.pictures import write_picture, write_pictures
from tests.helpers.pretended_models import finished_run, use_pretended_predictor, write_bright_pictures
from tests.helpers.videos import write_video
from tests.helpers.window_driver import WindowDriver


@pytest.fixture
def with_run(window: WindowDriver, photos: Path, monkeypatch: pytest.MonkeyPatch) -> WindowDriver:
    """A person whose window shows a finished run of the project."""
    use_pretended_predictor(monkeypatch)
    write_bright_pictures(photos, {"a.png": 0.9})
    run = finished_run(photos)
    window.document.refresh_images()
    window.window.training.open_run(run)
    window.wait_until(lambda: window.window.use.model_name != "")
    return window


def asked(person: WindowDriver) -> list[str]:
    """What the menu offers that is open now; nothing when there is none."""
    menu = person.window.dropping.menu
    return [action.text().replace("&", "") for action in menu.actions()] if menu is not None else []


def answer(person: WindowDriver, entry: int) -> None:
    menu = person.window.dropping.menu
    assert menu is not None
    assert menu.isVisible()
    menu.actions()[entry].trigger()
    menu.close()


def test_a_video_opens_where_models_are_used(window: WindowDriver, tmp_path: Path):
    video = write_video(tmp_path / "clip.avi", count=3)
    assert window.drop(video)
    use = window.window.use.window
    assert use is not None
    assert use.isVisible()
    assert use.tabs.currentWidget() is use.video
    window.wait_until(lambda: use.video.view.shown is not None)
    assert asked(window) == []


def test_a_model_is_loaded_and_one_that_is_none_is_refused_in_words(window: WindowDriver, tmp_path: Path):
    (tmp_path / "holiday.zip").write_bytes(b"no archive at all")
    assert window.drop(tmp_path / "holiday.zip")
    use = window.window.use.window
    assert use is not None
    window.wait_until(lambda: "holiday.zip" in use.problems.text)
    assert use.isVisible()


def test_pictures_from_elsewhere_are_asked_about(with_run: WindowDriver, tmp_path: Path):
    other = [tmp_path / "other" / name for name in write_pictures(tmp_path / "other", ["x.png", "y.png"])]
    assert with_run.drop(*other)
    name = with_run.window.use.model_name
    assert asked(with_run) == [f"Predict with “{name}”", "Open “other” as project"]
    answer(with_run, 0)
    use = with_run.window.use.window
    assert use is not None
    assert use.tabs.currentWidget() is use.files
    with_run.wait_until(lambda: use.files.rows.rowCount() == 2)
    assert with_run.document.folder.name == "photos"


def test_they_can_be_opened_as_a_project_instead(with_run: WindowDriver, tmp_path: Path):
    write_pictures(tmp_path / "other", ["x.png", "y.png"])
    assert with_run.drop(tmp_path / "other" / "y.png")
    answer(with_run, 1)
    with_run.wait_for_picture("y.png")
    assert with_run.window.use.window is None


def test_a_folder_is_asked_about_too(with_run: WindowDriver, tmp_path: Path):
    write_picture(tmp_path / "day & night" / "x.png")
    assert with_run.drop(tmp_path / "day & night")
    menu = with_run.window.dropping.menu
    assert menu is not None
    assert menu.actions()[1].text() == "&Open “day && night” as project"
    answer(with_run, 1)
    with_run.wait_for_picture("x.png")


@pytest.mark.parametrize("dropped", ["two.png", "."])
def test_what_is_in_the_project_is_not_asked_about(with_run: WindowDriver, dropped: str):
    assert with_run.drop(with_run.document.folder / dropped)
    assert asked(with_run) == []
    if dropped == "two.png":
        with_run.wait_for_picture("two.png")


def test_without_a_model_a_folder_opens_at_once(window: WindowDriver, tmp_path: Path):
    write_picture(tmp_path / "other" / "x.png")
    assert window.drop(tmp_path / "other")
    window.wait_for_picture("x.png")
    assert asked(window) == []


def test_tables_are_imported_even_where_there_is_a_model(with_run: WindowDriver, tmp_path: Path):
    table = tmp_path / "boxes.csv"
    table.write_text("filename,width,height,class,xmin,ymin,xmax,ymax\none.png,300,200,cup,1,1,50,50\n")
    assert with_run.drop(table)
    dialog = with_run.dialog(ImportDialog)
    assert asked(with_run) == []
    dialog.reject()
