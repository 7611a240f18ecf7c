"""The habits that a machine can check: lengths of files and functions, and the rule of dependence."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
LONGEST_TEST_FILE = 500
LONGEST_FUNCTION = 60
LONGEST_MAIN_WINDOW = 300
PACKAGES = ("training", "desktop_app", "resources", "benchmarks", "docs", "packaging", "tests")


def python_files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def long_functions(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for node in functions
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]


def test_no_file_is_longer_than_the_house_allows():
    def limit(path: Path) -> int:
        return LONGEST_TEST_FILE if "tests" in path.relative_to(ROOT).parts else LONGEST_FILE

    assert [f"{path.relative_to(ROOT)}" for path in python_files() if line_count(path) > limit(path)] == []


def test_no_function_is_longer_than_the_house_allows():
    assert [name for path in python_files() for name in long_functions(path)] == []


def test_the_main_window_only_places_and_joins():
    assert line_count(ROOT / "desktop_app/main_window.py") < LONGEST_MAIN_WINDOW


def test_packaging_is_no_python_package():
    """An __init__.py there would hide the library of that name and break Keras."""
    assert not (ROOT / "packaging/__init__.py").exists()


def test_no_test_folder_hides_a_real_package():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


# For each contract, one import that must break it: the module it is written into, and the line.
VIOLATIONS = {
    "training-without-qt": ("training/run/settings.py", "from PySide6 import QtCore"),
    "dataset-without-keras": ("training/dataset/splits.py", "import keras"),
    "desktop-without-keras": ("desktop_app/runs/run_panel.py", "import training.models.localizer"),
    "panels-do-not-know-each-other": ("desktop_app/canvas/view.py", "import desktop_app.runs.run_panel"),
    "models-without-tensorflow": ("training/models/losses.py", "import tensorflow"),
}


def run_import_linter(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [str(tool), "--no-cache", "--contract", contract]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_every_contract_has_a_violation_that_breaks_it():
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {contract["id"] for contract in configuration["tool"]["importlinter"]["contracts"]} == set(VIOLATIONS)


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_forbidden_import_breaks_its_contract(contract: str, tmp_path: Path):
    for name in ("training", "desktop_app", "resources"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    kept = run_import_linter(tmp_path, contract)
    assert kept.returncode == 0, kept.stdout + kept.stderr
    module, line = VIOLATIONS[contract]
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    broken = run_import_linter(tmp_path, contract)
    assert broken.returncode != 0
    assert "BROKEN" in broken.stdout
