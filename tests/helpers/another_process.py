"""Another process that has a project open, as a second window or a command has."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOLDER = """
import sys
from pathlib import Path
from training.dataset.records import ImageRecord
from training.dataset.store import ProjectStore
store = ProjectStore.open(Path(sys.argv[1]))
if sys.argv[2] == "writes":
    store.write([ImageRecord("theirs.jpg")])
print("ready", flush=True)
sys.stdin.readline()
store.close()
"""


@contextmanager
def another_process(folder: Path, what: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the project open until its standard input ends."""
    command = [sys.executable, "-c", HOLDER, str(folder), what]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        assert process.stdin is not None
        process.stdin.close()
