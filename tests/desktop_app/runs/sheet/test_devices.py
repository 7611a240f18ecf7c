from __future__ import annotations

import json
import sys

import pytest

from desktop_app.runs.sheet.choice_editors import Device
from desktop_app.runs.sheet.devices import DeviceQuery, gpus_in

PATIENCE_MS = 20_000
CPU = {"id": "cpu", "name": "CPU", "memory": None}
GPU = {"id": "gpu:0", "name": "Fast One", "memory": 141 * 2**30}


@pytest.mark.parametrize(
    ("entries", "devices"),
    [
        ([CPU, GPU], (Device("gpu:0", "Fast One (141 GB)"),)),
        ([{"id": "gpu:1", "name": "", "memory": None}], (Device("gpu:1", "gpu:1"),)),
        ([CPU], ()),
        ([], ()),
        ([1, None], ()),
    ],
)
def test_the_gpus_are_those_among_what_the_command_prints(entries, devices):
    assert gpus_in(entries) == devices


def printing(text: str, exit_code: int = 0) -> list[str]:
    return [sys.executable, "-c", f"import sys; print({text!r}); sys.exit({exit_code})"]


@pytest.fixture
def query(qtbot):
    made: list[DeviceQuery] = []

    def maker(command: list[str]) -> DeviceQuery:
        made.append(DeviceQuery(command))
        return made[-1]

    yield maker
    for one in made:
        one.cancel()
        one.deleteLater()


def test_the_answer_comes_later_and_is_kept(qtbot, query):
    asked = query(printing("chatter\n" + json.dumps([CPU, GPU])))
    with qtbot.waitSignal(asked.answered, timeout=PATIENCE_MS):
        asked.ask()
    assert asked.gpus == (Device("gpu:0", "Fast One (141 GB)"),)
    asked.ask()
    assert asked.is_answered


@pytest.mark.parametrize(
    "command", [printing("[]", exit_code=1), printing("no json"), printing('{"id": "gpu:0"}'), printing("")]
)
def test_a_command_that_fails_can_be_asked_again(qtbot, query, command):
    asked = query(command)
    asked.ask()
    qtbot.waitUntil(lambda: not asked.is_asking, timeout=PATIENCE_MS)
    assert not asked.is_answered
    asked.ask()
    assert asked.is_asking


def test_a_program_that_is_not_there_is_no_gpu(qtbot, query):
    asked = query(["/no/such/program"])
    asked.ask()
    qtbot.waitUntil(lambda: not asked.is_asking, timeout=PATIENCE_MS)
    assert asked.gpus == ()


def test_a_question_can_be_given_up(query):
    asked = query([sys.executable, "-c", "import time; time.sleep(60)"])
    asked.ask()
    asked.cancel()
    assert not asked.is_asking
