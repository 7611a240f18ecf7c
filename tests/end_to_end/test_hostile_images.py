"""A folder full of damaged, huge and oddly named images: opened, looked through, trained on and predicted."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from desktop_app.dialogs.unreadable_dialog import UnreadableDialog
from desktop_app.images.image_filter import Mark
from desktop_app.predict.files.file_model import COLUMNS
from desktop_app.predict.files_page import FilesPage
from desktop_app.settings import Settings
from tests.helpers.command_line import command, environment, last_json
from tests.helpers.documents import open_document
from tests.helpers.hostile_folder import (
    MADE_HERE,
    copy_hostile,
    draw_boxes,
    listing,
    manifest,
    odd_names,
    readable_by_table,
)
from tests.helpers.pictures import write_pictures
from tests.helpers.process_memory import peak_memory
from tests.helpers.seeing_bright import SeesBright, loaded
from tests.helpers.trainer import TRAINING_PATIENCE_MS
from tests.helpers.window_driver import WindowDriver
from training.run.outcome import OutcomeKind

# MB, of which TensorFlow and the export of a small model take most.
MOST_FOR_TRAINING = 1400
MOST_FOR_READING = 700
ROWS = 5  # fewer than the list shows at once
NAME_AND_PROBLEM = ("file", "problem")
RED = (255, 0, 0)
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


@pytest.mark.parametrize(
    ("image", "colour"),
    [
        *((f"modes/{name}", RED) for name in ("palette.png", "rgba.png", "cmyk.jpg", "plain.webp")),
        *((f"exif/orientation_{value}_invalid.jpg", RED) for value in (0, 9, 65535)),
        ("modes/gray16.png", (156, 156, 156)),
        ("modes/gray8.png", (76, 76, 76)),
        ("modes/bw1.png", (0, 0, 0)),
        *((f"modes/{name}", (200, 30, 30)) for name in ("animated3.gif", "two_pages.tif")),
    ],
)
def test_unusual_kinds_are_shown_as_they_are_meant(person, image, colour):
    """In the middle of the box that most of them have; of pages and frames the first, which is dark red."""
    image = f"{MADE_HERE}/{image}"
    person.document.set_current_image(image)
    assert look_at(person, image) == ""
    assert person.window.status.texts[1] == "64 × 48 px"
    place = person.on_screen((24, 18)).toPoint()
    person.wait_until(lambda: person.canvas.canvas_scene.picture.shown_size.width > 0)
    shown = person.canvas.viewport().grab().toImage().pixelColor(place)
    assert (shown.red(), shown.green(), shown.blue()) == pytest.approx(colour, abs=12)


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

    def has_answer(image: str) -> bool:
        return bool(panel.model.problem_of(image) or panel.thumbnails.pixmap(image))

    images = person.listed_images
    for row in range(0, len(images), ROWS):
        panel.list.scrollTo(panel.model.index(row), panel.list.ScrollHint.PositionAtTop)
        person.wait_until(lambda seen=images[row : row + ROWS]: all(map(has_answer, seen)))
    expected = readable_by_table(surroundings / "hostile")
    for image in person.listed_images:
        assert bool(panel.model.problem_of(image)) != expected.get(image, True), image


@pytest.mark.training
def test_a_training_leaves_out_what_it_cannot_read_and_its_model_answers_about_all_files(
    trainer, shared_data, tmp_path
):
    folder = copy_hostile(shared_data / "hostile_dev", tmp_path / "photos")
    expected = readable_by_table(folder) | dict.fromkeys(odd_names(folder), True)
    assert draw_boxes(folder) == len(expected)
    person, peak = trainer(folder), 0
    run = person.press_train(epochs=1, architecture="lab", input_size=64, batch_size=32, device="cpu", seed=3)

    def has_ended() -> bool:
        nonlocal peak
        if sys.platform == "linux" and (worker := person.window.training.worker_pid):
            peak = max(peak, peak_memory(worker) >> 20)
        return not run.is_running

    person._qtbot.waitUntil(has_ended, timeout=TRAINING_PATIENCE_MS)
    assert run.outcome.kind is OutcomeKind.COMPLETED, (run.outcome, run.last_lines)
    unreadable = {image for image, is_readable in expected.items() if not is_readable}
    told = [text.removeprefix("Left out: ").partition(": ") for text in run.warnings if text.startswith("Left out: ")]
    assert {image for image, _, reason in told if reason.endswith(".")} == unreadable
    assert 0 < peak < MOST_FOR_TRAINING or sys.platform != "linux"
    check_answers(run.folder.path, folder, expected, tmp_path)


def check_answers(model: Path, folder: Path, expected: dict[str, bool], tmp_path: Path) -> None:
    """`boxwright predict` about the whole folder: each file has its boxes in the table, or its reason."""
    table = tmp_path / "seen.csv"
    asked = command("predict", model, folder, "--out", table, "--json", "--min-score", 0)
    peak, result = peak_of(asked, environment(tmp_path))
    said, readable = last_json(result), {name for name, is_readable in expected.items() if is_readable}
    assert said["images"] == len(readable)
    assert {skipped["file"] for skipped in said["skipped"]} == expected.keys() - readable
    assert all(skipped["reason"].endswith(".") for skipped in said["skipped"])
    with table.open(encoding="utf-8", newline="") as file:
        assert {row["filename"] for row in csv.DictReader(file)} == readable
    assert peak < MOST_FOR_READING


def test_the_page_of_files_has_an_answer_or_a_reason_for_each(qtbot, tmp_path, surroundings):
    folder = surroundings / "hostile"
    expected = readable_by_table(folder) | dict.fromkeys(odd_names(folder), True)
    write_pictures(tmp_path / "project", ["one.png"])
    with open_document(qtbot, tmp_path / "project") as document:
        page = FilesPage(document, Settings(tmp_path / "settings.ini"))
        qtbot.addWidget(page)
        page.set_model(loaded(SeesBright()))
        page.open_paths([folder])
        asked = page.questions
        qtbot.waitUntil(lambda: asked.total > 0 and asked.done == asked.total and not asked.is_asking, timeout=60_000)
        rows = range(page.rows.rowCount())
        names, problems = (
            [page.rows.index(row, COLUMNS.index(name)).data() for row in rows] for name in NAME_AND_PROBLEM
        )
        assert dict(zip(names, map(bool, problems), strict=True)) == {name: not good for name, good in expected.items()}
        page.shut_down()


def test_reading_any_of_them_takes_less_than_a_gigabyte(surroundings):
    """One process reads them all, in full and as thumbnails; nothing else is in it but what reading needs."""
    program = """
import sys
from pathlib import Path
from training.dataset.image_files import ImageProblem, find_images, read_upright
for name in find_images(Path(sys.argv[1])):
    for side in (None, 128):
        try:
            read_upright(Path(sys.argv[1]) / name, side)
        except ImageProblem:
            pass
"""
    folder = surroundings / "hostile"
    peak, result = peak_of([sys.executable, "-c", program, str(folder)], environment(surroundings))
    assert result.returncode == 0, result.stderr
    assert peak < MOST_FOR_READING


def peak_of(asked: list[str], variables: dict[str, str]) -> tuple[int, subprocess.CompletedProcess[str]]:
    """What a command said, and the most memory that its process took, in MB. A small process starts it: what is told of a
    child's memory on Linux begins with what its parent had taken.
    """
    program = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak >> (20 if sys.platform == "darwin" else 10), file=sys.stderr)
sys.exit(code)
"""
    result = subprocess.run(
        [sys.executable, "-c", program, *asked], env=variables, capture_output=True, text=True, timeout=120, check=False
    )
    return int(result.stderr.split()[-1]), result


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
