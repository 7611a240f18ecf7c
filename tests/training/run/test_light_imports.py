"""What the window uses of a run loads neither Keras nor TensorFlow."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("keras", "tensorflow", "PySide6", "torch", "jax")
LIGHT = (
    "catalogue.earlier_runs", "estimate", "start_from",
    "events", "report.judging", "answers.letterbox", "answers.litert_predictor", "report.measuring", "model_card",
    "answers.prediction", "answers.predictor", "samples.prepared_images", "report.report_html", "run_control", "run_folder",
    "session", "settings", "training_data", "worker", "worker_client",
)  # fmt: skip


def loaded_by(code: str) -> set[str]:
    listing = f"import sys; {code}; print(' '.join(sys.modules))"
    result = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in result.stdout.split()}


def test_modules_for_the_window_load_neither_keras_nor_tensorflow():
    loaded = loaded_by("import " + ", ".join(f"training.run.{name}" for name in LIGHT))
    assert loaded.isdisjoint(HEAVY)
    assert {"training", "numpy", "cv2"} <= loaded


def test_the_whole_command_line_can_be_asked_for_help_without_them():
    loaded = loaded_by("from training.run.commands.command_line import make_parser; make_parser()")
    assert loaded.isdisjoint(HEAVY)


@pytest.mark.parametrize(
    "module", ["settings", "events", "run_folder", "worker_client", "commands.runs_command", "report.report_reading"]
)
def test_reading_a_past_run_needs_no_numbers_library(module: str):
    assert loaded_by(f"import training.run.{module}").isdisjoint({*HEAVY, "numpy", "cv2", "PIL"})


def test_the_worker_keeps_stdout_before_it_loads_anything_that_could_print():
    assert loaded_by("import training.__main__, training.run.worker").isdisjoint(
        {*HEAVY, "numpy", "cv2", "PIL", "rich"}
    )
