"""Whole runs where Keras works on another backend; several devices and several machines give what one gives."""

from __future__ import annotations

import csv
import json
import shutil

import pytest

from tests.helpers.backends import PATIENCE, answer_of, free_port, needs, outputs_of, started
from tests.helpers.classified_pictures import draw_class_folders
from tests.helpers.learnable_pictures import write_learnable
from training.models.compact import compact_backbone
from training.run.run_folder import RunFolder

pytestmark = pytest.mark.training
OPTIONS = ("--backbone", "lab", "--input-size", "64", "--epochs", "2", "--no-augment", "--seed", "3")

# Exporting takes a process with TensorFlow, and changes no weights; probing compiles a network, and is undone.
NOTHING_BUT_LEARNING = """
from training.run import train as engine
from training.run.report import finishing
finishing.export_litert = engine.tell_estimate = lambda *_: None
"""

# Trains in this process, asks for a stop when the first epoch is told, and goes on by the real command.
STOPPING = f"""
import json, sys
from pathlib import Path
from training.run.machine.devices import prepare_backend
run = Path(sys.argv[1])
prepare_backend("cpu:2")
from training.run.commands.command_line import main
from training.run.events import EpochEvent
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder
from training.run.worker import run_training
{NOTHING_BUT_LEARNING}
control = RunControl()
ended = run_training(RunFolder(run), lambda event: isinstance(event, EpochEvent) and control.request_stop(), control)
code = main(["resume", str(run)])
print(json.dumps({{"outcome": ended.outcome, "code": code}}))
"""

# Trains a classifier by the real command, and tells which of its phases Keras compiled.
CLASSIFYING = f"""
import json, sys
from training.run.machine.devices import prepare_backend
prepare_backend("cpu")
from training.run.commands.command_line import main
{NOTHING_BUT_LEARNING}
compiled, fit = {{}}, engine.fit
def watched(setup, *others):
    compiled[setup.phase.name] = setup.fitted.jit_compile
    return fit(setup, *others)
engine.fit = watched
data, out, weights = sys.argv[1:]
code = main(["train", "classifier", "--data", data, "--out", out, "--weights", weights, "--model-size", "small",
    "--input-size", "64", "--epochs", "1", "--fine-tune-epochs", "1", "--batch-size", "8", "--device", "cpu"])
print(json.dumps({{"code": code, "compiled": compiled}}))
"""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return write_learnable(tmp_path_factory.mktemp("pictures"), 24, negatives=3)


def train(folder, backend, pictures, *options) -> RunFolder:
    out = folder / "run"
    outputs_of([started(folder, backend, "train", "localizer", "--data", pictures, "--out", out, *OPTIONS, *options)])
    return RunFolder(out)


@pytest.fixture(scope="module")
def on_jax(tmp_path_factory, pictures) -> RunFolder:
    """One process with two devices."""
    needs("jax")
    return train(tmp_path_factory.mktemp("jax"), "jax", pictures, "--device", "cpu:2", "--batch-size", "4")


def figures_of(run: RunFolder) -> list[dict[str, str]]:
    with run.history_file.open(encoding="utf-8", newline="") as file:
        return [
            {name: value for name, value in row.items() if name not in ("seconds", "best")}
            for row in csv.DictReader(file)
        ]


def check_same(run: RunFolder, other: RunFolder) -> None:
    """Losses exactly, as they are written; a figure of few samples may be rounded otherwise."""
    for mine, theirs in zip(figures_of(run), figures_of(other), strict=True):
        assert mine.keys() == theirs.keys()
        for name, value in theirs.items():
            if name.endswith("loss"):
                assert mine[name] == value, name
            else:
                assert float(mine[name]) == pytest.approx(float(value), rel=1e-4), name


def report_of(run: RunFolder) -> dict:
    return json.loads(run.report_file.read_text(encoding="utf-8"))


def events_of(run: RunFolder, kind: str) -> list[dict]:
    events = map(json.loads, run.events_file.read_text(encoding="utf-8").splitlines())
    return [event for event in events if event["event"] == kind]


def check_complete(run: RunFolder, backend: str) -> None:
    assert report_of(run)["outcome"] == "completed"
    assert backend in report_of(run)["versions"]
    loaded = [event.get("backend") for event in events_of(run, "phase") if event["name"] == "import"]
    assert [title.lower() for title in loaded if title] == [{"torch": "pytorch"}.get(backend, backend)]
    assert len(figures_of(run)) == 2
    assert not [event for event in events_of(run, "warning") if event["code"] == "export_failed"]
    for file in (run.best_model, run.last_model, run.litert_model, run.predictions_file, run.judged_file):
        assert file.stat().st_size


def test_a_run_on_jax_leaves_all_that_a_run_leaves(on_jax):
    check_complete(on_jax, "jax")
    (told,) = events_of(on_jax, "started")
    assert (told["device_count"], told["batch_size"], told["global_batch"]) == (2, 4, 8)
    assert "2 devices" in told["device"]
    assert (report_of(on_jax)["device_count"], report_of(on_jax)["global_batch"]) == (2, 8)


def test_a_classifier_on_jax_learns_its_head_and_is_fine_tuned_and_both_are_compiled(tmp_path):
    needs("jax")
    weights = tmp_path / "backbone.weights.h5"
    compact_backbone("small", 64).save_weights(weights)
    data = draw_class_folders(tmp_path / "pictures", 40)
    told = answer_of(tmp_path, "jax", CLASSIFYING, data, tmp_path / "run", weights)
    assert told == {"code": 0, "compiled": {"head": True, "fine_tune": True}}
    run = RunFolder(tmp_path / "run")
    assert [event["phase"] for event in events_of(run, "epoch")] == ["head", "fine_tune"]
    assert report_of(run)["outcome"] == "completed"


def test_a_run_on_pytorch_leaves_all_that_a_run_leaves(tmp_path, pictures):
    needs("torch")
    check_complete(train(tmp_path, "torch", pictures, "--device", "cpu", "--batch-size", "8"), "torch")


def test_a_run_on_jax_goes_on_exactly(on_jax, tmp_path):
    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    for file in (on_jax.settings_file, on_jax.dataset_file, on_jax.classes_file):
        shutil.copy(file, run.path)
    assert answer_of(tmp_path, "jax", STOPPING, run.path) == {"outcome": "stopped", "code": 0}
    check_same(run, on_jax)
    assert report_of(run)["outcome"] == "completed"


def test_two_processes_give_what_one_gives(on_jax, tmp_path, pictures):
    """As on two machines: each runs the same command with its own number."""
    out = tmp_path / "run"
    meeting = ("--coordinator", f"127.0.0.1:{free_port()}", "--processes", 2, "--process")
    order = ("train", "localizer", "--data", pictures, "--out", out, *OPTIONS, "--device", "cpu", "--batch-size", "4")
    processes = [started(tmp_path, "jax", *order, *meeting, number) for number in range(2)]
    first, helper = outputs_of(processes)
    run = RunFolder(out)
    check_same(run, on_jax)
    check_complete(run, "jax")
    (told,) = events_of(run, "started")
    assert (told["device_count"], told["global_batch"]) == (2, 8)
    assert "on 2 machines" in told["device"]
    assert "process 0 writes the run's folder" in helper
    assert f"The run is in {out}" in first


def test_tensorflow_says_that_it_can_not_train_on_several_machines(tmp_path, pictures):
    order = ("train", "localizer", "--data", pictures, "--out", tmp_path / "run", *OPTIONS)
    process = started(tmp_path, "tensorflow", *order, "--coordinator", "127.0.0.1:1", "--processes", 2, "--process", 0)
    said = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 1
    assert "start each with KERAS_BACKEND=jax" in said
