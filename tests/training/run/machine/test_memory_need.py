from __future__ import annotations

from dataclasses import replace

import pytest

from tests.helpers.runs import prepared_run
from training.run.events import Event, WarningEvent
from training.run.machine import cache_place, memory_need
from training.run.machine.memory_need import MEBIBYTE, MILLION_PARAMETERS, Need, amount, need_of, shortage, shortage_of
from training.run.recipes.localizer_defaults import KERAS_BACKBONES
from training.run.run_control import RunControl
from training.run.settings import TrainingSettings
from training.run.worker import run_training

USUAL = TrainingSettings()


def test_pictures_stay_in_memory_three_bytes_a_pixel():
    few, many = need_of(USUAL, 0, 2**34), need_of(USUAL, 10_000, 2**34)
    assert many.memory - few.memory == 10_000 * 160 * 160 * 3
    assert (many.disk, many.cache) == (few.disk, 0)


def test_pictures_that_would_fill_half_of_the_memory_lie_in_a_file():
    few, many = need_of(USUAL, 0, 2**30), need_of(USUAL, 10_000, 2**30)
    assert many.memory == few.memory
    assert (few.cache, many.cache) == (0, 10_000 * 160 * 160 * 3)


def test_what_a_frozen_backbone_says_is_kept_and_it_takes_less_where_it_never_learns():
    tuned = TrainingSettings.for_recipe("classifier", architecture="MobileNetV2", weights="imagenet", feature_copies=3)
    frozen = replace(tuned, fine_tune_epochs=0)
    fresh = replace(tuned, weights="random")
    assert need_of(frozen, 100, 2**34).memory < need_of(tuned, 100, 2**34).memory
    kept = need_of(tuned, 1000, 2**34).memory - need_of(tuned, 0, 2**34).memory
    assert kept == 1000 * (96 * 96 * 3 + 4 * 1280 * 4)
    assert need_of(fresh, 1000, 2**34).memory - need_of(fresh, 0, 2**34).memory == 1000 * 96 * 96 * 3


def test_the_file_of_the_pictures_needs_room_on_a_disk(tmp_path, monkeypatch):
    free = {"temporary": 2**40, "runs": 2**40}
    monkeypatch.setattr(memory_need, "memory_and_free", lambda: (2**35, 2**34))
    monkeypatch.setattr(memory_need, "disk_free", lambda _: free["runs"])
    monkeypatch.setattr(cache_place, "_is_memory", lambda _: False)
    monkeypatch.setattr(cache_place, "disk_free", lambda place: free["runs" if place == tmp_path else "temporary"])

    def told() -> tuple[str, str, str] | None:
        short = shortage(USUAL, 200_000, tmp_path)  # 14.3 GB
        return None if short is None else (short.code, short.needed, short.free)

    assert told() is None
    free["runs"] = 2**29  # enough for the models
    assert told() is None
    free["temporary"] = 2**33
    assert told() == ("disk_short", "14.3 GB", "8.0 GB")
    free["runs"] = 15 * 2**30
    assert told() is None
    free["runs"] = round(14.6 * 2**30)  # enough for the pictures, not for the models as well
    assert told() is None


@pytest.mark.parametrize(
    "harder", [{"batch_size": 64}, {"input_size": 320}, {"model_size": "large"}, {"architecture": "ResNet50"}]
)
def test_larger_batches_inputs_and_models_need_more(harder):
    assert need_of(replace(USUAL, **harder), 100).memory > need_of(USUAL, 100).memory


def test_every_backbone_has_its_number_of_parameters():
    assert set(MILLION_PARAMETERS) == set(KERAS_BACKBONES)


def test_lab_needs_less_than_a_backbone_and_most_of_its_weights_at_its_largest_input():
    """What benchmarks/memory.py measured, in MiB."""
    lab, large = replace(USUAL, architecture="lab"), replace(USUAL, architecture="lab", input_size=320)
    for settings, measured in ((lab, 1336), (large, 3040), (replace(large, batch_size=64), 4211)):
        assert need_of(settings, 240, 2**36).memory / MEBIBYTE == pytest.approx(measured, rel=0.1)
        assert need_of(settings, 240).memory < need_of(replace(settings, architecture="ResNet50"), 240).memory
    assert need_of(large, 0).disk > 2 * need_of(lab, 0).disk


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
