"""`boxwright predict` over many files: the real command is killed, interrupted and goes on; what it writes and refuses."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.command_line import PATIENCE, command, environment
from tests.helpers.model_files import exported_zip, untrained_run
from tests.helpers.pretended_models import write_bright_pictures
from training.run.commands.command_line import main

pytestmark = pytest.mark.training

COUNT = 3000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So many names of one small picture."""
    folder = tmp_path_factory.mktemp("many")
    write_bright_pictures(folder, {"00000.jpg": 0.5})
    for number in range(1, COUNT):
        os.link(folder / "00000.jpg", folder / f"{number:05}.jpg")
    return folder


@pytest.fixture
def few(tmp_path: Path) -> Path:
    write_bright_pictures(tmp_path / "few", {"a.png": 0.5})
    write_bright_pictures(tmp_path / "few" / "b", {"c.jpg": 0.9})
    return tmp_path / "few"


def words(images: Path, out: Path, *more: object) -> list[str]:
    return ["predict", str(untrained_run().path), str(images), "--out", str(out), "--min-score", "0", *map(str, more)]


@contextlib.contextmanager
def under_way(home: Path, arguments: list[str], out: Path) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, when a new checkpoint of it is on the disk."""
    before = checkpoints(out)
    process = subprocess.Popen(
        command(*arguments), env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    with process:
        deadline = time.monotonic() + PATIENCE
        while checkpoints(out) <= before:
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            assert time.monotonic() < deadline
            time.sleep(0.005)
        yield process
        process.wait(PATIENCE)


def checkpoints(out: Path) -> int:
    journal = out.with_name(f"{out.name}.progress.partial")
    return max(0, journal.read_bytes().count(b"\n") - 1) if journal.exists() else 0


def names_in(path: Path) -> list[str]:
    return [line.split(",")[0] for line in path.read_text().splitlines()[1:]]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are of POSIX")
def test_killed_then_interrupted_then_whole_without_a_row_lost_or_doubled(many: Path, tmp_path: Path, home, capsys):
    out = tmp_path / "seen.csv"
    arguments = words(many, out, "--coco", tmp_path / "seen.json", "--resume")
    with under_way(home, arguments, out) as process:
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not out.exists()
    with under_way(home, arguments, out) as process:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, said
    assert "the same command with --resume" in said
    assert main([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert 0 < told["resumed"] < told["images"] == COUNT
    assert names_in(out) == [f"{number:05}.jpg" for number in range(COUNT)]
    results = json.loads((tmp_path / "seen.json").read_text())
    assert [one["image_id"] for one in results] == list(range(1, COUNT + 1))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["seen.csv", "seen.images.json", "seen.json"]


def test_csv_coco_and_copies_are_written_and_told(few: Path, tmp_path: Path, capsys):
    out, coco, drawn = tmp_path / "seen.csv", tmp_path / "seen.json", few / "drawn"
    (few / "clip.mp4").write_bytes(b"a film")
    for _ in range(2):  # what was drawn is not looked at the next time
        assert main(words(few, out, "--coco", coco, "--annotated", drawn)) == 0
        told = capsys.readouterr()
        assert names_in(out) == ["a.png", "b/c.jpg"]
        assert [one["file_name"] for one in json.loads((tmp_path / "seen.images.json").read_text())["images"]] == [
            "a.png",
            "b/c.jpg",
        ]
        assert sorted(path.relative_to(drawn).as_posix() for path in drawn.rglob("*.*")) == ["a.png", "b/c.jpg"]
        assert f"Annotated images: 2 in {drawn}" in told.out
        assert f"COCO results: {coco}" in told.out
        assert "1 video was left out: boxwright video" in told.err


def test_ids_come_from_the_data_sets_own_file(few: Path, tmp_path: Path, capsys):
    (tmp_path / "instances.json").write_text(json.dumps({"images": [{"id": 77, "file_name": "c.jpg"}]}))
    coco = ("--coco", tmp_path / "seen.json", "--coco-ids", tmp_path / "instances.json")
    assert main(words(few, tmp_path / "seen.csv", *coco)) == 0
    assert [one["image_id"] for one in json.loads((tmp_path / "seen.json").read_text())] == [78, 77]
    assert "1 images have no id" in capsys.readouterr().out


def test_two_files_that_one_id_could_mean_are_told_and_get_others(few: Path, tmp_path: Path, capsys):
    shutil.copy(few / "b" / "c.jpg", few / "a.jpg")
    (few / "b" / "c.jpg").rename(few / "b" / "a.jpg")
    (few / "b" / "c").mkdir()
    (few / "a.jpg").rename(few / "b" / "c" / "a.jpg")
    (tmp_path / "instances.json").write_text(json.dumps({"images": [{"id": 77, "file_name": "a.jpg"}]}))
    coco = ("--coco", tmp_path / "seen.json", "--coco-ids", tmp_path / "instances.json")
    assert main(words(few, tmp_path / "seen.csv", *coco)) == 0
    assert 77 not in [one["image_id"] for one in json.loads((tmp_path / "seen.json").read_text())]
    assert "so they get new ids: b/a.jpg, b/c/a.jpg" in capsys.readouterr().out


def test_a_zip_from_elsewhere_answers_as_its_run_does(few: Path, tmp_path: Path):
    assert main(words(few, tmp_path / "run.csv")) == 0
    zipped = exported_zip(tmp_path / "model.zip")
    assert main(["predict", str(zipped), str(few), "--out", str(tmp_path / "zip.csv"), "--min-score", "0"]) == 0
    assert (tmp_path / "zip.csv").read_bytes() == (tmp_path / "run.csv").read_bytes()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (("--annotated", "few"), "among the originals"),
        (("--coco", "seen.csv"), "is read or written by another option"),
        (("--coco-ids", "seen.json"), "--coco, which is not given"),
        (("--coco", "seen.json", "--coco-ids", "gone.json"), "expected a COCO file"),
        (("--coco", "seen.json", "--annotated", "seen.images.json"), "is written by another option"),
    ],
)
def test_what_can_not_be_is_refused_before_anything_is_written(few: Path, tmp_path, capsys, monkeypatch, more, reason):
    monkeypatch.chdir(tmp_path)
    assert main(words(Path("few"), Path("seen.csv"), *more)) == 1
    assert reason in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["few"]


def test_a_full_disk_is_told_and_the_way_on(few: Path, tmp_path: Path, capsys, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "seen.csv")

    arguments = words(few, tmp_path / "seen.csv")
    with monkeypatch.context() as patch:
        patch.setattr("training.run.results.partial_file.os.replace", full)
        assert main(arguments) == 1
    assert "the disk is full: seen.csv; what was found is kept" in capsys.readouterr().err
    assert main([*arguments, "--resume", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["resumed"] == 2
    assert names_in(tmp_path / "seen.csv") == ["a.png", "b/c.jpg"]
