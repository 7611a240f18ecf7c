"""Programs in processes of their own in which Keras works on a backend that the tests themselves do not use."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT, command, environment

BACKENDS = ("tensorflow", "jax", "torch")
PATIENCE = 280


def needs(backend: str) -> None:
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")


def backend_environment(home: Path, backend: str) -> dict[str, str]:
    return {
        **environment(home),
        "KERAS_BACKEND": backend,
        # Quick to compile matters here, not quick to compute.
        "XLA_FLAGS": "--xla_backend_optimization_level=0",
        "JAX_PLATFORMS": "cpu",
    }


def answer_of(home: Path, backend: str, code: str, *arguments: object) -> dict:
    """What a program prints as JSON on its last line."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=backend_environment(home, backend),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def started(home: Path, backend: str, *arguments: object) -> subprocess.Popen[str]:
    """The real command line."""
    return subprocess.Popen(
        command(*arguments),
        env=backend_environment(home, backend),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=os.name == "posix",
    )


def outputs_of(processes: list[subprocess.Popen[str]]) -> list[str]:
    """What they print until all have ended; none is left, also when one fails or hangs."""
    try:
        said = [process.communicate(timeout=PATIENCE)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    for process, text in zip(processes, said, strict=True):
        assert process.returncode == 0, text[-3000:]
    return said


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])
