from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.helpers.red_box_pictures import RED_BOX, find_red, write_picture
from training.__main__ import main
from training.dataset.box import Box, Rectangle, iou
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.dataset.formats import boxwright_csv
from training.run.samples.augmentation_preview import contact_sheet, preview_rows, preview_samples
from training.run.settings import ClassEntry, TrainingSettings

COUNT = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("photos")
    for number in range(COUNT):
        write_picture(made / f"{number}.png")
    return made


@pytest.fixture(scope="module")
def images() -> tuple[LabelledImage, ...]:
    box = Box(*RED_BOX, "red")
    return tuple(
        LabelledImage(
            f"{number}.png",
            64,
            48,
            () if number == 0 else (box,),
            split=Split.VALIDATION if number == 1 else Split.TRAIN,
        )
        for number in range(COUNT)
    )


def settings(folder: Path, recipe: str = "localizer", **values: object) -> TrainingSettings:
    classes = (ClassEntry(1, "red"), ClassEntry(2, "blue"))
    return TrainingSettings.for_recipe(
        recipe,
        image_root=str(folder),
        classes=classes,
        **{"input_size": 96, "augmentations": ("flip", "zoom"), **values},
    )


def test_each_copy_is_what_training_would_see_with_its_box(folder, images):
    chosen = settings(folder)
    rows = preview_rows(preview_samples(chosen, images), chosen)
    assert len(rows) == 3
    for row in rows:
        assert len(row.varied) == 4
        for picture in (row.original, *row.varied):
            assert picture.box is not None
            assert iou(picture.box, Rectangle(*map(float, find_red(picture.square)))) > 0.85
    assert len({picture.box.corners for picture in rows[0].varied if picture.box}) > 1


def test_only_training_images_are_shown_and_others_on_the_next_turn(folder, images):
    chosen = settings(folder)
    seen = [{row.filename for row in preview_rows(preview_samples(chosen, images, turn), chosen)} for turn in range(4)]
    assert seen[0] != seen[1]
    assert "1.png" not in set().union(*seen), "it is for validation"
    assert "0.png" not in set().union(*seen), "there is nothing in it to see moving"


def test_a_classifier_sees_what_lies_in_the_boxes(folder, images):
    chosen = settings(folder, "classifier", crop_margin=0.0)
    original = preview_rows(preview_samples(chosen, images), chosen)[0].original
    place = find_red(original.square)
    assert place[2] - place[0] >= 94, "the crop fills the square"
    whole = [replace(image, boxes=(), image_class="red") for image in images]
    of_images = preview_rows(preview_samples(chosen, whole), chosen)[0]
    assert of_images.original.box is None


def test_without_changes_the_copies_are_the_original(folder, images):
    chosen = settings(folder, augment=False)
    for row in preview_rows(preview_samples(chosen, images), chosen):
        assert all(np.array_equal(picture.square, row.original.square) for picture in row.varied)


def test_images_that_cannot_be_read_are_told(folder, images, tmp_path):
    write_picture(tmp_path / "good.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    both = [replace(images[2], filename="good.png"), replace(images[2], filename="bad.png")]
    samples = preview_samples(settings(tmp_path), both)
    assert len(samples.chosen) == 1
    assert [problem.file for problem in samples.problems] == ["bad.png"]


def test_the_command_writes_one_picture_of_all(folder, images, tmp_path, capsys):
    boxwright_csv.write(Dataset(images, ("red",)), folder / "boxes.csv", with_split=True)
    out = tmp_path / "sheet.png"
    arguments = ["preview", "localizer", "--data", str(folder / "boxes.csv"), "--out", str(out), "--input-size", "64"]
    assert main([*arguments, "--rows", "2", "--copies", "3", "--augmentations", "turns,blur"]) == 0
    assert "2 images" in capsys.readouterr().out
    with Image.open(out) as picture:
        assert picture.size == (4 * 72 + 8, 2 * 72 + 8)
    assert main([*arguments[:2], "--data", str(folder / "none.csv"), "--out", str(out)]) == 1
    assert "none.csv" in capsys.readouterr().err


def test_the_sheet_shows_the_boxes(folder, images):
    chosen = settings(folder)
    rows = preview_rows(preview_samples(chosen, images), chosen, copies=1)
    assert (contact_sheet(rows) == (255, 64, 129)).all(axis=-1).any()


def test_what_is_classified_is_chosen_as_in_training_over_all_images(folder, images):
    """Three pictures alone could say otherwise."""
    box = images[2].boxes
    mixed = [replace(image, boxes=box if number < 3 else (), image_class="red") for number, image in enumerate(images)]
    chosen = settings(folder, "classifier")
    for turn in range(3):
        samples = preview_samples(chosen, mixed, turn)
        assert len(samples.chosen) == 3
        assert not samples.problems
        assert all(row.original.box is None for row in preview_rows(samples, chosen))
