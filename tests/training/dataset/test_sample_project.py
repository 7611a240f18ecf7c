"""The sample project: what it holds, and that it is made whole or not at all."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from training.dataset import sample_project
from training.dataset.records import ImageState
from training.dataset.sample import CLASSES, draw_sample
from training.dataset.sample_project import SampleCancelledError, create_sample_project
from training.dataset.store import ProjectError, ProjectStore

COUNT = 24


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("place") / "sample"
    assert create_sample_project(folder, count=COUNT) == folder
    return folder


def records_of(folder):
    store = ProjectStore.open(folder, read_only=True)
    try:
        return list(store.records()), store.classes()
    finally:
        store.close()


def test_the_project_holds_the_truth_of_all_pictures_but_a_few(project, tmp_path):
    truth = {image.filename: image for image in draw_sample(tmp_path, COUNT).images}
    records, classes = records_of(project)
    names = {record.id: record.name for record in classes}
    assert {record.path for record in records} == set(truth)
    left = [record for record in records if record.state is ImageState.UNLABELLED]
    assert len(left) == sample_project.UNLABELLED_COUNT
    assert all(truth[record.path].boxes for record in left), "there is something to draw on each"
    for record in records:
        image = truth[record.path]
        assert (record.width, record.height) == (image.width, image.height)
        if record not in left:
            assert tuple(box.labelled(names[box.class_id]) for box in record.boxes) == image.boxes
            assert record.is_negative == image.is_negative


def test_the_first_picture_is_labelled_so_that_a_newcomer_sees_what_a_box_is(project):
    records, _ = records_of(project)
    with_toys = [record for record in records if not record.is_negative]
    assert with_toys[0].boxes
    assert not with_toys[1].boxes


def test_classes_have_names_and_different_colours(project):
    _, classes = records_of(project)
    assert tuple(record.name for record in classes) == CLASSES
    assert len({record.colour for record in classes}) == len(CLASSES)


def test_the_folder_holds_pictures_and_the_project_file_and_nothing_else(project):
    files = {path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()}
    pictures = {name for name in files if name.endswith((".jpg", ".png"))}
    assert len(pictures) == COUNT
    assert files - pictures == {"project.boxwright"}
    assert [path.name for path in project.parent.iterdir()] == ["sample"]


def test_all_labelled_leaves_nothing_to_draw(tmp_path):
    records, _ = records_of(create_sample_project(tmp_path / "s", count=8, all_labelled=True))
    assert all(record.state is not ImageState.UNLABELLED for record in records)


def test_a_sample_that_is_there_is_left_alone(project):
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    assert create_sample_project(project, count=3, seed=99) == project
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before


def test_an_empty_folder_is_used_and_a_full_one_refused(tmp_path):
    create_sample_project(tmp_path, count=2)
    assert (tmp_path / "project.boxwright").is_file()
    other = tmp_path / "garden"
    with pytest.raises(ProjectError, match="not an empty folder"):
        create_sample_project(other, count=2)


def test_cancelling_leaves_nothing(tmp_path):
    answers = iter([False, False, True])
    with pytest.raises(SampleCancelledError):
        create_sample_project(tmp_path / "sample", cancelled=lambda: next(answers), count=10)
    assert list(tmp_path.iterdir()) == []


def test_a_failing_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("PIL.Image.Image.save", full)
    with pytest.raises(OSError, match="No space left"):
        create_sample_project(tmp_path / "sample", count=4)
    assert list(tmp_path.iterdir()) == []


def test_a_failing_store_leaves_nothing(tmp_path, monkeypatch):
    def refuse(*_args):
        raise ProjectError("no")

    monkeypatch.setattr(ProjectStore, "write", refuse)
    with pytest.raises(ProjectError):
        create_sample_project(tmp_path / "sample", count=2)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_creation_leaves_no_half_project_and_the_next_one_succeeds(tmp_path):
    folder = tmp_path / "sample"
    code = (
        "import sys; from pathlib import Path\n"
        "from training.dataset.sample_project import create_sample_project\n"
        "create_sample_project(Path(sys.argv[1]), lambda done, total: print(done, flush=True), count=500)\n"
    )
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, cwd=root) as process:
        assert process.stdout.readline() == b"1\n"
        process.kill()
    assert not folder.exists()
    left = next(tmp_path.iterdir())
    assert left.name.startswith(".sample-unfinished-")
    long_ago = time.time() - 7200
    os.utime(left, (long_ago, long_ago))
    create_sample_project(folder, count=2)
    assert [path.name for path in tmp_path.iterdir()] == ["sample"], "the next one cleans up"


def test_when_another_program_was_faster_its_project_stays(tmp_path, monkeypatch):
    folder = tmp_path / "sample"
    draw = sample_project.draw_sample

    def draw_while_another_finishes(*args):
        dataset = draw(*args)
        monkeypatch.setattr(sample_project, "draw_sample", draw)
        create_sample_project(folder, count=3)
        return dataset

    monkeypatch.setattr(sample_project, "draw_sample", draw_while_another_finishes)
    assert create_sample_project(folder, count=2) == folder
    assert len(records_of(folder)[0]) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["sample"]
