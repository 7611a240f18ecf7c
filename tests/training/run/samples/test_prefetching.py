from __future__ import annotations

import gc
import threading
import weakref

import keras
import numpy as np
import pytest

from training.dataset.box import Box
from training.dataset.dataset import LabelledImage
from training.run.answers.letterbox import Letterbox
from training.run.samples.augmentation import Augmentation
from training.run.samples.data_wait import WaitMeter
from training.run.samples.input_pipeline import LocalizerBatches, RestOfEpoch
from training.run.samples.prefetching import Prefetched
from training.run.samples.prepared_images import PreparedImages, Sample

SIZE, COUNT = 48, 20


@pytest.fixture(scope="module")
def prepared() -> PreparedImages:
    image, box = LabelledImage("a.png", SIZE, SIZE), Box(8, 8, 30, 30, "thing")
    return PreparedImages(
        images=(image,) * COUNT,
        samples=(Sample(image, box=box, class_index=0),) * COUNT,
        squares=np.random.default_rng(0).integers(0, 255, (COUNT, SIZE, SIZE, 3), np.uint8),
        boxes=np.array([box.corners] * COUNT, np.float32),
        class_indices=np.zeros(COUNT, np.int64),
        letterboxes=(Letterbox(SIZE, SIZE, SIZE),) * COUNT,
        problems=(),
    )


def batches(prepared: PreparedImages) -> LocalizerBatches:
    return LocalizerBatches(
        prepared, class_count=1, presence=False, batch_size=4, training=True, augmentation=Augmentation(), seed=3
    )


def all_of(source: keras.utils.PyDataset) -> list[np.ndarray]:
    return [source[index][0] for index in range(len(source))]


def same(some: list[np.ndarray], others: list[np.ndarray]) -> bool:
    return len(some) == len(others) and all(map(np.array_equal, some, others))


def test_threads_make_the_same_batches_in_the_same_order(prepared: PreparedImages):
    with Prefetched(batches(prepared), threads=3) as ahead:
        assert len(ahead) == 5
        assert same(all_of(ahead), all_of(batches(prepared)))


def test_each_pass_is_of_the_epoch_it_begins_in_also_after_one_that_was_broken_off(prepared: PreparedImages):
    source, plain = batches(prepared), batches(prepared)
    with Prefetched(source, threads=2) as ahead:
        first = [ahead[0][0], ahead[1][0]]
        assert same(first, all_of(plain)[:2])
        source.epoch = plain.epoch = 7
        assert same(all_of(ahead), all_of(plain))
        ahead.on_epoch_end()
        plain.on_epoch_end()
        assert same(all_of(ahead), all_of(plain))


def test_the_rest_of_an_epoch_comes_in_its_order(prepared: PreparedImages):
    source = batches(prepared)
    with Prefetched(RestOfEpoch(source, 3), threads=2) as ahead:
        assert same(all_of(ahead), all_of(source)[3:])


def test_any_batch_can_be_asked_for(prepared: PreparedImages):
    plain = all_of(batches(prepared))
    with Prefetched(batches(prepared), threads=2) as ahead:
        for index in (3, 1, 1, 4, 0):
            assert np.array_equal(ahead[index][0], plain[index])
    assert np.array_equal(ahead[2][0], plain[2])  # closed: made when it is asked for


def test_the_next_epochs_first_batches_are_made_while_this_one_is_judged(prepared: PreparedImages):
    made, changed = set(), threading.Condition()

    class Watched(LocalizerBatches):
        def batch_at(self, epoch: int, index: int) -> object:
            with changed:
                made.add((epoch, index))
                changed.notify_all()
            return super().batch_at(epoch, index)

    source = Watched(prepared, class_count=1, presence=False, batch_size=4, training=True, seed=3)
    plain = LocalizerBatches(prepared, class_count=1, presence=False, batch_size=4, training=True, seed=3)
    with Prefetched(source, threads=1) as ahead:
        assert same(all_of(ahead), all_of(plain))
        with changed:
            assert changed.wait_for(lambda: {(1, 0), (1, 1)} <= made, timeout=60)
        assert (1, 2) not in made
        source.epoch = plain.epoch = 1
        made.clear()
        assert np.array_equal(ahead[0][0], plain[0][0])
        assert (1, 0) not in made


def test_batches_that_are_judged_are_made_for_each_pass_anew(prepared: PreparedImages):
    source = LocalizerBatches(prepared, class_count=1, presence=False, batch_size=4)
    with Prefetched(source, threads=1) as ahead:
        first = all_of(ahead)
        source.prepared.squares[0, 0, 0, 0] ^= 1
        second = all_of(ahead)
    assert not np.array_equal(first[0], second[0])
    assert same(second, all_of(source))


class Counted(keras.utils.PyDataset):
    """Tells which batches were begun; batch `fails` can't be made."""

    def __init__(self, fails: int = -1) -> None:
        super().__init__()
        self.begun: set[int] = set()
        self.changed = threading.Condition()
        self.fails = fails

    def __len__(self) -> int:
        return 50

    def __getitem__(self, index: int) -> int:
        with self.changed:
            self.begun.add(index)
            self.changed.notify_all()
        if index == self.fails:
            raise OSError("this disk is gone")
        return index

    def wait_for(self, wanted: set[int]) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.begun >= wanted, timeout=60)


def test_the_next_batches_are_made_before_anybody_asks_but_only_a_few():
    source = Counted()
    with Prefetched(source, threads=2) as ahead:
        assert ahead[0] == 0
        assert source.wait_for({1, 2, 3, 4})
    assert source.begun == {0, 1, 2, 3, 4}


def test_what_goes_wrong_in_a_thread_is_told_where_the_batch_is_asked_for():
    with Prefetched(Counted(fails=2), threads=2) as ahead:
        assert [ahead[0], ahead[1]] == [0, 1]
        with pytest.raises(OSError, match="this disk is gone"):
            ahead[2]


def test_no_thread_is_left():
    before = threading.active_count()
    with Prefetched(Counted(), threads=4) as ahead:
        assert ahead[0] == 0
    assert threading.active_count() == before


def test_closed_it_keeps_nothing_of_the_training(prepared: PreparedImages):
    """TensorFlow keeps what it reads from, and the meter knows the model: so that would stay in memory too."""
    meter = WaitMeter()
    gone = weakref.ref(meter)
    with Prefetched(batches(prepared), meter) as ahead:
        assert len(all_of(ahead)) == 5
    del meter
    gc.collect()
    assert gone() is None
    assert len(all_of(ahead)) == 5
