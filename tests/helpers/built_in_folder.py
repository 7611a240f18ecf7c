"""A folder of weights that stands for the one in the program."""

from __future__ import annotations

from pathlib import Path

import pytest

import training.built_in_weights


def built_in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "weights inside"
    folder.mkdir()
    monkeypatch.setattr(training.built_in_weights, "_folders", lambda: iter((folder,)))
    return folder
