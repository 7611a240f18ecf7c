"""The same answers from LiteRT, whichever way the file was made, or no file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tensorflow.config.experimental import tensor_float_32_execution_enabled

from tests.helpers.runs import prepared_run
from training.models.localizer import build_localizer
from training.run.answers import litert_export
from training.run.answers.keras_predictor import KerasPredictor
from training.run.answers.litert_export import ExportFailed, export_litert
from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder

pytestmark = pytest.mark.training

SQUARES = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3)).astype(np.uint8)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return prepared_run(tmp_path, input_size=64, model_size="small")


@pytest.fixture
def predictor(run: RunFolder) -> KerasPredictor:
    names = run.settings().class_names
    model = build_localizer(
        model_size="small", input_size=64, class_count=len(names), presence=True, class_names=names
    )  # fmt: skip
    return KerasPredictor(model, ModelCard.of(run.settings(), presence=True))


def fails(*_: object) -> None:
    raise RuntimeError("there is no converter")


def test_litert_answers_as_keras_does(run: RunFolder, predictor: KerasPredictor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(litert_export, "_by_keras", fails)
    export_litert(predictor, run, SQUARES)
    expected, got = predictor.outputs(SQUARES), LiteRTPredictor(run).outputs(SQUARES)
    for head in ("class", "box", "presence"):
        np.testing.assert_allclose(got[head], expected[head], atol=1e-4)


def test_where_the_quick_way_fails_keras_exports(run: RunFolder, predictor: KerasPredictor, monkeypatch):
    monkeypatch.setattr(litert_export, "_by_tensorflow", fails)
    export_litert(predictor, run, SQUARES)
    assert set(LiteRTPredictor(run).outputs(SQUARES)) == {"class", "box", "presence"}


def test_where_both_ways_fail_there_is_no_file_and_a_reason(run: RunFolder, predictor: KerasPredictor, monkeypatch):
    run.litert_model.write_bytes(b"of an earlier model")
    for way in ("_by_tensorflow", "_by_keras"):
        monkeypatch.setattr(litert_export, way, fails)
    with pytest.raises(ExportFailed, match="there is no converter"):
        export_litert(predictor, run, SQUARES)
    assert not run.litert_model.exists()


def test_a_file_that_answers_otherwise_is_not_kept_and_the_difference_is_told(
    run: RunFolder, predictor: KerasPredictor, monkeypatch
):
    class Off(LiteRTPredictor):
        def outputs(self, squares):
            said = super().outputs(squares)
            return {**said, "box": said["box"] + by}

    monkeypatch.setattr(litert_export, "LiteRTPredictor", Off)
    monkeypatch.setattr(litert_export, "_by_keras", litert_export._by_tensorflow)  # which takes less time
    by = 0.0008
    export_litert(predictor, run, SQUARES)
    assert run.litert_model.is_file()
    by = 0.0012
    with pytest.raises(ExportFailed, match=r"differ by 0.0012 in box, expected at most 0.001"):
        export_litert(predictor, run, SQUARES)
    assert not run.litert_model.exists()


def test_it_is_compared_without_the_bits_that_gpus_leave_out(run: RunFolder, predictor: KerasPredictor, monkeypatch):
    outputs, seen = KerasPredictor.outputs, []

    def watched(self, squares):
        seen.append(tensor_float_32_execution_enabled())
        return outputs(self, squares)

    monkeypatch.setattr(KerasPredictor, "outputs", watched)
    export_litert(predictor, run, SQUARES)
    assert seen == [False]
    assert tensor_float_32_execution_enabled()
