from __future__ import annotations

from pathlib import Path

import keras
import pytest

from tests.helpers.learnable_pictures import CLASSES, draw_learnable
from training.models.compiling import compile_localizer, figures
from training.models.localizer import build_localizer
from training.models.optimizing import make_optimizer
from training.run.samples.augmentation import Augmentation
from training.run.samples.input_pipeline import LocalizerBatches
from training.run.samples.prepared_images import prepare_images

SIZE, EPOCHS = 64, 20


def batches(folder: Path, count: int, negatives: int, seed: int, **options: object) -> LocalizerBatches:
    dataset = draw_learnable(folder, count, seed=seed, negatives=negatives)
    prepared = prepare_images(dataset.images, folder, CLASSES, SIZE)
    return LocalizerBatches(prepared, class_count=len(CLASSES), presence=True, batch_size=16, **options)


@pytest.mark.training
def test_the_localizer_learns_a_small_task_within_seconds(tmp_path: Path):
    keras.utils.set_random_seed(0)
    training = batches(tmp_path / "train", 80, 16, seed=0, training=True, augmentation=Augmentation(), minimum_steps=10)
    model = build_localizer(model_size="small", input_size=SIZE, class_count=2, presence=True)
    compile_localizer(model, make_optimizer(total_steps=EPOCHS * len(training)))
    model.fit(training, epochs=EPOCHS, shuffle=False, verbose=0)
    fresh = batches(tmp_path / "fresh", 60, 20, seed=1)
    reached = figures(model.evaluate(fresh, verbose=0, return_dict=True))
    assert reached["mean_iou"] >= 0.75
    assert reached["iou50"] >= 0.95
    assert reached["class_accuracy"] >= 0.95
    assert reached["presence_accuracy"] >= 0.95
