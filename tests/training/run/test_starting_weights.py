"""The course's network and pretrained weights as a run has them: from the command line, in a process of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import keras
import pytest

from tests.helpers.command_line import PATIENCE, command, environment, last_json
from tests.helpers.learnable_pictures import write_learnable
from training.models.lab import lab_backbone
from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.events import EndedEvent, PhaseEvent, from_line
from training.run.run_folder import RunFolder

pytestmark = pytest.mark.training

NOBODY = "http://127.0.0.1:9"  # no network: a proxy that refuses


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_learnable(tmp_path_factory.mktemp("data"), 24, negatives=4)


def train(home: Path, data: Path, *arguments: object) -> tuple[subprocess.CompletedProcess[str], RunFolder]:
    run = RunFolder(home / "run")
    options = ("--epochs", 2, "--input-size", 64, "--device", "cpu", "--json", *arguments)
    result = subprocess.run(
        command("train", "localizer", "--data", data, "--out", run.path, *options),
        env={**environment(home), "https_proxy": NOBODY, "http_proxy": NOBODY, "KERAS_HOME": str(home / "keras")},
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    return result, run


def test_lab_is_trained_from_a_file_exported_and_judged_like_any_other(tmp_path: Path, data: Path):
    keras.utils.set_random_seed(5)
    lab_backbone(64, 3).save_weights(tmp_path / "lab.weights.h5")
    choice = ("--backbone", "lab", "--box-loss", "mse", "--box-encoding", "corners")
    result, run = train(tmp_path, data, *choice, "--weights", tmp_path / "lab.weights.h5")
    report = last_json(result)
    assert report["outcome"] == "completed"
    assert report["settings"]["weights"] == str(tmp_path / "lab.weights.h5")
    assert report["figures"]["validation"]["images"] > 0
    assert report["confusion"]["validation"]
    assert LiteRTPredictor(run).card.heads == ("class", "box", "presence")


def test_without_network_a_run_ends_with_the_file_that_is_missing_and_its_place(tmp_path: Path, data: Path):
    result, run = train(tmp_path, data, "--backbone", "MobileNetV2", "--weights", "imagenet")
    assert result.returncode != 0
    events = [from_line(line) for line in run.events_file.read_text("utf-8").splitlines()]
    assert PhaseEvent(name="weights", text="Downloading the ImageNet weights of MobileNetV2") in [
        PhaseEvent(name=event.name, text=event.text) for event in events if isinstance(event, PhaseEvent)
    ]
    ended = events[-1]
    assert isinstance(ended, EndedEvent)
    assert ended.outcome == "failed"
    for part in (
        "The ImageNet weights of MobileNetV2 could not be downloaded",
        "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5 on a machine that can",
        f"put the file into {tmp_path / 'keras' / 'models'}",
    ):
        assert part in ended.reason
        assert part in " ".join(result.stderr.split())
    assert list((tmp_path / "keras" / "models").iterdir()) == []
