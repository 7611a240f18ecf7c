"""The expected ways for a run to fail, and one line for all others."""

from __future__ import annotations

from training.dataset.dataset import AnnotationFileError
from training.dataset.project_errors import ProjectError
from training.run.run_folder import RunFolderError
from training.run.settings import SettingsError


class RunFailed(Exception):  # noqa: N818 -- what it says is one plain sentence for a person
    """The run can't go on; the message says why in one line."""


class ModelFileError(Exception):
    """A model's file can't be used; the message says which, what was expected and what came."""


EXPECTED = (RunFailed, RunFolderError, SettingsError, ModelFileError, AnnotationFileError, ProjectError)
_LONGEST = 300


def is_expected(error: BaseException) -> bool:
    """Whether the message says everything, so that a traceback would only frighten."""
    return isinstance(error, (*EXPECTED, OSError)) or type(error).__name__ == "WeightsUnavailable"


def reason_of(error: BaseException) -> str:
    """One line for a person."""
    # Of TensorFlow's and Python's own making; neither is imported here.
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return "memory ran out; a smaller batch size, input size or model needs less"
    text = " ".join(str(error).split())
    if not is_expected(error):
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
