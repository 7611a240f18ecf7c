"""A foreign model is tried in a process of its own: native libraries read it, which it may bring down. No Keras."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from training.program_process import creation_flags, program_command, program_environment
from training.run.failure import ModelFileError
from training.run.machine.memory_watch import MemoryWatch
from training.run.opening.safe_archive import Refused
from training.run.run_folder import RunFolder

PATIENCE_SECONDS = 120.0
MOST_MEMORY = 12 * 2**30  # of addresses, of which libraries reserve many and use few


def check_in_process(folder: Path, shown: Path) -> None:
    """Have the unpacked model tried by `python -m training check-model`. Raises ModelFileError, OSError."""
    with subprocess.Popen(
        program_command("check-model", str(folder)),
        env=program_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=creation_flags(),
    ) as process:
        watch = MemoryWatch(process.pid)
        try:
            output, _ = process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Refused(shown, f"it did not answer within {PATIENCE_SECONDS:.0f} seconds") from error
        finally:
            watch.end()
            process.kill()  # if it goes on
    if watch.verdict:
        raise Refused(shown, watch.verdict)
    problem = _problem_in(output)
    if problem is None:
        raise Refused(shown, f"the library that reads models broke off over it (exit code {process.returncode})")
    if problem:
        raise Refused(shown, problem)


def check(folder: Path) -> int:
    """What that process does: one line of JSON with what is wrong, or nothing; the exit code."""
    _limit_itself()
    try:
        _try_out(RunFolder(folder))
        problem = ""
    except Refused as error:
        problem = error.reason
    except ModelFileError as error:
        problem = str(error).replace(f"{folder}{os.sep}", "")
    except MemoryError:
        problem = "it needs more memory than a model should"
    sys.stdout.write(json.dumps({"problem": problem}) + "\n")
    sys.stdout.flush()
    return 0


def _try_out(run: RunFolder) -> None:
    if run.best_model.is_file():
        from training.run.opening.weights_check import check_weights

        check_weights(run.best_model)
    if run.litert_model.is_file():
        from training.run.opening.litert_check import check_litert

        check_litert(run)


def _limit_itself() -> None:
    """It reads, and answers in one line: no files are written, and memory and time have an end."""
    if sys.platform == "win32":
        return
    import resource

    os.nice(5)
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, int(PATIENCE_SECONDS)),
    ):
        with suppress(OSError, ValueError):  # a system may have lower ones, or none
            resource.setrlimit(kind, (most, most))


def _problem_in(output: bytes) -> str | None:
    """What the process said; None when it did not get to say anything."""
    lines = output.decode("utf-8", "replace").strip().splitlines()
    try:
        problem = json.loads(lines[-1])["problem"] if lines else None
    except (ValueError, KeyError, TypeError):
        return None
    return problem if isinstance(problem, str) else None
