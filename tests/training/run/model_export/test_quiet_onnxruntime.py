"""ONNX Runtime keeps quiet about who uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SWITCHES = ("ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "CI")  # with one of them it would be quiet by itself


def test_onnxruntime_writes_no_report_about_this_computer(home: Path):
    environment = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    code = (
        "from training.run.model_export.quiet_onnxruntime import quiet_onnxruntime; print(quiet_onnxruntime().__name__)"
    )
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert result.stdout == "onnxruntime\n"
    assert [path for path in home.rglob("*") if path.name in ("deviceid", "onnxruntime.db")] == []
