"""Who answers for a run, and why."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.model_files import untrained_run
from tests.helpers.pretended_keras import only_for_keras, use_pretended_keras
from training.run.answers.open_quick import open_quick
from training.run.event_writer import EventWriter
from training.run.events import WarningEvent
from training.run.failure import ModelFileError
from training.run.run_folder import RunFolder

WHY = "LiteRT and Keras differ by 0.002 in box, expected at most 0.001"


def test_litert_answers_where_the_run_has_it():
    with open_quick(untrained_run()) as predictor:
        assert (predictor.engine, predictor.note) == ("LiteRT", "")
        predictor.warm_up()


def test_keras_answers_where_it_has_not_and_what_the_run_said_is_the_reason(tmp_path: Path, monkeypatch):
    use_pretended_keras(monkeypatch, "answer")
    run = only_for_keras(tmp_path)
    with open_quick(run) as predictor:
        assert predictor.engine == "Keras"
        assert predictor.note.endswith("this model is there for Keras alone")
    with EventWriter(run.events_file, lambda _: None) as writer:
        writer.write(WarningEvent(code="export_failed", text="The model could not be exported", facts={"why": WHY}))
    with open_quick(run) as predictor:
        assert predictor.note == f"Keras answers, which takes longer: {WHY}"
        assert predictor.answer(np.full((48, 64, 3), 204, np.uint8)).boxes[0].score == pytest.approx(0.8)


def test_a_file_that_litert_can_not_open_is_the_reason(tmp_path: Path):
    run = RunFolder(Path(shutil.copytree(untrained_run().path, tmp_path / "run")))
    run.litert_model.write_bytes(b"nonsense")
    with open_quick(run) as predictor:
        assert predictor.engine == "Keras"
        assert "best.tflite: expected a LiteRT model" in predictor.note
    run.best_model.unlink()
    with pytest.raises(ModelFileError, match="expected a LiteRT model"):
        open_quick(run)


def test_without_any_model_there_is_nobody_to_ask(tmp_path: Path):
    with pytest.raises(ModelFileError, match="there is no such file"):
        open_quick(RunFolder(tmp_path))
