"""One training on several machines: what they tell each other before, between steps and after it."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from training.models.localizer import for_prediction
from training.run.answers.keras_predictor import KerasPredictor
from training.run.answers.letterbox import Pixels
from training.run.answers.predictor import Outputs
from training.run.enough_memory import Batch
from training.run.events import PhaseEvent
from training.run.learning.run_state import RunState, fingerprint, read_state
from training.run.learning.settling import settle
from training.run.model_card import ModelCard
from training.run.report.report import versions
from training.run.run_folder import RunFolder
from training.run.run_parts import lasting_lines
from training.run.session import Session
from training.run.together import several_machines
from training.run.together.cluster import Cluster
from training.run.together.shared_control import SharedControl
from training.run.training_data import TrainingData


def begin_together(session: Session, cluster: Cluster, data: TrainingData) -> RunState | None:
    """Meet the others and see that all train the same; where the training stands, as the first process has it.

    Raises RunFailed where they do not meet, or differ.
    """
    text = f"Waiting for all {cluster.processes} processes at {cluster.coordinator}; this is number {cluster.process}"
    session.tell(PhaseEvent(name="import", text=text))
    several_machines.join(cluster)
    if isinstance(session.control, SharedControl):
        session.control.begin_together()
    validation = 0 if data.validation is None else len(data.validation)
    facts = {
        "settings and dataset": fingerprint(session.run, session.settings),
        "number of images that can be read": f"{len(data.train)}, {validation}",
        "versions of Boxwright, Keras and JAX": str(
            {name: versions().get(name) for name in ("boxwright", "keras", "jax")}
        ),
    }
    several_machines.check_same(cluster, facts)
    _share_the_past(session.run, cluster, with_best=session.settings.has_two_phases)
    return read_state(session.run, session.settings)


def _share_the_past(run: RunFolder, cluster: Cluster, with_best: bool) -> None:
    """The state, the epochs so far (what a rate that waits for better figures goes by) and maybe the best model."""
    is_there = cluster.is_first and run.state_file.exists()
    state = several_machines.bytes_of_first(run.state_file.read_bytes() if is_there else b"")
    best = several_machines.bytes_of_first(
        run.best_model.read_bytes() if is_there and with_best and run.best_model.exists() else b""
    )
    events = several_machines.bytes_of_first(b"\n".join(lasting_lines(run)))
    if cluster.is_first:
        return
    if state:
        run.state_file.write_bytes(state)
    if best:
        run.best_model.write_bytes(best)
    with run.events_file.open("ab") as file:
        file.write(events + b"\n")


def same_batch(batch: Batch) -> Batch:
    """The first process's. None is made smaller later: memory runs out in one process, and all would have to know."""
    return Batch(several_machines.number_of_first(batch.size), may_be_halved=False)


def end_together(session: Session) -> None:
    """From here on every process is alone, and its models lie on its own devices."""
    if isinstance(session.control, SharedControl):
        session.control.end_together()
    several_machines.leave()
    keras.distribution.set_distribution(None)


class AgreedStop(keras.callbacks.Callback):  # type: ignore[misc]
    """All processes stop after the same batch. Comes before whoever asks whether to stop."""

    def __init__(self, control: SharedControl) -> None:
        super().__init__()
        self._control = control

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self._control.agree()

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self._control.agree()


class CopyPredictor(KerasPredictor):
    """Answers by a copy that lies on this machine alone: the model in training computes only where all take part."""

    def __init__(self, model: keras.Model, card: ModelCard, fitted: keras.Model) -> None:
        super().__init__(model, card, fitted)
        self._copied = self.model
        with _Alone():
            self.model = keras.models.clone_model(for_prediction(model))

    def outputs(self, squares: Pixels) -> Outputs:
        settle(self._fitted)
        with _Alone():
            for own, shared in zip(self.model.variables, self._copied.variables, strict=True):
                own.assign(np.asarray(keras.ops.convert_to_numpy(shared)))
            return super().outputs(squares)


class _Alone:
    """Without the distribution over all machines."""

    def __enter__(self) -> None:
        self._distribution = keras.distribution.distribution()
        keras.distribution.set_distribution(None)

    def __exit__(self, *_: object) -> None:
        keras.distribution.set_distribution(self._distribution)
