"""Work in the background ends in exactly one way, and its answer comes in the GUI thread."""

from __future__ import annotations

import threading

import pytest

from desktop_app.background import Job

PATIENCE_MS = 10_000


class ExpectedError(Exception):
    pass


@pytest.fixture
def ends():
    """Which ends of a job came, in their order, and in which thread."""
    return []


def watched(job, ends):
    job.done.connect(lambda result: ends.append(("done", result, threading.current_thread())))
    job.failed.connect(lambda reason: ends.append(("failed", reason, threading.current_thread())))
    job.cancelled.connect(lambda: ends.append(("cancelled", None, threading.current_thread())))
    return job


def test_the_result_comes_in_the_gui_thread(qtbot, ends):
    where = []
    watched(Job(lambda progress: where.append(threading.current_thread()) or 42), ends).start()
    qtbot.waitUntil(lambda: bool(ends), timeout=PATIENCE_MS)
    assert ends == [("done", 42, threading.main_thread())]
    assert where != [threading.main_thread()]


def test_an_expected_error_fails_with_its_sentence(qtbot, ends):
    def work(progress):
        raise ExpectedError("The disk is full.")

    watched(Job(work, (ExpectedError,)), ends).start()
    qtbot.waitUntil(lambda: bool(ends), timeout=PATIENCE_MS)
    assert ends == [("failed", "The disk is full.", threading.main_thread())]


def test_a_bug_fails_the_job_and_is_raised_where_bugs_are_shown(qtbot, ends):
    with qtbot.captureExceptions() as raised:
        watched(Job(lambda progress: 1 // 0), ends).start()
        qtbot.waitUntil(lambda: bool(ends) and bool(raised), timeout=PATIENCE_MS)
    assert ends[0][0] == "failed"
    assert raised[0][0] is ZeroDivisionError


def test_a_cancelled_job_ends_at_its_next_progress(qtbot, ends):
    begun, go_on = threading.Event(), threading.Event()

    def work(progress):
        begun.set()
        assert go_on.wait(PATIENCE_MS / 1000)
        progress(1, 2)
        pytest.fail("went on after it was cancelled")

    job = watched(Job(work), ends)
    job.start()
    assert begun.wait(PATIENCE_MS / 1000)
    job.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: bool(ends), timeout=PATIENCE_MS)
    assert [end[0] for end in ends] == ["cancelled"]


def test_the_result_of_a_job_that_was_cancelled_too_late_is_dropped(qtbot, ends):
    go_on = threading.Event()
    job = watched(Job(lambda progress: go_on.wait(PATIENCE_MS / 1000)), ends)
    job.start()
    job.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: bool(ends), timeout=PATIENCE_MS)
    assert [end[0] for end in ends] == ["cancelled"]


def test_the_last_progress_is_always_told(qtbot, ends):
    told = []

    def work(progress):
        for done in range(1, 1001):
            progress(done, 1000)

    job = watched(Job(work), ends)
    job.progressed.connect(lambda done, total: told.append((done, total)))
    job.start()
    qtbot.waitUntil(lambda: bool(ends), timeout=PATIENCE_MS)
    assert told[-1] == (1000, 1000)
    assert len(told) < 100


def test_a_job_that_nobody_holds_still_answers(qtbot, ends):
    import gc

    go_on = threading.Event()
    watched(Job(lambda progress: go_on.wait(PATIENCE_MS / 1000)), ends).start()
    gc.collect()
    go_on.set()
    qtbot.waitUntil(lambda: bool(ends), timeout=PATIENCE_MS)
    assert ends[0][0] == "done"
