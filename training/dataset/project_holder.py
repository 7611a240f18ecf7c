"""Who has a project open, told beside its lock, and renewed while they have: another computer may only see files."""

from __future__ import annotations

import getpass
import json
import os
import platform
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from training.dataset.safe_files import write_text
from training.dataset.signs_of_life import changed_of_late

BEAT_SECONDS = 5.0
SILENCE_SECONDS = 30.0  # whoever has not renewed their name for so long has gone, or sleeps
_PATIENCE_SECONDS = 2.0  # with a share that hangs while a project is closed
_MOST_OF_HOLDER = 2_000  # bytes
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that has a project open, or had when it died. `token` tells one opening from another."""

    host: str
    user: str = ""
    pid: int = 0
    token: str = ""

    @property
    def is_here(self) -> bool:
        return self.host == platform.node()

    @property
    def who(self) -> str:
        """For people, as far as it is known: "ada on PC-7"; nothing for oneself on this computer."""
        me = _user_name()
        if self.is_here:
            return "" if self.user in ("", me) else self.user
        return f"{self.user} on {self.host}" if self.user else self.host


class Hold:
    """A project that is held here: a thread renews the name of its holder until `end`."""

    def __init__(self, file: Path) -> None:
        self.holder = Holder(platform.node(), _user_name(), os.getpid(), uuid.uuid4().hex)
        self._file = file
        self._content = (json.dumps(asdict(self.holder)) + "\n").encode()
        self._looked = time.time()
        self._is_lost = False
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="project-holder", daemon=True)

    def begin(self) -> None:
        """Where the name can't be written, nobody is told it: the lock holds all the same."""
        with suppress(OSError):
            write_text(self._file, self._content.decode())
            self._thread.start()

    def end(self) -> None:
        """The name goes, unless another one is written there by now."""
        self._is_over.set()
        if self._thread.ident is not None:
            self._thread.join(_PATIENCE_SECONDS)
        with suppress(OSError):
            if self._file.read_bytes() == self._content:
                self._file.unlink()

    @property
    def is_lost(self) -> bool:
        """Whether somebody else holds the project now, as may be when this computer slept; by the clock on the wall."""
        if not self._is_lost and self._thread.ident is not None and abs(time.time() - self._looked) > 2 * BEAT_SECONDS:
            self._renew()
        return self._is_lost

    def _beat(self) -> None:
        while not self._is_lost and not self._is_over.wait(BEAT_SECONDS):
            self._renew()

    def _renew(self) -> None:
        """Write the same once more, into the very file that was found to be one's own: its time is what others see."""
        try:
            with self._file.open("r+b") as file:
                if file.read(_MOST_OF_HOLDER) != self._content:
                    self._is_lost = True
                    return
                file.seek(0)
                file.write(self._content)
        except FileNotFoundError:  # whoever took it over has closed it again
            self._is_lost = True
            return
        except OSError:
            return  # for the moment the share can't be reached
        self._looked = time.time()


def holder_in(file: Path) -> Holder | None:
    """Who is named in this file, which anybody may have written; None where nobody is."""
    try:
        with file.open("rb") as opened:
            content = json.loads(opened.read(_MOST_OF_HOLDER).decode("utf-8"))
        host, user, pid, token = (content[key] for key in ("host", "user", "pid", "token"))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    if not all(isinstance(text, str) for text in (host, user, token)) or not isinstance(pid, int):
        return None
    return Holder(_plain(host), _plain(user), pid, token)


def lives(file: Path) -> bool:
    """Whether the name in this file was renewed of late."""
    return changed_of_late(file, by_the_share=True, within=SILENCE_SECONDS)


def _plain(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[:_LONGEST_NAME]


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may know no names, and Windows no `pwd`
        return ""
