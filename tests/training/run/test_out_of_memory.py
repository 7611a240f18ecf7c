from __future__ import annotations

from pathlib import Path

import pytest

from training.run.out_of_memory import half_of, is_out_of_memory, processes_ended_for_memory


class ResourceExhaustedError(Exception):
    """As TensorFlow calls it."""


class OutOfMemoryError(RuntimeError):
    """As PyTorch calls it."""


class AbortedError(Exception):
    """TensorFlow's, for what oneDNN refused."""


class XlaRuntimeError(RuntimeError):
    """As JAX calls it."""


def caused(cause: Exception) -> Exception:
    error = ValueError("the step failed")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        type("_ArrayMemoryError", (MemoryError,), {})("Unable to allocate 3.5 GiB for an array"),
        ResourceExhaustedError("x"),
        OutOfMemoryError("x"),
        RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        XlaRuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 8589934592 bytes."),
        RuntimeError("can't start new thread"),
        AbortedError("Operation received an exception:Status: 1, message: could not create a primitive, in file x"),
        RuntimeError("DefaultCPUAllocator: not enough memory, std::bad_alloc"),
        OSError(12, "Cannot allocate memory"),
        caused(MemoryError()),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_librarys_way_to_say_that_memory_ran_out_is_understood(error: Exception):
    assert is_out_of_memory(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("shapes differ"),
        OSError(28, "No space left on device"),
        OSError("cannot allocate a name"),
        AbortedError("Status: 3, message: could not create a primitive"),
        caused(ValueError("x")),
    ],
)
def test_other_errors_are_not_about_memory(error: Exception):
    assert not is_out_of_memory(error)


@pytest.mark.parametrize(("batch", "half"), [(16, 8), (5, 2), (2, 1), (1, None)])
def test_a_batch_is_halved_until_there_is_one_image(batch: int, half: int | None):
    assert half_of(batch) == half


def test_linux_counts_what_it_ended_for_want_of_memory(tmp_path: Path):
    counters = tmp_path / "vmstat"
    counters.write_text("pgfault 12\noom_kill 3\nnr_free 4\n")
    assert processes_ended_for_memory(counters) == 3
    counters.write_text("pgfault 12\n")
    assert processes_ended_for_memory(counters) is None
    assert processes_ended_for_memory(tmp_path / "none") is None
