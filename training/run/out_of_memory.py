"""Knowing that memory ran out, whoever says it, and what is tried then. Nothing of the libraries is imported here."""

from __future__ import annotations

import errno
import re
from pathlib import Path

# TensorFlow's, PyTorch's and Python's own.
_NAMES = frozenset({"MemoryError", "ResourceExhaustedError", "OutOfMemoryError"})
# What JAX, CUDA, oneDNN (status 1 of its C interface is `dnnl_out_of_memory`), C++, the C library and Windows say.
_WORDS = re.compile(
    r"RESOURCE_EXHAUSTED|out of memory|OUT_OF_MEMORY|_ALLOC_FAILED|\bbad_alloc\b|OOM when allocating"
    r"|pthread_create\(\) failed|can't start new thread|(?<!Status: [2-9], message: )could not create a (?:primitive|memory)|(?:can ?not|could not|failed to|unable to) allocate",
    re.IGNORECASE,
)
_COUNTERS = Path("/proc/vmstat")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether this error, or the one it was raised from, means that memory was wanted and not given."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    named = any(kind.__name__ in _NAMES for kind in type(error).__mro__)
    if named or says_out_of_memory(str(error)):
        return True
    return error.__cause__ is not None and is_out_of_memory(error.__cause__)


def says_out_of_memory(text: str) -> bool:
    """Whether a message, or the last lines of a process that is gone, tell of memory."""
    return _WORDS.search(text) is not None or "MemoryError" in text


def half_of(batch_size: int) -> int | None:
    """The batch to try next; None where there is no smaller one."""
    return batch_size // 2 if batch_size > 1 else None


def processes_ended_for_memory(counters: Path = _COUNTERS) -> int | None:
    """How many processes Linux has ended so far because memory ran out; None where nobody tells."""
    try:
        found = re.search(r"^oom_kill (\d+)$", counters.read_text(encoding="ascii"), re.MULTILINE)
    except (OSError, UnicodeDecodeError):
        return None
    return int(found[1]) if found else None
