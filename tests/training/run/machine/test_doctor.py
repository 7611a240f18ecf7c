"""Any computer can be described, so the doctor's advice is tried for those that aren't here."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.helpers.command_line import run_command
from training.run.machine.doctor import Surroundings, diagnosed, verdicts
from training.run.machine.graphics_cards import GraphicsCard
from training.run.machine.machine import Machine
from training.run.machine.memory_need import Need

GIB = 2**30
MACHINE = Machine("Linux 6.1 (x86_64)", "Some CPU", 4, 8 * GIB, 5 * GIB)
LINUX = Surroundings("linux", is_wsl=False, backend="tensorflow", has_cuda_build=True, has_cuda_libraries=True)
NVIDIA = GraphicsCard("NVIDIA", "NVIDIA GeForce RTX 3060", 12 * GIB, "550.54")
NEED = Need(memory=GIB, disk=GIB // 10)


def only_card(card: GraphicsCard, around: Surroundings):
    cpu, judged = verdicts(MACHINE, [card], around)
    assert cpu.is_used != judged.is_used
    return judged


def test_without_a_card_the_cpu_trains_and_nothing_is_to_be_done():
    (cpu,) = verdicts(MACHINE, [], LINUX)
    assert cpu.is_used
    assert "no graphics card" in cpu.reason
    assert cpu.remedy == ""


def test_a_card_that_tensorflow_finds_is_used_and_the_cpu_prepares():
    cpu, card = verdicts(MACHINE, [NVIDIA], replace(LINUX, usable=(NVIDIA.name,)))
    assert (cpu.is_used, card.is_used) == (False, True)
    assert card.memory == 12 * GIB
    assert "GPU does the learning" in cpu.reason


@pytest.mark.parametrize(
    ("backend", "of_first", "of_other"),
    [
        ("tensorflow", "on the other GPUs, unless", "on the other GPUs, unless"),
        ("torch", "computes here unless", "Can be chosen"),
    ],
)
def test_two_cards_compute_together_where_the_backend_can(backend, of_first, of_other):
    second = replace(NVIDIA, name="NVIDIA T4")
    here = replace(LINUX, backend=backend, usable=(NVIDIA.name, second.name))
    _, first, other = verdicts(MACHINE, [NVIDIA, second], here)
    assert of_first in first.reason
    assert of_other in other.reason


def test_a_gpu_that_only_tensorflow_knows_is_told_as_well():
    _, card = verdicts(MACHINE, [], replace(LINUX, usable=("Some accelerator",)))
    assert (card.name, card.is_used) == ("Some accelerator", True)


def test_a_card_that_the_backend_calls_otherwise_is_one_card():
    apple = GraphicsCard("Apple", "Apple M1")
    around = replace(LINUX, platform="darwin", backend="torch", usable=("Apple GPU",))
    judged = verdicts(MACHINE, [apple], around)
    assert [(one.name, one.is_used) for one in judged[1:]] == [("Apple M1", True)]
    intel = GraphicsCard("Intel", "Intel graphics")
    judged = verdicts(
        MACHINE, [intel, GraphicsCard("AMD", "AMD graphics")], replace(LINUX, backend="torch", usable=("gfx1100",))
    )
    assert [(one.name, one.is_used) for one in judged[1:]] == [("Intel graphics", False), ("AMD graphics", True)]


@pytest.mark.parametrize(
    ("card", "around", "reason", "remedy"),
    [
        (NVIDIA, replace(LINUX, platform="win32"), "no GPU build for native Windows", "WSL2"),
        (NVIDIA, replace(LINUX, platform="win32"), "no GPU build for native Windows", "KERAS_BACKEND=torch"),
        (replace(NVIDIA, driver=""), LINUX, "driver does not answer", "distribution"),
        (replace(NVIDIA, driver=""), replace(LINUX, is_wsl=True), "driver does not answer", "in Windows"),
        (NVIDIA, replace(LINUX, has_cuda_build=False), "CPU alone", "tensorflow[and-cuda]"),
        (NVIDIA, replace(LINUX, has_cuda_build=False, is_built_program=True), "This program came with", "with Python"),
        (NVIDIA, replace(LINUX, has_cuda_libraries=False), "not installed", "boxwright[gpu]"),
        (NVIDIA, replace(LINUX, hidden="-1"), "CUDA_VISIBLE_DEVICES", "Unset"),
        (NVIDIA, LINUX, "550.54", "Update"),
        (NVIDIA, replace(LINUX, backend="torch"), "torch, and that finds no such GPU", "build of torch"),
        (GraphicsCard("Apple", "Apple M2"), replace(LINUX, platform="darwin"), "macOS", "KERAS_BACKEND=torch"),
        (GraphicsCard("AMD", "AMD graphics"), LINUX, "no AMD", "ROCm"),
        (GraphicsCard("Intel", "Intel graphics"), LINUX, "NVIDIA cards only", ""),
    ],
)
def test_a_card_that_is_not_used_says_why_and_what_to_install(card, around, reason, remedy):
    judged = only_card(card, around)
    assert not judged.is_used
    assert reason in judged.reason
    assert remedy in judged.remedy
    assert bool(judged.remedy) == bool(remedy)


def test_a_backend_that_can_not_be_loaded_is_the_first_thing_said():
    around = replace(
        LINUX, problem="tensorflow can't be loaded, so nothing can be trained: No module named 'tensorflow'"
    )
    told = diagnosed(MACHINE, [], around, {"python": "3.11"}, NEED, "a run", (100 * GIB, "/photos")).lines()
    assert told[0].startswith("Warning: tensorflow can't be loaded")


def test_too_little_memory_or_disk_is_a_warning():
    def warned(machine, disk):
        return diagnosed(machine, [], LINUX, {}, NEED, "a run", (disk, "/photos")).warnings

    assert warned(MACHINE, 100 * GIB) == ()
    assert "512 MB are free" in warned(replace(MACHINE, memory_free=GIB // 2), 100 * GIB)[0]
    assert "10 MB are free on its disk" in warned(MACHINE, 10 * 2**20)[0]


def test_the_command_tells_of_this_computer(tmp_path):
    told = run_command(tmp_path, "doctor", tmp_path, "--json")
    assert told.returncode == 0, told.stderr
    content = json.loads(told.stdout.splitlines()[-1])
    assert content["machine"]["cores"] >= 1
    assert content["verdicts"][0]["name"].startswith("CPU")
    assert "0 images" in content["need_for"]
    assert content["disk_folder"] == str(tmp_path)
    assert {"boxwright", "keras", "tensorflow", "python"} <= set(content["versions"])
