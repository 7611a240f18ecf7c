from __future__ import annotations

import pytest

from training.dataset.dataset import AnnotationFileError
from training.run.failure import RunFailed, is_expected, reason_of
from training.run.settings import SettingsError


class ResourceExhaustedError(Exception):
    """As TensorFlow calls it."""


@pytest.mark.parametrize(
    ("error", "expected", "reason"),
    [
        (RunFailed("too few images"), True, "too few images"),
        (SettingsError("epochs: expected more"), True, "epochs: expected more"),
        (AnnotationFileError("a.csv", "no header"), True, "a.csv: no header"),
        (OSError(28, "No space left on device"), True, "[Errno 28] No space left on device"),
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
