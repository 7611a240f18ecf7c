"""Running the program with a time limit, and finding every process that it left."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from smoke.failure import SmokeError

TOKEN = "BOXWRIGHT_SMOKE_TEST"  # in the environment of everything that is started, so that it is known again
ENDING_SECONDS = 10.0
LOOK_SECONDS = 0.25
MOST_SHOWN = 60  # lines


@dataclass(frozen=True)
class Ended:
    code: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def seen(self) -> str:
        lines = [*self.stdout.splitlines(), *(f"stderr: {line}" for line in self.stderr.splitlines())]
        return "\n".join(lines[-MOST_SHOWN:])


class Runner:
    """Starts the program in one place with one environment; `token` marks its processes."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path, deadline: float) -> None:
        """`deadline` is of time.monotonic(): nothing goes on after it."""
        self.command = command
        self.folder = folder
        self._deadline = deadline
        self._token = f"{os.getpid()}-{time.time_ns()}"
        self._environment = {**environment, TOKEN: self._token}
        self._logs = 0

    def run(self, *arguments: str, seconds: float) -> Ended:
        """Raises SmokeError when it does not end in time; then nothing of it is left."""
        with self.started(*arguments) as process:
            return process.wait(seconds)

    def started(self, *arguments: str) -> Running:
        self._logs += 1
        out, error = (self.folder / f".{self._logs:02}.{kind}" for kind in ("out", "err"))
        return Running(self, arguments, out, error)

    def seconds_left(self, wanted: float) -> float:
        return min(wanted, self._deadline - time.monotonic())

    def left_processes(self) -> list[int]:
        """Of everything that was started here, after some patience."""
        end = time.monotonic() + ENDING_SECONDS
        while (left := self.marked()) and time.monotonic() < end:
            time.sleep(LOOK_SECONDS)
        return left

    def kill_all(self) -> None:
        for _ in range(3):  # one that is killed may just have started another
            for pid in self.marked():
                _kill(pid)
            time.sleep(LOOK_SECONDS)

    def marked(self) -> list[int]:
        if sys.platform == "linux":
            return marked_processes(self._token)
        return processes_of(Path(self.command[0]).parent)

    def open_process(self, arguments: tuple[str, ...], out: Path, error: Path) -> subprocess.Popen[bytes]:
        with out.open("wb") as output, error.open("wb") as errors:
            return subprocess.Popen(
                [*self.command, *arguments],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )


class Running:
    """One process; at the end of the block it is gone."""

    def __init__(self, runner: Runner, arguments: tuple[str, ...], out: Path, error: Path) -> None:
        self._runner = runner
        self._arguments = arguments
        self._files = out, error
        self._started = time.monotonic()
        self._process = runner.open_process(arguments, out, error)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process.poll() is None:
            self._runner.kill_all()
            self._process.kill()
            self._process.wait()
        for file in self._files:
            file.unlink(missing_ok=True)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def ended(self) -> Ended:
        """What it has said until now; the code is -1 while it goes on."""
        out, error = (file.read_text(encoding="utf-8", errors="replace") for file in self._files)
        code = self._process.poll()
        return Ended(-1 if code is None else code, out, error, self.seconds)

    def wait(self, seconds: float) -> Ended:
        limit = self._runner.seconds_left(seconds)
        try:
            self._process.wait(max(limit, 0))
        except subprocess.TimeoutExpired:
            self._runner.kill_all()
            name = " ".join(self._arguments)
            raise SmokeError(f"“{name}” did not end within {limit:.0f} s and was killed.", self.ended().seen) from None
        return self.ended()

    def interrupt(self) -> None:
        """As Ctrl+C does."""
        self._process.send_signal(signal.CTRL_BREAK_EVENT if sys.platform == "win32" else signal.SIGINT)


def marked_processes(token: str) -> list[int]:
    """Linux: those that have `token` in their environment, wherever they stand in the tree by now."""
    mark, found = f"{TOKEN}={token}".encode(), []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def processes_of(folder: Path) -> list[int]:
    """Windows and macOS: those whose program lies in a folder of this test alone."""
    if sys.platform == "win32":
        script = 'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ExecutablePath)" }'
        listing = [
            "powershell",
            "-NoProfile",
            "-Command",
            f"[Console]::OutputEncoding = [Text.Encoding]::UTF8; {script}",
        ]
    else:
        listing = ["ps", "-axo", "pid=,comm="]
    text = subprocess.run(listing, capture_output=True, encoding="utf-8", errors="replace", check=True).stdout
    pairs = (match for line in text.splitlines() if (match := re.fullmatch(r"\s*(\d+) (.+)", line)))
    return [int(match[1]) for match in pairs if match[2].strip().startswith(str(folder))]


def _kill(pid: int) -> None:
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
