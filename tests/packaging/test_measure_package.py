"""What the built program weighs is told by part, and too much is a failure."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.helpers.scripts import scripts_of


@pytest.fixture
def measure_package():
    with scripts_of("packaging", "measure_package"):
        yield importlib.import_module("measure_package")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    for name, megabytes in (
        ("boxwright", 3), ("_internal/tensorflow/libtensorflow_cc.so.2", 9), ("_internal/tensorflow/python/x.so", 2),
        ("_internal/libz.so.1", 1), ("_internal/onnx/o.so", 1), ("_internal/onnxruntime/o.so", 4),
    ):  # fmt: skip
        file = tmp_path / "Boxwright" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(megabytes * 1_000_000))
    (tmp_path / "Boxwright/_internal/libtensorflow_cc.so.2").symlink_to("tensorflow/libtensorflow_cc.so.2")
    return tmp_path / "Boxwright"


def test_every_file_counts_once_and_links_nothing(
    measure_package: ModuleType, program: Path, capsys: pytest.CaptureFixture[str]
):
    assert measure_package.main([str(program)]) == 0
    rows = capsys.readouterr().out.splitlines()[2:]
    assert rows == [
        "| TensorFlow, its two core libraries | 9 |",
        "| ONNX and ONNX Runtime | 5 |",
        "| the program with all Python modules | 3 |",
        "| TensorFlow, the rest | 2 |",
        "| Python, libraries of the system, and small packages | 1 |",
        "| **all** | **20** |",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")
def test_too_large_is_a_failure(
    measure_package: ModuleType, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    archive = tmp_path / "packed.tar.xz"
    archive.write_bytes(bytes(1000))
    monkeypatch.setattr(measure_package, "MOST_PACKED", 1000)
    assert measure_package.main([str(program), "--archive", str(archive)]) == 0
    monkeypatch.setattr(measure_package, "MOST_PACKED", 999)
    assert measure_package.main([str(program), "--archive", str(archive)]) == 1
    monkeypatch.setattr(measure_package, "MOST_UNPACKED", 19_999_999)
    assert measure_package.main([str(program)]) == 1
