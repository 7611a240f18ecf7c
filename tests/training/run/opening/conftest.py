"""What is asked of every file that is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from training.run.failure import ModelFileError
from training.run.opened_model import open_model
from training.run.opening.model_cache import models_folder


@pytest.fixture
def reason(home: Path, tmp_path: Path) -> Callable[[Path], str]:
    """Why a file is refused, in one sentence; and nothing of it was left anywhere."""

    def reason_of(path: Path) -> str:
        before = {file: file.stat().st_size for file in tmp_path.rglob("*")}
        with pytest.raises(ModelFileError) as refused:
            open_model(path)
        assert {file: file.stat().st_size for file in tmp_path.rglob("*")} == before
        left = [file for file in home.rglob("*") if file.is_file() and file.suffix not in (".lock", ".json")]
        assert left == []
        assert not models_folder().exists() or {entry.name for entry in models_folder().iterdir()} <= {"cache.lock"}
        text = str(refused.value)
        assert path.name in text
        assert "\n" not in text
        return text

    return reason_of
