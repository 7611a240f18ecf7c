"""The CSV of results, as it grows and when it is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.written_results import CARD, CUP, FORK, classified, fed, seen, unreadable
from training.run.result_files import write_predictions
from training.run.results.csv_sink import CsvSink

HEADER = "filename,class,score,xmin,ymin,xmax,ymax\n"


def test_a_row_a_box_and_a_name_alone_where_nothing_is_seen(tmp_path: Path):
    out = tmp_path / "new folder" / "seen.csv"
    fed(CsvSink(out), seen("a/ü 1.png", CUP, FORK), seen("b.png"), unreadable("c.png"), classified("d.png"))
    assert out.read_bytes().decode() == (
        HEADER + "a/ü 1.png,cup,0.9000,10.5,20,40.25,60.125\na/ü 1.png,fork,0.2500,0,0,8,9\n"
        "b.png,,,,,,\nd.png,fork,0.7500,,,,\n"
    )
    assert list(tmp_path.rglob("*.partial")) == []


def test_it_is_the_same_file_as_a_run_writes(tmp_path: Path):
    results = [seen("=1+1.png", CUP), seen("b,c.png", FORK), classified("d.png")]
    fed(CsvSink(tmp_path / "ours.csv"), *results)
    write_predictions(tmp_path / "theirs.csv", ((one.name, one.answer.rows) for one in results))
    assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "theirs.csv").read_bytes()


def test_until_it_is_whole_the_former_file_stays(tmp_path: Path):
    out = tmp_path / "seen.csv"
    out.write_text("of last week")
    sink = CsvSink(out)
    sink.begin(CARD)
    sink.take(seen("a.png", CUP))
    sink.checkpoint()
    assert out.read_text() == "of last week"
    sink.finish()
    assert out.read_text().startswith(HEADER)


@pytest.mark.parametrize("torn", [b"", b"b.pn", b"b.png,cup,0.9000,1,2,3,4\nc" * 9])
def test_what_came_after_the_checkpoint_never_was(tmp_path: Path, torn: bytes):
    sink = CsvSink(tmp_path / "seen.csv")
    sink.begin(CARD)
    sink.take(seen("a.png", FORK))
    kept = sink.checkpoint()
    sink.leave()
    with (tmp_path / "seen.csv.partial").open("ab") as file:
        file.write(torn)
    sink = CsvSink(tmp_path / "seen.csv")
    assert sink.still_there(kept)
    sink.begin(CARD, kept)
    sink.take(seen("b.png", CUP))
    sink.finish()
    lines = (tmp_path / "seen.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["filename", "a.png", "b.png"]


def test_a_file_that_lost_what_was_kept_is_known(tmp_path: Path):
    sink = CsvSink(tmp_path / "seen.csv")
    sink.begin(CARD)
    kept = sink.checkpoint()
    sink.leave()
    (tmp_path / "seen.csv.partial").write_bytes(b"short")
    assert not sink.still_there(kept)
    sink.discard()
    assert not sink.still_there(kept)
    assert list(tmp_path.iterdir()) == []
