"""`boxwright video` with a real model."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.helpers.command_line import command, environment, last_json, run_command
from tests.helpers.model_files import untrained_run
from tests.helpers.videos import COUNT, write_video
from training.run.commands.command_line import main
from training.run.streams.video_file import VideoFile


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("films") / "film.avi")


@pytest.fixture(scope="module")
def model() -> Path:
    return untrained_run().path


def test_a_film_gets_boxes_and_rows(film: Path, model: Path, tmp_path: Path, home: Path):
    out, rows = tmp_path / "out" / "seen.mp4", tmp_path / "out" / "seen.csv"
    words = ("video", model, film, "--out", out, "--csv", rows, "--every", 5, "--min-score", 0)
    done = run_command(home, *words, "--json", "--progress")
    told = last_json(done)
    assert (told["frames"], told["answered"], told["rows"]) == (COUNT, COUNT // 5, COUNT // 5)
    progress = [json.loads(line) for line in done.stdout.splitlines() if '"done"' in line]
    assert progress[-1] == {"done": COUNT, "total": COUNT, "seconds_left": 0.0}
    assert all(line.startswith("note: ") for line in done.stderr.splitlines())
    assert len(rows.read_text(encoding="utf-8").splitlines()) == COUNT // 5 + 1
    with VideoFile(out) as video:
        assert video.frame_count == COUNT


def test_what_is_wrong_is_said_in_one_line(film: Path, model: Path, tmp_path: Path, capfd):
    (tmp_path / "words.mp4").write_text("no film at all, only words")
    for words, reason in (
        ((tmp_path / "words.mp4", "--csv", tmp_path / "a.csv"), "words.mp4 is no video"),
        ((tmp_path / "none.mp4", "--csv", tmp_path / "a.csv"), "there is no video"),
        ((film,), "expected --out FILE.mp4"),
        ((film, "--out", film), "different names"),
        ((film, "--out", tmp_path / "a.txt"), "ends in .mp4"),
    ):
        assert main(["video", str(model), *map(str, words)]) == 1
        said = capfd.readouterr().err
        assert said.count("\n") == 1
        assert reason in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["words.mp4"]


@pytest.mark.parametrize("words", [("--every", "0"), ("--every", "x"), ("--min-score", "2"), ("--min-score", "much")])
def test_wrong_numbers_are_wrong_usage(film: Path, model: Path, tmp_path: Path, words: tuple[str, str], capfd):
    with pytest.raises(SystemExit) as ended:
        main(["video", str(model), str(film), "--csv", str(tmp_path / "a.csv"), *words])
    assert ended.value.code == 2
    expected = {"--every": "a whole number of at least 1", "--min-score": "a number from 0 to 1"}
    assert f"{words[0]}: expected {expected[words[0]]}, got {words[1]}" in capfd.readouterr().err


@pytest.mark.parametrize("way", ["interrupted", "left"])
@pytest.mark.skipif(os.name == "nt", reason="there are no such signals on Windows")
def test_stopped_it_leaves_nothing(model: Path, tmp_path: Path, home: Path, way: str):
    long = write_video(tmp_path / "long.avi", 3000)
    folder = tmp_path / "out"
    words = ("video", model, long, "--out", folder / "seen.mp4", "--csv", folder / "seen.csv", "--progress")
    with subprocess.Popen(
        command(*words, *(["--attached"] if way == "left" else [])),
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        json.loads(process.stdout.readline())
        if way == "left":
            process.stdin.close()
        else:
            process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert "nothing was written" in process.stderr.read()
        assert process.wait(30) == 130
    assert list(folder.iterdir()) == []
