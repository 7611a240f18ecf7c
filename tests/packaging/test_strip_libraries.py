"""A stripped library can be loaded, and one that strip would spoil is left alone."""

from __future__ import annotations

import importlib
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.helpers.scripts import scripts_of

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("strip") is None,
    reason="ELF files are of Linux, and strip takes them apart",
)


@pytest.fixture
def strip_libraries():
    with scripts_of("packaging", "strip_libraries"):
        yield importlib.import_module("strip_libraries")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    import kiwisolver

    file = next(Path(kiwisolver.__file__).parent.glob("_cext*.so"))
    return Path(shutil.copy(file, tmp_path / file.name))


def test_a_library_gets_smaller_and_can_still_be_loaded(strip_libraries: ModuleType, library: Path):
    before = library.stat()
    assert strip_libraries.stripped(library)
    assert library.stat().st_size < before.st_size
    assert library.stat().st_mode == before.st_mode
    subprocess.run([sys.executable, "-c", f"import ctypes; ctypes.CDLL({str(library)!r})"], check=True)
    assert [file.name for file in library.parent.iterdir()] == [library.name]


def test_one_whose_parts_lie_on_no_page_is_left(
    strip_libraries: ModuleType, library: Path, monkeypatch: pytest.MonkeyPatch
):
    """As strip leaves some that patchelf has changed: the loader says "not page-aligned"."""
    content = bytearray(library.read_bytes())
    assert strip_libraries.can_be_loaded(library)
    (table,) = struct.unpack_from("<Q", content, 32)
    (offset,) = struct.unpack_from("<Q", content, table + 8)
    struct.pack_into("<Q", content, table + 8, offset + 8)
    spoiled = library.with_name("spoiled.so")
    spoiled.write_bytes(content)
    assert not strip_libraries.can_be_loaded(spoiled)
    loading = [sys.executable, "-c", f"import ctypes; ctypes.CDLL({str(spoiled)!r})"]
    answer = subprocess.run(loading, capture_output=True, text=True, check=False)
    assert "not page-aligned" in answer.stderr
    before = library.read_bytes()
    monkeypatch.setattr(strip_libraries, "can_be_loaded", lambda _: False)
    assert not strip_libraries.stripped(library)
    assert library.read_bytes() == before
    assert sorted(file.name for file in library.parent.iterdir()) == sorted([library.name, "spoiled.so"])


def test_only_libraries_are_touched(strip_libraries: ModuleType, library: Path, capsys: pytest.CaptureFixture[str]):
    (library.parent / "notes.so.txt").write_text("not a library", encoding="utf-8")
    (library.parent / "link.so").symlink_to(library.name)
    assert strip_libraries.main(library.parent) == 0
    assert (library.parent / "link.so").is_symlink()
    assert "0 stay as they were" in capsys.readouterr().out
