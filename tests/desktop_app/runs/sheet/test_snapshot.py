from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

import pytest

from desktop_app.runs.sheet.snapshot import runs_folder_of, take_snapshot
from tests.helpers.labelled_projects import make_labelled_project
from training.dataset.dataset import Split
from training.dataset.exporting import assign_missing_splits, project_dataset
from training.dataset.image_files import find_images
from training.dataset.store import ProjectError, ProjectStore
from training.run.settings import ClassEntry


def snapshot_of(folder):
    return take_snapshot(folder / "project.boxwright", folder, find_images(folder))


def test_the_dataset_is_what_would_be_trained_on(folder):
    snapshot = snapshot_of(folder)
    assert len(snapshot.dataset.images) == 15
    assert snapshot.classes == (ClassEntry(1, "square"), ClassEntry(2, "circle"))
    assert snapshot.dataset.classes == ("square", "circle")
    assert snapshot.presence
    assert snapshot.readiness.headline == "15 images, 2 classes, 2 unlabelled"


def test_every_image_has_a_split_and_the_project_is_not_touched(folder):
    before = (folder / "project.boxwright").read_bytes()
    snapshot = snapshot_of(folder)
    splits = Counter(image.split for image in snapshot.dataset.images)
    assert splits == {Split.TRAIN: 10, Split.VALIDATION: 3, Split.TEST: 2}
    assert snapshot.new_splits == {image.filename: image.split for image in snapshot.dataset.images}
    assert (folder / "project.boxwright").read_bytes() == before


def test_stored_splits_are_taken_as_they_are(folder):
    store = ProjectStore.open(folder)
    stored = assign_missing_splits(store, project_dataset(store).images)
    snapshot = snapshot_of(folder)  # while the window's own store holds the lock
    store.close()
    assert snapshot.new_splits == {}
    assert {image.filename: image.split for image in snapshot.dataset.images} == stored


def test_images_whose_file_is_gone_are_left_out_and_told(folder):
    (folder / "00.png").unlink()
    snapshot = snapshot_of(folder)
    assert "00.png" not in [image.filename for image in snapshot.dataset.images]
    assert "The file of 1 labelled image is missing: it is left out." in [n.text for n in snapshot.readiness.notes]


def test_a_folder_without_a_project_has_nothing_to_train(tmp_path):
    folder = tmp_path / "plain"
    names = make_labelled_project(folder)
    (folder / "project.boxwright").unlink()
    snapshot = take_snapshot(folder / "project.boxwright", folder, names)
    assert not snapshot.readiness.is_ready
    assert snapshot.readiness.headline == "17 images, none labelled yet"
    assert not (folder / "project.boxwright").exists()


def test_runs_lie_in_the_folder_or_beside_the_project_file(tmp_path):
    assert runs_folder_of(tmp_path / "project.boxwright", tmp_path) == tmp_path / "runs"
    elsewhere = tmp_path / "data" / "photos-1f2e.boxwright"
    assert runs_folder_of(elsewhere, tmp_path) == tmp_path / "data" / "photos-1f2e-runs"


def test_a_class_that_is_never_the_largest_box_is_no_output_of_the_model(folder):
    store = ProjectStore.open(folder)
    records = [record for record in store.records() if any(box.class_id == 2 for box in record.boxes)]
    store.write([replace(record, boxes=(), reviewed=True) for record in records])
    store.close()
    snapshot = snapshot_of(folder)
    assert snapshot.classes == (ClassEntry(1, "square"),)
    assert "“circle” has no boxes yet and is left out." in [note.text for note in snapshot.readiness.notes]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs rights that can be taken away")
def test_a_project_that_cannot_be_read_is_a_sentence(folder):
    (folder / "project.boxwright").chmod(0)
    with pytest.raises(ProjectError, match=r"project\.boxwright"):
        snapshot_of(folder)
