"""Two devices that share batches learn what one learns from the same batches."""

from __future__ import annotations

import pytest

from tests.helpers.backends import answer_of

pytestmark = pytest.mark.training

# The same training twice in one process: on the CPU as two devices, and on the CPU. A small network without dropout, as
# each device would leave out others.
PROGRAM = """
import json, sys
from pathlib import Path
from training.run.machine import devices
devices.prepare_backend("cpu:2")
two = devices.use_device("cpu:2", 0, 5)
import keras, numpy as np
from tests.helpers.learnable_pictures import draw_learnable
from training.models.batch_statistics import share_statistics
from training.models.compiling import compile_localizer
from training.models.optimizing import make_optimizer
from training.run.answers.keras_predictor import KerasPredictor
from training.run.samples.input_pipeline import LocalizerBatches
from training.run.machine.devices import Device
from training.run.model_card import ModelCard
from training.run.model_files import load_model, save_model
from training.run.samples.prepared_images import prepare_images
from training.run.settings import ClassEntry, TrainingSettings

folder = Path(sys.argv[1])
images = prepare_images(draw_learnable(folder, 21).images, folder, ("block", "disc"), 32)
settings = TrainingSettings(input_size=32, classes=(ClassEntry(1, "block"), ClassEntry(2, "disc")))
card = ModelCard.of(settings, presence=False)

def network():
    x = pixels = keras.Input((32, 32, 3), name="pixels")
    x = keras.layers.Rescaling(1 / 255)(x)
    for channels in (8, 16):
        x = keras.layers.Conv2D(channels, 3, strides=2, padding="same", use_bias=False)(x)
        x = keras.layers.Activation("relu")(keras.layers.BatchNormalization()(x))
    x = keras.layers.Flatten()(x)
    heads = {
        "class": keras.layers.Dense(2, "softmax", name="class")(x),
        "box": keras.layers.Dense(4, "sigmoid", name="box")(x),
    }
    return keras.Model(pixels, heads)

def batches(training, device):
    made = LocalizerBatches(images, class_count=2, presence=False, cells=False, batch_size=8, training=training, seed=5)
    made.sharing = device.sharing
    return made

def learned(device, rate):
    keras.utils.set_random_seed(5)
    with device.scope():
        model = network()
        if device.strategy is not None:
            share_statistics(model)
        # Without clipping: TensorFlow clips what each device has found, before it is added up.
        optimizer = make_optimizer("sgd", total_steps=6, learning_rate=rate, replicas=device.replicas, clip_norm=0.0)
        compile_localizer(model, optimizer)
    history = model.fit(
        batches(True, device), validation_data=batches(False, device), epochs=2, shuffle=False, verbose=0
    ).history
    answers = KerasPredictor(model, card, model).outputs(np.asarray(images.squares[:5]))
    save_model(model, folder / "saved.keras", card)
    again = KerasPredictor(*load_model(folder / "saved.keras")).outputs(np.asarray(images.squares[:5]))
    return history, {name: [value.tolist(), again[name].tolist()] for name, value in answers.items()}

print(json.dumps([learned(two, 0.005), learned(Device("cpu", "CPU"), 0.01)]))
"""


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("replicas")
    return answer_of(folder, "tensorflow", PROGRAM, folder / "pictures")


def test_figures_are_those_of_one_device(learned):
    (by_two, _), (by_one, _) = learned
    assert set(by_two) == set(by_one)
    for name, values in by_one.items():
        # Keras counts each batch of a head's loss the same, however small; and the last one is shared as 3 and 2.
        tolerance = 0.02 if name in ("val_box_loss", "val_class_loss") else 1e-3
        assert by_two[name] == pytest.approx(values, rel=tolerance, abs=1e-4), name


def test_answers_while_training_and_of_the_saved_model_are_those_of_one_device(learned):
    (_, of_two), (_, of_one) = learned
    for name in ("class", "box"):
        for place in range(2):
            for one, other in zip(of_two[name][place], of_one[name][1], strict=True):
                assert one == pytest.approx(other, abs=1e-3)
