from __future__ import annotations

import pytest

from training.dataset.dataset import AnnotationFileError
from training.models.weights import WeightsUnavailable
from training.run.failure import LossLost, RunFailed, failed_by, is_expected, reason_of
from training.run.settings import SettingsError


class ResourceExhaustedError(Exception):
    """As TensorFlow calls it."""


@pytest.mark.parametrize(
    ("error", "expected", "reason"),
    [
        (RunFailed("too few images"), True, "too few images"),
        (SettingsError("epochs: expected more"), True, "epochs: expected more"),
        (AnnotationFileError("a.csv", "no header"), True, "a.csv: no header"),
        (OSError(28, "No space left on device"), True, "the disk is full"),
        (OSError(28, "No space left on device", "/runs/a"), True, "the disk is full: /runs/a"),
        (PermissionError(13, "Permission denied", "/a"), True, "this file or folder can't be written or read: /a"),
        (OSError(5, "Input/output error"), True, "[Errno 5] Input/output error"),
        (
            ModuleNotFoundError("No module named 'tensorflow'", name="tensorflow.python"),
            False,
            "TensorFlow can't be loaded (No module named 'tensorflow'); "
            "install it with: python -m pip install tensorflow",
        ),
        (ValueError("Dimensions\n must   match"), False, "ValueError: Dimensions must match"),
        (ZeroDivisionError(), False, "ZeroDivisionError"),
        (MemoryError(), False, "memory ran out; a smaller batch size, input size or model needs less"),
        (ResourceExhaustedError("OOM"), False, "memory ran out; a smaller batch size, input size or model needs less"),
    ],
)
def test_every_failure_has_a_reason_of_one_line(error: Exception, expected: bool, reason: str):
    assert reason_of(error) == reason
    assert is_expected(error) is expected


def test_a_reason_is_never_a_page():
    assert len(reason_of(RunFailed("x" * 1000))) == 300


def test_where_a_file_of_weights_belongs_is_told_whole():
    told = "The weights could not be downloaded. " + "Put the file there. " * 20
    assert reason_of(WeightsUnavailable(told)) == told.strip()
    assert failed_by(WeightsUnavailable(told)).code == "no_weights"


@pytest.mark.parametrize(
    ("error", "code", "facts"),
    [
        (LossLost(3, 4), "nan_loss", {"epoch": "3", "step": "4"}),
        (MemoryError(), "out_of_memory", {}),
        (OSError(122, "Disk quota exceeded", "/a"), "disk_full", {"file": "/a"}),
        (ImportError("no", name="cv2"), "missing_library", {"library": "OpenCV", "package": "opencv-python-headless"}),
        (RunFailed("too few images"), "", {}),
        (ZeroDivisionError(), "unexpected", {}),
    ],
)
def test_what_a_program_can_help_with_has_a_code_and_its_facts(error: Exception, code: str, facts: dict[str, str]):
    ended = failed_by(error)
    assert (ended.outcome, ended.code, ended.facts) == ("failed", code, facts)
