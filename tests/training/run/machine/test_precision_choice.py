from __future__ import annotations

import pytest

from training.run.machine import precision_choice
from training.run.machine.compute_capability import parsed
from training.run.machine.devices import Device
from training.run.machine.precision_choice import chosen_precision, precision_for, slow_precision

CPU, GPU, TPU = Device("cpu", "CPU"), Device("gpu:0", "A GPU"), Device("tpu", "TPU")


@pytest.mark.parametrize(
    ("capability", "precision"),
    [
        (None, "float32"),
        ((6, 1), "float32"),
        ((7, 0), "mixed_float16"),
        ((7, 5), "mixed_float16"),
        ((8, 0), "mixed_bfloat16"),
        ((9, 0), "mixed_bfloat16"),
    ],
)
def test_what_a_gpu_computes_fast_is_chosen(capability, precision, monkeypatch: pytest.MonkeyPatch):
    assert precision_for(capability) == precision
    monkeypatch.setattr(precision_choice, "compute_capability", lambda device: capability)
    assert chosen_precision("auto", GPU) == precision


def test_a_cpu_computes_in_float32_unless_told_otherwise_and_a_tpu_in_bfloat16():
    assert chosen_precision("auto", CPU) == "float32"
    assert chosen_precision("mixed_bfloat16", CPU) == "mixed_bfloat16"
    assert chosen_precision("auto", TPU) == "mixed_bfloat16"


def test_whoever_asks_for_float16_on_a_cpu_is_told_that_it_is_slow():
    assert "several times slower" in slow_precision("mixed_float16", CPU).text
    assert "goes on in mixed float16, in which it began" in slow_precision("mixed_float16", CPU, goes_on=True).text
    assert slow_precision("mixed_float16", GPU) is None
    assert slow_precision("mixed_bfloat16", CPU) is None


def test_names_of_other_makers_gpus_are_no_capability():
    assert parsed("9.0") == (9, 0)
    assert parsed("gfx90a") is None
    assert parsed("") is None
