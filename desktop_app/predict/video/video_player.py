"""A thread that plays a video in real time and shows its frames to the model: what it has no time for is left out."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from desktop_app.predict.live.asked_model import AskedModel
from desktop_app.predict.live.shown_frame import NewestShown, ShownFrame, for_screen
from desktop_app.predict.loaded_model import LoadedModel
from desktop_app.predict.video.frame_reader import FrameReader
from desktop_app.predict.video.video_clock import VideoClock
from desktop_app.predict.video.video_wishes import (
    GoTo,
    LookAgain,
    Offer,
    OpenFile,
    PlayOn,
    VideoWishes,
    Wish,
)
from training.run.answers.prediction import Answer
from training.run.streams.frame import Frame
from training.run.streams.video_file import ReadingCancelledError, VideoProblem

LONGEST_GAP_S = 0.2  # where even reading is slower than the video, something is seen so often
MOST_BEHIND_S = 0.5  # then it goes on more slowly than it was filmed rather than standing still
USUAL_RATE = 25.0


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """As `VideoFile` has them; `frame_count` and `duration` are 0 where the file does not say."""

    path: Path
    title: str
    width: int
    height: int
    frames_per_second: float
    frame_count: int
    duration: float


class VideoPlayer(QThread):
    """`ready` comes once for however many frames nobody took yet; `take` gives the newest.

    Starts with the first video. A frame that is looked at alone always has an answer of its own; while it plays, each
    `every`th has one, and it stays until the next.
    """

    opened = Signal(object)  # VideoFacts
    ready = Signal()
    paused = Signal()  # by itself, at the end
    offered = Signal(object)  # ShownFrame with an answer of its own
    failed = Signal(str)  # a sentence about the video
    model_failed = Signal(str)
    _bug = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = AskedModel(self.model_failed.emit)
        self.every = 1
        self._speed = 1.0
        self._wishes = VideoWishes()
        self._newest = NewestShown()
        self._clock = VideoClock()
        self._reader: FrameReader | None = None
        self._current: ShownFrame | None = None
        # The frame that was answered last, and by whom.
        self._answered: tuple[int, Answer | None, LoadedModel | None] | None = None
        self._turn = 0  # of playing, for which the clock runs; 0: for none
        self.has_ended = False  # it played to its end
        self._bug.connect(self._on_bug)

    # --- asked for in the GUI thread

    def open(self, path: Path) -> None:
        self._wishes.make(OpenFile(path))
        if not self.isRunning():
            self.start()

    def go_to(self, number: int) -> None:
        self._wishes.make(GoTo(max(0, number)))

    def step(self, by: int) -> None:
        """By so many frames, counted from the one that is to come if one is."""
        aim, current = self._wishes.aim, self._current
        start = aim if aim is not None else None if current is None else current.frame.number
        if start is not None:
            self.go_to(start + by)

    @property
    def aim(self) -> int | None:
        """The frame that was asked for, until it is there."""
        return self._wishes.aim

    @property
    def is_playing(self) -> bool:
        return self._wishes.is_playing

    def set_playing(self, is_playing: bool) -> None:
        self._wishes.set_playing(is_playing)

    def set_speed(self, speed: float) -> None:
        self._speed = speed

    def look_again(self) -> None:
        self._wishes.make(LookAgain())

    def offer(self, shown: ShownFrame) -> None:
        """`offered` follows, with what the model sees in this very frame."""
        if shown.is_own:
            self.offered.emit(shown)
        else:
            self._wishes.make(Offer(shown))

    def take(self) -> ShownFrame | None:
        return self._newest.take()

    def shut_down(self) -> None:
        self._wishes.end()
        self.wait()

    # --- in the thread

    def run(self) -> None:
        try:
            while (wish := self._wishes.next()) is not None:
                if not isinstance(wish, PlayOn):
                    self._turn = 0
                self._do(wish)
        except Exception as error:  # noqa: BLE001 -- carried to the GUI thread, where bugs are shown and logged
            self._bug.emit(error)
        finally:
            self._close()

    def _do(self, wish: Wish) -> None:
        try:
            if isinstance(wish, OpenFile):
                self._open(wish.path)
            elif isinstance(wish, GoTo):
                self._go_to(wish.number)
            elif isinstance(wish, LookAgain):
                self._look_again()
            elif isinstance(wish, Offer):
                frame = wish.shown.frame
                answer, model = self.model.said(frame.pixels)
                self.offered.emit(ShownFrame(frame, wish.shown.screen, answer, model=model))
            else:
                self._play_on(wish.turn)
        except ReadingCancelledError:
            self._close()
        except VideoProblem as problem:
            self._wishes.set_playing(False)
            self.paused.emit()
            self.failed.emit(str(problem))

    def _open(self, path: Path) -> None:
        self._close()
        self._reader = FrameReader(path, self._wishes.is_given_up)
        video = self._reader.video
        facts = VideoFacts(
            path,
            video.title or path.name,
            video.width,
            video.height,
            video.frames_per_second,
            video.frame_count,
            video.duration,
        )
        self.opened.emit(facts)
        self._go_to(0)

    def _close(self) -> None:
        reader, self._reader = self._reader, None
        self._current = self._answered = None
        self.has_ended = False
        self._newest.take()  # so that the first frame of the next video is told
        if reader is not None:
            reader.close()

    def _go_to(self, number: int) -> None:
        self.has_ended = False
        frame = None if self._reader is None else self._reader.at(number)
        if frame is None:
            self._wishes.arrived()
        else:
            self._post(self._looked_at(frame))

    def _look_again(self) -> None:
        self._answered = None
        if self._current is not None:
            self._post(self._looked_at(self._current.frame))

    def _looked_at(self, frame: Frame) -> ShownFrame:
        answer, model = self.model.said(frame.pixels)
        self._answered = (frame.number, answer, model)
        return ShownFrame(frame, for_screen(frame.pixels), answer, model=model)

    def _glanced_at(self, frame: Frame) -> ShownFrame:
        """Each Nth frame is shown to the model; of the others the last answer is kept."""
        number, answer, model = self._answered or (0, None, None)
        if self.every > 1 and answer is not None and number // self.every == frame.number // self.every:
            return ShownFrame(frame, for_screen(frame.pixels), answer, is_own=False, model=model)
        return self._looked_at(frame)

    def _post(self, shown: ShownFrame) -> None:
        self._current = shown
        self._wishes.arrived()
        if self._newest.put(shown):
            self.ready.emit()

    # --- playing

    def _play_on(self, turn: int) -> None:
        reader, current = self._reader, self._current
        if reader is None or current is None:
            self._end_playing()
            return
        if turn == self._turn:
            self._skip_late(reader, current.frame.seconds)
        else:
            reader.go_to(current.frame.number + 1)
        frame = reader.next()
        if frame is None:
            self._end_playing()
            return
        self._keep_time(turn, frame.seconds)
        shown = self._glanced_at(frame)
        if self._wishes.sleep_until(self._clock.due(frame.seconds)) or self._wishes.aim is None:
            self._post(shown)

    def _end_playing(self) -> None:
        self._wishes.set_playing(False)
        self.has_ended = True
        self.paused.emit()

    def _keep_time(self, turn: int, place: float) -> None:
        now = time.monotonic()
        if turn != self._turn:
            self._turn = turn
            self._clock.speed = self._speed
            self._clock.start(place, now)
        elif self._speed != self._clock.speed:
            self._clock.set_speed(self._speed, now)
        elif now - self._clock.due(place) > MOST_BEHIND_S:
            self._clock.start(place, now)

    def _skip_late(self, reader: FrameReader, place: float) -> None:
        """Past the frames whose time is over when they could be shown: the next one is due then."""
        interval = 1.0 / (reader.video.frames_per_second or USUAL_RATE)
        place += interval
        begun = time.monotonic()
        while self._clock.due(place + interval) < time.monotonic() < begun + LONGEST_GAP_S and reader.skip():
            place += interval

    def _on_bug(self, error: Exception) -> None:
        raise error
