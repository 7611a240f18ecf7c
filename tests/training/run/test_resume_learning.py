"""Whatever a training keeps between steps comes back with its state: rates, momenta, averages, half precision."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from tests.helpers.learnable_pictures import draw_split
from training.run.events import EndedEvent, EpochEvent, Event, StartedEvent, StepEvent
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.run_parts import counted_epochs
from training.run.settings import ClassEntry, TrainingSettings
from training.run.worker import run_training

pytestmark = pytest.mark.training

EPOCHS, STEPS = 3, 10
CLOSE = 1e-6


@pytest.fixture(scope="module", autouse=True)
def told_at_every_step():
    """Exporting changes no weights, and Keras is given back as it was: other tests need no repeatable operations."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.run.learning.run_callbacks.SECONDS_BETWEEN_STEPS", 0.0)
        patch.setattr("training.run.report.finishing.export_litert", lambda *_: None)
        yield
    keras.backend.clear_session()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., RunFolder]:
    folder = tmp_path_factory.mktemp("learning")
    dataset = draw_split(folder / "images", 16, negatives=4)
    settings = TrainingSettings(
        image_root=str(folder / "images"), epochs=EPOCHS, architecture="lab", model_size="small", input_size=64,
        batch_size=4, device="cpu", seed=3, learning_rate=0.003,
        classes=tuple(ClassEntry(number, label) for number, label in enumerate(dataset.classes)),
    )  # fmt: skip
    return lambda name, **values: prepare_run_at(folder / name, settings.with_values(values), dataset)


class StopsInEpochTwo(RunControl):
    """Asks for an end after a step, or when the first batch after the last step has been judged."""

    def __init__(self, step: int, is_judging: bool) -> None:
        super().__init__()
        self._step = step
        self._questions_left = 2 if is_judging else 1
        self._counts = False

    def hear(self, event: Event) -> None:
        self._counts |= isinstance(event, StepEvent) and (event.epoch, event.step) == (2, self._step)

    def take_question(self) -> str | None:
        if self._counts:
            self._questions_left -= 1
            if self._questions_left == 0:
                self.request_stop()
        return super().take_question()


def trained(run: RunFolder, control: RunControl | None = None) -> EndedEvent:
    control = control or RunControl()
    return run_training(run, getattr(control, "hear", lambda _: None), control)


def epochs_of(run: RunFolder) -> list[EpochEvent]:
    return counted_epochs(run.read_events()[0])


def rates_of(run: RunFolder) -> list[float]:
    return [event.figures["learning_rate"] for event in epochs_of(run)]


def weights_in(path: Path) -> dict[str, np.ndarray]:
    """Straight from the file: building the network again takes longer than training it here."""
    found: dict[str, np.ndarray] = {}

    def keep(name: str, item: h5py.Dataset | h5py.Group) -> None:
        if isinstance(item, h5py.Dataset) and name.startswith("layers/"):
            found[name] = item[()]

    with zipfile.ZipFile(path) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
        file.visititems(keep)
    return found


def interrupted_like_whole(prepared: Callable[..., RunFolder], stop: StopsInEpochTwo, **values: object) -> RunFolder:
    """A run that was stopped and went on, after a look at whether it became the same as one that was not."""
    whole, parted = prepared("whole", **values), prepared("parted", **values)
    assert trained(whole).outcome == "completed"
    assert trained(parted, stop).outcome == "stopped"
    assert parted.state_file.exists()
    assert trained(parted).outcome == "completed"
    for one, two in zip(epochs_of(parted), epochs_of(whole), strict=True):
        assert one.figures == pytest.approx(two.figures, abs=CLOSE), f"epoch {one.epoch}"
        assert one.best == two.best
    for name in ("best_model", "last_model"):
        mine, theirs = weights_in(getattr(parted, name)), weights_in(getattr(whole, name))
        assert len(mine) >= 10
        for key, value in theirs.items():
            np.testing.assert_allclose(mine[key], value, atol=CLOSE)
    return parted


def test_a_plateau_momentum_averages_and_half_precision_go_on_after_a_stop_amid_judging(prepared, monkeypatch):
    # Nothing falls so much: the rate is lowered after every epoch but the first.
    monkeypatch.setattr("training.run.learning.plateau.LEAST_FALL", 0.99)
    run = interrupted_like_whole(
        lambda name, **values: prepared(f"plateau-{name}", **values), StopsInEpochTwo(STEPS, is_judging=True),
        optimizer="sgd", schedule="plateau", patience=3, precision="mixed_bfloat16", ema=0.9,
    )  # fmt: skip
    assert rates_of(run) == pytest.approx([0.003, 0.003, 0.0009])
    started = next(event for event in run.read_events()[0] if isinstance(event, StartedEvent))
    assert started.precision == "mixed_bfloat16"
    with zipfile.ZipFile(run.best_model) as archive:
        assert b"bfloat16" not in archive.read("config.json")


def test_one_cycle_goes_on_after_a_stop_amid_an_epoch(prepared):
    run = interrupted_like_whole(
        lambda name, **values: prepared(f"cycle-{name}", **values), StopsInEpochTwo(4, is_judging=False),
        optimizer="lion", schedule="one_cycle", learning_rate=0.001, epochs=2,
    )  # fmt: skip
    assert rates_of(run)[1] == pytest.approx(1e-8, rel=1e-3)


def test_a_scale_of_the_loss_that_changes_goes_on_where_half_precision_needs_one(prepared, monkeypatch):
    often = partial(keras.optimizers.LossScaleOptimizer, dynamic_growth_steps=3)
    monkeypatch.setattr("training.models.optimizing.keras.optimizers.LossScaleOptimizer", often)
    run = interrupted_like_whole(
        lambda name, **values: prepared(f"float16-{name}", **values), StopsInEpochTwo(4, is_judging=False),
        precision="mixed_float16", epochs=2,
    )  # fmt: skip
    started = next(event for event in run.read_events()[0] if isinstance(event, StartedEvent))
    assert started.precision == "mixed_float16"
    losses = [event.figures["loss"] for event in epochs_of(run)]
    assert losses[1] < losses[0]
