"""The page of a video, by keys and mouse: played, searched, filtered, put into the project and saved."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from desktop_app.dialogs import file_choice
from desktop_app.predict.video.video_bar import clock_time
from desktop_app.predict.video_page import VideoPage
from desktop_app.settings import Settings
from tests.helpers.documents import open_document
from tests.helpers.pictures import write_pictures
from tests.helpers.seeing_red import RED, SeesRed, loaded
from tests.helpers.videos import COUNT, number_of, put_ffmpeg_into, write_video
from training.run.streams.video_file import VideoFile

LONG = 200


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("films") / "a trip.mp4")


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("films") / "long.avi", count=LONG)


class Person:
    """Somebody at the page."""

    def __init__(self, page: VideoPage, qtbot: QtBot) -> None:
        self.page = page
        self.qtbot = qtbot
        self.predictor = SeesRed()
        self.problems: list[str] = []
        self.offered: list[tuple] = []
        page.problem_reported.connect(self.problems.append)
        page.frame_offered.connect(lambda *offered: self.offered.append(offered))

    def open(self, path: Path) -> None:
        self.page.open_video(path)
        self.wait_for(0)

    @property
    def number(self) -> int:
        shown = self.page.view.shown
        return -1 if shown is None else shown.frame.number

    def wait_for(self, number: int) -> None:
        self.qtbot.waitUntil(lambda: self.number == number)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.page.view, key)


@pytest.fixture
def person(qtbot: QtBot, tmp_path: Path) -> Iterator[Person]:
    write_pictures(tmp_path / "photos", ["one.png"], width=30, height=20)
    with open_document(qtbot, tmp_path / "photos") as document:
        page = VideoPage(document, Settings(tmp_path / "settings.ini"))
        qtbot.addWidget(page)
        page.resize(900, 600)
        person = Person(page, qtbot)
        page.set_model(loaded(person.predictor))
        page.set_min_score(0.5)
        page.show()
        qtbot.waitExposed(page)
        yield person
        page.shut_down()


def test_without_a_video_nothing_can_be_pressed(person):
    bar = person.page.bar
    assert "Drop a video" in person.page.view.sentence
    assert not any(part.isEnabled() for part in (bar.slider, bar.play_button, bar.put_button, bar.save_button))
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Period, Qt.Key.Key_Right, Qt.Key.Key_P):
        person.press(key)
    assert not person.page.player.is_playing
    assert person.offered == []


def test_what_was_saved_of_a_video_is_not_said_below_the_next_one(person, film):
    person.open(film)
    person.page.work.say("Saved", film)
    assert person.page.work.isVisible()
    person.page.open_video(film)
    assert not person.page.work.isVisible()


def test_keys_play_step_and_jump(person, long_film):
    person.open(long_film)
    assert person.page.bar.position.text() == "0:00.0 of 0:08.0 · Frame 1 of 200"
    person.press(Qt.Key.Key_Period)
    person.press(Qt.Key.Key_Period)
    person.wait_for(2)
    person.press(Qt.Key.Key_Right)
    person.wait_for(127)
    person.press(Qt.Key.Key_Left)
    person.wait_for(2)
    person.press(Qt.Key.Key_Comma)
    person.wait_for(1)
    assert number_of(person.page.view.shown.frame.pixels) == 1
    assert person.page.bar.slider.value() == 1
    person.press(Qt.Key.Key_Space)
    assert "Pause" in person.page.bar.play_button.toolTip()
    person.qtbot.waitUntil(lambda: person.number > 4)
    person.press(Qt.Key.Key_Space)
    assert not person.page.player.is_playing
    assert "Play" in person.page.bar.play_button.toolTip()


def test_a_click_into_the_slider_goes_there_and_its_arrows_go_five_seconds(person, long_film):
    person.open(long_film)
    slider = person.page.bar.slider
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, slider.height() // 2))
    person.qtbot.waitUntil(lambda: abs(person.number - LONG // 2) <= 2)
    before = person.number
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Left)
    person.qtbot.waitUntil(lambda: person.number == max(0, before - 125))
    QTest.keyClick(slider, Qt.Key.Key_Period)  # what the slider needs no key for goes on to the page
    person.qtbot.waitUntil(lambda: person.number == max(0, before - 125) + 1)


def test_a_frame_that_takes_a_while_is_said_to_be_looked_for(person, film, monkeypatch):
    person.open(film)
    may_go_on = threading.Event()
    seek = VideoFile.seek
    monkeypatch.setattr(VideoFile, "seek", lambda video, number: (may_go_on.wait(10), seek(video, number)))
    person.page.go_to(40)
    person.qtbot.waitUntil(lambda: "frame 41" in person.page.view.corner)
    may_go_on.set()
    person.wait_for(40)
    assert person.page.view.corner == ""


def test_at_the_end_it_stops_and_play_begins_again(person, film):
    person.open(film)
    person.page.player.go_to(COUNT - 3)
    person.wait_for(COUNT - 3)
    person.page.bar.play_button.click()
    person.qtbot.waitUntil(lambda: not person.page.player.is_playing)
    person.wait_for(COUNT - 1)
    assert "Play" in person.page.bar.play_button.toolTip()
    person.page.bar.play_button.click()
    person.qtbot.waitUntil(lambda: 0 < person.number < COUNT // 2)


def test_the_slider_of_scores_asks_the_model_nothing(person, film):
    person.open(film)
    person.qtbot.waitUntil(lambda: person.page.view.shown.answer is not None)
    asked = len(person.predictor.seen)
    before = person.page.view.grab().toImage()
    person.page.set_min_score(0.1)
    assert person.page.view.grab().toImage() != before
    assert len(person.predictor.seen) == asked


def test_p_puts_the_frame_with_its_sure_boxes_into_the_project_and_says_so(person, film):
    person.open(film)
    person.press(Qt.Key.Key_Period)
    person.wait_for(1)
    person.press(Qt.Key.Key_P)
    pixels, answer, name, model = person.offered[0]
    assert model is not None
    assert model.predictor._predictor is person.predictor
    assert number_of(pixels) == 1
    assert [box.label for box in answer.boxes] == [RED.name]
    assert name == "video/a trip 000001"
    assert "Frame 2 " in person.page.view.note


def test_without_a_project_it_is_said_where_a_frame_would_go(person, film):
    person.open(film)
    person.page._document.close()
    person.press(Qt.Key.Key_P)
    assert person.offered == []
    assert "Open a folder" in person.problems[0]


def test_a_broken_video_is_said_in_the_view(person, tmp_path, film):
    (tmp_path / "broken.mp4").write_bytes(film.read_bytes()[:300])
    person.page.open_video(tmp_path / "broken.mp4")
    person.qtbot.waitUntil(lambda: bool(person.problems))
    assert "broken.mp4" in person.page.view.sentence
    assert not person.page.bar.play_button.isEnabled()


def test_leaving_the_page_stops_playing(person, film):
    person.open(film)
    person.press(Qt.Key.Key_Space)
    person.page.hide()
    assert not person.page.player.is_playing


def test_the_video_is_saved_with_what_the_model_sees_and_a_table(person, film, tmp_path, monkeypatch):
    suggested = []

    def choose(_parent, _title, start, _kinds):
        suggested.append(start.name)
        return tmp_path / "out.mp4"

    monkeypatch.setattr(file_choice, "choose_new_file", choose)
    person.open(film)
    person.page.bar.every.setValue(10)
    person.page.bar.save_button.menu().actions()[1].trigger()
    assert not person.page.bar.save_button.isEnabled()
    assert "sound" in person.page.work.sentence.text()
    assert "sound" in person.page.bar.save_button.toolTip()
    person.qtbot.waitUntil(lambda: person.page.work.sentence.text().startswith("Saved"))
    assert suggested == ["a trip annotated.mp4"], "the table gets the same name"
    with VideoFile(tmp_path / "out.mp4") as saved:
        assert (saved.frame_count, saved.frames_per_second) == (COUNT, 25.0)
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert [int(row["frame"]) for row in rows] == list(range(0, COUNT, 10))
    assert {row["class"] for row in rows} == {RED.name}  # “all” is not sure enough
    assert person.page.bar.save_button.isEnabled()


def test_a_table_that_is_there_is_not_written_over_unasked(person, film, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(person.page.saver, "save", lambda *targets, **_more: asked.append(targets[2:]))
    monkeypatch.setattr(file_choice, "choose_new_file", lambda *_: tmp_path / "out.mp4")
    (tmp_path / "out.csv").write_text("mine", encoding="utf-8")
    person.open(film)
    for action in person.page.bar.save_button.menu().actions():
        action.trigger()
    assert asked == [
        (tmp_path / "out.mp4", None),
        (tmp_path / "out.mp4", tmp_path / "out 2.csv"),
        (None, tmp_path / "out.mp4"),
    ]


def test_saving_can_be_cancelled_and_leaves_nothing(person, film, tmp_path):
    person.open(film)
    person.predictor.seconds = 0.05
    target = tmp_path / "out" / "out.mp4"
    target.parent.mkdir()
    page = person.page
    page.saver.save(page._model, page.facts, target, None, every=1, min_score=0.5)
    person.qtbot.waitUntil(lambda: page.work.progress_bar.value() > 2)
    page.work.cancel_button.click()
    person.qtbot.waitUntil(lambda: not page.work.is_busy)
    assert list(target.parent.iterdir()) == []
    assert page.work.isHidden()


def test_the_video_itself_is_never_written_over(person, film, monkeypatch):
    content = film.read_bytes()
    monkeypatch.setattr(file_choice, "choose_new_file", lambda *_: film)
    person.open(film)
    person.page.bar.save_button.menu().actions()[0].trigger()
    assert "another name" in person.problems[0]
    assert film.read_bytes() == content


@pytest.mark.parametrize(("kind", "words"), [("none", "not found"), ("broken", "not found"), ("good", "kept")])
def test_whether_sound_is_kept_is_known_before(person, film, monkeypatch, tmp_path, kind, words):
    folder = tmp_path / "bin"
    folder.mkdir()
    if kind == "good":
        put_ffmpeg_into(folder)
    elif kind == "broken":
        broken = folder / "ffmpeg"
        broken.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    person.open(film)
    person.qtbot.waitUntil(lambda: words in person.page.saver.sound)
    assert words in person.page.bar.save_button.toolTip()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00.0"), (61.25, "1:01.2"), (3723.4, "1:02:03.4"), (59.96, "0:59.9")]
)
def test_times_are_told_as_on_a_clock(seconds, text):
    assert clock_time(seconds) == text


def test_everything_has_a_name_for_screen_readers_and_a_tooltip(person):
    for button in person.page.bar.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text()
        assert button.toolTip(), button.text()
    for field in person.page.findChildren(QLineEdit):
        assert field.accessibleName(), field
