"""The page of a camera, on a network stream: live answers, no lag, lost and found, snapshots, and hold to record."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from desktop_app.predict.camera_page import CameraPage
from desktop_app.settings import Settings
from tests.helpers.documents import open_document
from tests.helpers.mjpeg import MjpegServer
from tests.helpers.pictures import write_pictures
from tests.helpers.seeing_red import FAILURE, RED, SeesRed, loaded
from tests.helpers.videos import HEIGHT, WIDTH

RATE = 60.0
DARK = np.full((HEIGHT, WIDTH, 3), 12, np.uint8)


@pytest.fixture
def stream() -> Iterator[MjpegServer]:
    with MjpegServer(rate=RATE) as server:
        yield server


class Person:
    """Somebody at the page."""

    def __init__(self, page: CameraPage, qtbot: QtBot, stream: MjpegServer) -> None:
        self.page = page
        self.qtbot = qtbot
        self.stream = stream
        self.predictor = SeesRed()
        self.problems: list[str] = []
        self.offered: list[tuple] = []
        self.recorded: list[tuple] = []
        page.problem_reported.connect(self.problems.append)
        page.frame_offered.connect(lambda *offered: self.offered.append(offered))
        page.recording_offered.connect(lambda *offered: self.recorded.append(offered))

    def start(self, model: bool = True) -> None:
        if model:
            self.page.set_model(loaded(self.predictor))
        self.page.bar.camera.set_text(self.stream.address)
        self.page.bar.start_button.click()
        self.wait_for_picture()

    def wait_for_picture(self) -> None:
        before = self.page.view.shown
        self.qtbot.waitUntil(lambda: self.page.view.shown is not before, timeout=10_000)

    @property
    def shown(self):
        shown = self.page.view.shown
        assert shown is not None
        return shown

    def hold_r(self, until) -> None:
        QTest.keyPress(self.page.view, Qt.Key.Key_R)
        self.qtbot.waitUntil(until)
        QTest.keyRelease(self.page.view, Qt.Key.Key_R)
        self.qtbot.waitUntil(lambda: not self.page.keeper.key.is_held)


@pytest.fixture
def person(qtbot: QtBot, tmp_path: Path, stream: MjpegServer) -> Iterator[Person]:
    write_pictures(tmp_path / "photos", ["one.png"], width=30, height=20)
    with open_document(qtbot, tmp_path / "photos") as document:
        page = CameraPage(document, Settings(tmp_path / "settings.ini"))
        qtbot.addWidget(page)
        page.resize(900, 600)
        page.set_min_score(0.5)
        page.show()
        qtbot.waitExposed(page)
        yield Person(page, qtbot, stream)
        page.shut_down()


def test_it_shows_boxes_live_with_rate_and_age(person):
    person.start()
    view = person.page.view
    person.qtbot.waitUntil(lambda: "ms old" in view.corner, timeout=10_000)
    assert "frames a second" in view.corner
    assert view.sentence == ""
    assert person.shown.answer.boxes[0].label == RED.name
    assert person.page.bar.start_button.text() == "Stop"
    person.page.bar.start_button.click()
    assert "off" in view.sentence
    assert view.shown is None


def test_a_camera_that_is_not_there_is_not_offered_by_a_search(person, monkeypatch):
    monkeypatch.setattr("desktop_app.predict.camera.camera_finding.DEVICES", range(9, 10))
    camera = person.page.bar.camera
    camera.set_text("9")
    person.page.bar.start_button.click()
    person.qtbot.waitUntil(lambda: "There is no camera 9" in person.page.view.sentence, timeout=10_000)
    with person.qtbot.waitSignal(camera.told, check_params_cb=lambda text: text.startswith("No camera was found")):
        camera.search()
    assert camera.text == "9"


def test_the_newest_picture_wins_over_a_slow_model(person):
    person.predictor.seconds = 0.12
    person.start()
    numbers, ages = [], []

    def look() -> None:
        numbers.append(person.shown.frame.number)
        ages.append(time.monotonic() - person.shown.frame.taken)

    person.page.session.ready.connect(look)
    person.qtbot.waitUntil(lambda: len(numbers) >= 8)
    assert numbers[-1] - numbers[0] >= 3 * 7  # some seven came for each that was answered
    assert max(ages[-3:]) < 0.6  # about as old as one answer takes; in a queue it would be 0.8 by now, and growing


def test_a_quick_model_sees_no_picture_twice(person):
    person.start()
    numbers = []
    person.page.session.ready.connect(lambda: numbers.append(person.shown.frame.number))
    person.qtbot.waitUntil(lambda: len(numbers) >= 10)
    assert numbers == sorted(set(numbers))


def test_a_camera_that_vanishes_is_said_and_found_again_by_itself(person):
    person.start()
    person.stream.stop()
    view = person.page.view
    person.qtbot.waitUntil(lambda: "looked for again" in view.sentence, timeout=10_000)
    QTest.keyClick(view, Qt.Key.Key_P)
    assert person.offered == []
    assert "no pictures" in view.note
    person.stream.start()
    person.wait_for_picture()
    person.qtbot.waitUntil(lambda: view.sentence == "")


def test_what_is_no_camera_is_said_at_once(person):
    person.page.bar.camera.set_text("ftp://hall/video")
    person.page.bar.start_button.click()
    assert "ftp://hall/video" in person.page.view.sentence
    assert person.page.session is None
    assert person.page.bar.start_button.text() == "Start"


def test_a_model_that_fails_is_told_and_the_picture_goes_on(person):
    person.predictor.fails = True
    person.start()
    person.qtbot.waitUntil(lambda: person.problems == [FAILURE])
    person.wait_for_picture()
    assert person.shown.answer is None


def test_mirror_and_turn_move_boxes_and_snapshots_and_are_remembered(person, tmp_path):
    person.start()
    bar = person.page.bar
    bar.mirror_button.click()
    bar.turn_button.click()
    bar.turn_button.click()
    bar.turn_button.click()
    person.qtbot.waitUntil(lambda: person.shown.frame.pixels.shape == (WIDTH, HEIGHT, 3))
    shown = person.shown
    box = shown.answer.boxes[0]
    middle = shown.frame.pixels[int((box.ymin + box.ymax) / 2), int((box.xmin + box.xmax) / 2)]
    assert middle[0] > 150 > middle[1]
    QTest.keyClick(person.page.view, Qt.Key.Key_P)
    assert person.offered[0][0].shape == (WIDTH, HEIGHT, 3)
    assert bar.mirror_button.isChecked()
    other = CameraPage(person.page._document, Settings(tmp_path / "settings.ini"))
    person.qtbot.addWidget(other)
    assert other.bar.mirror_button.isChecked()
    assert other.bar.camera.text == person.stream.address
    assert other._memory.orientation == person.page.session.source.orientation
    other.shut_down()


def test_brighten_is_for_the_eye_and_the_model_and_never_for_the_project(person):
    person.stream.show(lambda _number: DARK)
    person.start()
    person.page.bar.brighten_button.click()
    person.qtbot.waitUntil(lambda: person.predictor.seen[-1] > 80)
    person.qtbot.waitUntil(lambda: person.shown.screen[..., :3].mean() > 80)
    QTest.keyClick(person.page.view, Qt.Key.Key_P)
    assert person.offered[0][0].mean() < 20


def test_a_snapshot_has_the_models_sure_boxes_and_goes_to_the_camera_folder(person):
    person.start()
    person.page.bar.snapshot_button.click()
    pixels, answer, name, model = person.offered[0]
    assert model is not None
    assert model.predictor._predictor is person.predictor
    assert pixels is person.shown.frame.pixels
    assert [box.label for box in answer.boxes] == [RED.name]
    assert name.startswith("camera/2")


def test_holding_r_records_to_a_new_class_without_any_model(person):
    person.start(model=False)
    person.page.bar.class_choice.setEditText("fork")
    person.page.bar.rate.setValue(15)
    began = time.monotonic()
    person.hold_r(lambda: len(person.recorded) >= 6)
    assert time.monotonic() - began > 0.8 * 5 / 15  # not more a second than asked for
    document = person.page._document
    fork = document.class_named("fork")
    assert fork is not None
    assert {offered[2] for offered in person.recorded} == {fork.id}
    assert len({offered[1] for offered in person.recorded}) == len(person.recorded)
    first, second = person.recorded[0][0], person.recorded[1][0]
    assert (first != second).any()  # no picture twice
    assert f"Recorded {len(person.recorded)} " in person.page.view.note
    assert "fork" in person.page.view.note
    count = len(person.recorded)
    person.wait_for_picture()
    assert len(person.recorded) == count
    assert [record.name for record in document.classes] == ["fork"]


def test_the_counter_is_seen_while_the_button_is_held(person):
    person.start(model=False)
    person.page.bar.class_choice.setEditText("cup")
    button = person.page.bar.record_button
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    person.qtbot.waitUntil(lambda: person.page.view.mark.startswith("2 pictures"))
    assert "cup" in person.page.view.mark
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert person.page.view.mark == ""
    assert not person.page.keeper.recorder.is_recording


def test_leaving_the_window_ends_a_recording_with_the_button(person):
    person.start(model=False)
    person.page.bar.class_choice.setEditText("cup")
    button = person.page.bar.record_button
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    assert person.page.keeper.recorder.is_recording
    QCoreApplication.sendEvent(person.page.window(), QEvent(QEvent.Type.WindowDeactivate))
    assert not person.page.keeper.recorder.is_recording
    assert not button.isDown()
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)


def test_recording_needs_a_class_and_asks_for_one(person):
    person.start(model=False)
    QTest.keyPress(person.page.view, Qt.Key.Key_R)
    assert "Name a class" in person.page.view.note
    assert not person.page.keeper.recorder.is_recording
    QTest.keyRelease(person.page.view, Qt.Key.Key_R)


def test_a_camera_that_vanishes_ends_the_recording(person):
    person.start(model=False)
    person.page.bar.class_choice.setEditText("cup")
    QTest.keyPress(person.page.view, Qt.Key.Key_R)
    assert person.page.keeper.recorder.is_recording
    person.stream.stop()
    person.qtbot.waitUntil(lambda: not person.page.keeper.recorder.is_recording, timeout=10_000)
    QTest.keyRelease(person.page.view, Qt.Key.Key_R)


def test_without_a_project_it_is_said_where_pictures_would_go(person):
    person.start()
    person.page._document.close()
    QTest.keyClick(person.page.view, Qt.Key.Key_P)
    person.hold_r(lambda: len(person.problems) == 2)
    assert all("Open a folder" in problem for problem in person.problems)
    assert person.offered == person.recorded == []


def test_the_camera_is_let_go_while_nobody_looks_and_used_again(person):
    person.start()
    session = person.page.session
    with person.qtbot.waitSignal(session.closed, timeout=10_000):
        person.page.hide()
    assert person.page.session is None
    person.page.show()
    person.wait_for_picture()
    assert person.page.session is not session


def test_starting_another_camera_waits_until_the_first_is_free(person):
    person.start()
    first = person.page.session
    person.page.start()
    assert person.page.session is None
    with person.qtbot.waitSignal(first.closed, timeout=10_000):
        pass
    person.wait_for_picture()
    assert person.page.session is not first


def test_everything_has_a_name_for_screen_readers_and_a_tooltip(person):
    page = person.page
    for button in page.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text()
        assert button.toolTip(), button.text()
    for field in page.findChildren(QLineEdit):
        assert field.accessibleName(), field
    assert page.view.accessibleName()


def test_two_recordings_of_a_class_are_told_apart(person):
    person.start(model=False)
    ends = []
    person.page.recording_ended.connect(lambda: ends.append(len(person.recorded)))
    person.page.bar.class_choice.setEditText("cup")
    for burst in (1, 2):
        person.hold_r(lambda burst=burst: len(person.recorded) >= burst)
    assert ends == [1, 2]
