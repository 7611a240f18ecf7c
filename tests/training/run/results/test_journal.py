"""What a cut-off run goes on from, whatever is left of its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.run.failure import RunFailed
from training.run.results.journal import Earlier, Journal
from training.run.results.result import FileResult, Kept, ResultSink

SAME = {"model": "x", "--min-score": "none"}


class Reaching(ResultSink):
    name = "csv"

    def __init__(self, length: int = 100) -> None:
        self._length = length

    def take(self, result: FileResult) -> None:
        raise AssertionError(result)

    def still_there(self, kept: Kept) -> bool:
        return kept["at"] <= self._length


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """With a journal of two checkpoints."""
    journal = Journal.beside(tmp_path / "seen.csv", SAME, goes_on=False)
    assert journal.begin([Reaching()]) is None
    journal.add(["a", "ü"], {"csv": {"at": 20}}, (2, 3, 0))
    journal.add(["c"], {"csv": {"at": 50}}, (3, 4, 0))
    journal.leave()
    return tmp_path / "seen.csv"


def again(out: Path, *, goes_on: bool = True, length: int = 100, **changed: str) -> Earlier | None:
    journal = Journal.beside(out, {**SAME, **changed}, goes_on=goes_on)
    try:
        return journal.begin([Reaching(length)])
    finally:
        journal.leave()


def test_all_checkpoints_count_and_the_last_says_where(out: Path):
    assert again(out) == Earlier(frozenset({"a", "ü", "c"}), {"csv": {"at": 50}}, (3, 4, 0))


def test_without_going_on_it_begins_anew(out: Path):
    assert again(out, goes_on=False) is None
    assert again(out) is None


@pytest.mark.parametrize("rest", [b'{"done": ["d"], "kept"', b"\0\0\0\0\n", b"[1]\n", b'{"done": 3}\n', b"\xff\n"])
def test_a_torn_or_lost_end_is_cut_off(out: Path, rest: bytes):
    journal = Journal.beside(out, SAME, goes_on=True)
    with journal.path.open("ab") as file:
        file.write(rest)
    assert journal.begin([Reaching()]) == Earlier(frozenset({"a", "ü", "c"}), {"csv": {"at": 50}}, (3, 4, 0))
    journal.add(["d"], {"csv": {"at": 60}}, (4, 5, 0))
    journal.leave()
    assert [json.loads(line) for line in journal.path.read_bytes().splitlines()][-1]["done"] == ["d"]
    assert again(out).done == {"a", "ü", "c", "d"}


def test_where_a_result_lost_its_end_the_checkpoint_before_counts(out: Path):
    assert again(out, length=49) == Earlier(frozenset({"a", "ü"}), {"csv": {"at": 20}}, (2, 3, 0))
    assert again(out) == Earlier(frozenset({"a", "ü"}), {"csv": {"at": 20}}, (2, 3, 0))
    assert again(out, length=19) is None


def test_another_model_or_option_is_refused_and_told(out: Path):
    before = Journal.beside(out, SAME, goes_on=True).path.read_bytes()
    with pytest.raises(RunFailed, match=r"another --min-score \(none, now 0\.3\).*without --resume it begins anew"):
        again(out, **{"--min-score": "0.3"})
    with pytest.raises(RunFailed, match=r"another --coco \(none, now x\.json\)"):
        again(out, **{"--coco": "x.json"})
    assert Journal.beside(out, SAME, goes_on=True).path.read_bytes() == before
    assert again(out) is not None


def test_of_other_results_nothing_goes_on(out: Path):
    journal = Journal.beside(out, SAME, goes_on=True)
    assert journal.begin([]) is None
    journal.leave()


def test_no_journal_is_a_beginning(tmp_path: Path):
    assert again(tmp_path / "new" / "seen.csv") is None
