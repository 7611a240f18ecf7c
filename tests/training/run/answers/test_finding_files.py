"""The files that a person names: in order, as they are found, and counted beside."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest

from training.dataset import image_folder
from training.dataset.image_folder import find_images
from training.run.answers.finding_files import FoundFiles


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def names_of(*paths: Path, without: Path | None = None) -> list[str]:
    with FoundFiles(paths, without) as files:
        return [name for name, _ in files]


def counted(*paths: Path, without: Path | None = None) -> tuple[int | None, int]:
    files = FoundFiles(paths, without)
    files._counting.join()
    return files.total, files.videos


@pytest.mark.parametrize("seed", range(5))
def test_they_come_in_the_order_in_which_a_person_would_number_them(tmp_path: Path, seed: int):
    chance = random.Random(seed)
    parts = ["img2", "img10", "a", "a b", "a-b", "B", "010", "10", "9", "x.y", "runs", ".hidden", "ä"]
    for _ in range(60):
        folders = [chance.choice(parts[:6] + parts[7:]) for _ in range(chance.randrange(3))]
        touch(tmp_path, "/".join([*folders, f"{chance.choice(parts)}.{chance.choice(['jpg', 'PNG', 'txt', 'mp4'])}"]))
    assert names_of(tmp_path) == find_images(tmp_path)
    below = [path.relative_to(tmp_path).parts for path in tmp_path.rglob("*.mp4")]
    is_searched = [parts[0] != "runs" and not any(part.startswith(".") for part in parts[:-1]) for parts in below]
    assert counted(tmp_path) == (len(find_images(tmp_path)), sum(is_searched))


def test_names_are_paths_below_a_single_folder_and_else_as_given(tmp_path: Path):
    folder = touch(tmp_path / "one", "a.png", "b/c.jpg")
    other = touch(tmp_path / "two", "d.png")
    assert names_of(folder) == ["a.png", "b/c.jpg"]
    alone = folder / "a.png"
    assert names_of(other, alone) == [(other / "d.png").as_posix(), alone.as_posix()]
    assert counted(other, alone, tmp_path / "gone.png") == (3, 0)


def test_a_folder_is_left_out(tmp_path: Path):
    touch(tmp_path, "a.png", "out/a.png", "out/b/c.png", "outside.png", "v.mov", "out/w.mov")
    assert names_of(tmp_path, without=tmp_path / "out") == ["a.png", "outside.png"]
    assert counted(tmp_path, without=tmp_path / "out") == (2, 1)


def test_only_folders_that_are_reached_are_listed(tmp_path: Path, monkeypatch):
    for number in range(20):
        touch(tmp_path, f"{number:02}/a.png", f"{number:02}/b.png")
    listed = []
    entries = image_folder._entries

    def noting(folder: Path):
        listed.append(folder)
        return entries(folder)

    files = FoundFiles([tmp_path])
    files._counting.join()
    monkeypatch.setattr(image_folder, "_entries", noting)
    assert [name for name, _ in islice(files, 3)] == ["00/a.png", "00/b.png", "01/a.png"]
    assert len(listed) == 3


def test_closing_ends_the_counting(tmp_path: Path):
    touch(tmp_path, *(f"{number}.png" for number in range(50)))
    files = FoundFiles([tmp_path])
    files.close()
    assert not files._counting.is_alive()
