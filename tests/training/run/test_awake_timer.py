"""A timer that a sleeping computer does not use up; a stopped process stands in for the computer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.helpers.command_line import ROOT
from training.run.awake_timer import AwakeTimer

THREE_TICKS = """
import time
from training.run.awake_timer import AwakeTimer
timer = AwakeTimer(1.5, lambda: print("over", flush=True))
timer.start()
print("begun", flush=True)
timer.join()
"""


def test_it_calls_when_its_time_is_over():
    over = threading.Event()
    timer = AwakeTimer(0.05, over.set)
    timer.start()
    assert over.wait(5)
    timer.join()


def test_it_does_not_call_when_it_was_cancelled():
    over = threading.Event()
    timer = AwakeTimer(0.2, over.set)
    timer.start()
    timer.cancel()
    timer.join(5)
    assert not timer.is_alive()
    assert not over.is_set()


@pytest.mark.skipif(os.name != "posix", reason="a process can be put to sleep by signals only there")
def test_a_sleep_counts_as_a_tick_at_most():
    process = subprocess.Popen(
        [sys.executable, "-c", THREE_TICKS], stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ}
    )
    try:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGSTOP)
        time.sleep(1.6)  # longer than the timer's whole time
        process.send_signal(signal.SIGCONT)
        woke = time.monotonic()
        assert process.stdout.readline() == "over\n"
        assert time.monotonic() - woke >= 0.8
    finally:
        process.kill()
        process.communicate()
