"""Answers of Keras for a program that must not load it: from a process of its own, by memory that both share. No Keras."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
from typing import Any

import numpy as np

from training.program_process import creation_flags, program_command, program_environment
from training.run.answers.letterbox import Pixels
from training.run.answers.predictor import KERAS, Outputs, Predictor
from training.run.answers.shared_squares import SharedArea, SharedSquares, bytes_needed, nameless_file
from training.run.failure import ModelFileError
from training.run.machine.memory_watch import MemoryWatch
from training.run.model_card import ModelCard
from training.run.out_of_memory import processes_ended_for_memory
from training.run.outcome import outcome_of
from training.run.run_folder import RunFolder

MOST_OF_ERRORS = 65_536  # bytes
MOST_DEATHS = 2  # one after the other, while the model is loaded
PATIENCE_SECONDS = 5.0  # with a process that has ended its lines, but not itself


class KerasProcessError(ModelFileError):
    """The process that was to answer is gone."""


class RemoteKerasPredictor(Predictor):
    """The best model of a run; the process starts with the first question. Raises ModelFileError.

    One that dies is told as KerasProcessError, and the next question starts another. What can't load the model, or dies
    twice on the way, is not tried again.
    """

    engine = KERAS

    def __init__(self, run: RunFolder, note: str = "") -> None:
        self.card = ModelCard.read_from(run.best_model)
        self.note = note
        self._run = run
        self._process: _KerasProcess | None = None
        self._deaths = 0
        self._given_up = ""  # the reason
        self._is_closed = False
        self._changing = threading.Lock()  # of the process by one thread, while another closes

    def outputs(self, squares: Pixels) -> Outputs:
        process = self._ready()
        try:
            answers = process.outputs(squares)
        except ModelFileError as error:
            if self._is_closed:
                raise self._closed() from None
            if isinstance(error, KerasProcessError) or not process.is_loaded:
                self._put_away(process, error)
            raise
        self._deaths = 0
        return answers

    def close(self) -> None:
        with self._changing:
            self._is_closed = True
            process = self._process
        if process is not None:
            process.end()

    @property
    def process_id(self) -> int | None:
        """Of the process, if one was started."""
        return None if self._process is None else self._process.pid

    def _ready(self) -> _KerasProcess:
        """Started if there is none that lives. Its model is loaded with the first question."""
        with self._changing:
            if self._is_closed:
                raise self._closed()
            if self._process is not None and not self._process.is_alive:
                self._process.end()
                self._process = None
            if self._process is None:
                if self._given_up:
                    raise ModelFileError(self._given_up)
                self._process = _KerasProcess(self._run, self.card)
            return self._process

    def _put_away(self, process: _KerasProcess, error: ModelFileError) -> None:
        self._deaths += 1
        if not process.is_loaded and (self._deaths >= MOST_DEATHS or not isinstance(error, KerasProcessError)):
            self._given_up = str(error)
        with self._changing:
            process.end()
            self._process = None

    def _closed(self) -> ModelFileError:
        return ModelFileError(f"{self._run.path}: the model was closed")


class _KerasProcess:
    """One process and the memory it shares; asked by one thread, ended by any."""

    def __init__(self, run: RunFolder, card: ModelCard) -> None:
        """Raises ModelFileError where no process can be started."""
        self._run, self._card = run, card
        self._shared: SharedSquares | None = None
        self._ended_for_memory_before = processes_ended_for_memory()
        try:
            with contextlib.ExitStack() as files:
                self._errors = files.enter_context(nameless_file())
                self._area = SharedArea()
                files.callback(self._area.close)
                self._process = self._started()
                self._files = files.pop_all()
        except OSError as error:
            raise ModelFileError(f"{run.path}: Keras, which is to answer, can't be started: {error}") from error
        self.pid = self._process.pid
        self._memory_watch = MemoryWatch(self.pid)

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            program_command("answer", str(self._run.path)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            encoding="utf-8",
            env=program_environment(),
            pass_fds=self._area.inherited,
            start_new_session=os.name == "posix",
            creationflags=creation_flags(),
        )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def is_loaded(self) -> bool:
        return self._shared is not None

    def outputs(self, squares: Pixels) -> Outputs:
        """Raises ModelFileError, and KerasProcessError where the process has ended."""
        shared = self._shared = self._shared or self._share()
        parts = [self._part(shared, squares[at : at + shared.count]) for at in range(0, len(squares), shared.count)]
        return {head: np.concatenate([part[head] for part in parts]) for head in self._card.heads}

    def end(self) -> None:
        """At once: there is nothing it could lose. May be called again."""
        self._memory_watch.end()
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):  # what was to be said to it has no reader
            self._process.stdin.close()
        self._process.stdout.close()
        self._files.close()

    def _share(self) -> SharedSquares:
        heads = self._answer()["heads"]
        shapes = {head: tuple(heads[head]) for head in self._card.heads}
        length = bytes_needed(self._card.input_size, shapes)
        try:
            memory = self._area.of_size(length)
        except (OSError, ValueError) as error:  # ValueError: closed meanwhile
            raise ModelFileError(f"{self._run.path}: {length} bytes of memory to share with Keras: {error}") from error
        self._ask({"memory": self._area.name, "length": length})
        return SharedSquares(memory, self._card.input_size, shapes)

    def _part(self, shared: SharedSquares, squares: Pixels) -> Outputs:
        count = len(squares)
        shared.squares[:count] = squares
        self._ask({"answer": count})
        return {head: values[:count].copy() for head, values in shared.outputs.items()}

    def _ask(self, question: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as error:  # ValueError: closed meanwhile
            raise self._gone() from error
        self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        try:
            said = json.loads(self._process.stdout.readline())
        except (OSError, ValueError) as error:  # nothing, or half a line
            raise self._gone() from error
        if "failed" in said:
            reason = str(said["failed"])
            place = str(self._run.path)
            raise ModelFileError(reason if reason.startswith(place) else f"{place}: {reason}")
        return dict(said)

    def _gone(self) -> KerasProcessError:
        """In words; what it wrote last tells more than how it ended."""
        try:
            code = self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        memory_was_short = self._ended_for_memory_before != processes_ended_for_memory()
        outcome = outcome_of(code, None, False, True, self._last_errors(), memory_was_short)
        why = {"out_of_memory": "memory ran out", "maybe_out_of_memory": f"{outcome.reason}; perhaps memory ran out"}
        how = self._memory_watch.verdict or why.get(outcome.code, outcome.reason)
        return KerasProcessError(f"{self._run.path}: Keras, which answers for this model, has ended ({how})")

    def _last_errors(self) -> str:
        try:
            size = self._errors.seek(0, os.SEEK_END)
            self._errors.seek(max(0, size - MOST_OF_ERRORS))
            return self._errors.read().decode("utf-8", "replace")
        except (OSError, ValueError):  # ValueError: closed meanwhile
            return ""
