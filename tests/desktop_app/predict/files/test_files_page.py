"""The page of files, as people use it: pictures come, are asked about, looked through, saved and put into the project."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.dialogs import file_choice
from desktop_app.predict.files.file_model import COLUMNS
from desktop_app.predict.files.file_saver import annotated_folder
from desktop_app.predict.files.file_views import Look
from desktop_app.predict.files.offered_files import OfferedFiles
from desktop_app.predict.files.wanted_files import Order, Show
from desktop_app.predict.files_page import FilesPage
from desktop_app.settings import Settings
from tests.helpers.documents import open_document
from tests.helpers.pictures import NO_IMAGE, write_pictures
from tests.helpers.seeing_bright import CUP, FORK, SEEN, SIZE, SeesBright, loaded, write_brights

SCORES = {"a.png": 0.9, "b.png": 0.3, "sub/c10.png": 0.8, "sub/c9.png": 0.6}
BLUE = frozenset({"sub/c10.png"})
IN_ORDER = ["a.png", "b.png", "sub/c9.png", "sub/c10.png"]


class Person:
    """Somebody at the page, with a model that needs no training."""

    def __init__(self, page: FilesPage, qtbot: QtBot) -> None:
        self.page = page
        self.qtbot = qtbot
        self.model = SeesBright()
        self.said: list[str] = []
        self.problems: list[str] = []
        self.offered: list[OfferedFiles] = []
        page.message_sent.connect(self.said.append)
        page.problem_reported.connect(self.problems.append)
        page.files_offered.connect(self.offered.append)

    def use(self, model: SeesBright) -> None:
        self.model = model
        self.page.set_model(loaded(model))

    def bring(self, *paths: Path) -> None:
        """And wait until all of them are answered."""
        self.page.open_paths(paths)
        self.wait_until_done()

    def wait_until_done(self) -> None:
        asked = self.page.questions
        self.until(lambda: asked.total > 0 and asked.done == asked.total and not asked.is_asking)

    def until(self, condition) -> None:
        self.qtbot.waitUntil(condition, timeout=15_000)

    @property
    def rows(self) -> list[str]:
        """The names that are shown, in order."""
        return self.column("file")

    def column(self, name: str) -> list[str]:
        model = self.page.rows
        return [model.index(row, COLUMNS.index(name)).data() for row in range(model.rowCount())]

    def choose(self, *rows: int) -> None:
        table = self.page.views.table
        table.clearSelection()
        for row in rows:
            flags = table.selectionModel().SelectionFlag
            table.selectionModel().select(table.model().index(row, 0), flags.Select | flags.Rows)

    def press(self, action: str) -> None:
        entry = self.page.actions_table[action]
        assert entry.isEnabled(), action
        entry.trigger()

    def wait_for_saving(self) -> None:
        self.until(lambda: not self.page.work.is_busy and self.page.work.sentence.text().count(" saved in "))


@pytest.fixture
def person(qtbot: QtBot, tmp_path: Path) -> Iterator[Person]:
    write_pictures(tmp_path / "project", ["one.png"])
    with open_document(qtbot, tmp_path / "project") as document:
        page = FilesPage(document, Settings(tmp_path / "settings.ini"))
        qtbot.addWidget(page)
        page.resize(1000, 640)
        somebody = Person(page, qtbot)
        page.set_min_score(0.5)
        page.show()
        qtbot.waitExposed(page)
        yield somebody
        somebody.model.may_answer.set()
        page.shut_down()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_brights(tmp_path / "photos", SCORES, BLUE)


def test_the_empty_page_says_what_to_do_and_its_button_asks_for_pictures(person, photos, monkeypatch):
    page = person.page
    assert page.empty.isVisible()
    assert "There is no model yet" in page.empty.text.text()
    person.use(SeesBright())
    assert "Your files stay as they are" in page.empty.text.text()
    monkeypatch.setattr(file_choice, "choose_files", lambda *_: [photos / "a.png", photos / "b.png"])
    QTest.mouseClick(page.empty.pictures_button, Qt.MouseButton.LeftButton)
    person.wait_until_done()
    assert not page.empty.isVisible()
    assert person.rows == ["a.png", "b.png"]


def test_a_folder_is_asked_about_at_once_with_its_subfolders(person, photos, monkeypatch):
    person.use(SeesBright())
    monkeypatch.setattr(file_choice, "choose_folder", lambda *_: photos)
    person.page.actions_table["add_folder"].trigger()
    person.wait_until_done()
    assert person.rows == IN_ORDER
    assert person.column("class") == ["cup", "–", "cup", "fork"]
    assert person.column("score") == ["90 %", "–", "60 %", "80 %"]
    assert person.column("details")[0] == "24, 24 – 72, 48"
    assert person.page.asking.sentence.text() == "Done: 4 pictures"
    person.until(lambda: "something seen in 3" in person.page.bar.counts.text())


def test_pictures_wait_for_a_model_and_all_are_asked_again_when_another_one_comes(person, photos):
    person.page.open_paths([photos])
    person.until(lambda: person.page.questions.total == 4)
    assert person.page.asking.sentence.text() == "They wait for a model."
    person.use(SeesBright())
    person.wait_until_done()
    person.use(SeesBright(classifies=True))
    person.wait_until_done()
    assert person.column("details")[0] == "cup 90 % · fork 5 % · spoon 3 %"
    assert person.column("class") == ["cup", "–", "cup", "fork"]
    assert person.column("details")[1].startswith("fork 42 %")  # told, though it is too unsure to count
    assert person.model.asked == 4


def test_a_newer_model_of_the_same_run_leaves_what_was_said_until_it_has_its_own_word(person, photos):
    person.use(SeesBright())
    person.bring(photos)
    former = person.page.questions.models[0]
    person.page.views.select_all()
    newer = SeesBright()
    newer.may_answer.clear()
    person.use(newer)
    assert person.column("class") == ["cup", "–", "cup", "fork"]
    assert person.page.questions.done == 0
    person.press("add_to_project")
    assert {model for _, _, model in person.offered[0]} == {former}, "who said it stands beside it"
    newer.may_answer.set()
    person.wait_until_done()
    assert person.column("class") == ["cup", "–", "cup", "fork"]
    assert len(person.page.views.selected) == 4
    assert newer.asked == 4
    person.until(lambda: "something seen in 3" in person.page.bar.counts.text())
    person.press("add_to_project")
    assert {model for _, _, model in person.offered[1]} == {person.page.questions.models[1]}


def test_while_the_model_is_loaded_the_page_says_so(person, photos):
    person.page.show_loading(is_loading=True)
    assert "is being loaded" in person.page.empty.text.text()
    person.page.open_paths([photos])
    person.until(lambda: person.page.questions.total == 4)
    assert person.page.asking.sentence.text() == "They wait for the model, which is being loaded."
    person.page.show_loading(is_loading=False)
    assert person.page.asking.sentence.text() == "They wait for a model."


def test_it_can_be_cancelled_and_goes_on_with_the_rest_and_with_what_came_meanwhile(person, tmp_path):
    many = write_brights(tmp_path / "many", {f"{number:03}.png": 0.9 for number in range(120)})
    person.use(SeesBright())
    person.model.holds_after = 16
    page, asked = person.page, person.page.questions
    page.open_paths([many])
    person.until(lambda: not person.model.may_answer.is_set())
    QTest.mouseClick(page.asking.cancel, Qt.MouseButton.LeftButton)
    person.model.may_answer.set()
    person.until(lambda: not asked.is_asking)
    done = asked.done
    assert 0 < done < 120
    assert page.asking.sentence.text() == f"Stopped after {done} of 120 pictures"
    before = person.model.asked
    QTest.mouseClick(page.asking.resume, Qt.MouseButton.LeftButton)
    page.open_paths([write_brights(tmp_path / "late", {"late.png": 0.7})])
    person.wait_until_done()
    assert asked.total == 121
    assert person.model.asked - before == 121 - done  # none is asked twice
    assert not page.asking.resume.isVisible()


def test_a_model_that_fails_is_told_and_the_rest_can_be_asked_later(person, photos):
    person.use(SeesBright())
    person.model.fails = True
    person.page.open_paths([photos])
    person.until(lambda: bool(person.problems))
    assert person.problems == ["the model is broken"]
    person.until(lambda: person.page.asking.resume.isVisible())
    person.model.fails = False
    QTest.mouseClick(person.page.asking.resume, Qt.MouseButton.LeftButton)
    person.wait_until_done()
    assert person.column("class")[0] == "cup"


def test_the_score_decides_live_what_is_seen(person, photos):
    person.use(SeesBright())
    person.bring(photos)
    person.page.set_min_score(0.85)
    assert person.column("class") == ["cup", "–", "–", "–"]
    person.page.set_min_score(0.2)
    assert person.column("score") == ["90 %", "29 %", "60 %", "80 %"]
    assert person.model.asked == 4


def test_it_is_sorted_by_the_header_and_filtered_by_class_and_by_nothing_seen(person, photos):
    person.use(SeesBright())
    person.bring(photos)
    page = person.page
    page.views.table.horizontalHeader().sectionClicked.emit(COLUMNS.index("score"))
    assert person.rows == ["a.png", "sub/c10.png", "sub/c9.png", "b.png"]
    assert page.bar.order_choice.currentData() is Order.SCORE
    page.views.table.horizontalHeader().sectionClicked.emit(COLUMNS.index("score"))
    assert person.rows == ["sub/c9.png", "sub/c10.png", "a.png", "b.png"]
    page.bar.order_choice.setCurrentIndex(page.bar.order_choice.findData(Order.CLASS))
    assert person.rows == ["a.png", "sub/c9.png", "sub/c10.png", "b.png"]
    person.until(lambda: page.bar.show_choice.findText("cup (2)") > 0)
    page.bar.show_choice.setCurrentIndex(page.bar.show_choice.findText("fork (1)"))
    assert person.rows == ["sub/c10.png"]
    page.bar.show_only(Show.NOTHING_SEEN)
    assert person.rows == ["b.png"]
    page.set_min_score(0.7)
    assert person.rows == ["b.png", "sub/c9.png"]


def test_what_is_chosen_stays_chosen_when_the_order_changes(person, photos):
    person.use(SeesBright())
    person.bring(photos)
    person.choose(1, 3)
    person.page.bar.set_order(Order.SCORE, is_descending=True)
    files = person.page.questions.files
    assert [files.name(int(number)) for number in person.page.views.selected] == ["sub/c10.png", "b.png"]


def test_files_that_can_not_be_read_are_listed_with_their_reasons_and_can_be_copied(person, photos):
    (photos / "broken.jpg").write_bytes(NO_IMAGE)
    (photos / "empty.png").write_bytes(b"")
    person.use(SeesBright())
    person.bring(photos)
    page = person.page
    assert page.asking.problems.text() == "2 can't be read"
    QTest.mouseClick(page.asking.problems, Qt.MouseButton.LeftButton)
    assert person.rows == ["broken.jpg", "empty.png"]
    assert person.column("problem")[1] == "The file is empty."
    person.press("copy_rows")
    person.until(lambda: person.said == ["Copied 2 rows"])
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[1].split("\t") == ["empty.png", *[""] * 6, "The file is empty."]


def test_a_double_click_shows_the_picture_large_and_arrows_go_on(person, photos):
    person.use(SeesBright())
    person.bring(photos)
    page, sheet = person.page, person.page.views.sheet
    first = sheet.visualRect(page.rows.index(0, 0)).center()
    QTest.mouseClick(sheet.viewport(), Qt.MouseButton.LeftButton, pos=first)
    QTest.mouseDClick(sheet.viewport(), Qt.MouseButton.LeftButton, pos=first)
    assert page.large.isVisible()
    assert page.large.name.whole == "a.png"
    assert page.large.said.whole == "cup · 90 %"
    QTest.keyClick(page.large.canvas, Qt.Key.Key_Right)
    assert page.large.name.whole == "b.png"
    assert page.large.place.text() == "2 / 4"
    person.press("add_to_project")
    assert [path.name for path, _, _ in person.offered[0]] == ["b.png"]
    QTest.keyClick(page.large.canvas, Qt.Key.Key_Escape)
    assert not page.large.isVisible()
    assert page.views.table.currentIndex().row() == 1


def test_the_box_is_painted_in_the_picture_and_on_the_sheet(person, photos):
    person.use(SeesBright())
    person.bring(photos)
    page = person.page
    person.until(lambda: page.pictures.small.pixmap("0") is not None)
    page.views.set_look(Look.PICTURES)
    sheet = page.views.sheet
    person.qtbot.wait(1)  # one turn of the event loop, in which the sheet is laid out
    cell = sheet.visualRect(page.rows.index(0, 0))
    picture = sheet.viewport().grab(cell).toImage()
    orange = [
        (x, y)
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).red() > 230 and picture.pixelColor(x, y).blue() < 40
    ]
    left, top = min(x for x, _ in orange), min(y for _, y in orange)
    right, bottom = max(x for x, _ in orange), max(y for _, y in orange)
    assert (right - left) / (bottom - top) == pytest.approx((SEEN[2] - SEEN[0]) / (SEEN[3] - SEEN[1]), rel=0.1)


def test_results_are_saved_as_csv_and_coco_from_the_present_score_on(person, photos, tmp_path, monkeypatch):
    person.use(SeesBright())
    person.bring(photos)
    person.page.set_min_score(0.7)
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(file_choice, "choose_new_file", lambda _parent, _title, start, _kinds: out / start.name)
    person.press("save_csv")
    person.wait_for_saving()
    rows = list(csv.DictReader((out / "predictions.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["filename"], row["class"], row["score"]) for row in rows] == [
        ("a.png", "cup", "0.9020"), ("b.png", "", ""), ("sub/c9.png", "", ""), ("sub/c10.png", "fork", "0.8000"),
    ]  # fmt: skip
    assert [float(rows[0][edge]) for edge in ("xmin", "ymin", "xmax", "ymax")] == list(SEEN)
    person.press("save_coco")
    person.wait_for_saving()
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert [(entry["category_id"], entry["bbox"]) for entry in results] == [
        (CUP.id, [24.0, 24.0, 48.0, 24.0]),
        (FORK.id, [24.0, 24.0, 48.0, 24.0]),
    ]
    images = json.loads((out / "results.images.json").read_text(encoding="utf-8"))["images"]
    assert [(image["file_name"], image["width"], image["height"]) for image in images] == [
        (name, *SIZE) for name in IN_ORDER
    ]


def test_a_file_that_nobody_was_asked_about_is_not_written_over(person, photos, tmp_path, monkeypatch):
    person.use(SeesBright())
    person.bring(photos)
    out = tmp_path / "out"
    out.mkdir()
    others = out / "results.images.json"
    others.write_text("somebody's own", encoding="utf-8")
    monkeypatch.setattr(file_choice, "choose_new_file", lambda _parent, _title, start, _kinds: out / start.name)
    person.press("save_coco")
    person.wait_for_saving()
    assert others.read_text(encoding="utf-8") == "somebody's own"
    assert len(json.loads((out / "results.images-2.json").read_text(encoding="utf-8"))["images"]) == len(IN_ORDER)
    assert "results.images-2.json" in person.page.work.sentence.text()


def test_annotated_images_are_saved_below_another_folder_and_never_among_the_originals(
    person, photos, tmp_path, monkeypatch
):
    person.use(SeesBright())
    person.bring(photos)
    asked: list[tuple[str, Path]] = []

    def take_what_is_proposed(_page, title: str, start: Path) -> Path:
        asked.append((title, start))
        return start

    monkeypatch.setattr(file_choice, "choose_folder", take_what_is_proposed)
    person.press("save_annotated")
    person.wait_for_saving()
    assert asked == [("Where to make the folder “photos annotated”", tmp_path)]
    assert (tmp_path / "photos annotated" / "a.png").is_file()
    assert not person.page.work.tells_problem
    monkeypatch.setattr(file_choice, "choose_folder", lambda *_: photos / "sub")
    person.press("save_annotated")
    person.wait_for_saving()
    assert sorted(path.name for path in photos.iterdir()) == ["a.png", "b.png", "sub"]
    monkeypatch.setattr(file_choice, "choose_folder", lambda *_: tmp_path / "drawn")
    person.press("save_annotated")
    person.wait_for_saving()
    assert sorted(path.relative_to(tmp_path / "drawn").as_posix() for path in (tmp_path / "drawn").rglob("*.png")) == (
        sorted(SCORES)
    )
    with Image.open(tmp_path / "drawn" / "a.png") as drawn, Image.open(photos / "a.png") as original:
        assert drawn.size == original.size
        assert drawn.tobytes() != original.tobytes()


def test_a_folder_with_other_things_gets_one_of_the_pictures_name(tmp_path):
    originals, full = tmp_path / "photos", tmp_path / "results"
    (full / "others").mkdir(parents=True)
    assert annotated_folder(originals, full) == full / "photos annotated"
    assert annotated_folder(originals, full / "others") == full / "others"
    assert annotated_folder(originals, originals) == annotated_folder(originals) == tmp_path / "photos annotated"
    assert annotated_folder(originals, tmp_path / "photos annotated") == tmp_path / "photos annotated"


def test_that_nothing_could_be_saved_looks_like_a_problem(person, photos, tmp_path, monkeypatch):
    person.use(SeesBright())
    person.bring(photos)
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(file_choice, "choose_folder", lambda *_: tmp_path / "file" / "below")
    person.press("save_annotated")
    person.until(lambda: person.page.work.tells_problem)
    assert str(tmp_path / "file") in person.page.work.sentence.text()
    monkeypatch.setattr(file_choice, "choose_folder", lambda *_: tmp_path / "drawn")
    person.press("save_annotated")
    person.wait_for_saving()
    assert not person.page.work.tells_problem


def test_chosen_pictures_are_offered_to_the_project_with_what_is_shown_of_them(person, photos):
    (photos / "broken.jpg").write_bytes(NO_IMAGE)
    person.use(SeesBright())
    person.bring(photos)
    assert not person.page.actions_table["add_to_project"].isEnabled()
    QTest.keyClick(person.page.views.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    person.press("add_to_project")
    (offered,) = person.offered
    assert [path for path, _, _ in offered] == [photos / name for name in IN_ORDER]
    assert [len(answer.boxes) for _, answer, _ in offered] == [1, 0, 1, 1]


def test_the_list_can_be_cleared_while_it_is_asked_about(person, photos):
    person.use(SeesBright())
    person.model.may_answer.clear()
    person.page.open_paths([photos])
    person.until(lambda: person.page.questions.is_asking)
    person.press("clear_files")
    assert person.page.empty.isVisible()
    person.model.may_answer.set()
    person.bring(photos / "b.png")
    assert person.rows == ["b.png"]


def test_a_page_that_was_stopped_goes_on_when_it_is_wanted_again(person, photos):
    person.use(SeesBright())
    person.model.may_answer.clear()
    person.page.open_paths([photos])
    person.until(lambda: person.page.questions.is_asking)
    person.model.may_answer.set()
    person.page.stop()
    assert not person.page.questions.is_asking
    person.page.questions.resume()
    person.wait_until_done()
    assert person.column("score")[0] == "90 %"


def test_everything_can_be_reached_and_is_named(person, photos):
    person.use(SeesBright())
    person.bring(photos)
    page = person.page
    for part in (page.views.table, page.views.sheet, page.bar.show_choice, page.bar.order_choice, page.bar.direction):
        assert part.accessibleName()
        assert part.focusPolicy() & Qt.FocusPolicy.TabFocus
    for name in ("add_pictures", "save_csv", "add_to_project", "copy_rows"):
        tip, key = page.actions_table[name].toolTip(), page.actions_table[name].shortcut().toString()
        assert key
        assert f"({key})" in tip
    QTest.keyClick(page, Qt.Key.Key_F9)
    assert not page.views.table.isVisible()
    QTest.keyClick(page, Qt.Key.Key_F8)
    assert page.views.table.isVisible()
    assert page.views.sheet.isVisible()
