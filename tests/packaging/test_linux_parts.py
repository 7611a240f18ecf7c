"""Desktop entry and MIME type are well-formed; what people download installs itself, into any folder, and out again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.helpers.labelled_projects import make_labelled_project

ROOT = Path(__file__).resolve().parents[2]
PARTS = ROOT / "packaging/linux"
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
TYPE = "application/x-boxwright-project"
PATIENCE = 120
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="scripts of Linux")


def desktop_entry(file: Path) -> dict[str, str]:
    parser = ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment]  # keys differ by capitals
    parser.read_string(file.read_text(encoding="utf-8"))
    assert parser.sections() == ["Desktop Entry"]
    return dict(parser["Desktop Entry"])


def program_of(entry: dict[str, str]) -> str:
    """The first argument of Exec: first the escapes of strings are undone, then those of quoting."""
    value = undone(entry["Exec"])
    assert value.startswith('"')
    assert value.endswith('" %f')
    path = undone(value[1:-4])
    assert "%" not in path.replace("%%", ""), path  # one alone would be a field code
    return path.replace("%%", "%")


def undone(text: str) -> str:
    signs = iter(text)
    return "".join(next(signs) if sign == "\\" else sign for sign in signs)


def run(*command: object, **environment: str) -> str:
    result = subprocess.run(
        list(map(str, command)), env={**os.environ, "PYTHON": sys.executable, **environment},
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stands for the built program: it says what it was started with."""
    folder = tmp_path_factory.mktemp("dist") / "Boxwright"
    (folder / "_internal").mkdir(parents=True)
    executable = folder / "boxwright"
    executable.write_text('#!/bin/sh\necho "started with $*"\n', encoding="utf-8")
    executable.chmod(0o755)
    return folder


def test_the_desktop_entry_has_what_menus_need():
    entry = desktop_entry(PARTS / "boxwright.desktop")
    assert {"Type", "Name", "Comment", "Exec", "Icon", "Categories", "MimeType", "StartupWMClass"} <= set(entry)
    assert (entry["Type"], entry["Icon"], entry["Terminal"]) == ("Application", "boxwright", "false")
    assert entry["Exec"] == "boxwright %f"
    for lists in ("Categories", "MimeType", "Keywords"):
        assert entry[lists].endswith(";")
    assert entry["MimeType"] == f"{TYPE};"


def test_the_mime_type_fits_a_project_file(tmp_path: Path):
    (kind,) = ElementTree.parse(PARTS / "boxwright.xml").getroot()
    assert (kind.tag, kind.get("type")) == (f"{MIME}mime-type", TYPE)
    assert [glob.get("pattern") for glob in kind.iter(f"{MIME}glob")] == ["*.boxwright"]
    make_labelled_project(tmp_path, labelled=1, negatives=0, unlabelled=0)
    head = (tmp_path / "project.boxwright").read_bytes()[:100]
    text, number = kind.iter(f"{MIME}match")
    assert (text.get("type"), number.get("type")) == ("string", "big32")
    assert head[int(text.get("offset", "")) :].startswith(text.get("value", "").encode())
    place = int(number.get("offset", ""))
    assert int.from_bytes(head[place : place + 4], "big") == int(number.get("value", ""), 16)


@pytest.fixture(scope="module")
def tarball(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    said = run(PARTS / "make_tarball.sh", program, out)
    (made,) = out.iterdir()
    assert str(made) in said
    assert made.name.startswith("Boxwright-")
    assert made.name.endswith(f"-linux-{os.uname().machine}.tar.xz")
    return made


@on_linux
def test_the_tarball_puts_itself_into_the_menu_and_out_again(tarball: Path, home: Path, tmp_path: Path):
    place = tmp_path / 'für "alle" $HOME `x` \\ 100%f'
    place.mkdir()
    run("tar", "-xJf", tarball, "-C", place)
    before = sorted(home.rglob("*"))
    run("sh", place / "Boxwright/install.sh")
    data = home / ".local/share"
    entry = desktop_entry(data / "applications/boxwright.desktop")
    assert program_of(entry) == str(place / "Boxwright/boxwright")
    assert run(program_of(entry), "a project") == "started with a project\n"
    assert run(home / ".local/bin/boxwright") == "started with \n"
    assert (data / "icons/hicolor/256x256/apps/boxwright.png").is_file()
    assert (data / "icons/hicolor/scalable/apps/boxwright.svg").is_file()
    assert (data / "mime/packages/boxwright.xml").read_bytes() == (PARTS / "boxwright.xml").read_bytes()
    run("sh", place / "Boxwright/install.sh")  # once more changes nothing
    run("sh", place / "Boxwright/install.sh", "--remove")
    left = [path for path in sorted(home.rglob("*boxwright*")) if path not in before]
    assert left == []


@on_linux
def test_a_command_of_somebody_else_stays(tarball: Path, home: Path, tmp_path: Path):
    other = home / ".local/bin/boxwright"
    other.parent.mkdir(parents=True)
    other.write_text("mine", encoding="utf-8")
    run("tar", "-xJf", tarball, "-C", tmp_path)
    run("sh", tmp_path / "Boxwright/install.sh")
    run("sh", tmp_path / "Boxwright/install.sh", "--remove")
    assert other.read_text(encoding="utf-8") == "mine"


def stand_in(folder: Path, name: str, script: str) -> str:
    """A tool that is not here; the path with it in front."""
    folder.mkdir()
    (folder / name).write_text(f"#!/bin/sh\nset -eu\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@on_linux
def test_the_appimage_is_made_of_a_whole_folder(program: Path, tmp_path: Path):
    path = stand_in(tmp_path / "tools", "appimagetool", 'cp -a "$2" "$3"')
    run(PARTS / "make_appimage.sh", program, tmp_path / "out", PATH=path)
    (made,) = (tmp_path / "out").iterdir()
    assert made.suffix == ".AppImage"
    assert run(made / "AppRun", "a project") == "started with a project\n"
    entry = desktop_entry(made / "boxwright.desktop")
    assert (made / f"{entry['Icon']}.png").read_bytes().startswith(b"\x89PNG")
    assert (made / ".DirIcon").resolve() == made / "boxwright.png"
    assert (made / "usr/share/mime/packages/boxwright.xml").is_file()


@on_linux
def test_the_disk_image_is_made_of_the_app_and_a_way_to_the_applications(program: Path, tmp_path: Path):
    path = stand_in(tmp_path / "tools", "hdiutil", 'cp -a "$5" "$9"')
    run(ROOT / "packaging/macos/make_dmg.sh", program, tmp_path / "out", PATH=path)
    (made,) = (tmp_path / "out").iterdir()
    assert made.suffix == ".dmg"
    assert os.access(made / "Boxwright.app/boxwright", os.X_OK)
    assert (made / "Applications").readlink() == Path("/Applications")


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no shell")
def test_scripts_are_written_for_every_shell():
    scripts = sorted(ROOT.glob("packaging/*/*.sh"))
    assert len(scripts) == 4
    for script in scripts:
        assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
        subprocess.run(["sh", "-n", script], check=True)
        assert os.name == "nt" or os.access(script, os.X_OK)
