"""Zip archives that somebody made to do harm, or that broke on the way: refused with a reason, and nothing is left."""

from __future__ import annotations

import os
import stat
import struct
import time
import zipfile
from pathlib import Path

import psutil
import pytest

from tests.helpers.model_files import exported_zip, keras_copy, untrained_run
from training.dataset.archives import safe_archive as any_archive
from training.run.opening import safe_archive

pytestmark = pytest.mark.training


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return exported_zip(tmp_path / "somebodys model.zip")


def add(path: Path, name: str | zipfile.ZipInfo, content: bytes = b"x", **options) -> Path:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, content, **options)
    return path


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../evil.txt", "leads out"),
        ("labels/../../evil.txt", "leads out"),
        ("a/./b", "leads out"),
        ("a//b", "leads out"),
        ("/etc/evil", "not inside"),
        ("C:/evil.txt", "not inside"),
        ("C:evil.txt", "not inside"),
        ("..\\evil.txt", "not inside"),
        ("best.keras:stream", "not inside"),
        ("con", "on Windows"),
        ("Aux.txt", "on Windows"),
        ("some/COM1.json", "on Windows"),
        ("lpt² .txt", "on Windows"),
        ("best.keras.", "on Windows"),
        ("folder /x", "on Windows"),
        ("bell\x07.txt", "characters"),
        ("x" * 300, "longer than"),
        ("more.zip", "another archive"),
        ("more.tar.GZ", "another archive"),
        ("BEST.keras", "tell apart"),
        ("Labels.txt", "tell apart"),
    ],
)
def test_a_name_that_could_lead_elsewhere(archive: Path, reason, name: str, why: str):
    assert why in reason(add(archive, name))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_the_same_name(archive: Path, reason):
    assert "tell apart" in reason(add(archive, "model.json", b"{}"))


def test_letters_that_only_look_different(archive: Path, reason):
    add(archive, "caf\u00e9.txt")
    assert "tell apart" in reason(add(archive, "cafe\u0301.txt"))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_link_or_a_device(archive: Path, reason, kind: int):
    entry = zipfile.ZipInfo("notes.txt")
    entry.create_system = 3
    entry.external_attr = (kind | 0o777) << 16
    assert "link" in reason(add(archive, entry, b"/etc/passwd"))


def test_an_encrypted_file(archive: Path, reason):
    content = bytearray(archive.read_bytes())
    place = content.rfind(b"PK\x01\x02")
    content[place + 8] |= 1
    archive.write_bytes(content)
    assert "encrypted" in reason(archive)


def test_an_unusual_compression(archive: Path, reason):
    assert "unusual" in reason(add(archive, "notes.txt", b"x" * 100, compress_type=zipfile.ZIP_LZMA))


def test_too_many_files(archive: Path, reason, monkeypatch):
    monkeypatch.setattr(safe_archive, "MOST_ENTRIES", 20)
    for number in range(20):
        add(archive, f"{number}.txt")
    assert "24 files" in reason(archive)


def test_a_list_of_contents_that_would_fill_the_memory(tmp_path: Path, reason):
    path = tmp_path / "list.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(17_000):
            archive.writestr(f"{number:0120}", b"")
    assert "list of contents is too long" in reason(path)


def bomb(path: Path, megabytes: int, name: str = "best.keras") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.json", untrained_run().model_card.read_bytes())
        with archive.open(name, "w") as file:
            for _ in range(megabytes):
                file.write(bytes(2**20))
    return path


def test_a_bomb_that_says_so(tmp_path: Path, reason):
    assert "grows to more than 100 times" in reason(bomb(tmp_path / "bomb.zip", 64))


def test_a_bomb_that_calls_itself_small(tmp_path: Path, reason):
    path = bomb(tmp_path / "bomb.zip", 64)
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<L", 64 * 2**20), struct.pack("<L", 2**20)))
    started = time.monotonic()
    assert "not opened as a model" in reason(path)
    assert time.monotonic() - started < 5


def test_what_is_read_is_counted_whatever_the_archive_says(tmp_path: Path, reason, monkeypatch):
    monkeypatch.setattr(any_archive, "_fault_of", lambda _: "")
    assert "'best.keras' in it grows to more than 100 times" in reason(bomb(tmp_path / "bomb.zip", 64))


def test_a_bomb_within_the_model_is_not_read_whole(tmp_path: Path, reason):
    inner = tmp_path / "bomb.keras"
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", b" " * (15 * 2**20))
        archive.writestr("boxwright.json", untrained_run().model_card.read_bytes())
        archive.writestr("model.weights.h5", b"")
    before = psutil.Process().memory_info().rss
    assert "'config.json' in it is larger than" in reason(inner)
    assert psutil.Process().memory_info().rss - before < 100 * 2**20


def test_files_that_share_their_bytes(tmp_path: Path, reason):
    path = tmp_path / "shared.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.txt", b"x" * 1000)
        archive.writestr("two.txt", b"x" * 1000)
    content = bytearray(path.read_bytes())
    first = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    path.write_bytes(content)
    assert "overlap" in reason(path)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.999])
def test_an_archive_that_was_cut_off(archive: Path, reason, share: float):
    archive.write_bytes(archive.read_bytes()[: int(archive.stat().st_size * share)])
    assert "damaged or cut off" in reason(archive)


def test_a_bit_that_fell_over(archive: Path, reason):
    content = bytearray(archive.read_bytes())
    place = content.find(b"\x89HDF")
    content[place + 5000] ^= 1
    archive.write_bytes(content)
    assert "damaged" in reason(archive)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"MZ" + bytes(100)])
def test_a_file_that_is_no_archive_or_an_empty_one(tmp_path: Path, reason, content: bytes):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert reason(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_a_pipe_is_not_waited_for(tmp_path: Path, reason):
    os.mkfifo(tmp_path / "x.keras")
    assert "no file" in reason(tmp_path / "x.keras")


def test_a_file_that_is_not_there(tmp_path: Path, reason):
    assert "no such file or folder" in reason(tmp_path / "gone.zip")


def test_an_archive_that_is_too_large(archive: Path, reason, monkeypatch):
    monkeypatch.setattr("training.run.opened_model.LARGEST_ZIP", 1000)
    assert "larger than 1,000 bytes" in reason(archive)


@pytest.mark.parametrize(("left_out", "why"), [("model.json", "no model.json"), ("best", "neither best.keras nor")])
def test_a_zip_without_the_model(tmp_path: Path, reason, left_out: str, why: str):
    names = ("best.keras", "best.tflite") if left_out == "best" else (left_out,)
    assert why in reason(exported_zip(tmp_path / "part.zip", without=names))


def test_a_model_file_within_is_looked_at_as_closely(tmp_path: Path, reason):
    hostile = keras_copy(tmp_path / "best.keras", {"../evil.py": b"x"})
    path = exported_zip(tmp_path / "zip.zip", without=("best.keras",))
    with zipfile.ZipFile(path, "a") as archive:
        archive.write(hostile, "best.keras")
    assert "of its best.keras, it holds a name that leads out" in reason(path)
