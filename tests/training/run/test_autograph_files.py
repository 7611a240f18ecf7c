"""No temporary files of TensorFlow's are left."""

from __future__ import annotations

import importlib.util
import py_compile
import sys
from pathlib import Path

import pytest

from training.run.autograph_files import PREFIX, remove_autograph_files


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A module as TensorFlow makes and loads them: its source, and what Python compiled of it."""
    source = tmp_path / f"{PREFIX}abc.py"
    source.write_text("answer = 42\n", encoding="utf-8")
    compiled = Path(str(py_compile.compile(str(source))))
    spec = importlib.util.spec_from_file_location(source.stem, source)
    monkeypatch.setitem(sys.modules, source.stem, importlib.util.module_from_spec(spec))
    return source, compiled


def test_the_files_of_generated_modules_go_and_no_others(generated, tmp_path):
    other = tmp_path / f"{PREFIX}of_another_process.py"
    other.touch()
    remove_autograph_files()
    assert list(tmp_path.rglob("*")) == [other]


def test_a_cache_folder_that_others_use_stays(generated):
    source, compiled = generated
    others = compiled.with_name("other.pyc")
    others.touch()
    remove_autograph_files()
    assert not source.exists()
    assert list(compiled.parent.iterdir()) == [others]


def test_nothing_happens_where_they_are_gone_already(generated):
    for file in generated:
        file.unlink()
    remove_autograph_files()
