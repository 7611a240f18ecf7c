"""Keras asked in a process of its own: what it answers, how it may end, and that nothing is left of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.helpers.model_files import untrained_run
from tests.helpers.pretended_keras import only_for_keras, use_pretended_keras
from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.answers.remote_keras import KerasProcessError, RemoteKerasPredictor
from training.run.answers.shared_squares import MOST_SQUARES, SharedSquares, bytes_needed, squares_at_once
from training.run.failure import ModelFileError
from training.run.machine import memory_watch
from training.run.run_folder import RunFolder

PATIENCE_S = 30
FRAME = np.full((48, 64, 3), 204, np.uint8)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return only_for_keras(tmp_path)


@pytest.fixture
def predictor(run: RunFolder):
    with RemoteKerasPredictor(run, "for a reason") as made:
        yield made


def wait_until(condition) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_real_process_answers_as_litert_does_and_ends_when_stdin_is_closed(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    run = untrained_run()
    squares = np.random.default_rng(1).integers(0, 256, (MOST_SQUARES + 3, 64, 64, 3)).astype(np.uint8)
    with RemoteKerasPredictor(run) as predictor:
        got, expected = predictor.outputs(squares), LiteRTPredictor(run).outputs(squares)
        for head in ("class", "box", "presence"):
            assert got[head].dtype == np.float32
            np.testing.assert_allclose(got[head], expected[head], atol=1e-3)
        process = psutil.Process(predictor.process_id)
        predictor._process._process.stdin.close()
        process.wait(PATIENCE_S)


def test_more_squares_than_fit_are_answered_in_order(predictor: RemoteKerasPredictor, monkeypatch):
    use_pretended_keras(monkeypatch, "answer")
    count = 2 * MOST_SQUARES + 5
    squares = np.broadcast_to(np.arange(count, dtype=np.uint8)[:, None, None, None], (count, 64, 64, 3))
    assert (predictor.engine, predictor.note) == ("Keras", "for a reason")
    np.testing.assert_allclose(predictor.outputs(squares)["presence"][:, 0] * 255, np.arange(count), atol=1e-3)
    assert predictor.answer(FRAME).boxes[0].score == pytest.approx(0.8)
    assert predictor.answer_frame(FRAME) == predictor.answer(FRAME)


def test_one_that_is_killed_in_the_middle_is_told_and_the_next_question_starts_another(
    predictor: RemoteKerasPredictor, monkeypatch
):
    use_pretended_keras(monkeypatch, "hang")
    threading.Timer(0.5, lambda: os.kill(predictor.process_id, signal.SIGKILL)).start()
    with pytest.raises(KerasProcessError, match="has ended"):
        predictor.answer(FRAME)
    use_pretended_keras(monkeypatch, "answer")
    assert len(predictor.answer(FRAME).boxes) == 1


def test_one_that_was_killed_between_two_questions_is_not_missed(predictor: RemoteKerasPredictor, monkeypatch):
    use_pretended_keras(monkeypatch, "answer")
    predictor.warm_up()
    first = psutil.Process(predictor.process_id)
    first.kill()
    wait_until(lambda: not predictor._process.is_alive)
    assert len(predictor.answer(FRAME).boxes) == 1
    assert predictor.process_id != first.pid


def test_a_model_that_can_not_be_loaded_is_told_and_not_tried_again(predictor: RemoteKerasPredictor, monkeypatch):
    use_pretended_keras(monkeypatch, "cannot_load")
    for _ in range(2):
        with pytest.raises(ModelFileError, match="it is no model"):
            predictor.warm_up()
        use_pretended_keras(monkeypatch, "answer")


@pytest.mark.parametrize("named", [True, False])
def test_where_the_model_lies_is_told_once(predictor: RemoteKerasPredictor, run: RunFolder, named: bool, monkeypatch):
    monkeypatch.setenv("PRETENDED_FAILURE", f"{run.best_model}: it is none" if named else "it is none")
    use_pretended_keras(monkeypatch, "cannot_load")
    with pytest.raises(ModelFileError) as failed:
        predictor.warm_up()
    assert str(failed.value).count(str(run.path)) == 1


def test_what_dies_twice_while_it_loads_is_not_started_a_third_time(predictor: RemoteKerasPredictor, monkeypatch):
    use_pretended_keras(monkeypatch, "dies")
    for _ in range(2):
        with pytest.raises(KerasProcessError, match="memory ran out"):
            predictor.warm_up()
    use_pretended_keras(monkeypatch, "answer")
    with pytest.raises(ModelFileError, match="memory ran out"):
        predictor.warm_up()


def test_an_answer_that_fails_does_not_end_the_process(predictor: RemoteKerasPredictor, monkeypatch):
    use_pretended_keras(monkeypatch, "cannot_answer")
    with pytest.raises(ModelFileError, match="memory ran out"):
        predictor.answer(FRAME)
    process = predictor.process_id
    with pytest.raises(ModelFileError, match="memory ran out"):
        predictor.answer(FRAME)
    assert predictor.process_id == process


def test_closing_ends_it_in_the_middle_of_an_answer(predictor: RemoteKerasPredictor, monkeypatch):
    use_pretended_keras(monkeypatch, "hang")
    told: list[ModelFileError] = []

    def ask() -> None:
        try:
            predictor.answer(FRAME)
        except ModelFileError as error:
            told.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(lambda: predictor.process_id is not None)
    process = predictor.process_id
    predictor.close()
    asking.join(PATIENCE_S)
    assert str(told[0]).endswith("the model was closed")
    assert not psutil.pid_exists(process)
    predictor.close()
    with pytest.raises(ModelFileError, match="the model was closed"):
        predictor.answer(FRAME)


def test_where_no_process_can_be_started_that_is_told(predictor: RemoteKerasPredictor, monkeypatch):
    monkeypatch.setattr("training.run.answers.remote_keras.program_command", lambda *_: ["/no/such/program"])
    with pytest.raises(ModelFileError, match="can't be started"):
        predictor.warm_up()


def test_it_ends_with_the_program_that_started_it(run: RunFolder, tmp_path: Path):
    """Nobody is left to close anything when a window is killed."""
    script = f"""
import sys
from pathlib import Path
from tests.helpers import pretended_keras
from training.run.answers import remote_keras
from training.run.run_folder import RunFolder
remote_keras.program_command = lambda *words: [sys.executable, pretended_keras.__file__, "answer", *words]
predictor = remote_keras.RemoteKerasPredictor(RunFolder(Path({str(run.path)!r})))
predictor.warm_up()
assert "keras" not in sys.modules
print(predictor.process_id, flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[4]
    ) as program:
        answering = psutil.Process(int(program.stdout.readline()))
        program.kill()
        program.wait()
    wait_until(lambda: not answering.is_running() or answering.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize(("size", "count"), [(32, 32), (160, 32), (512, 21), (3000, 1)])
def test_the_memory_is_bounded_and_each_part_has_its_place(size: int, count: int):
    shapes = {"class": (3,), "box": (4,)}
    assert squares_at_once(size) == count
    memory = bytearray(bytes_needed(size, shapes))
    shared = SharedSquares(memory, size, shapes)
    shared.squares[:] = 1
    shared.outputs["class"][:] = 2
    shared.outputs["box"][:] = 3
    assert int(shared.squares.max()) == 1
    assert (shared.outputs["class"] == 2).all()
    assert shared.outputs["box"].shape == (count, 4)


def test_one_that_takes_too_much_memory_is_ended_and_told(predictor: RemoteKerasPredictor, monkeypatch):
    use_pretended_keras(monkeypatch, "hang")
    monkeypatch.setattr(memory_watch, "most_memory", lambda: 2**20)
    with pytest.raises(KerasProcessError, match="it took more than 1 MB of memory"):
        predictor.answer(FRAME)
