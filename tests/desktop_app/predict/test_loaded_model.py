"""One model for all pages."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from desktop_app.predict.loaded_model import SharedPredictor
from tests.helpers.model_files import untrained_run
from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.answers.team import Team


@pytest.mark.training
def test_very_many_files_are_answered_by_twins_that_wait_for_no_other_page():
    lock = threading.RLock()
    team = Team.of(SharedPredictor(LiteRTPredictor(untrained_run()), lock))
    assert team is not None
    grey = np.full((48, 64, 3), 114, np.uint8)
    with ThreadPoolExecutor(1) as pool, lock:  # somebody else is asking the model itself
        assert pool.submit(lambda: team.member().answer(grey, min_score=0.0)).result(20).boxes
