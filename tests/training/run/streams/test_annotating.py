"""A whole film through a model that sees what is red: the annotated film, its sound, and the rows."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.seeing_red import COLOURS, RED, SURE, SeesRed
from tests.helpers.videos import (
    COUNT,
    HEIGHT,
    RATE,
    WIDTH,
    has_sound,
    number_of,
    put_ffmpeg_into,
    run_ffmpeg,
    write_h264,
    write_video,
)
from training.run.failure import ModelFileError
from training.run.streams import encoders, ffmpeg
from training.run.streams.annotating import VIDEO_COLUMNS, annotate_video
from training.run.streams.video_file import VideoFile, VideoProblem
from training.run.streams.video_writer import WITHOUT_FFMPEG, AnnotatedVideo


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    write_h264(folder / "talk.mp4", sound=True)
    write_video(folder / "old.avi")
    uneven = ("-vf", "select=not(between(n\\,10\\,30))", "-fps_mode", "vfr", "-c:v", "libx264", "-g", "40")
    run_ffmpeg("-i", folder / "talk.mp4", *uneven, "-c:a", "copy", folder / "uneven.mp4")
    odd = ("-vf", "scale=75:75", "-frames:v", "5", "-c:v", "ffv1", "-pix_fmt", "bgr0", "-an")
    run_ffmpeg("-i", folder / "talk.mp4", *odd, folder / "odd.mkv")
    return folder


@pytest.fixture
def without_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nothing").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


@pytest.fixture
def with_ffmpeg(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = put_ffmpeg_into(tmp_path_factory.mktemp("programs"))
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pictures_of(path: Path) -> list[np.ndarray]:
    with VideoFile(path) as video:
        return [frame.pixels for frame in iter(video.read, None)]


def is_edge(picture: np.ndarray, x: int, y: int) -> bool:
    """Whether something in the colour of the box is drawn there, as far as a codec keeps it."""
    near = picture[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].astype(int)
    return bool((np.abs(near - COLOURS[RED.id]).max(axis=2) < 90).any())


@pytest.mark.usefixtures("with_ffmpeg")
@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".avi", ".MOV"])
def test_the_copy_has_boxes_rate_and_sound(films: Path, tmp_path: Path, ending: str):
    out = tmp_path / f"seen{ending}"
    tally = annotate_video(SeesRed(), films / "talk.mp4", out, min_score=0.5, colours=COLOURS)
    assert (tally.frames, tally.answered, tally.rows, tally.note) == (COUNT, COUNT, COUNT, "")
    assert has_sound(out)
    with VideoFile(out) as video:
        assert (video.width, video.height, video.frames_per_second) == (WIDTH, HEIGHT, RATE)
    pictures = pictures_of(out)
    assert [number_of(picture) for picture in pictures] == list(range(COUNT))
    for number in (0, 20, 40):
        box = SeesRed()._red(pictures_of(films / "talk.mp4")[number])
        assert is_edge(pictures[number], round(box.xmin), round(box.ymax) - 2)
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


@pytest.mark.usefixtures("with_ffmpeg")
def test_mp4_is_h264_that_browsers_play(films: Path, tmp_path: Path):
    annotate_video(SeesRed(), films / "odd.mkv", tmp_path / "seen.mp4")
    content = (tmp_path / "seen.mp4").read_bytes()
    assert b"avc1" in content
    assert content.index(b"moov") < content.index(b"mdat"), "it plays while it loads"
    assert not has_sound(tmp_path / "seen.mp4")


@pytest.mark.usefixtures("without_ffmpeg")
@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".avi"])
def test_without_ffmpeg_there_is_no_sound_and_that_is_said(films: Path, tmp_path: Path, ending: str):
    out = tmp_path / f"seen{ending}"
    tally = annotate_video(SeesRed(), films / "talk.mp4", out, min_score=0.5, colours=COLOURS)
    assert tally.note == WITHOUT_FFMPEG
    assert not has_sound(out)
    assert [number_of(picture) for picture in pictures_of(out)] == list(range(COUNT))


@pytest.mark.usefixtures("with_ffmpeg")
def test_sound_that_can_not_be_taken_along_does_not_lose_the_pictures(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fails(*_: object) -> None:
        raise VideoProblem("ffmpeg failed: unknown codec")

    monkeypatch.setattr("training.run.streams.video_writer.add_sound", fails)
    tally = annotate_video(SeesRed(), films / "talk.mp4", tmp_path / "seen.mp4")
    assert "unknown codec" in tally.note
    assert len(pictures_of(tmp_path / "seen.mp4")) == COUNT
    assert [path.name for path in tmp_path.iterdir()] == ["seen.mp4"]


@pytest.mark.parametrize("programs", ["with_ffmpeg", "without_ffmpeg"])
def test_odd_sides_become_even_and_nothing_moves(
    films: Path, tmp_path: Path, programs: str, request: pytest.FixtureRequest
):
    request.getfixturevalue(programs)
    annotate_video(SeesRed(), films / "odd.mkv", tmp_path / "seen.mp4", tmp_path / "seen.csv")
    pictures = pictures_of(tmp_path / "seen.mp4")
    assert {picture.shape for picture in pictures} == {(76, 76, 3)}
    assert len(pictures) == 5
    assert max(float(row["xmax"]) for row in rows_of(tmp_path / "seen.csv")) == 75.0


@pytest.mark.parametrize("programs", ["with_ffmpeg", "without_ffmpeg"])
def test_unevenly_timed_frames_stay_with_the_sound(
    films: Path, tmp_path: Path, programs: str, request: pytest.FixtureRequest
):
    request.getfixturevalue(programs)
    annotate_video(SeesRed(), films / "uneven.mp4", tmp_path / "seen.mp4")
    with VideoFile(tmp_path / "seen.mp4") as video:
        frames = list(iter(video.read, None))
    assert len(frames) == COUNT
    for frame in frames:
        still = 9 if 10 <= frame.number <= 30 else frame.number
        assert number_of(frame.pixels) == still


def test_rows_tell_frame_moment_class_score_and_corners(films: Path, tmp_path: Path):
    tally = annotate_video(SeesRed(), films / "talk.mp4", None, tmp_path / "seen.csv", min_score=0.5)
    text = (tmp_path / "seen.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0] == ",".join(VIDEO_COLUMNS)
    assert text.count("\n") == COUNT + 1
    assert tally.rows == COUNT
    rows = rows_of(tmp_path / "seen.csv")
    assert [int(row["frame"]) for row in rows] == list(range(COUNT))
    assert [float(row["seconds"]) for row in rows] == [round(number / RATE, 3) for number in range(COUNT)]
    expected = SeesRed()._red(pictures_of(films / "talk.mp4")[20])
    assert rows[20]["class"] == "red"
    assert float(rows[20]["score"]) == SURE
    assert [float(rows[20][edge]) for edge in VIDEO_COLUMNS[4:]] == list(expected.corners)


def test_frames_in_which_nothing_is_seen_have_a_row_of_their_own(films: Path, tmp_path: Path):
    tally = annotate_video(SeesRed(), films / "old.avi", None, tmp_path / "seen.csv", every=10, min_score=0.95)
    assert (tally.frames, tally.answered, tally.rows) == (COUNT, 5, 0)
    assert [row["class"] for row in rows_of(tmp_path / "seen.csv")] == [""] * 5


def test_the_class_of_whole_pictures_has_no_corners_and_gets_bars(films: Path, tmp_path: Path):
    annotate_video(SeesRed(classifies=True), films / "old.avi", tmp_path / "seen.avi", tmp_path / "seen.csv", every=25)
    assert [(row["frame"], row["class"], row["xmin"]) for row in rows_of(tmp_path / "seen.csv")] == [
        ("0", "red", ""),
        ("25", "red", ""),
    ]
    before, after = pictures_of(films / "old.avi")[0], pictures_of(tmp_path / "seen.avi")[0]
    assert after[:20, :60].mean() < before[:20, :60].mean() - 10


def test_what_the_nth_frame_said_stays_until_the_next(films: Path, tmp_path: Path):
    model = SeesRed()
    tally = annotate_video(model, films / "old.avi", tmp_path / "seen.avi", every=8, min_score=0.5, colours=COLOURS)
    assert (tally.frames, tally.answered, len(model.seen)) == (COUNT, 7, 7)
    box = SeesRed()._red(pictures_of(films / "old.avi")[8])
    for number in (8, 15):
        assert is_edge(pictures_of(tmp_path / "seen.avi")[number], round(box.xmin), round(box.ymin))


def test_progress_counts_frames(films: Path, tmp_path: Path):
    told: list[tuple[int, int]] = []
    annotate_video(SeesRed(), films / "old.avi", None, tmp_path / "a.csv", progress=lambda *now: told.append(now))
    assert told == [(number, COUNT) for number in range(1, COUNT + 1)]


@pytest.mark.parametrize("programs", ["with_ffmpeg", "without_ffmpeg"])
@pytest.mark.parametrize("way", ["cancelled", "failing"])
def test_cancelled_or_failed_nothing_is_left_and_what_was_there_stays(
    films: Path, tmp_path: Path, programs: str, way: str, request: pytest.FixtureRequest
):
    request.getfixturevalue(programs)
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "seen.mp4").write_bytes(b"an earlier film")
    model, done = SeesRed(), []

    def progress(*_: int) -> None:
        done.append(1)
        model.fails = way == "failing" and len(done) == 10

    def run():
        return annotate_video(
            model,
            films / "talk.mp4",
            folder / "seen.mp4",
            folder / "seen.csv",
            progress=progress,
            cancelled=lambda: way == "cancelled" and len(done) == 10,
        )

    if way == "failing":
        with pytest.raises(ModelFileError):
            run()
    else:
        assert run().cancelled
    assert len(done) == 10
    assert [path.name for path in folder.iterdir()] == ["seen.mp4"]
    assert (folder / "seen.mp4").read_bytes() == b"an earlier film"


def test_cancelled_while_the_times_of_its_frames_are_looked_for_nothing_is_left(films: Path, tmp_path: Path):
    told: list[tuple[int, int]] = []
    out = tmp_path / "seen.mp4"
    tally = annotate_video(
        SeesRed(), films / "talk.mp4", out, progress=lambda *far: told.append(far), cancelled=lambda: bool(told)
    )
    assert (tally.cancelled, tally.frames, told) == (True, 0, [(0, 0)])
    assert list(tmp_path.iterdir()) == []


def test_an_ffmpeg_that_gives_up_is_told_with_its_reason(
    films: Path, tmp_path: Path, with_ffmpeg: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(ffmpeg.ENCODERS, "libx264", ("-crf", "nonsense"))
    out = tmp_path / "out" / "seen.mp4"
    with pytest.raises(VideoProblem, match="written") as caught:
        annotate_video(SeesRed(), films / "talk.mp4", out)
    assert "did not say why" not in str(caught.value)
    assert list(out.parent.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="the program is a script")
def test_an_ffmpeg_that_hangs_is_ended(films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = tmp_path / "programs" / "ffmpeg"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\ncase \"$*\" in *-encoders) echo ' V....D libx264  x';; *) exec sleep 60;; esac\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(encoders, "PATIENCE_SECONDS", 0.3)
    with pytest.raises(VideoProblem, match="can't be"):
        annotate_video(SeesRed(), films / "talk.mp4", tmp_path / "seen.mp4")
    assert not (tmp_path / "seen.mp4").exists()


@pytest.mark.skipif(os.name == "nt", reason="the program is a script")
def test_an_ffmpeg_in_the_current_folder_or_one_that_is_none_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\necho ' V....D libx264  x'\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".")
    assert ffmpeg.find_ffmpeg() is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ffmpeg.find_ffmpeg() == ffmpeg.Ffmpeg(str(program), "libx264")
    ffmpeg._best_encoder.cache_clear()
    program.write_text("#!/bin/sh\nexit 1\n")
    assert ffmpeg.find_ffmpeg() is None


def test_the_film_itself_and_unknown_endings_are_not_written_to(films: Path, tmp_path: Path):
    for out in (films / "talk.mp4", films / ".." / films.name / "talk.mp4"):
        with pytest.raises(VideoProblem, match="different names"):
            annotate_video(SeesRed(), films / "talk.mp4", out)
    with pytest.raises(VideoProblem, match="different names"):
        annotate_video(SeesRed(), films / "talk.mp4", tmp_path / "a.mp4", tmp_path / "a.mp4")
    with pytest.raises(VideoProblem, match="ends in"):
        annotate_video(SeesRed(), films / "talk.mp4", tmp_path / "seen.gif")
    with pytest.raises(VideoProblem, match="folder"):
        annotate_video(SeesRed(), films / "talk.mp4", tmp_path)
    with VideoFile(films / "talk.mp4") as video, pytest.raises(VideoProblem, match="the video itself"):
        AnnotatedVideo(films / "talk.mp4", video)
    assert list(tmp_path.iterdir()) == []


def test_frames_of_another_size_are_a_mistake_of_the_program(films: Path, tmp_path: Path):
    with (
        VideoFile(films / "old.avi") as video,
        pytest.raises(ValueError, match="expected frames"),
        AnnotatedVideo(tmp_path / "seen.avi", video) as annotated,
    ):
        annotated.write(np.zeros((10, 10, 3), np.uint8))
    assert list(tmp_path.iterdir()) == []


def test_frames_that_come_too_fast_are_left_out_and_long_gaps_are_filled(films: Path, tmp_path: Path):
    with VideoFile(films / "old.avi") as video, AnnotatedVideo(tmp_path / "seen.avi", video) as annotated:
        for moment in (0.0, 0.01, 0.04, 0.16):
            frame = video.read()
            assert frame is not None
            annotated.write(frame.pixels, moment)
    assert [number_of(picture) for picture in pictures_of(tmp_path / "seen.avi")] == [0, 2, 2, 2, 3]


def test_a_discarded_film_leaves_nothing(films: Path, tmp_path: Path):
    with VideoFile(films / "old.avi") as video, AnnotatedVideo(tmp_path / "seen.avi", video) as annotated:
        frame = video.read()
        assert frame is not None
        annotated.write(frame.pixels)
        annotated.discard()
    assert list(tmp_path.iterdir()) == []
