"""A saved model as LiteRT, made by TensorFlow in a process of its own: for runs on JAX and PyTorch, which have no way there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from training.program_process import creation_flags, program_command, program_environment

PATIENCE_SECONDS = 900.0


class ConversionFailed(Exception):  # noqa: N818 -- the message says why
    """The other process did not make the file."""


def converted_elsewhere(keras_file: Path, target: Path) -> None:
    """Have `target` written from a .keras file by a process in which Keras works on TensorFlow. Raises ConversionFailed."""
    environment = {
        **program_environment(),
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    try:
        done = subprocess.run(
            program_command("convert-model", str(keras_file), str(target)),
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE_SECONDS,
            check=False,
            creationflags=creation_flags(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConversionFailed(f"TensorFlow, which converts models, could not be run: {error}") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        raise ConversionFailed(f"TensorFlow could not convert the model (exit code {done.returncode}): {lines[-1]}")


def convert(keras_file: Path, target: Path) -> int:
    """What that process does; the exit code."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    from training.run.machine.devices import prepare_backend

    prepare_backend("cpu")
    from training.models.localizer import for_prediction
    from training.run.model_files import load_model
    from training.run.tensorflow_litert import converted

    model, _ = load_model(keras_file)
    target.write_bytes(converted(for_prediction(model)))
    return 0
