"""From photos of 12 megapixels to batches of 32 squares of 224 pixels: our first and second epoch against tf.data.

    .venv/bin/python benchmarks/input.py [--images 2000] [--rounds 5] [--kinds 24]

tf.data reads, `tf.io.decode_jpeg(channels=3)`, `tf.image.resize` to 224x224 in a `map` with AUTOTUNE, batches, prefetches:
plain bilinear sampling of every 18th pixel, the aspect ratio lost, as float32. Ours are letterboxed, every pixel of the
photo counts (area averaging), and stay in memory as uint8; `mean_difference` is how far they are, in levels of 0..255,
from those of a photo that was decoded in full. Neither side augments. A JPEG's bits must all be read whatever the size
that is wanted: that alone is about two thirds of what tf.data takes, so a first epoch can hardly become twice as fast.

The rounds take turns, each with its own part of the photos; a figure is the median of the rounds' ratios. The photos are
drawn here: `--kinds` different ones of about 3 MB (24 take 75 MB), linked under the names of all the others. They are read
from the system's cache, so no disk is measured. Prints one JSON object a line.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import cv2
import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from figures import Figure

from training.dataset.box import Box
from training.dataset.dataset import LabelledImage
from training.models.compiling import compile_localizer
from training.models.localizer import build_localizer
from training.run.answers.letterbox import letterboxed
from training.run.samples.augmentation import Augmentation
from training.run.samples.data_wait import WaitMeter
from training.run.samples.input_pipeline import LocalizerBatches
from training.run.samples.prefetching import Prefetched
from training.run.samples.prepared_images import PreparedImages, prepare_images

WIDTH, HEIGHT = 4000, 3000
QUALITY = 90
SIZE, BATCH = 224, 32
CLASSES = ("thing", "other")
OBJECT = Box(1000, 800, 2600, 2200, CLASSES[0])


@dataclass(frozen=True)
class Round:
    """Seconds."""

    tf_data: float
    first: float
    second: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kinds", type=int, default=24, help="how many of the photos differ")
    parser.add_argument("--steps", type=int, default=20, help="of the training that data_wait_share is measured in")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="boxwright-bench-") as folder:
        images = drawn_photos(Path(folder), given.images, given.kinds)
        for figure in measured(Path(folder), images, given.rounds, given.steps):
            figure.print()


def measured(folder: Path, images: list[LabelledImage], rounds: int, steps: int) -> list[Figure]:
    ours_first(folder, images[:BATCH])
    tf_epoch(folder, images[:BATCH])
    parts = [images[number::rounds] for number in range(rounds)]
    taken = [one_round(folder, part, ours_begins=number % 2 == 0) for number, part in enumerate(parts)]
    prepared, _ = ours_first(folder, images[: 4 * BATCH])
    size = statistics.mean((folder / image.filename).stat().st_size for image in images) / 1e6
    return [
        Figure("speedup", ratio(taken, lambda one: one.tf_data / one.first), "times", "at least 1.5"),
        Figure("speedup_second", ratio(taken, lambda one: one.tf_data / one.second), "times", "at least 20"),
        Figure("data_wait_share", wait_share(prepared, steps), "of step time", "under 0.10"),
        Figure("first_epoch", round(len(images) / sum(one.first for one in taken), 1), "images a second", ""),
        Figure("tf_data", round(len(images) / sum(one.tf_data for one in taken), 1), "images a second", ""),
        Figure("second_epoch", round(len(images) / sum(one.second for one in taken)), "images a second", ""),
        Figure("mean_difference", round(mean_difference(folder, images[0]), 2), "levels of 255", "under 2"),
        Figure("photo_size", round(size, 2), "MB", "2 to 4"),
    ]


def ratio(taken: list[Round], of: Callable[[Round], float]) -> float:
    return round(statistics.median(of(one) for one in taken), 2)


def one_round(folder: Path, images: list[LabelledImage], *, ours_begins: bool) -> Round:
    tf_data = 0.0 if ours_begins else tf_epoch(folder, images)
    prepared, first = ours_first(folder, images)
    second = passed(prepared)
    return Round(tf_epoch(folder, images) if ours_begins else tf_data, first, second)


def ours_first(folder: Path, images: list[LabelledImage]) -> tuple[PreparedImages, float]:
    """Nothing is kept from before: every photo is decoded."""
    began = time.perf_counter()
    prepared = prepare_images(images, folder, CLASSES, SIZE)
    passed(prepared)
    if len(prepared) != len(images):
        raise RuntimeError(f"expected {len(images)} photos, came {len(prepared)}: {prepared.problems[0]}")
    return prepared, time.perf_counter() - began


def passed(prepared: PreparedImages) -> float:
    """Seconds for one epoch of batches, as a training gets them."""
    batches = LocalizerBatches(prepared, class_count=len(CLASSES), presence=False, batch_size=BATCH, training=True)
    began = time.perf_counter()
    with Prefetched(batches) as ahead:
        for number in range(len(ahead)):
            pictures, _, _ = ahead[number]
            assert pictures.shape == (BATCH, SIZE, SIZE, 3)
    return time.perf_counter() - began


def tf_epoch(folder: Path, images: list[LabelledImage]) -> float:
    def square(path: tf.Tensor) -> tf.Tensor:
        return tf.image.resize(tf.io.decode_jpeg(tf.io.read_file(path), channels=3), (SIZE, SIZE))

    began = time.perf_counter()
    paths = tf.data.Dataset.from_tensor_slices([str(folder / image.filename) for image in images])
    batches = paths.map(square, num_parallel_calls=tf.data.AUTOTUNE).batch(BATCH).prefetch(tf.data.AUTOTUNE)
    seen = sum(int(batch.shape[0]) for batch in batches)
    assert seen == len(images)
    return time.perf_counter() - began


def wait_share(prepared: PreparedImages, steps: int) -> float | None:
    """Of `compact` learning at this size, every picture augmented."""
    keras.utils.set_random_seed(0)
    model = build_localizer(model_size="small", input_size=SIZE, class_count=len(CLASSES), presence=False)
    compile_localizer(model, keras.optimizers.AdamW())
    batches = LocalizerBatches(
        prepared,
        class_count=len(CLASSES),
        presence=False,
        batch_size=BATCH,
        training=True,
        augmentation=Augmentation(),
        minimum_steps=steps,
    )
    meter = WaitMeter()
    with Prefetched(batches, meter) as ahead:
        model.fit(ahead, shuffle=False, verbose=0, callbacks=[meter])
    return None if meter.share is None else round(meter.share, 4)


def mean_difference(folder: Path, image: LabelledImage) -> float:
    whole = cv2.cvtColor(cv2.imread(str(folder / image.filename)), cv2.COLOR_BGR2RGB)
    square = prepare_images([image], folder, CLASSES, SIZE).squares[0]
    return float(np.abs(square.astype(int) - letterboxed(whole, SIZE)).mean())


def drawn_photos(folder: Path, count: int, kinds: int) -> list[LabelledImage]:
    """`count` names for `kinds` files."""
    names = [f"{number:05}.jpg" for number in range(count)]
    for number, name in enumerate(names):
        if number < kinds:
            cv2.imwrite(str(folder / name), photo(number), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        else:
            os.link(folder / names[number % kinds], folder / name)
    return [LabelledImage(name, WIDTH, HEIGHT, (OBJECT,)) for name in names]


def photo(seed: int) -> npt.NDArray[np.uint8]:
    """Clouds upon clouds, each half as large and about half as strong, as detail is spread in photos; a little noise."""
    random = np.random.default_rng(seed)
    levels = 11
    picture = np.full((3, 4, 3), 128, np.float32)
    for level in range(levels):
        height, width = (max(3, side >> (levels - 1 - level)) for side in (HEIGHT, WIDTH))
        picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC)
        strength = 62 / (level + 1) ** 1.2
        for share, channels in ((1.0, 1), (0.3, 3)):
            picture += strength * share * random.standard_normal((height, width, channels), np.float32)
    return picture.clip(0, 255).astype(np.uint8)


if __name__ == "__main__":
    main()
