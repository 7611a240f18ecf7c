"""The other side of a worker process: start it, hear its events, ask it things, end it. No Keras, no Qt."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from typing import Self

from training.program_process import creation_flags, program_command, program_environment
from training.run.awake_timer import AwakeTimer
from training.run.catalogue.log_tail import whole_end
from training.run.events import EndedEvent, Event, from_line
from training.run.kept_outcome import bytes_of_events, keep_outcome, tells_its_end
from training.run.out_of_memory import processes_ended_for_memory
from training.run.outcome import Outcome, OutcomeKind, could_not_launch, outcome_of
from training.run.run_folder import RunFolder
from training.run.run_lock import is_running

__all__ = ["Outcome", "OutcomeKind", "WorkerClient", "outcome_of", "start_worker", "worker_command"]

STOP_PATIENCE_SECONDS = 90.0


def worker_command(run: RunFolder) -> list[str]:
    """The command of a worker for this run."""
    return program_command("work", str(run.path))


def start_worker(run: RunFolder, command: Sequence[str] | None = None) -> subprocess.Popen[str]:
    """Start a worker in a process group of its own, with text pipes; what it writes to stderr is added to log.txt.

    `command` replaces `worker_command(run)`. Raises OSError when there is no such program.
    """
    with run.log_file.open("ab") as log:
        return subprocess.Popen(
            list(command) if command is not None else worker_command(run),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
            errors="replace",
            env=program_environment(),
            start_new_session=os.name == "posix",
            creationflags=creation_flags(),
        )


class WorkerClient:
    """Owns a worker process. One thread iterates `events()`; `watch`, `stop` and `kill` may come from any thread.

    Call `wait()` once the events have ended: it collects the process and says how it ended.
    """

    def __init__(
        self, run: RunFolder, process: subprocess.Popen[str], log_start: int = 0, events_start: int = 0
    ) -> None:
        """The starts are the bytes of log.txt and events.jsonl at which this worker's own lines begin."""
        self.run = run
        self._log_start = log_start
        self._events_start = events_start
        self._process = process
        self._ended: EndedEvent | None = None
        self._said_anything = False
        self._was_killed = False
        self._writing = threading.Lock()
        self._patience: AwakeTimer | None = None
        self._ended_for_memory_before = processes_ended_for_memory()
        if os.name == "posix" and process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)

    @classmethod
    def start(cls, run: RunFolder, command: Sequence[str] | None = None) -> Self:
        """Raises OSError when the process can't be started; `could_not_start` makes an Outcome of it."""
        log_start = run.log_file.stat().st_size if run.log_file.exists() else 0
        events_start = bytes_of_events(run)
        return cls(run, start_worker(run, command), log_start, events_start)

    @staticmethod
    def could_not_start(error: OSError) -> Outcome:
        return could_not_launch(error)

    @property
    def pid(self) -> int:
        return self._process.pid

    def events(self) -> Iterator[Event]:
        """Every event as it comes, waiting for the next; ends when the worker has closed its stdout."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            event = from_line(line)
            if event is None:
                continue
            self._said_anything = True
            if isinstance(event, EndedEvent):
                self._ended = event
            yield event

    def watch(self, image: str) -> None:
        """Ask for the current weights' box of an image (relative path); answered at the next batch's end.

        Asking again before the answer replaces the question. Silent when the worker is gone.
        """
        self._send({"watch": image})

    def stop(self, patience_seconds: float = STOP_PATIENCE_SECONDS) -> None:
        """Ask for an end: the worker finishes its batch, saves and says so. Killed when it takes longer than that, awake."""
        self._close_stdin()
        with self._writing:
            if self._patience is None and self._process.poll() is None:
                self._patience = AwakeTimer(patience_seconds, self.kill)
                self._patience.start()

    def kill(self) -> None:
        """End the worker at once; where processes have groups (not on Windows), all it started with it."""
        if self._process.poll() is not None:
            return
        self._was_killed = True
        try:
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        except ProcessLookupError:
            pass

    def wait(self, timeout_seconds: float | None = None) -> Outcome:
        """Wait for the process's end and judge it; what it did not say itself is kept in its folder.

        Raises subprocess.TimeoutExpired; the worker goes on then.
        """
        return_code = self._process.wait(timeout_seconds)
        with self._writing:
            if self._patience is not None:
                self._patience.cancel()
        self._close_stdin()
        for _ in self.events():
            pass
        assert self._process.stdout is not None
        self._process.stdout.close()
        memory_was_short = self._ended_for_memory_before != processes_ended_for_memory()
        log = whole_end(self.run.log_file, self._log_start)
        outcome = outcome_of(return_code, self._ended, self._was_killed, self._said_anything, log, memory_was_short)
        if outcome.code == "out_of_memory" and memory_was_short:
            # A process that is ended so can't say why, and the one that goes on is to know.
            with contextlib.suppress(OSError), self.run.log_file.open("a", encoding="utf-8") as file:
                file.write("The system ended the training: out of memory\n")
        # One whose events could not be written told its end only here; of one that lost its run, another tells there.
        if not tells_its_end(self.run, self._events_start) and not is_running(self.run):
            keep_outcome(self.run, outcome)
        return outcome

    def _send(self, message: dict[str, str]) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        with self._writing:
            if stdin.closed:
                return
            # Short lines go through a pipe whole or not at all: a worker that no longer reads must not hold the asker.
            with contextlib.suppress(BrokenPipeError, BlockingIOError):
                os.write(stdin.fileno(), (json.dumps(message) + "\n").encode())

    def _close_stdin(self) -> None:
        assert self._process.stdin is not None
        with self._writing:
            self._process.stdin.close()
