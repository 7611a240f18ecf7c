from __future__ import annotations

import pytest

from training.run.run_control import RunControl, StopRequested

PATIENCE = 10


def listened(*lines: str) -> RunControl:
    control = RunControl()
    control.listen(lines).join(PATIENCE)
    return control


def test_the_end_of_the_requests_means_stop():
    control = listened()
    assert control.stop_requested
    with pytest.raises(StopRequested):
        control.raise_if_stopped()


def test_nothing_is_stopped_before():
    RunControl().raise_if_stopped()


def test_only_the_last_question_is_answered_and_only_once():
    control = listened('{"watch": "a.jpg"}\n', '{"watch": "b.jpg"}\n')
    assert control.take_question() == "b.jpg"
    assert control.take_question() is None
    assert control.watched == "b.jpg"


@pytest.mark.parametrize("line", ["", "watch a.jpg", "[]", '{"watch": 5}', '{"pause": true}'])
def test_lines_that_ask_nothing_known_are_ignored(line: str):
    assert listened(line).take_question() is None
