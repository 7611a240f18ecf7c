"""The course's network on its digits: our engine beside the plain notebook way, `model.fit` on a `tf.data` pipeline.

Both learn the same number of fresh samples, in turns, so that what else the machine does slows both down alike. Seconds
are those of training with its data making, without imports. `--epochs` and `--steps` make it short.
"""

from __future__ import annotations

import argparse
import sys
import time

import keras
import tensorflow as tf
from digits import CLASSES, PLACES, SQUARE, TILE, Digits, add_digits_options, read_digits
from digits_training import Learner, lab, legs
from figures import Figure, add_json_option, hand_over, say

EPOCHS = 3
SHUFFLED = 5000  # samples that the notebook's pipeline draws from at a time


def pipeline(digits: Digits, batch: int) -> tf.data.Dataset:
    """As a notebook has it: a map that pastes one digit, shuffled, repeated, batched, made ahead."""
    samples = tf.data.Dataset.from_tensor_slices((digits.tiles, digits.labels))
    samples = samples.shuffle(SHUFFLED, reshuffle_each_iteration=True).repeat()
    samples = samples.map(pasted, num_parallel_calls=tf.data.AUTOTUNE)
    return samples.batch(batch, drop_remainder=True).prefetch(tf.data.AUTOTUNE)


def pasted(tile: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
    left = tf.random.uniform((), 0, PLACES, tf.int32)
    top = tf.random.uniform((), 0, PLACES, tf.int32)
    square = tf.image.pad_to_bounding_box(tf.reshape(tile, (TILE, TILE, 1)), top, left, SQUARE, SQUARE)
    x, y = tf.cast(left, tf.float32), tf.cast(top, tf.float32)
    box = tf.stack([x, y, x + TILE, y + TILE]) / SQUARE
    return tf.cast(square, tf.float32) / 255.0, {"class": tf.one_hot(label, CLASSES), "box": box}


def plain_network() -> keras.Model:
    """The course's network without anything of ours."""
    x = inputs = keras.Input((SQUARE, SQUARE, 1))
    for filters in (16, 32, 64):
        x = keras.layers.Conv2D(filters, 3, activation="relu")(x)
        x = keras.layers.AveragePooling2D(2)(x)
    x = keras.layers.Dense(128, activation="relu")(keras.layers.Flatten()(x))
    outputs = {
        "class": keras.layers.Dense(CLASSES, activation="softmax", name="class")(x),
        "box": keras.layers.Dense(4, name="box")(x),
    }
    model = keras.Model(inputs, outputs)
    model.compile(
        optimizer="adam",
        loss={"class": "categorical_crossentropy", "box": "mse"},
        metrics={"class": "accuracy", "box": "mse"},
    )
    return model


class Notebook:
    """The plain way, with a clock."""

    def __init__(self, digits: Digits, batch: int) -> None:
        started = time.perf_counter()
        self.model = plain_network()
        self.samples = pipeline(digits, batch)
        self.seconds = time.perf_counter() - started

    def train(self, steps: int) -> None:
        started = time.perf_counter()
        self.model.fit(self.samples, steps_per_epoch=steps, epochs=1, shuffle=False, verbose=0)  # shuffled already
        self.seconds += time.perf_counter() - started


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_digits_options(parser, EPOCHS)
    add_json_option(parser)
    arguments = parser.parse_args()
    digits, _ = read_digits(arguments.mnist)
    keras.utils.set_random_seed(0)
    started = time.perf_counter()
    network = lab()
    building = time.perf_counter() - started
    engine = Learner("engine", network, digits, steps=arguments.steps, batch=arguments.batch)
    engine.seconds += building
    notebook = Notebook(digits, arguments.batch)
    assert engine.model.count_params() == notebook.model.count_params(), "not the same network"
    for epoch in range(arguments.epochs):
        for number, (first, steps) in enumerate(legs(arguments.steps)):
            turns = [lambda: engine.train(epoch, first, steps), lambda: notebook.train(steps)]  # noqa: B023 -- used at once
            for turn in turns if number % 2 else reversed(turns):
                turn()
        say(f"epoch {epoch + 1}: {engine.seconds:.1f} s, notebook {notebook.seconds:.1f} s")
    wait = engine.meter.share
    figures = [
        Figure("seconds_ratio", round(engine.seconds / notebook.seconds, 3), "ratio", "at most 1.0"),
        Figure("data_wait_share", None if wait is None else round(wait, 4), "share", "under 0.10"),
    ]
    hand_over(figures, arguments.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
