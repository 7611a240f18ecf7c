"""The true worker with little memory: what it needs to load is there, and so many MiB more.

    WorkerClient.start(run, short_of_memory_command(run, 300))

An epoch may have two steps instead of ten, as large batches take their time.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from tests.helpers.command_line import ROOT
from tests.helpers.process_memory import data_memory

MIB = 1024 * 1024
ENVIRONMENT = {
    # Every thread takes memory of its own, and machines have few or many.
    "TF_NUM_INTEROP_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1",
    # It is the large tensors that find no room, as on a GPU: where C++ wants a few bytes in vain, it ends the process.
    "MALLOC_TOP_PAD_": str(64 * MIB), "MALLOC_MMAP_THRESHOLD_": str(MIB),
}  # fmt: skip


def short_of_memory_command(run, mebibytes: int) -> list[str]:
    variables = [f"{name}={value}" for name, value in ENVIRONMENT.items()]
    module = ["-m", "tests.helpers.short_of_memory"]
    return ["env", f"PYTHONPATH={ROOT}", *variables, sys.executable, *module, str(run.path), str(mebibytes)]


def main() -> NoReturn:
    import resource

    from training.run.private_stdout import keep_stdout, leave_at_once

    private = keep_stdout()
    import keras  # noqa: F401 -- so that only the training itself is short of memory
    import tensorflow  # noqa: F401

    limit = data_memory() + int(sys.argv[2]) * MIB
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    os.dup2(private.fileno(), 1)
    from training.run.recipes import localizer_defaults
    from training.run.worker import work

    localizer_defaults.MINIMUM_STEPS_PER_EPOCH = 2

    leave_at_once(work(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
