"""What is remembered of a camera, which devices there are, and a key that is held."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.predict.camera import camera_finding
from desktop_app.predict.camera.camera_choice import CameraChoice
from desktop_app.predict.camera.camera_finding import found_cameras
from desktop_app.predict.camera.camera_memory import KEY, CameraMemory
from desktop_app.predict.camera.held_key import RELEASED_MS, HeldKey
from desktop_app.predict.camera.recorder import Recorder
from desktop_app.settings import Settings
from training.dataset.records import ClassRecord
from training.run.streams.frame import Frame
from training.run.streams.orientation import Orientation


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


def test_a_camera_is_remembered_as_it_hangs(settings):
    memory = CameraMemory("rtsp://hall:554/main", turns=3, mirrored=True, rate=12)
    memory.write(settings)
    assert CameraMemory.read(settings) == memory
    assert memory.orientation == Orientation(3, mirrored=True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("rtsp://me:secret@10.0.0.2:554/a?b=c", "rtsp://me@10.0.0.2:554/a?b=c"),
        ("http://:secret@hall/video", "http://hall/video"),
        ("http://me@hall/video", "http://me@hall/video"),
        ("0", "0"),
    ],
)
def test_a_password_is_not_written_down(settings, typed, kept):
    CameraMemory(typed).write(settings)
    assert CameraMemory.read(settings).address == kept
    assert "secret" not in settings.preference(KEY)


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "{",
        "[1]",
        json.dumps({"address": 3, "turns": 4, "mirrored": "yes", "rate": 0}),
        json.dumps({"turns": "1", "rate": 99}),
    ],
)
def test_what_can_not_be_read_counts_as_never_set(settings, stored):
    settings.set_preference(KEY, stored)
    assert CameraMemory.read(settings) == CameraMemory()


class Device:
    released = 0

    def __init__(self, gives: bool) -> None:
        self.gives = gives

    def grab(self) -> bool:
        return self.gives

    def release(self) -> None:
        Device.released += 1


def test_cameras_are_those_that_give_a_picture_and_the_one_in_use(monkeypatch):
    devices = {0: Device(True), 1: Device(False), 6: Device(True)}
    opened = []

    def open_capture(number: int, _backend: int) -> Device | None:
        opened.append(number)
        return devices.get(number)

    monkeypatch.setattr(camera_finding, "_may_be_there", lambda number: number != 9)
    monkeypatch.setattr(camera_finding, "opened_capture", open_capture)
    Device.released = 0
    assert found_cameras({3}, lambda _done, _total: None) == [0, 3, 6]
    assert 3 not in opened
    assert 9 not in opened
    assert Device.released == 3


def test_a_search_fills_the_list_and_leaves_what_was_typed(qtbot, monkeypatch):
    monkeypatch.setattr("desktop_app.predict.camera.camera_choice.found_cameras", lambda in_use, told: [0, 2])
    choice = CameraChoice()
    qtbot.addWidget(choice)
    monkeypatch.setattr(choice.field, "showPopup", lambda: None)
    choice.set_text("http://hall/video")
    told = []
    choice.told.connect(told.append)
    choice.find_button.click()
    assert not choice.find_button.isEnabled()
    qtbot.waitUntil(choice.find_button.isEnabled)
    assert [choice.field.itemText(index) for index in range(choice.field.count())] == ["0", "2"]
    assert choice.text == "http://hall/video"
    assert told[-1].endswith("0, 2")


class Held:
    """A page with a field in it, and a key that is held there."""

    def __init__(self, qtbot) -> None:
        self.page, self.field = QWidget(), QWidget()
        qtbot.addWidget(self.page)
        QVBoxLayout(self.page).addWidget(self.field)
        self.key = HeldKey(Qt.Key.Key_R, self.page)
        self.told: list[str] = []
        self.key.begun.connect(lambda: self.told.append("begun"))
        self.key.ended.connect(lambda: self.told.append("ended"))

    def press(self, repeats: bool = False, modifiers=Qt.KeyboardModifier.NoModifier) -> bool:
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_R, modifiers, "r", repeats)
        QCoreApplication.sendEvent(self.field, event)
        return self.key.press(event)

    def release(self, widget: QWidget, repeats: bool = False, key: Qt.Key = Qt.Key.Key_R) -> None:
        event = QKeyEvent(QEvent.Type.KeyRelease, key, Qt.KeyboardModifier.NoModifier, "", repeats)
        QCoreApplication.sendEvent(widget, event)


def test_a_held_key_repeats_and_is_still_held_once(qtbot):
    held = Held(qtbot)
    assert held.press()
    for _ in range(3):  # as X11 repeats: released and pressed again
        held.release(held.page, repeats=True)
        assert held.press(repeats=True)
    assert held.told == ["begun"]
    held.release(held.page, key=Qt.Key.Key_P)
    assert held.key.is_held
    held.release(held.page)
    qtbot.waitUntil(lambda: held.told == ["begun", "ended"])


def test_repeats_that_look_like_presses_are_one_hold(qtbot):
    held = Held(qtbot)
    held.press()
    for _ in range(3):  # as X11 repeats while the program is busy
        held.release(held.page)
        held.press()
    qtbot.wait(3 * RELEASED_MS)
    assert held.told == ["begun"]
    held.release(held.page)
    qtbot.waitUntil(lambda: held.told == ["begun", "ended"])


def test_it_is_let_go_wherever_the_focus_is_by_then(qtbot):
    held = Held(qtbot)
    held.press()
    held.release(held.field)
    qtbot.waitUntil(lambda: held.told == ["begun", "ended"])


def test_leaving_the_window_lets_it_go_and_repeats_do_not_begin_anew(qtbot):
    held = Held(qtbot)
    held.press()
    QCoreApplication.sendEvent(held.page, QEvent(QEvent.Type.WindowDeactivate))
    assert held.told == ["begun", "ended"]
    held.press(repeats=True)
    assert held.told == ["begun", "ended"]
    assert not held.press(modifiers=Qt.KeyboardModifier.ControlModifier)


def test_a_camera_slower_than_the_recording_gives_each_picture_once(qtbot):
    frames = [Frame(np.full((4, 4, 3), number, np.uint8), number, 0.0) for number in range(3)]
    asked = []

    def newest(after: int) -> Frame | None:
        asked.append(after)
        frame = frames[min(2, len(asked) // 2)]
        return frame if frame.number > after else None

    recorder, names, ends = Recorder(newest), [], []
    recorder.recorded.connect(lambda _pixels, name, class_id: names.append((name, class_id)))
    recorder.ended.connect(ends.append)
    recorder.begin(ClassRecord(7, "fork", "#000000"), rate=15)
    recorder.begin(ClassRecord(8, "cup", "#000000"), rate=15)  # one at a time
    qtbot.waitUntil(lambda: len(asked) >= 7)
    recorder.end()
    recorder.end()
    assert len({name for name, _ in names}) == len(names) == 3
    assert {class_id for _, class_id in names} == {7}
    assert ends == [3]
