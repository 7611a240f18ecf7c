"""ONNX Runtime without the reports that it sends to its makers since 1.29: what is done here stays on this computer."""

from __future__ import annotations

import os
from typing import Any


def quiet_onnxruntime() -> Any:
    """The module; nothing else may load it first."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when it is loaded
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # Windows has only this switch
    return onnxruntime
