"""Real workers that are hurt on purpose: what they say, and what they leave."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.helpers.injured_worker import injured_worker_command
from tests.helpers.learnable_pictures import draw_learnable
from training.dataset.dataset import Split
from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.events import EpochEvent, Event, StartedEvent, WarningEvent
from training.run.outcome import Outcome, OutcomeKind
from training.run.run_folder import RunFolder, prepare_run
from training.run.settings import ClassEntry, TrainingSettings
from training.run.worker_client import WorkerClient

pytestmark = pytest.mark.training

PATIENCE = 120.0


@dataclass(frozen=True)
class Injured:
    run: RunFolder
    events: list[Event]
    outcome: Outcome

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def report(self) -> dict:
        return json.loads(self.run.report_file.read_text(encoding="utf-8"))


def trained(folder: Path, injury: str, epoch: int, **values) -> Injured:
    dataset = draw_learnable(folder / "images", 24, negatives=4)
    images = [
        replace(image, split=Split.TRAIN if place % 4 else Split.VALIDATION)
        for place, image in enumerate(dataset.images)
    ]
    settings = TrainingSettings(
        image_root=str(folder / "images"), classes=(ClassEntry(1, "block"), ClassEntry(2, "disc")), epochs=4,
        model_size="small", input_size=64, device="cpu",
    ).with_values(values)  # fmt: skip
    run = prepare_run(folder / "runs", settings, replace(dataset, images=tuple(images)))
    client = WorkerClient.start(run, injured_worker_command(run, injury, epoch))
    try:
        events = list(client.events())
    finally:
        client.kill()
    return Injured(run, events, client.wait(PATIENCE))


def test_a_lost_loss_ends_the_training_and_the_best_model_until_then_answers(tmp_path: Path):
    lost = trained(tmp_path, "nan", epoch=2)
    assert (lost.outcome.kind, lost.outcome.code) == (OutcomeKind.FAILED, "nan_loss")
    assert lost.outcome.facts == {"epoch": "2", "step": "4"}
    assert [event.epoch for event in lost.of(EpochEvent)] == [1]
    assert (lost.report["outcome"], lost.report["code"], lost.report["best_epoch"]) == ("failed", "nan_loss", 1)
    assert LiteRTPredictor(lost.run).card.epoch == 1


@pytest.fixture(scope="module")
def halved(tmp_path_factory: pytest.TempPathFactory) -> Injured:
    """Memory runs out in its second epoch; and it learns nothing, so slow it is."""
    return trained(tmp_path_factory.mktemp("halved"), "memory", epoch=2, learning_rate=1e-7)


def test_memory_that_runs_out_halves_the_batch_and_the_training_goes_on_from_its_last_epoch(halved: Injured):
    assert [(event.batch_size, event.epochs_before) for event in halved.of(StartedEvent)] == [(16, 0), (8, 1)]
    assert [event.epoch for event in halved.of(EpochEvent)] == [1, 2, 3, 4]
    assert "batch_halved" in [event.code for event in halved.of(WarningEvent)]
    assert halved.outcome.kind is OutcomeKind.COMPLETED


def test_the_report_tells_the_batch_that_was_used_and_the_settings_the_one_asked_for(halved: Injured):
    assert (halved.report["batch_size"], halved.report["settings"]["batch_size"]) == (8, 16)
    assert halved.run.settings().batch_size == 16
    assert "ResourceExhaustedError" in halved.run.log_file.read_text(encoding="utf-8")


def test_a_learning_rate_that_moves_nothing_is_told_while_it_trains_and_at_the_end(halved: Injured):
    (warning,) = [event for event in halved.of(WarningEvent) if event.code == "loss_stuck"]
    assert warning.facts["learning_rate"] == "0.003"
    assert halved.outcome.code == "loss_stuck"
    assert halved.report["code"] == "loss_stuck"
