"""A video plays in real time whatever the model takes, and stands exactly where it is asked to."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.predict.live.shown_frame import ShownFrame
from desktop_app.predict.video.recent_frames import RecentFrames
from desktop_app.predict.video.video_clock import VideoClock
from desktop_app.predict.video.video_player import VideoPlayer
from desktop_app.predict.video.video_wishes import GoTo, LookAgain, OpenFile, PlayOn, VideoWishes
from tests.helpers.seeing_red import SeesRed, loaded
from tests.helpers.videos import COUNT, RATE, number_of, write_video
from training.run.streams import video_file
from training.run.streams.frame import Frame
from training.run.streams.video_file import ReadingCancelledError, VideoFile


class Watcher:
    """Takes what the player shows, as the page does."""

    def __init__(self, player: VideoPlayer, qtbot: QtBot) -> None:
        self.player = player
        self.shown: list[ShownFrame] = []
        self.moments: list[float] = []
        self.offered: list[ShownFrame] = []
        self.problems: list[str] = []
        self.pauses = 0
        self._qtbot = qtbot
        player.ready.connect(self._take)
        player.offered.connect(self.offered.append)
        player.failed.connect(self.problems.append)
        player.paused.connect(self._on_paused)

    def _take(self) -> None:
        shown = self.player.take()
        if shown is not None:
            self.shown.append(shown)
            self.moments.append(time.monotonic())

    def _on_paused(self) -> None:
        self.pauses += 1

    @property
    def number(self) -> int:
        return self.shown[-1].frame.number if self.shown else -1

    def wait_for(self, number: int) -> ShownFrame:
        self._qtbot.waitUntil(lambda: self.number == number)
        return self.shown[-1]

    def play_to(self, number: int) -> None:
        """Or a little further: on a busy machine frames are left out."""
        self.player.set_playing(True)
        self._qtbot.waitUntil(lambda: self.number >= number)
        self.player.set_playing(False)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("films") / "film.avi")


@pytest.fixture
def player(qtbot: QtBot) -> Iterator[VideoPlayer]:
    player = VideoPlayer()
    yield player
    player.shut_down()
    player.deleteLater()


@pytest.fixture
def watcher(player: VideoPlayer, film: Path, qtbot: QtBot) -> Watcher:
    watcher = Watcher(player, qtbot)
    with qtbot.waitSignal(player.opened) as opened:
        player.open(film)
    assert opened.args[0].frame_count == COUNT
    watcher.wait_for(0)
    return watcher


def test_the_clock_goes_on_where_it_stands_when_the_speed_changes():
    clock = VideoClock()
    clock.start(2.0, now=100.0)
    assert clock.due(3.0) == 101.0
    clock.set_speed(2.0, now=101.0)  # the video stands at 3 s
    assert clock.due(3.0) == 101.0
    assert clock.due(5.0) == 102.0


def test_only_the_newest_place_counts_and_another_video_forgets_all():
    wishes = VideoWishes()
    wishes.make(GoTo(3))
    wishes.make(LookAgain())
    wishes.make(GoTo(9))
    assert wishes.aim == 9
    assert wishes.next() == GoTo(9)
    wishes.make(GoTo(10))
    wishes.arrived()  # at 9
    assert wishes.aim == 10
    wishes.make(OpenFile(Path("other.mp4")))
    assert wishes.aim is None
    assert wishes.next() == OpenFile(Path("other.mp4"))
    wishes.set_playing(True)
    assert wishes.next() == PlayOn(1)
    wishes.end()
    assert wishes.next() is None


def test_it_plays_at_the_videos_own_pace_and_each_frame_has_its_answer(watcher):
    watcher.player.model.exchange(loaded(SeesRed()))
    watcher.play_to(20)
    played = [(shown.frame.number, moment) for shown, moment in zip(watcher.shown, watcher.moments, strict=True)][1:]
    pace = (played[-1][0] - played[0][0]) / (played[-1][1] - played[0][1])
    assert 0.6 * RATE < pace < 1.15 * RATE
    assert all(shown.answer is not None and shown.is_own for shown in watcher.shown[1:])
    assert number_of(watcher.shown[-1].frame.pixels) == watcher.number


def test_a_slow_model_leaves_frames_out_and_the_video_stays_in_time(watcher, qtbot):
    predictor = SeesRed(seconds=0.15)
    watcher.player.model.exchange(loaded(predictor))
    began = time.monotonic()
    watcher.player.set_playing(True)
    qtbot.waitUntil(lambda: watcher.number >= 35)
    shown = len(watcher.shown)
    assert time.monotonic() - began == pytest.approx(watcher.number / RATE, abs=1.0)  # in a queue it would be 5 s
    assert shown <= 15  # of 35
    watcher.player.set_playing(False)


def test_at_four_times_the_speed_it_ends_four_times_as_early(watcher, qtbot):
    began = time.monotonic()
    watcher.player.set_speed(4.0)
    watcher.player.set_playing(True)
    qtbot.waitUntil(lambda: watcher.pauses == 1)
    assert 0.8 * COUNT / RATE / 4 < time.monotonic() - began < 0.8 * COUNT / RATE
    assert watcher.player.has_ended
    assert not watcher.player.is_playing


def test_steps_and_jumps_are_exact_and_steps_that_come_quickly_add_up(watcher):
    for number in (30, 29, 7, 0, 49):
        watcher.player.go_to(number)
        assert number_of(watcher.wait_for(number).frame.pixels) == number
    for _ in range(5):
        watcher.player.step(-1)
    assert number_of(watcher.wait_for(44).frame.pixels) == 44
    watcher.player.go_to(1000)  # behind the end: the last one there is
    watcher.wait_for(49)
    watcher.player.step(-100)
    watcher.wait_for(0)


def test_after_a_pause_it_goes_on_where_it_stood(watcher, qtbot):
    watcher.play_to(5)
    qtbot.wait(700)
    stood, before = watcher.number, len(watcher.shown)
    watcher.play_to(stood + 2)
    assert watcher.shown[before].frame.number == stood + 1


def test_going_back_reads_the_file_once_for_many_steps_and_playing_goes_on_from_there(watcher, monkeypatch):
    watcher.player.go_to(40)
    watcher.wait_for(40)
    jumps = []
    seek = VideoFile.seek
    monkeypatch.setattr(VideoFile, "seek", lambda video, number: (jumps.append(number), seek(video, number)))
    for number in range(39, 30, -1):
        watcher.player.step(-1)
        assert number_of(watcher.wait_for(number).frame.pixels) == number
    assert len(jumps) == 1
    before = len(watcher.shown)
    watcher.play_to(34)
    assert watcher.shown[before].frame.number in (32, 33)
    assert all(number_of(shown.frame.pixels) == shown.frame.number for shown in watcher.shown)


def test_frames_are_kept_as_far_as_there_is_room():
    frames = [Frame(np.zeros((10, 10, 3), np.uint8), number, 0.0) for number in range(50)]
    recent = RecentFrames(most_bytes=5 * 300)
    for frame in (*frames, frames[47]):
        recent.add(frame)
    assert [number for number in range(50) if recent.get(number)] == [45, 46, 47, 48, 49]
    recent.add(frames[0])  # the one that came first goes
    assert [number for number in range(50) if recent.get(number)] == [0, 46, 47, 48, 49]
    assert recent.room_for(300) == 5
    assert recent.room_for(10**9) == 1
    recent.clear()
    assert recent.get(49) is None


def test_each_fifth_frame_is_asked_about_and_its_answer_stays(watcher):
    predictor = SeesRed()
    watcher.player.model.exchange(loaded(predictor))
    watcher.player.every = 5
    watcher.play_to(14)
    played = [shown for shown in watcher.shown if shown.answer is not None]
    asked = [shown.frame.number for shown in played if shown.is_own]
    assert [number // 5 for number in asked] == sorted({number // 5 for number in asked})
    assert len(asked) <= len(predictor.seen) <= 5
    for before, shown in itertools.pairwise(played):
        assert shown.is_own or shown.answer is before.answer
    assert len(played) > len(asked)


def test_a_frame_that_shows_an_older_answer_is_offered_with_its_own(watcher, qtbot):
    watcher.player.model.exchange(loaded(SeesRed()))
    watcher.player.every = 50
    watcher.play_to(12)
    shown = watcher.shown[-1]
    assert not shown.is_own
    assert watcher.player.model._model is shown.model
    watcher.player.offer(shown)
    qtbot.waitUntil(lambda: len(watcher.offered) == 1)
    offered = watcher.offered[0]
    assert offered.frame is shown.frame
    assert offered.answer.boxes[0].xmin == pytest.approx(
        3 * shown.frame.number, abs=3
    )  # where the red square is by then
    assert shown.answer.boxes[0].xmin < 10


def test_another_model_looks_at_the_frame_that_is_shown(watcher, qtbot):
    assert watcher.shown[-1].answer is None
    watcher.player.model.exchange(loaded(SeesRed()))
    watcher.player.look_again()
    qtbot.waitUntil(lambda: watcher.shown[-1].answer is not None)
    assert watcher.number == 0


def test_what_was_said_is_offered_with_the_model_that_said_it(watcher, qtbot):
    earlier, later = loaded(SeesRed()), loaded(SeesRed())
    watcher.player.model.exchange(earlier)
    watcher.player.look_again()
    qtbot.waitUntil(lambda: watcher.shown[-1].answer is not None)
    watcher.player.model.exchange(later)
    watcher.player.offer(watcher.shown[-1])
    assert watcher.offered[0].model is earlier


def test_nobody_waits_for_the_times_of_a_video_that_was_left(player, film, qtbot, monkeypatch):
    begun, ended = threading.Event(), threading.Event()

    def endless(_path: Path, cancelled) -> None:
        begun.set()
        while not cancelled():
            time.sleep(0.001)
        ended.set()
        raise ReadingCancelledError

    monkeypatch.setattr(video_file, "frame_times", endless)
    watcher = Watcher(player, qtbot)
    player.open(film)
    watcher.wait_for(0)
    for is_last in (False, True):
        begun.clear()
        ended.clear()
        player.go_to(COUNT - 1)
        qtbot.waitUntil(begun.is_set)
        watcher.shown.clear()
        if is_last:
            player.shut_down()
        else:
            player.open(film)
            watcher.wait_for(0)
        assert ended.is_set()
    assert watcher.problems == []


def test_what_is_no_video_is_told_and_the_next_one_opens(watcher, film, tmp_path, qtbot):
    (tmp_path / "notes.mp4").write_text("no video at all", encoding="utf-8")
    watcher.player.open(tmp_path / "notes.mp4")
    qtbot.waitUntil(lambda: bool(watcher.problems))
    assert "notes.mp4" in watcher.problems[0]
    count = len(watcher.shown)
    watcher.player.open(film)
    qtbot.waitUntil(lambda: len(watcher.shown) > count)
    assert watcher.number == 0
