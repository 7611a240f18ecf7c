from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.helpers.red_box_pictures import RED_BOX, find_red, write_picture
from training.dataset.box import Box
from training.dataset.dataset import LabelledImage
from training.models.compiling import compile_localizer
from training.models.localizer import build_localizer
from training.models.optimizing import make_optimizer
from training.run.samples.augmentation import Augmentation
from training.run.samples.input_pipeline import EpochFollower, LocalizerBatches, RestOfEpoch
from training.run.samples.prepared_images import PreparedImages, prepare_images

SIZE = 64
LIGHT_KEPT = Augmentation(gain=1.0, contrast=1.0, saturation=0.0, hue=0.0, grey=0.0)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> PreparedImages:
    """Ten pictures, the last two without an object; each has its number in its blue corner."""
    folder, images = tmp_path_factory.mktemp("pictures"), []
    for number in range(10):
        negative = number >= 8
        write_picture(folder / f"{number}.png", red_box=None if negative else RED_BOX)
        boxes = () if negative else (Box(*RED_BOX, ("cup", "red")[number % 2]),)
        images.append(LabelledImage(f"{number}.png", 64, 48, boxes))
    made = prepare_images(images, folder, ("cup", "red"), SIZE)
    made.squares[:, 0, 0, 2] = np.arange(10)
    return made


def batches(prepared: PreparedImages, **changes: object) -> LocalizerBatches:
    options = {"class_count": 2, "presence": True, "batch_size": 4, **changes}
    return LocalizerBatches(prepared, **options)


def numbers(pictures: np.ndarray) -> list[int]:
    return pictures[:, 0, 0, 2].tolist()


def test_targets_and_weights_say_what_is_in_the_picture(prepared: PreparedImages):
    pictures, targets, weights = batches(prepared)[1]
    assert numbers(pictures) == [4, 5, 6, 7]
    assert pictures.dtype == np.uint8
    assert targets["class"].tolist() == [[1, 0], [0, 1], [1, 0], [0, 1]]
    assert np.allclose(targets["box"], [[24 / 64, 26 / 64, 16 / 64, 12 / 64]] * 4)
    assert targets["presence"].tolist() == [[1]] * 4
    assert np.allclose(targets["cells"], np.concatenate([np.ones((4, 1)), targets["box"], targets["class"]], axis=1))
    assert all(weights[name].tolist() == [1] * 4 for name in ("class", "box", "presence", "cells"))


def test_pictures_without_an_object_weigh_nothing_for_class_and_box(prepared: PreparedImages):
    pictures, targets, weights = batches(prepared)[2]
    assert numbers(pictures) == [8, 9]
    assert targets["presence"].tolist() == [[0], [0]]
    assert weights["class"].tolist() == weights["box"].tolist() == [0, 0]
    assert weights["presence"].tolist() == [1, 1]
    assert not targets["cells"].any()


def test_without_a_presence_head_there_is_no_such_target(prepared: PreparedImages):
    _, targets, weights = batches(prepared, presence=False)[0]
    assert set(targets) == set(weights) == {"class", "box", "cells"}


def test_validation_shows_each_picture_once_and_in_order(prepared: PreparedImages):
    all_batches = batches(prepared)
    assert len(all_batches) == 3
    assert [number for index in range(3) for number in numbers(all_batches[index][0])] == list(range(10))


def test_training_fills_its_batches_and_shows_every_picture(prepared: PreparedImages):
    training = batches(prepared, training=True)
    assert len(training) == 3
    shown = [number for index in range(3) for number in numbers(training[index][0])]
    assert len(shown) == 12
    assert set(shown[:10]) == set(range(10))
    assert shown != sorted(shown)


def test_few_pictures_are_shown_several_times_an_epoch(prepared: PreparedImages):
    training = batches(prepared, training=True, minimum_steps=10, batch_size=4)
    assert len(training) == 10
    shown = [number for index in range(10) for number in numbers(training[index][0])]
    assert [shown.count(number) for number in range(10)] == [4] * 10


def test_a_batch_may_be_larger_than_the_whole_set(prepared: PreparedImages):
    pictures, _, _ = batches(prepared, training=True, batch_size=32)[0]
    assert pictures.shape == (32, SIZE, SIZE, 3)
    assert set(numbers(pictures)) == set(range(10))


def test_the_same_seed_gives_the_same_batches_and_another_seed_others(prepared: PreparedImages):
    options = {"training": True, "augmentation": Augmentation(), "seed": 3}
    first, again, other = (batches(prepared, **options), batches(prepared, **options), batches(prepared, training=True))
    for index in range(3):
        assert np.array_equal(first[index][0], again[index][0])
        assert np.array_equal(first[index][1]["box"], again[index][1]["box"])
    assert not np.array_equal(first[0][0], other[0][0])


def test_every_epoch_is_different_and_can_be_gone_back_to(prepared: PreparedImages):
    training = batches(prepared, training=True, augmentation=Augmentation())
    first = training[0][0]
    training.on_epoch_end()
    second = training[0][0]
    assert not np.array_equal(first, second)
    training.epoch = 0
    assert np.array_equal(training[0][0], first)


def test_a_training_sees_the_epochs_from_the_first_to_the_last_and_can_go_on(prepared: PreparedImages):
    seen = []

    class Seen(LocalizerBatches):
        def __getitem__(self, index: int) -> tuple:
            seen.append(self.epoch)
            return super().__getitem__(index)

    training = Seen(prepared, class_count=2, presence=True, batch_size=4, training=True)
    model = build_localizer(model_size="small", input_size=SIZE, class_count=2, presence=True)
    compile_localizer(model, make_optimizer(total_steps=9))
    model.run_eagerly = True
    model.fit(training, epochs=2, shuffle=False, verbose=0, callbacks=[EpochFollower(training)])
    assert seen[-6:] == [0, 0, 0, 1, 1, 1]
    model.fit(training, initial_epoch=7, epochs=8, shuffle=False, verbose=0, callbacks=[EpochFollower(training)])
    assert seen[-3:] == [7, 7, 7]


def test_boxes_move_with_the_augmented_picture(prepared: PreparedImages):
    training = batches(prepared, training=True, augmentation=LIGHT_KEPT)
    checked = 0
    for epoch in range(4):
        training.epoch = epoch
        for index in range(len(training)):
            pictures, targets, weights = training[index]
            for picture, (x, y, w, h), weight in zip(pictures, targets["box"], weights["box"], strict=True):
                if weight:
                    edges = np.array([x - w / 2, y - h / 2, x + w / 2, y + h / 2]) * SIZE
                    assert np.abs(np.subtract(find_red(picture), edges)).max() <= 1.5
                    checked += 1
    assert checked > 30


def test_no_pictures_are_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="expected at least one picture"):
        batches(prepare_images([], tmp_path, ("cup",), SIZE))


def test_the_rest_of_an_epoch_is_what_was_left_of_it(prepared: PreparedImages):
    whole = batches(prepared, training=True, seed=5, augmentation=Augmentation(), minimum_steps=6)
    whole.epoch = 3
    rest = RestOfEpoch(whole, 4)
    assert len(rest) == 2
    for number in (0, 1):
        assert np.array_equal(rest[number][0], whole[4 + number][0])
    with pytest.raises(ValueError, match="expected a first batch of 0 to 5, came 6"):
        RestOfEpoch(whole, 6)


def test_half_the_batch_goes_on_with_the_same_pictures(prepared: PreparedImages):
    """What a place in an epoch holds does not depend on how many places make a batch."""
    options = {"training": True, "seed": 5, "augmentation": Augmentation(), "minimum_steps": 8}
    large, small = batches(prepared, batch_size=4, **options), batches(prepared, batch_size=2, **options)
    assert np.array_equal(large[1][0], np.concatenate([small[2][0], small[3][0]]))
