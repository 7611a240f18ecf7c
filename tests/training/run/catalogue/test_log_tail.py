from __future__ import annotations

from training.run.catalogue.log_tail import last_lines


def test_the_last_lines_of_a_long_log_are_read_without_reading_it_all(tmp_path):
    log = tmp_path / "log.txt"
    log.write_text("".join(f"line {number}\n" for number in range(100_000)))
    lines = last_lines(log).splitlines()
    assert lines[-1] == "line 99999"
    assert len(lines) == 40


def test_a_log_that_is_not_there_has_no_lines(tmp_path):
    assert last_lines(tmp_path / "log.txt") == ""


def test_what_was_logged_before_is_not_told(tmp_path):
    log = tmp_path / "log.txt"
    log.write_text("before\n")
    start = log.stat().st_size
    log.write_text("before\nafter\n")
    assert last_lines(log, start) == "after"
