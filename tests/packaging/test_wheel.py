"""The wheel alone gives the commands and the window, with all they need inside. The libraries are those of this environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from desktop_app.settings import log_file

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("desktop_app", "training", "resources")
PATIENCE = 240
NO_WINDOW_MANAGER = "This plugin does not support"  # what Qt says offscreen
ASK_ORIGINS = """
import json, desktop_app, training, resources
from importlib.metadata import distribution
from resources import resource
print(json.dumps({
    "modules": [module.__file__ for module in (desktop_app, training, resources)],
    "resources": {name: str(resource(*name.split("/"))) for name in %r},
    "unreadable": [name for name in %r if not resource(*name.split("/")).is_file()],
    "metadata": str(distribution("boxwright").locate_file("")),
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing of an earlier build gets in and the checkout stays as it is."""
    source = tmp_path_factory.mktemp("source")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(source / "out"), str(source))
    (made,) = (source / "out").glob("*.whl")
    return made


class Installed:
    """An environment that has the wheel; it reads other libraries where the tests do."""

    def __init__(self, folder: Path) -> None:
        programs = folder / ("Scripts" if os.name == "nt" else "bin")
        self.folder = folder
        self.python = programs / ("python.exe" if os.name == "nt" else "python")
        self.boxwright = programs / ("boxwright.exe" if os.name == "nt" else "boxwright")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    made = Installed(tmp_path_factory.mktemp("clean") / "environment")
    call(sys.executable, "-m", "venv", "--without-pip", str(made.folder))
    call(
        sys.executable, "-m", "pip", "--python", str(made.python), "install", "--quiet",
        "--no-deps", "--no-index", "--no-compile", "--no-cache-dir", "--disable-pip-version-check", str(wheel),
    )  # fmt: skip
    # Paths that a .pth file adds come after the environment's own, and .pth files found there are not followed: so
    # neither this checkout's editable installation nor its metadata is seen.
    places = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    own = subprocess.run(
        [str(made.python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True, timeout=PATIENCE,
    ).stdout.strip()  # fmt: skip
    Path(own, "libraries.pth").write_text("".join(f"{place}\n" for place in sorted(places)), encoding="utf-8")
    return made


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder that is not the checkout."""
    folder = tmp_path / "Fotos für später"
    folder.mkdir()
    return folder


def call(*command: str, folder: Path | None = None) -> str:
    result = subprocess.run(
        command, cwd=folder, env=without_the_checkout(), capture_output=True, text=True, encoding="utf-8",
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def without_the_checkout() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def own_version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def resource_names() -> list[str]:
    folder = ROOT / "resources"
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in files if "__pycache__" not in path.parts)


def test_every_file_of_the_packages_is_inside_and_nothing_else(wheel: Path):
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
        licences = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
    assert found == wanted
    assert len(licences) == 1


def test_code_and_resources_come_from_the_wheel(installed: Installed, elsewhere: Path):
    names = resource_names()
    for needed in ("icons/boxwright.svg", "style.qss", "serve/page.html", "exported/predict.py"):
        assert needed in names
    origins = json.loads(call(str(installed.python), "-c", ASK_ORIGINS % (names, names), folder=elsewhere))
    assert origins["unreadable"] == []
    for place in (*origins["modules"], *origins["resources"].values(), origins["metadata"]):
        assert Path(place).is_relative_to(installed.folder), place


@pytest.fixture(scope="module")
def drawn(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn") / "Fotos für später"
    told = call(str(installed.boxwright), "sample", folder.name, "--count", "6", "--json", folder=folder.parent)
    assert json.loads(told.splitlines()[-1])["images"] == 6
    return folder


def test_the_command_answers_and_draws_the_sample_project(installed: Installed, drawn: Path, elsewhere: Path):
    assert call(str(installed.boxwright), "--version", folder=elsewhere).strip() == f"boxwright {own_version()}"
    assert (drawn / "project.boxwright").is_file()


def test_the_window_opens_a_project(installed: Installed, drawn: Path, elsewhere: Path, qtbot):
    environment = {**without_the_checkout(), "QT_QPA_PLATFORM": "offscreen"}
    with (elsewhere / "stderr.txt").open("wb") as stderr:
        process = subprocess.Popen(
            [str(installed.python), "-m", "desktop_app", str(drawn)], cwd=elsewhere, env=environment, stderr=stderr
        )
        try:
            qtbot.waitUntil(lambda: process.poll() is not None or "Opened" in read_log(), timeout=PATIENCE * 1000)
            assert process.poll() is None, (elsewhere / "stderr.txt").read_text(encoding="utf-8")
        finally:
            process.kill()
            process.wait(PATIENCE)
    assert "6 images" in read_log()
    assert unexpected(line for line in read_log().splitlines() if " INFO " not in line) == []
    assert unexpected((elsewhere / "stderr.txt").read_text(encoding="utf-8").splitlines()) == []


def unexpected(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if NO_WINDOW_MANAGER not in line]


def read_log() -> str:
    return log_file().read_text(encoding="utf-8") if log_file().exists() else ""
