"""Several of one model answer beside each other as one alone does."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.helpers.model_files import untrained_run
from tests.helpers.written_results import Noting, seeing
from training.dataset.image_files import read_upright
from training.run.answers import litert_predictor
from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.answers.predict_files import predict_into, results_of
from training.run.answers.team import Team

pytestmark = pytest.mark.training


@pytest.fixture
def predictor() -> LiteRTPredictor:
    return LiteRTPredictor(untrained_run())


@pytest.fixture
def files(tmp_path: Path) -> list[tuple[str, Path]]:
    random = np.random.default_rng(1)
    names = [f"{number}.png" for number in range(30)]
    for name in names:
        Image.fromarray(random.integers(0, 256, (40, 64, 3)).astype(np.uint8)).save(tmp_path / name)
    return [(name, tmp_path / name) for name in names]


def test_each_file_gets_the_answer_that_the_model_alone_gives(predictor: LiteRTPredictor, files):
    files[7][1].write_bytes(b"no picture")
    found = list(results_of(predictor, files, min_score=0.0))
    assert [one.name for one in found] == [name for name, _ in files]
    assert found[7].problem
    for one in found[:7] + found[8:]:
        assert one.answer == predictor.answer(read_upright(one.path), min_score=0.0).rounded()
    assert len({one.answer for one in found}) > 20


def test_each_thread_has_a_member_of_its_own(predictor: LiteRTPredictor):
    team = Team.of(predictor)
    assert team is not None
    both = threading.Barrier(2, timeout=20)

    def asked(_: int) -> tuple[int, int]:
        both.wait()
        return id(team.member()), id(team.member())

    with ThreadPoolExecutor(2) as pool:
        (first, again), (second, _) = pool.map(asked, range(2))
    assert first == again
    assert len({first, second, id(predictor)}) == 3


def test_a_twin_is_of_the_model_that_was_opened_though_its_file_is_gone(tmp_path: Path):
    run = untrained_run()
    for file in (run.litert_model, run.model_card):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    predictor = LiteRTPredictor(tmp_path)
    squares = np.full((1, predictor.card.input_size, predictor.card.input_size, 3), 90, np.uint8)
    expected = predictor.outputs(squares)
    (tmp_path / run.litert_model.name).unlink()
    twin = predictor.twin()
    assert twin is not None
    got = twin.outputs(squares)
    for head, values in expected.items():
        np.testing.assert_allclose(got[head], values, atol=1e-6)


def test_of_a_large_model_and_of_others_there_is_only_one(predictor, files, tmp_path, monkeypatch):
    monkeypatch.setattr(litert_predictor, "LARGEST_OF_TWINS", 10)
    assert Team.of(predictor) is None
    assert Team.of(seeing(tmp_path)) is None
    sink = Noting()
    predict_into(predictor, files, [sink], min_score=0.0)
    assert sink.names == [name for name, _ in files]
