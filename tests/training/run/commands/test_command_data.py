from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.helpers.learnable_pictures import draw_learnable, write_learnable
from training.dataset.dataset import Dataset, Split
from training.dataset.formats import boxwright_csv, class_list
from training.dataset.records import ImageRecord
from training.dataset.store import ProjectError, ProjectStore
from training.run.commands.command_data import data_for_training, read_data
from training.run.failure import RunFailed


def splits_of(dataset: Dataset) -> Counter:
    return Counter(image.split for image in dataset.images)


def test_a_file_without_splits_is_split_by_the_usual_rule_even_if_it_is_called_train(tmp_path: Path):
    data = data_for_training(write_learnable(tmp_path, 20, name="train.csv"), None, None)
    assert splits_of(data.dataset) == {Split.TRAIN: 14, Split.VALIDATION: 4, Split.TEST: 2}
    assert [entry.name for entry in data.classes] == list(data.dataset.classes)


def test_a_split_column_is_followed_and_only_gaps_are_filled(tmp_path: Path):
    path = write_learnable(tmp_path, 4)
    lines = path.read_text().splitlines()
    lines = [lines[0] + ",split", *(f"{line},test" for line in lines[1:4]), lines[4] + ","]
    path.write_text("\n".join(lines) + "\n")
    dataset = data_for_training(path, None, None).dataset
    assert [image.split for image in dataset.images[:3]] == [Split.TEST] * 3
    assert dataset.images[3].split is not None


def test_a_validation_file_is_for_validation_and_never_trained_on(tmp_path: Path):
    draw_learnable(tmp_path, 6)
    dataset, _ = boxwright_csv.read(write_learnable(tmp_path, 6))
    boxwright_csv.write(Dataset(dataset.images[:5], dataset.classes), tmp_path / "train.csv", with_split=False)
    boxwright_csv.write(Dataset(dataset.images[4:], dataset.classes), tmp_path / "valid.csv", with_split=False)
    data = data_for_training(tmp_path / "train.csv", tmp_path / "valid.csv", None)
    assert splits_of(data.dataset) == {Split.TRAIN: 4, Split.VALIDATION: 2}
    assert "1 images are in --data too" in str(data.problems[-1])


def test_names_match_by_path_and_then_by_unique_base_name(tmp_path: Path):
    write_learnable(tmp_path / "images" / "deep", 3)
    path = (tmp_path / "images" / "deep" / "data.csv").rename(tmp_path / "data.csv")
    data = read_data(path, tmp_path / "images")
    assert [image.filename for image in data.dataset.images] == [f"deep/00{number}.png" for number in range(3)]
    assert data.image_root == (tmp_path / "images").resolve()


def test_images_that_are_not_there_are_told_and_the_others_used(tmp_path: Path):
    path = write_learnable(tmp_path, 3)
    (tmp_path / "001.png").unlink()
    data = read_data(path, None)
    assert len(data.dataset.images) == 2
    assert "there is no image '001.png' in the folder" in str(data.problems[0])


def test_a_file_whose_images_are_all_elsewhere_fails_with_an_example(tmp_path: Path):
    path = write_learnable(tmp_path, 3)
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunFailed, match=r"none of the 3 images .*there is no image '000\.png'"):
        read_data(path, tmp_path / "empty")


def test_a_folder_of_images_that_does_not_exist_is_named(tmp_path: Path):
    with pytest.raises(RunFailed, match="--images: expected a folder, got"):
        read_data(write_learnable(tmp_path, 1), tmp_path / "nowhere")


def test_classes_stand_in_the_order_that_the_list_beside_the_file_gives(tmp_path: Path):
    path = write_learnable(tmp_path, 12)
    class_list.write(("spare", "disc", "block"), tmp_path / "classes.txt")
    assert [entry.name for entry in read_data(path, None).classes] == ["disc", "block"]


def test_a_project_gives_its_classes_by_their_ids(tmp_path: Path):
    from training.dataset.box import ProjectBox
    from training.dataset.records import ClassRecord

    draw_learnable(tmp_path, 2)
    store = ProjectStore.open(tmp_path)
    unused, used = store.new_class_id(), store.new_class_id()
    store.write(
        [
            ImageRecord("000.png", 96, 72, (ProjectBox(1, 2, 30, 40, used),)),
            ImageRecord("001.png", 96, 72, reviewed=True),
        ],
        (ClassRecord(unused, "spare", "#ff0000"), ClassRecord(used, "cup", "#00ff00")),
    )
    store.close()
    data = data_for_training(tmp_path, None, None)
    assert [(entry.id, entry.name) for entry in data.classes] == [(used, "cup")]
    assert len(data.dataset.images) == 2
    assert all(image.split is not None for image in data.dataset.images)


def test_a_folder_without_a_project_is_refused(tmp_path: Path):
    with pytest.raises(ProjectError, match="has no project yet"):
        read_data(tmp_path, None)
