"""The expected ways for a run to fail, and one line for all others."""

from __future__ import annotations

import errno
from collections.abc import Mapping

from training.dataset.dataset import AnnotationFileError
from training.dataset.project_errors import ProjectError
from training.run.events import EndedEvent
from training.run.out_of_memory import is_out_of_memory
from training.run.run_folder import RunFolderError
from training.run.settings import SettingsError
from training.run.streams.problem import VideoProblem


class RunFailed(Exception):  # noqa: N818 -- what it says is one plain sentence for a person
    """The run can't go on; the message says why in one line."""


class LossLost(RunFailed):
    """The loss or the weights are no longer numbers; `epoch` and `step` (0: at its end) tell since when."""

    def __init__(self, epoch: int, step: int) -> None:
        self.epoch, self.step = epoch, step
        where = f"epoch {epoch}, step {step}" if step else f"epoch {epoch}"
        super().__init__(f"the loss is no longer a number (since {where})")


class StateUnfit(RunFailed):
    """The network that is built here is not the one that a run's state is of: it can't go on."""


class NoWeights(RunFailed):
    """What a network was to start from can't be had; `facts` are those of EndedEvent."""

    def __init__(self, text: str, facts: Mapping[str, str]) -> None:
        super().__init__(text)
        self.facts = dict(facts)


class ModelFileError(Exception):
    """A model's file can't be used; the message says which, what was expected and what came."""


EXPECTED = (RunFailed, RunFolderError, SettingsError, ModelFileError, AnnotationFileError, ProjectError, VideoProblem)
_LONGEST = 300
_LONGEST_WITH_PLACES = 1500  # an address, a folder and a file, which somebody needs whole
_WEIGHTS = "WeightsUnavailable"  # by its name: the class is known where Keras is
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_PERMISSION = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_PROPER_NAMES = {"tensorflow": "TensorFlow", "keras": "Keras", "torch": "PyTorch", "jax": "JAX", "cv2": "OpenCV"}
_PACKAGES = {"cv2": "opencv-python-headless", "PIL": "pillow"}


def is_expected(error: BaseException) -> bool:
    """Whether the message says everything, so that a traceback would only frighten."""
    return isinstance(error, (*EXPECTED, OSError)) or type(error).__name__ == _WEIGHTS


def failed_by(error: BaseException) -> EndedEvent:
    """How a run ends that this error ended."""
    code, facts = _code_and_facts(error)
    return EndedEvent(outcome="failed", reason=reason_of(error), code=code, facts=facts)


def reason_of(error: BaseException) -> str:
    """One line for a person."""
    code, facts = _code_and_facts(error)
    text = " ".join(str(error).split())
    if code == "out_of_memory":
        return "memory ran out; a smaller batch size, input size or model needs less"
    if code == "disk_full":
        return f"the disk is full: {facts['file']}" if facts["file"] else "the disk is full"
    if code == "no_permission":
        return f"this file or folder can't be written or read: {facts['file']}" if facts["file"] else text
    if code == "missing_library":
        return f"{facts['library']} can't be loaded ({text}); install it with: python -m pip install {facts['package']}"
    longest = _LONGEST
    if code == "no_weights":
        longest = _LONGEST_WITH_PLACES
    elif not is_expected(error):
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _code_and_facts(error: BaseException) -> tuple[str, dict[str, str]]:
    """The code and the facts of EndedEvent."""
    if isinstance(error, LossLost):
        return "nan_loss", {"epoch": str(error.epoch), "step": str(error.step)}
    if is_out_of_memory(error):
        return "out_of_memory", {}
    if isinstance(error, ImportError) and error.name:
        return "missing_library", library_facts(error.name)
    if isinstance(error, StateUnfit):
        return "state_unfit", {}
    if isinstance(error, NoWeights) or type(error).__name__ == _WEIGHTS:
        return "no_weights", dict(getattr(error, "facts", {}))
    if isinstance(error, OSError):
        return code_of_errno(error.errno), {"file": str(error.filename or "")}
    return ("" if is_expected(error) else "unexpected"), {}


def code_of_errno(number: int | None) -> str:
    """The code for what the system refused; "" for what no program can help with."""
    if number in _DISK_FULL:
        return "disk_full"
    return "no_permission" if number in _NO_PERMISSION else ""


def library_facts(module: str) -> dict[str, str]:
    """Its name for people, and the package that holds it."""
    name = module.partition(".")[0]
    return {"library": _PROPER_NAMES.get(name, name), "package": _PACKAGES.get(name, name)}
