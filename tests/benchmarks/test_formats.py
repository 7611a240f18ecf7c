"""The measurement of large annotation files, with a few images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.scripts import scripts_of


@pytest.fixture(autouse=True)
def _folder_of_scripts() -> Iterator[None]:
    with scripts_of("benchmarks", "formats", "formats_beside", "figures"):
        yield


def test_all_that_was_made_goes_in_and_comes_out_again(tmp_path: Path):
    from formats import BOXES_PER_IMAGE, STEPS, make_files

    make_files(tmp_path, 8)
    taken = {name: step(tmp_path) for name, step in STEPS.items()}
    assert list(taken) == ["cancel_s", "import_300k_boxes_s", "csv_import_300k_s", "csv_export_300k_s"]
    assert {step["boxes"] for step in taken.values()} == {8 * BOXES_PER_IMAGE}
    made, exported = (tmp_path / "annotations.csv").read_text(), (tmp_path / "exported" / "dataset.csv").read_text()
    assert len(made.splitlines()) == len(exported.splitlines()) == 1 + 8 * BOXES_PER_IMAGE


def test_each_step_is_measured_by_itself_with_its_memory(tmp_path: Path):
    from formats import measured

    figures = {figure.name: figure.value for figure in measured(tmp_path, 8)}
    assert {"import_300k_boxes_s", "csv_import_300k_s", "csv_export_300k_s", "memory_mb"} <= figures.keys()
    assert all(value >= 0 for value in figures.values())
    assert 30 < figures["memory_mb"] < 2000
