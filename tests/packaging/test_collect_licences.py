"""The script that a build calls writes the file that the About box shows, or says what has no licence."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.licences.shipped_part import from_json

ROOT = Path(__file__).resolve().parents[2]


def collect(out: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "packaging/collect_licences.py"), "--out", str(out), *arguments]
    return subprocess.run(command, cwd=out.parent, capture_output=True, text=True, timeout=120, check=False)


def system_libraries() -> list[Path]:
    places = (Path("/usr/lib"), Path("/lib"))
    return [path for place in places for path in sorted(place.glob("*-linux-gnu/libc.so.6"))] if on_debian() else []


def on_debian() -> bool:
    return shutil.which("dpkg-query") is not None


def test_one_file_for_the_program_and_one_to_read(tmp_path: Path):
    libraries = tmp_path / "libraries.txt"
    libraries.write_text("".join(f"{path}\n" for path in system_libraries()), encoding="utf-8")
    result = collect(tmp_path / "licences", "--also", "pyinstaller", "--libraries", str(libraries))
    assert result.returncode == 0, result.stderr
    parts = from_json((tmp_path / "licences/collected.json").read_text(encoding="utf-8"))
    assert all(part.texts for part in parts)
    names = {part.name.lower() for part in parts}
    assert {"boxwright", "python", "pyside6_essentials", "tensorflow", "pyinstaller"} <= names
    assert "pyinstaller-hooks-contrib" not in names
    if system_libraries():
        assert "libc6" in names
    read = (tmp_path / "licences/LICENCES.txt").read_text(encoding="utf-8")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in read


def test_something_unknown_fails_with_its_name(tmp_path: Path):
    result = collect(tmp_path / "licences", "--also", "no-such-library")
    assert result.returncode == 1
    assert "no-such-library" in result.stderr
    assert not (tmp_path / "licences").exists()


@pytest.mark.skipif(not on_debian(), reason="asks the packages of a Debian system")
def test_a_library_of_no_package_fails_with_its_path(tmp_path: Path):
    (tmp_path / "libraries.txt").write_text(f"{tmp_path}/libown.so\n", encoding="utf-8")
    result = collect(tmp_path / "licences", "--libraries", str(tmp_path / "libraries.txt"))
    assert result.returncode == 1
    assert "libown.so" in result.stderr
