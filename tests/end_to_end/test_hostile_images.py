"""A folder full of damaged, huge and oddly named images: opened, looked through, trained on and predicted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from desktop_app.dialogs.unreadable_dialog import UnreadableDialog
from desktop_app.images.image_filter import Mark
from tests.helpers.hostile_folder import (
    MADE_HERE,
    copy_hostile,
    listing,
    manifest,
    odd_names,
    readable_by_table,
)
from tests.helpers.window_driver import WindowDriver

REFUSED = "must be refused"
EITHER = ("refused, or shown partly", "refused by size")


@pytest.fixture(scope="module")
def surroundings(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the folder `hostile`, and is itself the only place outside it that a file could be written to by its names."""
    place = tmp_path_factory.mktemp("around")
    copy_hostile(shared_data / "hostile_dev", place / "hostile")
    return place


@pytest.fixture
def person(open_window, surroundings: Path) -> WindowDriver:
    person = open_window()
    person.window.opening.open(surroundings / "hostile")
    person.wait_until(lambda: person.document.is_open)
    return person


def look_at(person: WindowDriver, image: str) -> str:
    """The reason why an image is not shown, or nothing."""
    person.wait_until(lambda: person.image == image)
    model = person.window.images.model
    shown = person.canvas.shown
    person.wait_until(lambda: bool(model.problem_of(image)) or getattr(shown.record, "path", "") == image)
    return model.problem_of(image)


def look_through(person: WindowDriver) -> dict[str, str]:
    """From the first image to the last with the key of the next one: why each is not shown, or nothing."""
    person.document.set_current_image(person.listed_images[0])
    said = {}
    for image in person.listed_images:
        said[image] = look_at(person, image)
        person.action("next_image").trigger()
    return said


def test_all_images_are_listed_and_shown_or_refused_with_a_reason(person, surroundings):
    folder, before, here = surroundings / "hostile", listing(surroundings), names_in(Path.cwd())
    expected = readable_by_table(folder) | dict.fromkeys(odd_names(folder), True)
    assert set(person.listed_images) == set(expected)
    said = look_through(person)
    assert {image for image, reason in said.items() if reason} == {
        image for image, is_readable in expected.items() if not is_readable
    }
    for image, wanted in manifest(folder):
        if image in said and not wanted.startswith(EITHER):
            assert bool(said[image]) == wanted.startswith(REFUSED), (image, wanted, said[image])
    assert listing(surroundings) == before, "looking at images writes nothing"
    assert names_in(Path.cwd()) == here


def test_one_list_names_every_file_that_cannot_be_read_and_can_be_copied(person, surroundings):
    folder = surroundings / "hostile"
    person.choose("Image", "Images that can’t be read…")
    dialog = person.dialog(UnreadableDialog)
    person.wait_until(lambda: not dialog.is_working)
    unreadable = {image for image, is_readable in readable_by_table(folder).items() if not is_readable}
    said = dict(line.split(": ", 1) for line in dialog.problems.text.splitlines())
    assert set(said) == unreadable | {f"{MADE_HERE}/dangling_link.png"}
    assert said[f"{MADE_HERE}/empty.jpg"] == "The file is empty."
    assert said[f"{MADE_HERE}/dangling_link.png"] == "This is a link to a file that is not there."
    assert all(reason.endswith(".") for reason in said.values())
    assert dialog.problems.title == f"{len(said)} files can’t be read:"
    dialog.problems.copy_button.click()
    assert QGuiApplication.clipboard().text() == dialog.problems.text
    dialog.reject()
    person.filter_by_marks([Mark.PROBLEM])
    assert set(person.listed_images) == unreadable


def test_every_row_of_the_list_gets_its_thumbnail_or_its_reason(person, surroundings):
    panel = person.window.images
    for row, image in enumerate(person.listed_images):
        panel.list.scrollTo(panel.model.index(row))
        person.wait_until(lambda image=image: bool(panel.model.problem_of(image) or panel.thumbnails.pixmap(image)))
    expected = readable_by_table(surroundings / "hostile")
    for image in person.listed_images:
        assert bool(panel.model.problem_of(image)) != expected.get(image, True), image


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
