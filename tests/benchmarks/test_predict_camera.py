"""The measurement of the camera page, on a short stream in the real page."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from tests.helpers.pretended_models import finished_run, use_pretended_predictor

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
MODULES = ("predict_camera", "figures", "real_window")


@pytest.fixture(autouse=True)
def _folder_of_scripts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.setenv("QT_QPA_PLATFORM", os.environ["QT_QPA_PLATFORM"])
    yield
    for name in MODULES:
        sys.modules.pop(name, None)


def test_every_frame_that_is_answered_and_painted_is_counted_with_its_age(qapp, tmp_path: Path, monkeypatch):
    from predict_camera import watched

    use_pretended_predictor(monkeypatch)
    # The application is that of all tests: what dresses it would stay, and answer to each later change of colours.
    monkeypatch.setattr("desktop_app.application.make_appearance", lambda *_: QObject())
    shutil.copytree(finished_run(tmp_path / "photos").path, tmp_path / "run")
    seen = watched(tmp_path, rate=100.0, seconds=1.5)
    assert 10 < len(seen.painted) <= len(seen.came) <= 100 * 1.5 + 20
    assert seen.came == sorted(seen.came)
    assert 0.5 < seen.age_ms(0.0, 1.5) < 500


def test_ages_are_compared_where_they_should_be():
    from predict_camera import Watched

    seen = Watched(painted=[(moment / 10, 0.01 if moment < 150 else 0.08) for moment in range(1200)])
    assert seen.age_ms(5, 15) == pytest.approx(10)
    assert seen.age_ms(110, 120) == pytest.approx(80)
