"""The archives of the hostile collection, wherever the program opens archives: refused in a sentence, nothing written."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from training.dataset.annotation_finding import look_at
from training.dataset.dataset import AnnotationFileError
from training.dataset.formats import registry
from training.dataset.merging.other_project import opened_other
from training.dataset.project_errors import ProjectError
from training.dataset.project_unzip import is_project_zip, unpack_project
from training.run.opening.safe_archive import Refused, opened_archive

REFUSED = {
    "archives/zip_slip.zip": "it holds a name that leads out of the archive's own folder: '../zip_slip.txt'",
    "archives/zip_bomb_200MB.zip": "it holds a file that grows to more than 100 times its size",
    "archives/not_a_zip.zip": "the archive is damaged or cut off",
}
LARGEST = 2**30


@pytest.fixture(params=REFUSED)
def hostile(request: pytest.FixtureRequest, shared_data: Path) -> tuple[Path, str]:
    return shared_data / "hostile_dev/made_here" / request.param, REFUSED[request.param]


def test_every_archive_of_the_collection_is_here(shared_data: Path):
    lines = (shared_data / "hostile_dev/made_here/MANIFEST.tsv").read_text(encoding="utf-8").splitlines()
    assert {line.split("\t")[0] for line in lines if line.startswith("archives/")} == set(REFUSED)


def test_none_is_unpacked_as_a_project(hostile: tuple[Path, str], tmp_path: Path):
    archive, reason = hostile
    began = time.process_time()
    with pytest.raises(ProjectError) as caught:
        unpack_project(archive, tmp_path / "in/photos")
    assert archive.name in str(caught.value)
    assert reason in str(caught.value)
    assert not is_project_zip(archive)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert time.process_time() - began < 5


def test_none_is_merged(hostile: tuple[Path, str]):
    archive, reason = hostile
    with pytest.raises(ProjectError) as caught, opened_other(archive):
        pass
    assert archive.name in str(caught.value)
    assert reason in str(caught.value)


def test_none_is_opened_as_a_model(hostile: tuple[Path, str]):
    archive, reason = hostile
    with pytest.raises(Refused) as caught, opened_archive(archive, LARGEST):
        pass
    assert archive.name in str(caught.value)
    assert reason in str(caught.value)


@pytest.mark.parametrize("name", [*REFUSED, "odd_names.tar.gz"])
def test_none_holds_annotations(name: str, shared_data: Path):
    """Archives of no kind are unpacked for an import."""
    place = shared_data / "hostile_dev/made_here" / name
    with pytest.raises(AnnotationFileError, match="no format that is known here was recognised in it") as caught:
        registry.recognised(place)
    assert place.name in str(caught.value)
    assert look_at(place).reason == str(caught.value)


def test_an_archive_of_another_kind_is_no_project(shared_data: Path, tmp_path: Path):
    with pytest.raises(ProjectError, match=r"odd_names\.tar\.gz is not opened as a project: the archive is damaged"):
        unpack_project(shared_data / "hostile_dev/made_here/odd_names.tar.gz", tmp_path / "photos")
