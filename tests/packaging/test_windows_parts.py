"""What Windows needs: a version resource that PyInstaller reads, an installer for one person, a portable zip."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ROOT / "packaging/windows"
MADE_BY_THE_BUILD = ("dist/", "build/")


def noted(kind: str) -> Callable[..., tuple[Any, ...]]:
    return lambda *values, **named: (kind, *values, named) if named else (kind, *values)


def evaluated(text: str) -> Any:
    """As PyInstaller does it, with names that only note what they are given."""
    kinds = (
        "VSVersionInfo",
        "FixedFileInfo",
        "StringFileInfo",
        "StringTable",
        "StringStruct",
        "VarFileInfo",
        "VarStruct",
    )
    return eval(text, {kind: noted(kind) for kind in kinds})


def test_the_version_resource_tells_this_version(tmp_path: Path):
    file = tmp_path / "build/resource.txt"
    subprocess.run([sys.executable, str(PARTS / "make_version_resource.py"), "--out", str(file)], check=True)
    kind, named = evaluated(file.read_text(encoding="utf-8"))
    assert kind == "VSVersionInfo"
    strings = {name: text for _, name, text in named["kids"][0][1][0][2]}
    version = runpy.run_path(str(ROOT / "packaging/release_version.py"))["release_version"]()
    assert strings["ProductVersion"] == strings["FileVersion"] == version
    assert strings["LegalCopyright"].startswith("Copyright")
    assert strings["OriginalFilename"] == "boxwright.exe"
    assert named["ffi"][1]["filevers"][:3] == tuple(int(part) for part in version.split("."))


@pytest.mark.parametrize(
    ("version", "four"), [("1.2", (1, 2, 0, 0)), ("1.2.3rc1", (1, 2, 3, 0)), ("2.0.1.dev4", (2, 0, 1, 0))]
)
def test_windows_gets_four_numbers(version: str, four: tuple[int, ...], monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    made = runpy.run_path(str(PARTS / "make_version_resource.py"))["version_resource"](version, "Copyright 'us'")
    _, named = evaluated(made)
    assert named["ffi"][1]["filevers"] == four
    assert ("StringStruct", "LegalCopyright", "Copyright 'us'") in named["kids"][0][1][0][2]


def sections() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    lines = found.setdefault("", [])
    for line in (PARTS / "boxwright.iss").read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"\[(\w+)\]", line):
            assert match[1] not in found
            lines = found.setdefault(match[1], [])
        elif line and not line.startswith(";"):
            lines.append(line)
    return found


def test_the_installer_needs_no_administrator_and_knows_projects():
    setup = dict(line.split("=", maxsplit=1) for line in sections()["Setup"])
    assert setup["PrivilegesRequired"] == "lowest"
    assert re.fullmatch(r"\{\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", setup["AppId"])
    assert "{autopf}" in setup["DefaultDirName"]
    registry = "\n".join(sections()["Registry"])
    assert all(line.startswith("Root: HKA;") for line in registry.splitlines())
    assert r"Software\Classes\.boxwright" in registry
    assert '"""{app}\\boxwright.exe"" ""%1"""' in registry


def test_every_line_of_the_installer_is_of_a_known_shape():
    for name, lines in sections().items():
        for line in lines:
            if name == "":
                assert re.match(r"\s*#(define|if|error|endif)\b", line), line
            elif name == "Setup":
                assert re.fullmatch(r"\w+=.+", line), line
            else:
                assert re.fullmatch(r'\w+: (?:"(?:[^"]|"")*"|[\w ]+)(?:; \w+: (?:"(?:[^"]|"")*"|[\w ]+))*', line), line


def test_files_of_the_installer_are_there_or_made_by_the_build():
    text = (PARTS / "boxwright.iss").read_text(encoding="utf-8")
    named = {
        PureWindowsPath(path).as_posix().removeprefix("../../") for path in re.findall(r"\.\.\\\.\.\\[\w.\\]+", text)
    }
    assert {"LICENSE", "build/icons/boxwright.ico", "dist/Boxwright/boxwright.exe"} <= named
    for path in named:
        assert path.startswith(MADE_BY_THE_BUILD) or path == "dist" or (ROOT / path).exists(), path


def test_the_portable_zip_holds_the_folder(tmp_path: Path):
    program = tmp_path / "dist/Boxwright"
    (program / "_internal").mkdir(parents=True)
    (program / "boxwright.exe").write_bytes(b"MZ")
    (program / "_internal/größe.txt").write_text("", encoding="utf-8")
    script = [sys.executable, str(PARTS / "make_portable_zip.py"), str(program), str(tmp_path / "out")]
    subprocess.run(script, check=True, stdout=subprocess.DEVNULL)
    (made,) = (tmp_path / "out").iterdir()
    assert re.fullmatch(r"Boxwright-[\w.]+-windows-x64-portable\.zip", made.name)
    with zipfile.ZipFile(made) as archive:
        files = {name for name in archive.namelist() if not name.endswith("/")}
    assert files == {"Boxwright/boxwright.exe", "Boxwright/_internal/größe.txt"}
