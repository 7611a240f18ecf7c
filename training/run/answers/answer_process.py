"""Keras in a process of its own, for a program that must not load it: `python -m training answer RUN`.

It says one JSON line, `{"heads": {name: shape}}`, when the model is loaded. Then it is told lines on stdin and says one for
each: `{"memory": name, "length": bytes}` is where squares and outputs lie (see `shared_squares`) and `{"answer": count}`
asks about so many squares there: `{"done": count}`. `{"failed": why}` is said instead of any of them. It ends at once, in
whatever it is doing, when stdin is closed: then nobody waits any more.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from training.run.private_stdout import keep_stdout, leave_at_once

if TYPE_CHECKING:
    from training.run.answers.keras_predictor import KerasPredictor
    from training.run.answers.shared_squares import Shape, SharedSquares


def answer(folder: Path) -> int:
    """Answer until stdin is closed; the exit code of a process that could not."""
    stdout = keep_stdout()
    questions: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin, questions), name="questions", daemon=True).start()
    try:
        answering = _Answering(folder)
    except Exception as error:  # noqa: BLE001 -- whatever it is, somebody waits for a word
        _say(stdout, _failed(error))
        return 1
    _say(stdout, {"heads": answering.shapes})
    while True:
        _say(stdout, answering.answered(questions.get()))


def _listen(stdin: TextIO, questions: queue.SimpleQueue[str]) -> None:
    for line in stdin:
        questions.put(line)
    leave_at_once(0)


def _say(stdout: TextIO, words: dict[str, Any]) -> None:
    stdout.write(json.dumps(words) + "\n")
    stdout.flush()


def _failed(error: Exception) -> dict[str, Any]:
    from training.run.failure import is_expected, reason_of

    if not is_expected(error):
        sys.stderr.write(traceback.format_exc())
    return {"failed": reason_of(error)}


class _Answering:
    """The loaded model and the memory it shares."""

    def __init__(self, folder: Path) -> None:
        from training.run.machine.devices import prepare_backend, use_device

        # A GPU's memory belongs to a training that may go on meanwhile, and one picture is no work for it.
        prepare_backend("cpu")
        use_device("cpu", threads=0, seed=0)
        from training.run.answers.keras_predictor import KerasPredictor
        from training.run.run_folder import RunFolder

        self._predictor = KerasPredictor.of_run(RunFolder(folder))
        self.shapes = _shapes(self._predictor)
        self._shared: SharedSquares | None = None

    def answered(self, line: str) -> dict[str, Any]:
        question = json.loads(line)
        try:
            if "memory" in question:
                self._share(question["memory"], question["length"])
                return {"done": 0}
            return {"done": self._answer(question["answer"])}
        except Exception as error:  # noqa: BLE001 -- whatever it is, somebody waits for a word
            return _failed(error)

    def _share(self, name: str, length: int) -> None:
        from training.run.answers.shared_squares import SharedSquares, area_opened

        self._shared = SharedSquares(area_opened(name, length), self._predictor.card.input_size, self.shapes)

    def _answer(self, count: int) -> int:
        assert self._shared is not None
        for head, values in self._predictor.outputs(self._shared.squares[:count]).items():
            self._shared.outputs[head][:count] = values
        return count


def _shapes(predictor: KerasPredictor) -> dict[str, Shape]:
    """Of what each head says about one square. Raises ModelFileError."""
    from training.run.failure import ModelFileError

    said = predictor.model.output
    missing = [head for head in predictor.card.heads if head not in said]
    if missing or any(None in said[head].shape[1:] for head in predictor.card.heads):
        raise ModelFileError(f"expected a model with {', '.join(predictor.card.heads)} of fixed size, got {said}")
    return {head: tuple(said[head].shape[1:]) for head in predictor.card.heads}
