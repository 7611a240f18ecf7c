"""The course's network and pretrained weights as a run has them: from the command line, in a process of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.helpers.command_line import PATIENCE, command, environment
from tests.helpers.learnable_pictures import draw_split, write_learnable
from training.models.lab import lab_backbone
from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.events import EndedEvent, EpochEvent, Event, PhaseEvent, from_line
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.settings import ClassEntry, TrainingSettings
from training.run.worker import run_training

pytestmark = pytest.mark.training

NOBODY = "http://127.0.0.1:9"  # no network: a proxy that refuses


@dataclass(frozen=True)
class Lab:
    whole: RunFolder
    broken_off: RunFolder
    weights: Path
    outcomes: list[str]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_learnable(tmp_path / "data", 12, negatives=2)


def train(home: Path, data: Path, *arguments: object) -> tuple[subprocess.CompletedProcess[str], RunFolder]:
    run = RunFolder(home / "run")
    options = ("--epochs", 2, "--input-size", 64, "--device", "cpu", "--json", *arguments)
    result = subprocess.run(
        command("train", "localizer", "--data", data, "--out", run.path, *options),
        env={**environment(home), "https_proxy": NOBODY, "http_proxy": NOBODY, "KERAS_HOME": str(home / "keras")},
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    return result, run


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


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Two runs that begin with the same file: one is left alone, one is stopped after its first epoch and the file is lost."""
    folder = tmp_path_factory.mktemp("lab")
    weights = folder / "lab.weights.h5"
    lab_backbone(64, 3).save_weights(weights)
    whole, broken_off = (prepared(folder, name, weights) for name in ("whole", "broken off"))
    control = RunControl()

    def stop_after_an_epoch(event: Event) -> None:
        if isinstance(event, EpochEvent):
            control.request_stop()

    outcomes = [run_training(whole, lambda _: None, RunControl()).outcome]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.run.report.finishing.export_litert", lambda *_: None)
        outcomes.append(run_training(broken_off, stop_after_an_epoch, control).outcome)
        weights.unlink()
        outcomes.append(run_training(broken_off, lambda _: None, RunControl()).outcome)
    yield Lab(whole, broken_off, weights, outcomes)
    keras.backend.clear_session()


def test_lab_is_trained_from_a_file_exported_and_judged_like_any_other(lab: Lab):
    report = json.loads(lab.whole.report_file.read_text("utf-8"))
    assert (lab.outcomes[0], report["outcome"]) == ("completed", "completed")
    assert report["settings"]["weights"] == str(lab.weights)
    assert report["figures"]["validation"]["images"] > 0
    assert report["confusion"]["validation"]
    assert LiteRTPredictor(lab.whole).card.heads == ("class", "box", "presence")


def test_a_run_goes_on_exactly_where_the_file_that_it_began_with_is_gone(lab: Lab):
    assert lab.outcomes[1:] == ["stopped", "completed"]
    expected, got = (keras.saving.load_model(run.last_model).get_weights() for run in (lab.whole, lab.broken_off))
    for one, other in zip(expected, got, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def prepared(folder: Path, name: str, weights: Path) -> RunFolder:
    dataset = draw_split(folder / "images", 16, negatives=4)
    settings = TrainingSettings(
        architecture="lab", weights=str(weights), box_loss="mse", box_encoding="corners",
        input_size=64, epochs=2, batch_size=8, device="cpu",
        image_root=str(folder / "images"), classes=tuple(ClassEntry(*each) for each in enumerate(dataset.classes)),
    )  # fmt: skip
    return prepare_run_at(folder / name, settings, dataset)
