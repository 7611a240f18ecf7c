"""Files that belong together take their places together, or none does."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.dataset import safe_files
from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.formats.format import WriteChoices
from training.dataset.formats.registry import WRITERS


class StoppedError(Exception):
    pass


def names_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_files_come_at_the_end_of_the_block(tmp_path: Path):
    with safe_files.together(tmp_path / "out"):
        safe_files.write_text(tmp_path / "out" / "deep" / "one.txt", "1")
        safe_files.write_text(tmp_path / "elsewhere.txt", "3")
        assert not (tmp_path / "out" / "deep").exists()
        safe_files.write_text(tmp_path / "out" / "two.txt", "2")
    assert names_in(tmp_path) == {"elsewhere.txt", "out", "out/deep", "out/deep/one.txt", "out/two.txt"}
    assert (tmp_path / "out" / "deep" / "one.txt").read_text() == "1"
    assert (tmp_path / "out" / "two.txt").stat().st_mode == (tmp_path / "elsewhere.txt").stat().st_mode


def write_and_stop(place: Path) -> None:
    with safe_files.together(place):
        safe_files.write_text(place / "one.txt", "new")
        raise StoppedError


def test_a_block_that_fails_leaves_what_was_there(tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "one.txt").write_text("old")
    for place in (tmp_path / "out", tmp_path / "new" / "deep"):
        with pytest.raises(StoppedError):
            write_and_stop(place)
    assert names_in(tmp_path) == {"out", "out/one.txt"}
    assert (tmp_path / "out" / "one.txt").read_text() == "old"
    safe_files.write_text(tmp_path / "out" / "one.txt", "new")  # nothing of the blocks goes on
    assert (tmp_path / "out" / "one.txt").read_text() == "new"


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_tells_its_progress_and_can_be_stopped(tmp_path: Path, name: str):
    images = tuple(LabelledImage(f"{at}.png", 10, 10, ()) for at in range(4))
    told: list[tuple[int, int]] = []

    def stop_at_two(done: int, total: int) -> None:
        told.append((done, total))
        if done == 2:
            raise StoppedError

    write, place = WRITERS[name].write, tmp_path / (WRITERS[name].file_name or "out")
    assert write is not None
    with pytest.raises(StoppedError), safe_files.together(tmp_path):
        write(Dataset(images, ("cup",)), place, WriteChoices(None, stop_at_two))
    assert told == [(0, 4), (1, 4), (2, 4)]
    assert names_in(tmp_path) == set()


def test_it_is_known_before_what_would_be_replaced(tmp_path: Path):
    for name in ("equal", "other"):
        (tmp_path / name).write_text(name)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with safe_files.together(tmp_path) as group:
        for name, text in {"equal": "equal", "other": "OTHER", "new": "new", "link": "link"}.items():
            safe_files.write_text(tmp_path / name, text)
        assert group.would_replace() == [tmp_path / "other", tmp_path / "link"]
        assert (tmp_path / "other").read_text() == "other"
