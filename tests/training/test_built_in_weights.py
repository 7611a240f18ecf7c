"""Weights that lie in packaging/weights are found by a checkout and built into the program."""

from __future__ import annotations

from pathlib import Path

import pytest

import training.built_in_weights
from tests.helpers.built_in_folder import built_in_folder
from training.built_in_weights import built_in_weights

ROOT = Path(__file__).resolve().parents[2]


def test_they_lie_in_the_program_or_in_the_checkout():
    assert list(training.built_in_weights._folders()) == [ROOT / "resources/weights", ROOT / "packaging/weights"]


def test_only_a_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = built_in_folder(tmp_path, monkeypatch)
    assert built_in_weights("tiny.h5") is None
    (folder / "tiny.h5").mkdir()
    assert built_in_weights("tiny.h5") is None
    (folder / "small.h5").touch()
    assert built_in_weights("small.h5") == folder / "small.h5"
