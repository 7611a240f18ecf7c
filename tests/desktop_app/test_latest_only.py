from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject

from desktop_app.latest_only import LatestOnlyThread

PATIENCE_MS = 10_000


class Answers(QObject):
    def __init__(self, thread: LatestOnlyThread) -> None:
        super().__init__(thread)
        self.heard: list[tuple[int, object]] = []
        thread.answered.connect(self._on_answered)

    def _on_answered(self, number: int, answer: object) -> None:
        self.heard.append((number, answer))


@pytest.fixture
def make(qtbot):
    made: list[LatestOnlyThread] = []

    def maker(work) -> tuple[LatestOnlyThread, Answers]:
        made.append(LatestOnlyThread(work))
        return made[-1], Answers(made[-1])

    yield maker
    for thread in made:
        thread.shut_down()
        thread.deleteLater()


def test_an_answer_carries_the_number_of_its_question(qtbot, make):
    thread, answers = make(lambda number: number * 2)
    asked = thread.ask(21)
    qtbot.waitUntil(lambda: bool(answers.heard), timeout=PATIENCE_MS)
    assert answers.heard == [(asked, 42)]


def test_of_the_questions_that_wait_only_the_newest_is_answered(qtbot, make):
    go_on = threading.Event()
    done: list[int] = []

    def work(number: int) -> int:
        done.append(number)
        go_on.wait(10)
        return number

    thread, answers = make(work)
    thread.ask(0)
    qtbot.waitUntil(lambda: done == [0], timeout=PATIENCE_MS)
    for number in range(1, 50):
        thread.ask(number)
    go_on.set()
    qtbot.waitUntil(lambda: len(answers.heard) == 2, timeout=PATIENCE_MS)
    assert done == [0, 49]
    assert answers.heard[-1] == (thread.newest, 49)


def test_a_bug_in_the_work_is_raised_in_the_gui_thread_and_the_next_question_is_answered(qtbot, make):
    thread, answers = make(lambda number: 1 / number)
    with qtbot.captureExceptions() as raised:
        thread.ask(0)
        qtbot.waitUntil(lambda: bool(raised), timeout=PATIENCE_MS)
    assert raised[0][0] is ZeroDivisionError
    thread.ask(2)
    qtbot.waitUntil(lambda: bool(answers.heard), timeout=PATIENCE_MS)


def test_after_shutting_down_nothing_is_answered(qtbot, make):
    thread, answers = make(lambda number: number)
    thread.ask(1)
    thread.shut_down()
    assert thread.isFinished()
    newest = thread.newest
    assert thread.ask(2) > newest
    assert not thread.isRunning()
    qtbot.wait(20)
    assert all(number != thread.newest for number, _ in answers.heard)


def test_a_thread_that_was_never_asked_shuts_down(make):
    thread, _ = make(lambda number: number)
    thread.shut_down()
    assert not thread.isRunning()
