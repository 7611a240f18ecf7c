"""Two devices that share batches learn what one learns from the same batches, and a run on them goes on exactly."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
import pytest

from tests.helpers.backends import answer_of
from tests.helpers.learnable_pictures import draw_split
from training.models.compact import compact_backbone
from training.run.events import StartedEvent
from training.run.model_files import load_model
from training.run.report.report_reading import read_report
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.run_parts import counted_epochs
from training.run.settings import ClassEntry, TrainingSettings

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

# Part of a run of a classifier with a head and fine-tuning, on two devices: until it is complete, or until a step of
# fine-tuning. TensorFlow shares batches for one training in a process.
PART = """
import json, sys
from pathlib import Path
from training.run.machine import devices
devices.prepare_backend("cpu:2")
from training.run.events import StepEvent
from training.run.learning import run_callbacks
from training.run.report import finishing
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder
from training.run.worker import run_training
import training.run.train as engine

run_callbacks.SECONDS_BETWEEN_STEPS = 0.0
finishing.export_litert = engine.tell_estimate = lambda *_: None
control, last_step = RunControl(), int(sys.argv[2])

def stop(event):
    if isinstance(event, StepEvent) and (event.epoch, event.step) == (2, last_step):
        control.request_stop()

print(json.dumps({"outcome": run_training(RunFolder(Path(sys.argv[1])), stop, control).outcome}))
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


@dataclass(frozen=True)
class Runs:
    outcomes: list[str]
    whole: RunFolder
    parted: RunFolder


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Runs:
    """One that is left alone, and one that is stopped amid fine-tuning and goes on."""
    folder = tmp_path_factory.mktemp("runs")
    dataset = draw_split(folder / "images", 24)
    keras.utils.set_random_seed(1)
    compact_backbone("small", 64).save_weights(folder / "learned.weights.h5")
    settings = TrainingSettings.for_recipe(
        "classifier", image_root=str(folder / "images"), classes=tuple(map(ClassEntry, (1, 2), dataset.classes)),
        weights=str(folder / "learned.weights.h5"), epochs=1, fine_tune_epochs=1, model_size="small", input_size=64,
        batch_size=4, device="cpu:2", ema=0.9, seed=3,
    )  # fmt: skip
    whole, parted = (prepare_run_at(folder / name, settings, dataset) for name in ("whole", "parted"))
    parts = ((whole, 0), (parted, 4), (parted, 0))
    outcomes = [answer_of(folder, "tensorflow", PART, run.path, last_step)["outcome"] for run, last_step in parts]
    return Runs(outcomes, whole, parted)


def test_a_run_on_two_devices_says_so_and_learns_in_all_its_phases(runs):
    assert runs.outcomes[0] == "completed"
    events = runs.whole.read_events()[0]
    started = next(event for event in events if isinstance(event, StartedEvent))
    assert (started.device_count, started.batch_size, started.global_batch) == (2, 4, 8)
    assert [event.phase for event in counted_epochs(events)] == ["head", "fine_tune"]
    report = read_report(runs.whole)
    assert (report.device_count, report.global_batch, report.phase_epochs) == (2, 8, (1, 1))


def test_with_averaged_weights_it_goes_on_exactly_after_a_stop_amid_fine_tuning(runs):
    assert runs.outcomes[1:] == ["stopped", "completed"]
    whole, parted = (counted_epochs(run.read_events()[0]) for run in (runs.whole, runs.parted))
    for one, other in zip(whole, parted, strict=True):
        assert other.figures == pytest.approx(one.figures, abs=1e-5), one.epoch
    ends = [load_model(run.last_model)[0].get_weights() for run in (runs.whole, runs.parted)]
    for one, other in zip(*ends, strict=True):
        np.testing.assert_allclose(other, one, atol=1e-5)
