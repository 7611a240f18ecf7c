"""Many files into results: in order, bounded, and going on after any kind of end as if nothing had happened."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import cv2
import pytest

from tests.helpers.pretended_models import SEEN, PretendedPredictor
from tests.helpers.written_results import Noting, bright_files, seeing
from training.run.answers import predict_files
from training.run.answers.finding_files import FoundFiles, NamedFile
from training.run.answers.predict_files import predict_into
from training.run.failure import RunFailed
from training.run.results import keeping
from training.run.results.annotated_sink import AnnotatedSink
from training.run.results.coco_sink import CocoSink
from training.run.results.csv_sink import CsvSink
from training.run.results.journal import Journal
from training.run.results.result import FileResult, ResultSink

DESCRIBED = {"model": "x"}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest.fixture
def files(photos: Path) -> list[NamedFile]:
    return bright_files(photos, 60)


@pytest.fixture
def predictor(photos: Path, files: list[NamedFile]) -> PretendedPredictor:
    return seeing(photos)


@pytest.fixture
def _often_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_UNKEPT", 5)


def sinks_in(folder: Path, photos: Path) -> list[ResultSink]:
    return [
        CsvSink(folder / "seen.csv"),
        CocoSink(folder / "seen.json"),
        AnnotatedSink(folder / "drawn", [photos]),
    ]


def journal_in(folder: Path, *, goes_on: bool = True) -> Journal:
    return Journal.beside(folder / "seen.csv", DESCRIBED, goes_on=goes_on)


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def test_results_come_in_order_with_size_and_box(files, predictor):
    heard: list[FileResult] = []

    class Hearing(ResultSink):
        def take(self, result: FileResult) -> None:
            heard.append(result)

    tally = predict_into(predictor, iter(files), [Hearing()])
    assert [(one.name, one.path) for one in heard] == files
    assert {(one.width, one.height, one.answer.boxes[0].corners) for one in heard} == {(96, 72, SEEN)}
    assert {one.answer.boxes[0].score for one in heard} == {round(230 / 255, 4)}
    assert (tally.images, tally.boxes, tally.problems, tally.cancelled) == (60, 60, [], False)


def test_what_can_not_be_read_is_told_and_does_not_stop_the_rest(files, predictor, photos, tmp_path):
    files[3][1].write_bytes(b"no picture")
    files[4][1].unlink()
    (photos / "clip.mp4").write_bytes(b"a film")
    (tmp_path / "out").mkdir()
    tally = predict_into(predictor, [*files, ("clip.mp4", photos / "clip.mp4")], sinks_in(tmp_path / "out", photos))
    assert [problem.file for problem in tally.problems] == ["003.png", "004.png", "clip.mp4"]
    assert "boxwright video" in tally.problems[2].reason
    assert tally.images == 58
    assert len((tmp_path / "out" / "seen.csv").read_text().splitlines()) == 59


def test_no_more_files_are_looked_at_than_a_few_ahead(files, predictor):
    taken: list[str] = []

    def coming():
        for file in files:
            taken.append(file[0])
            yield file

    ahead = []
    predict_into(predictor, coming(), [Noting(lambda count: ahead.append(len(taken) - count))])
    assert max(ahead) <= predict_files.AHEAD + predict_files.AT_ONCE


def test_it_tells_how_far_it_is(photos, files, predictor):
    heard = []
    with FoundFiles([photos]) as found:
        predict_into(predictor, found, [], progress=heard.append)
    assert (heard[-1].done, heard[-1].total, heard[-1].seconds_left) == (60, 60, 0)
    predict_into(predictor, files, [], progress=heard.append, already={"000.png", "059.png"})
    assert (heard[-1].done, heard[-1].total) == (60, 60)


def test_those_that_are_done_already_are_left_out(files, predictor):
    sink = Noting()
    tally = predict_into(predictor, files, [sink], already={"001.png", "058.png"})
    assert sink.names == [name for name, _ in files if name not in ("001.png", "058.png")]
    assert tally.images == 58


def test_cancelling_without_a_journal_leaves_nothing(files, predictor, photos, tmp_path):
    out, sink = tmp_path / "out", Noting()
    out.mkdir()
    tally = predict_into(
        predictor, files, [CsvSink(out / "seen.csv"), sink], cancelled=lambda: len(sink.names) >= 7
    )  # fmt: skip
    assert (tally.cancelled, tally.images, sink.ends) == (True, 7, ["discard"])
    assert content_of(out) == {}
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("decode")]


def test_where_nothing_can_be_read_nothing_is_written(predictor, photos, tmp_path):
    (tmp_path / "out").mkdir()
    tally = predict_into(predictor, [("x.png", photos / "x.png")], sinks_in(tmp_path / "out", photos))
    assert (tally.images, len(tally.problems)) == (0, 1)
    assert content_of(tmp_path / "out") == {}


@pytest.mark.usefixtures("_often_kept")
def test_after_a_kill_at_any_moment_no_row_is_lost_or_doubled(files, predictor, photos, tmp_path):
    """What lies on the disk at that moment, without what the program had not handed over yet, is all that is left."""
    whole, moments = tmp_path / "whole", (1, 5, 6, 29, 59, 60)

    def kill_later(count: int) -> None:
        if count in moments:
            shutil.copytree(
                whole, tmp_path / f"killed {count}", ignore=shutil.ignore_patterns(".*"), copy_function=shutil.copyfile
            )

    sinks = [*sinks_in(whole, photos), Noting(kill_later)]
    predict_into(predictor, files, sinks, resume=journal_in(whole))
    expected = content_of(whole)
    assert sorted(name for name in expected if "/" not in name) == ["seen.csv", "seen.images.json", "seen.json"]
    for count in moments:
        folder = tmp_path / f"killed {count}"
        for torn in folder.glob("*.partial"):
            with torn.open("ab") as file:
                file.write(b'{"done": ["torn' * 100)
        PretendedPredictor.asked = 0
        tally = predict_into(predictor, files, sinks_in(folder, photos), resume=journal_in(folder))
        assert content_of(folder) == expected
        assert (tally.images, tally.boxes) == (60, 60)
        assert PretendedPredictor.asked == 60 - tally.resumed <= 60 - count + 5


@pytest.mark.usefixtures("_often_kept")
@pytest.mark.parametrize("by_error", [True, False])
def test_what_was_cancelled_or_failed_goes_on(files, predictor, photos, tmp_path, by_error: bool):
    sink = Noting()
    sinks = [*sinks_in(tmp_path / "out", photos), sink]
    if by_error:

        def fails(count: int) -> None:
            if count == 33:
                raise OSError(28, "No space left on device")

        sink._at = fails
        with pytest.raises(OSError, match="No space"):
            predict_into(predictor, files, sinks, resume=journal_in(tmp_path / "out"))
    else:
        stop = lambda: len(sink.names) >= 33  # noqa: E731
        tally = predict_into(predictor, files, sinks, resume=journal_in(tmp_path / "out"), cancelled=stop)
        assert (tally.cancelled, tally.images) == (True, 33)
    assert sink.ends == ["leave"]
    assert not (tmp_path / "out" / "seen.csv").exists()
    again = predict_into(predictor, files, sinks_in(tmp_path / "out", photos), resume=journal_in(tmp_path / "out"))
    assert again.resumed == (30 if by_error else 33)
    rows = (tmp_path / "out" / "seen.csv").read_text().splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == [name for name, _ in files]
    images = json.loads((tmp_path / "out" / "seen.images.json").read_text())["images"]
    assert [(one["id"], one["file_name"]) for one in images] == [(n, name) for n, (name, _) in enumerate(files, 1)]
    assert len(list((tmp_path / "out" / "drawn").iterdir())) == 60


def test_a_run_of_another_model_is_not_gone_on_with(files, predictor, photos, tmp_path):
    out, sink = tmp_path / "out", Noting()
    csv = CsvSink(out / "seen.csv")
    predict_into(predictor, files, [csv, sink], resume=journal_in(out), cancelled=lambda: len(sink.names) >= 7)
    before = content_of(out)
    other = Journal.beside(out / "seen.csv", {"model": "y"}, goes_on=True)
    with pytest.raises(RunFailed, match="begun with another model"):
        predict_into(predictor, files, [CsvSink(out / "seen.csv")], resume=other)
    assert content_of(out) == before
    assert predict_into(predictor, files, [CsvSink(out / "seen.csv")], resume=journal_in(out)).resumed == 7


def test_what_could_not_be_read_is_tried_again(files, predictor, photos, tmp_path):
    out, sink = tmp_path / "out", Noting()
    content = files[2][1].read_bytes()
    files[2][1].write_bytes(b"")
    csv = CsvSink(out / "seen.csv")
    tally = predict_into(predictor, files, [csv, sink], resume=journal_in(out), cancelled=lambda: len(sink.names) > 6)
    assert len(tally.problems) == 1
    files[2][1].write_bytes(content)
    tally = predict_into(predictor, files, [CsvSink(out / "seen.csv")], resume=journal_in(out))
    assert (tally.images, tally.problems) == (60, [])
    assert (out / "seen.csv").read_text().count("002.png") == 1


def test_opencv_has_its_threads_again_when_the_last_one_is_through(
    predictor: PretendedPredictor, files: list[NamedFile]
):
    usual = cv2.getNumThreads()
    cv2.setNumThreads(3)
    try:
        first, second = (predict_files.predict_files(predictor, files) for _ in range(2))
        next(first)
        next(second)
        assert cv2.getNumThreads() == 1
        first.close()
        assert cv2.getNumThreads() == 1
        list(second)
        assert cv2.getNumThreads() == 3
    finally:
        cv2.setNumThreads(usual)
