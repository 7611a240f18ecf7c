"""Frames of real files: their order, their moments, their sides, and jumping to each of them."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.command_line import ROOT
from tests.helpers.videos import (
    COUNT,
    HEIGHT,
    RATE,
    WIDTH,
    number_of,
    numbered_frame,
    run_ffmpeg,
    write_h264,
    write_video,
)
from training.run.failure import is_expected
from training.run.streams.frame import Frame
from training.run.streams.video_file import ReadingCancelledError, VideoFile, VideoProblem

H264_COUNT = 120
JUMPS = 12


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the kinds of files that phones, cameras, screens and cutting programs make of one film."""
    folder = tmp_path_factory.mktemp("films")
    write_video(folder / "photos.avi")
    write_video(folder / "old.mp4")
    film = write_h264(folder / "phone.mp4", count=H264_COUNT)
    run_ffmpeg("-i", film, "-c", "copy", folder / "camcorder.ts")
    run_ffmpeg("-i", film, "-c", "copy", "-mpegts_m2ts_mode", "1", folder / "disc.m2ts")
    run_ffmpeg("-i", film, "-c", "copy", "-bsf:v", "h264_mp4toannexb", "-f", "h264", folder / "bare.h264")
    run_ffmpeg("-ss", "1.5", "-i", film, "-c", "copy", folder / "cut.mp4")
    run_ffmpeg("-itsoffset", "2", "-i", film, "-c", "copy", "-copyts", folder / "late.mkv")
    uneven = ("-vf", "select=not(between(n\\,30\\,70))", "-fps_mode", "vfr", "-c:v", "libx264", "-g", "40")
    run_ffmpeg("-i", film, *uneven, folder / "uneven.mp4")
    run_ffmpeg("-i", film, "-c", "copy", "-movflags", "+faststart", folder / "whole.mp4")
    whole = (folder / "whole.mp4").read_bytes()
    (folder / "broken off.mp4").write_bytes(whole[: len(whole) * 6 // 10])
    return folder


def frames_of(video: VideoFile) -> list[Frame]:
    return list(iter(video.read, None))


def test_frames_come_in_order_with_their_moments(films: Path):
    with VideoFile(films / "phone.mp4") as video:
        assert (video.width, video.height, video.frames_per_second) == (WIDTH, HEIGHT, RATE)
        assert (video.frame_count, video.duration, video.title) == (H264_COUNT, H264_COUNT / RATE, "phone.mp4")
        frames = frames_of(video)
        assert video.read() is None
    assert [frame.number for frame in frames] == list(range(H264_COUNT))
    assert [number_of(frame.pixels) for frame in frames] == list(range(H264_COUNT))
    assert [frame.seconds for frame in frames] == pytest.approx([number / RATE for number in range(H264_COUNT)])
    assert frames[0].pixels.shape == (HEIGHT, WIDTH, 3)
    difference = np.abs(frames[7].pixels.astype(int) - numbered_frame(7)).mean()
    assert difference < 6, "red stays red"


@pytest.mark.parametrize(
    ("name", "first", "count"),
    [
        ("photos.avi", 0, COUNT),
        ("old.mp4", 0, COUNT),
        ("phone.mp4", 0, H264_COUNT),
        ("camcorder.ts", 0, H264_COUNT),
        ("disc.m2ts", 0, H264_COUNT),
        ("bare.h264", 0, H264_COUNT),
        ("late.mkv", 0, H264_COUNT),
        ("cut.mp4", 38, H264_COUNT - 38),
        ("uneven.mp4", 0, H264_COUNT - 41),
        ("broken off.mp4", 0, None),
    ],
)
def test_a_jump_lands_on_exactly_the_frame_that_reading_gives(films: Path, name: str, first: int, count: int | None):
    with VideoFile(films / name) as video:
        read = frames_of(video)
        assert number_of(read[0].pixels) == first
        assert count is None or len(read) == count
        assert video.frame_count == len(read), "once the end was seen, the count is true"
    with VideoFile(films / name) as video:
        chance = random.Random(name)
        for number in [len(read) - 1, 0, *(chance.randrange(len(read)) for _ in range(JUMPS)), 0, 1]:
            video.seek(number)
            frame = video.read()
            assert frame is not None
            assert (frame.number, frame.seconds) == (number, pytest.approx(read[number].seconds))
            assert number_of(frame.pixels) == number_of(read[number].pixels)
            following = video.read()
            assert (following is None) == (number == len(read) - 1)


@pytest.mark.parametrize("name", ["phone.mp4", "uneven.mp4", "camcorder.ts"])
def test_a_jump_into_the_middle_need_not_begin_again(films: Path, name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(VideoFile, "_begin_again", lambda _: pytest.fail("it counts from the first frame"))
    with VideoFile(films / name) as video:
        for number in (74, 40, 60):
            video.seek(number)
            frame = video.read()
            assert frame is not None
            assert frame.number == number


def test_behind_the_end_there_is_nothing_and_one_can_go_back(films: Path):
    with VideoFile(films / "phone.mp4") as video:
        video.seek(H264_COUNT + 30)
        assert video.read() is None
        video.seek(H264_COUNT + 3)
        assert video.read() is None
        video.seek(-4)
        first = video.read()
        assert first is not None
        assert number_of(first.pixels) == 0


def test_skipped_frames_are_counted(films: Path):
    with VideoFile(films / "old.mp4") as video:
        assert all(video.skip() for _ in range(COUNT - 1))
        last = video.read()
        assert last is not None
        assert number_of(last.pixels) == last.number == COUNT - 1
        assert not video.skip()


def test_uneven_frames_keep_their_moments(films: Path):
    with VideoFile(films / "uneven.mp4") as video:
        for frame in frames_of(video):
            assert frame.seconds == pytest.approx(number_of(frame.pixels) / RATE, abs=0.002)
        assert video.frames_per_second < RATE
        assert video.steady_rate() == pytest.approx(RATE)


def test_a_count_that_the_file_tells_wrongly_is_put_right_at_the_end(films: Path):
    with VideoFile(films / "late.mkv") as video:
        assert video.frame_count != H264_COUNT
        frames_of(video)
        assert video.frame_count == H264_COUNT
    with VideoFile(films / "bare.h264") as video:
        assert (video.frame_count, video.duration) == (0, 0.0)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_phone_that_was_turned_gives_upright_frames(films: Path, tmp_path: Path, degrees: int):
    turned, upright = tmp_path / "turned.mp4", tmp_path / "upright.mp4"
    run_ffmpeg("-display_rotation", str(degrees), "-i", films / "phone.mp4", "-c", "copy", turned)
    run_ffmpeg("-i", turned, "-frames:v", "3", "-c:v", "libx264", "-crf", "5", upright)  # ffmpeg turns by itself
    with VideoFile(turned) as video, VideoFile(upright) as expected:
        assert (video.width, video.height) == (expected.width, expected.height)
        assert ((video.width, video.height) == (WIDTH, HEIGHT)) == (degrees == 180)
        ours, theirs = video.read(), expected.read()
        assert ours is not None
        assert theirs is not None
        assert np.abs(ours.pixels.astype(int) - theirs.pixels).mean() < 6
        video.seek(60)
        later = video.read()
        assert later is not None
        assert later.pixels.shape == ours.pixels.shape


@pytest.mark.parametrize(
    ("squeezed", "degrees", "size"),
    [("4/3", 0, (213, 120)), ("1/2", 0, (160, 240)), ("4/3", 90, (120, 213)), ("99/1", 0, (160, 120))],
)
def test_squeezed_pictures_are_seen_as_they_were_filmed(
    films: Path, tmp_path: Path, squeezed: str, degrees: int, size: tuple[int, int]
):
    run_ffmpeg("-i", films / "old.mp4", "-vf", f"setsar={squeezed}", "-c:v", "libx264", tmp_path / "flat.mp4")
    turn = ("-display_rotation", str(degrees)) if degrees else ()
    run_ffmpeg(*turn, "-i", tmp_path / "flat.mp4", "-c", "copy", tmp_path / "squeezed.mp4")
    with VideoFile(tmp_path / "squeezed.mp4") as video:
        frame = video.read()
        assert frame is not None
        assert (video.width, video.height) == size == frame.pixels.shape[1::-1]
        assert degrees or number_of(frame.pixels) == 0


def test_transparent_videos_have_three_channels(tmp_path: Path):
    raw = write_video(tmp_path / "raw.avi", 5)
    run_ffmpeg("-i", raw, "-vf", "format=argb,colorchannelmixer=aa=0.5", "-c:v", "qtrle", tmp_path / "alpha.mov")
    with VideoFile(tmp_path / "alpha.mov") as video:
        assert [frame.pixels.shape for frame in frames_of(video)] == [(HEIGHT, WIDTH, 3)] * 5


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"just words\n" * 500, "no video"),
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/secret.ts\n#EXT-X-ENDLIST\n", "no video"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "no video"),
        (b"v=0\nc=IN IP4 127.0.0.1\nm=video 1234 RTP/AVP 96\n", "no video"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(300), "no video"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "no video"),
        (b"GGGG", "no video"),
        (b"\x00\x00\x00\x20ftypisom" + bytes(4000), "damaged"),
        (b"\x1a\x45\xdf\xa3" + b"\x93" * 4000, "damaged"),
    ],
)
def test_what_is_no_video_is_refused_with_a_reason(tmp_path: Path, content: bytes, reason: str, capfd):
    path = tmp_path / "holiday.mp4"
    path.write_bytes(content)
    with pytest.raises(VideoProblem, match=reason) as caught:
        VideoFile(path)
    assert "holiday.mp4" in str(caught.value)
    assert is_expected(caught.value)
    assert capfd.readouterr() == ("", ""), "libraries keep quiet"


def test_in_a_fresh_program_libraries_keep_quiet_too(films: Path, tmp_path: Path):
    (tmp_path / "damaged.mp4").write_bytes(b"\x00\x00\x00\x20ftypisom" + bytes(4000))
    code = """
import sys
from pathlib import Path
from training.run.streams.video_file import ReadingCancelledError, VideoFile, VideoProblem
with VideoFile(Path(sys.argv[1])) as video:
    while video.read():
        pass
try:
    VideoFile(Path(sys.argv[2]))
except VideoProblem:
    print("refused")
"""
    words = [sys.executable, "-c", code, str(films / "broken off.mp4"), str(tmp_path / "damaged.mp4")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("refused\n", "")


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path):
    with pytest.raises(VideoProblem, match="there is no video"):
        VideoFile(tmp_path / "nowhere.mp4")
    with pytest.raises(VideoProblem, match="folder"):
        VideoFile(tmp_path)


def test_a_name_is_only_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """ffmpeg would take such names for a way to read other files."""
    monkeypatch.chdir(tmp_path)
    path = Path("concat:a%03d.mp4")
    write_video(tmp_path / "a.avi", 3).rename(tmp_path / path)
    with VideoFile(path) as video:
        assert len(frames_of(video)) == 3


def test_a_damaged_middle_does_not_end_the_film_or_fill_the_terminal(films: Path, tmp_path: Path, capfd):
    content = bytearray((films / "whole.mp4").read_bytes())
    middle = len(content) * 2 // 3
    content[middle : middle + 400] = bytes(400)
    (tmp_path / "scratched.mp4").write_bytes(content)
    with VideoFile(tmp_path / "scratched.mp4") as video:
        assert len(frames_of(video)) > H264_COUNT // 2
    assert capfd.readouterr() == ("", "")


def test_closing_twice_is_allowed_and_reading_then_gives_nothing(films: Path):
    video = VideoFile(films / "old.mp4")
    video.close()
    video.close()
    assert video.read() is None


def test_looking_through_the_whole_file_can_be_cancelled(films: Path):
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) == 3

    for look in (lambda video: video.seek(H264_COUNT - 1), VideoFile.steady_rate):
        asked.clear()
        with VideoFile(films / "phone.mp4", cancelled) as video, pytest.raises(ReadingCancelledError):
            look(video)
        assert len(asked) == 3


def test_counting_frames_where_the_file_has_no_times_can_be_cancelled(films: Path):
    with VideoFile(films / "bare.h264", lambda: True) as video:
        video._times_are_known = True
        with pytest.raises(ReadingCancelledError):
            video.seek(H264_COUNT - 1)
