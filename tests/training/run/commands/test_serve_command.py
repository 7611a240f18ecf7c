"""`boxwright serve` as people start and end it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.helpers.command_line import command, environment, run_command
from tests.helpers.model_files import exported_zip
from tests.training.run.serving.conftest import picture

pytestmark = pytest.mark.training


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no Ctrl+C for one process alone")
@pytest.mark.parametrize("end", ["SIGINT", "SIGTERM"])
def test_a_zip_is_served_until_ctrl_c(home: Path, tmp_path: Path, end: str):
    words = command("serve", exported_zip(tmp_path / "forks and cups.zip"), "--port", 0)
    process = subprocess.Popen(
        words, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    with process:
        assert process.stdout is not None
        found = re.fullmatch(r"forks and cups answers at (http://127\.0\.0\.1:\d+/) .*\n", process.stdout.readline())
        assert found is not None
        request = urllib.request.Request(found[1] + "predict?min_score=0", picture(), {"Content-Type": "image/png"})
        with urllib.request.urlopen(request, timeout=20) as reply:
            said = reply.read()
        os.kill(process.pid, getattr(signal, end))
        rest, errors = process.communicate(timeout=30)
    assert b'"model":"forks and cups","width":96,"height":72,"boxes":[{' in said
    assert (process.returncode, rest) == (0, "Stopped\n"), errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--host", "0.0.0.0"], "lets every computer that reaches this one send pictures to the model"),
        (["--port", "0"], "it holds a name that leads out of the archive's own folder"),
    ],
)
def test_what_is_not_possible_is_one_sentence(home: Path, tmp_path: Path, options: list[str], why: str):
    path = exported_zip(tmp_path / "model.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../evil", "x")
    result = run_command(home, "serve", path, *options)
    assert result.returncode == 1
    assert why in result.stderr
    assert result.stderr.count("\n") == 1
