"""The release workflow can't be run here; that it is well-formed, and that all it names exists, can be seen."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = ROOT / ".github/workflows/release.yml"
SYSTEMS = {"Linux": "ubuntu", "Windows": "windows", "macOS": "macos"}


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    return yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))


def steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def commands(workflow: dict[Any, Any]) -> str:
    return "\n".join(step["run"] for step in steps(workflow) if "run" in step)


def make_targets() -> set[str]:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    return {match[1] for line in lines if (match := re.match(r"([a-z-]+):", line))}


def named_paths(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w/])(?:packaging|\.ci|docs|benchmarks|tests)/[\w./-]+\w", text))


def named_targets(text: str) -> set[str]:
    return set(re.findall(r"^\s*make ([a-z-]+)", text, flags=re.MULTILINE))


def test_every_step_is_of_a_known_shape(workflow):
    assert set(workflow["jobs"]) == {"build", "release"}
    assert workflow[True]["push"]["tags"] == ["v*"]  # YAML reads "on" as true
    for step in steps(workflow):
        assert ("run" in step) != ("uses" in step), step
        assert set(step) <= {"name", "if", "run", "uses", "with", "env", "shell"}, step
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"]), step
        else:
            assert step["name"]
    assert workflow["jobs"]["release"]["needs"] == "build"
    assert workflow["permissions"] == {"contents": "read"}


def test_steps_for_one_system_are_for_one_that_is_built(workflow):
    built = workflow["jobs"]["build"]["strategy"]["matrix"]["system"]
    wanted = {match for step in steps(workflow) for match in re.findall(r"runner\.os == '(\w+)'", step.get("if", ""))}
    assert wanted == set(SYSTEMS)
    for name in wanted:
        assert any(system.startswith(SYSTEMS[name]) for system in built), name


def test_every_path_and_target_it_names_is_there(workflow):
    text = commands(workflow)
    targets, paths = named_targets(text), named_paths(text)
    assert {"test", "check", "package"} <= targets
    assert len(paths) >= 6
    missing = {f"make {target}" for target in targets - make_targets()} | {
        path for path in paths if not (ROOT / path).exists()
    }
    assert not missing


def test_the_tests_come_before_the_program_and_the_program_before_what_is_attached(workflow):
    text = commands(workflow)
    order = ("make test", "make check", "make package", "packaging/smoke_test.py dist/Boxwright", "make_tarball.sh")
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert text.rindex("gh release create") > max(map(text.index, ("make_dmg.sh", "boxwright.iss")))


def test_a_step_says_what_its_shell_understands(workflow):
    for step in steps(workflow):
        if "run" in step and step.get("shell") != "pwsh":
            script = re.sub(r"\$\{\{.*?\}\}", "value", step["run"])
            subprocess.run(["bash", "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize(("tag", "code"), [("v{}", 0), ("{}", 1), ("v{}.1", 1)])
def test_only_the_tag_of_this_version_is_built(tag: str, code: int):
    script = str(ROOT / "packaging/release_version.py")
    version = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True).stdout.strip()
    command = [sys.executable, script, "--tag", tag.format(version)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == code
    assert version in result.stdout + result.stderr
