"""What the page wants of the thread that plays a video; of each kind only the newest counts."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from desktop_app.predict.live.shown_frame import ShownFrame


@dataclass(frozen=True, slots=True)
class OpenFile:
    path: Path


@dataclass(frozen=True, slots=True)
class GoTo:
    number: int


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Another model is there: what does it see in the frame that is shown?"""


@dataclass(frozen=True, slots=True)
class Offer:
    """This frame is wanted with an answer of its own."""

    shown: ShownFrame


@dataclass(frozen=True, slots=True)
class PlayOn:
    """The next frame. `turn` counts how often playing began: after a pause the clock starts anew."""

    turn: int


Wish = OpenFile | GoTo | LookAgain | Offer | PlayOn


class VideoWishes:
    """Wishes are made in the GUI thread and fetched by the other one."""

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._waiting: dict[type, Wish] = {}
        self._is_playing = False
        self._turn = 0
        self._is_ended = False
        self._aim: int | None = None

    def make(self, wish: Wish) -> None:
        with self._wake:
            if isinstance(wish, OpenFile):
                self._waiting.clear()
                self._is_playing, self._aim = False, None
            elif isinstance(wish, GoTo):
                self._aim = wish.number
            self._waiting[type(wish)] = wish
            self._wake.notify()

    @property
    def is_playing(self) -> bool:
        return self._is_playing

    def set_playing(self, is_playing: bool) -> None:
        with self._wake:
            self._turn += is_playing and not self._is_playing
            self._is_playing = is_playing
            self._wake.notify()

    def is_given_up(self) -> bool:
        """Nobody waits any more for anything of the video that is open."""
        return self._is_ended or OpenFile in self._waiting

    @property
    def aim(self) -> int | None:
        """The frame that was asked for, until it is there."""
        return self._aim

    def arrived(self) -> None:
        with self._wake:
            if GoTo not in self._waiting:
                self._aim = None

    def end(self) -> None:
        with self._wake:
            self._is_ended = True
            self._waiting.clear()
            self._wake.notify()

    def next(self) -> Wish | None:
        """The next one, when there is one; None at the end of all."""
        with self._wake:
            while not (self._is_ended or self._waiting or self._is_playing):
                self._wake.wait()
            if self._is_ended:
                return None
            if not self._waiting:
                return PlayOn(self._turn)
            return self._waiting.pop(next(iter(self._waiting)))

    def sleep_until(self, moment: float) -> bool:
        """Whether the moment came before another wish did."""
        with self._wake:
            while not (self._is_ended or self._waiting) and self._is_playing:
                left = moment - time.monotonic()
                if left <= 0:
                    return True
                self._wake.wait(left)
            return False
