from __future__ import annotations

from dataclasses import replace

import pytest

from tests.helpers.runs import prepared_run
from training.run.events import Event, WarningEvent
from training.run.localizer_defaults import KERAS_BACKBONES
from training.run.machine import memory_need
from training.run.machine.memory_need import MILLION_PARAMETERS, Need, amount, need_of, shortage_of
from training.run.run_control import RunControl
from training.run.settings import TrainingSettings
from training.run.worker import run_training

USUAL = TrainingSettings()


def test_pictures_stay_in_memory_three_bytes_a_pixel():
    few, many = need_of(USUAL, 0), need_of(USUAL, 10_000)
    assert many.memory - few.memory == 10_000 * 160 * 160 * 3
    assert many.disk == few.disk


@pytest.mark.parametrize(
    "harder", [{"batch_size": 64}, {"input_size": 320}, {"model_size": "large"}, {"architecture": "ResNet50"}]
)
def test_larger_batches_inputs_and_models_need_more(harder):
    assert need_of(replace(USUAL, **harder), 100).memory > need_of(USUAL, 100).memory


def test_every_backbone_has_its_number_of_parameters():
    assert set(MILLION_PARAMETERS) == set(KERAS_BACKBONES)


def test_what_is_short_is_said_with_both_numbers():
    need = Need(memory=2 * 2**30, disk=2**30)
    assert shortage_of(need, 3 * 2**30, 2**31) is None
    assert shortage_of(need, 3 * 2**30, None) is None
    memory = shortage_of(need, round(1.5 * 2**30), 2**31)
    assert memory is not None
    assert "2.0 GB of memory, and 1.5 GB are free" in memory.sentence
    disk = shortage_of(need, 3 * 2**30, 100 * 2**20)
    assert disk is not None
    assert "1.0 GB, and 100 MB are free" in disk.sentence


def test_a_run_warns_before_it_starts_where_memory_will_hardly_do(tmp_path, monkeypatch):
    monkeypatch.setattr(memory_need, "memory_and_free", lambda: (4 * 2**30, 2**28))
    (tmp_path / "a.jpg").touch()
    told: list[Event] = []
    run = prepared_run(tmp_path)
    run_training(run, told.append, RunControl())
    (warning,) = [event for event in told if isinstance(event, WarningEvent) and event.code == "memory_short"]
    assert warning.facts["free"] == "256 MB"
    assert "256 MB are free" in warning.text


def test_amounts_are_for_people():
    assert [amount(5 * 2**20), amount(1.5 * 2**30)] == ["5 MB", "1.5 GB"]
