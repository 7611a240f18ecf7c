from __future__ import annotations

import pytest

from training.run.failure import RunFailed
from training.run.run_control import StopRequested
from training.run.together.cluster import COORDINATOR, PROCESS, PROCESSES, Cluster
from training.run.together.several_machines import join
from training.run.together.shared_control import SharedControl


@pytest.fixture(autouse=True)
def without_variables(monkeypatch):
    for name in (COORDINATOR, PROCESSES, PROCESS):
        monkeypatch.delenv(name, raising=False)


def test_nothing_said_means_one_machine():
    assert Cluster.of(None, None, None) is None


def test_the_environment_says_what_the_command_line_does_not(monkeypatch):
    monkeypatch.setenv(COORDINATOR, "10.0.0.1:1234,10.0.0.2:1234")
    monkeypatch.setenv(PROCESSES, "2")
    assert Cluster.of(None, None, 1) == Cluster("10.0.0.1:1234", 2, 1)
    assert Cluster.of("here:99", 3, 0) == Cluster("here:99", 3, 0)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("here:99", None, None), "all three"),
        ((None, 2, 0), "all three"),
        (("here", 2, 0), "expected HOST:PORT, got 'here'"),
        (("here:0", 2, 0), "expected HOST:PORT"),
        (("here:99", 2, 2), "got 2 of 2"),
        (("here:99", 2, -1), "got -1 of 2"),
    ],
)
def test_what_can_not_be_is_told(given, words):
    with pytest.raises(RunFailed, match=words):
        Cluster.of(*given)


def test_a_variable_that_is_no_number_is_told(monkeypatch):
    monkeypatch.setenv(PROCESSES, "two")
    with pytest.raises(RunFailed, match=f"{PROCESSES}.*expected a whole number, got 'two'"):
        Cluster.of("here:99", None, 0)


def test_other_backends_than_jax_send_one_there(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    with pytest.raises(RunFailed, match="start each with KERAS_BACKEND=jax"):
        join(Cluster("here:99", 2, 0))


def test_a_stop_counts_when_all_have_agreed(monkeypatch):
    asked = []

    def any_of(cluster, flag):
        asked.append(flag)
        return flag

    monkeypatch.setattr("training.run.together.shared_control.any_of", any_of)
    control = SharedControl(Cluster("here:99", 2, 0))
    control.begin_together()
    control.agree()
    control.request_stop()
    control.raise_if_stopped()  # the others do not know yet
    control.agree()
    with pytest.raises(StopRequested):
        control.raise_if_stopped()
    assert asked == [False, True]


def test_a_stop_counts_at_once_for_a_process_that_is_alone():
    control = SharedControl(Cluster("here:99", 2, 0))
    control.request_stop()
    assert control.stop_requested
    control.begin_together()
    assert not control.stop_requested
    control.end_together()
    assert control.stop_requested
