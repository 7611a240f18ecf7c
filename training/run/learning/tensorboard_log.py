"""A run's curves for TensorBoard as well, in RUN/tensorboard, under the names that Keras's own callback gives them.

The package `tensorboard` is not needed to write them, only to look at them: `tensorboard --logdir RUN/tensorboard`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras

from training.run.events import EpochEvent, Event, WarningEvent
from training.run.monitor import VALIDATION
from training.run.session import Session

FOLDER = "tensorboard"
# As TensorBoard names its two curves of each chart.
TRAINING_CURVE, VALIDATION_CURVE = "train", "validation"


@contextmanager
def with_tensorboard(session: Session) -> Iterator[Session]:
    """The session whose epochs are written there as they are told, if its settings ask for that.

    A run that goes on adds to what is there. Where TensorFlow can't be loaded, which writes the files, a warning is told.
    """
    is_another_machine = session.cluster is not None and not session.cluster.is_first
    if not session.settings.tensorboard or is_another_machine:
        yield session
        return
    try:
        tf = _tensorflow()
    except ImportError as error:
        text = f"There will be no log for TensorBoard: TensorFlow, which writes it, can't be loaded ({error})."
        session.tell(WarningEvent(code="no_tensorboard", text=text, facts={"why": str(error)}))
        yield session
        return
    with ExitStack() as stack:
        log = _Log(tf, session.run.path / FOLDER)
        stack.callback(log.close)
        yield replace(session, tell=log.listening(session.tell))


class _Log:
    def __init__(self, tf: Any, folder: Path) -> None:
        self._tf = tf
        self._folder = folder
        self._writers: dict[str, Any] = {}
        # What makes TensorBoard draw a curve of numbers.
        plugin = tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars")
        self._metadata = tf.compat.v1.SummaryMetadata(plugin_data=plugin)

    def listening(self, tell: Any) -> Any:
        def told(event: Event) -> None:
            tell(event)
            if isinstance(event, EpochEvent):
                self._write(event)

        return told

    def close(self) -> None:
        for writer in self._writers.values():
            writer.close()

    def _write(self, event: EpochEvent) -> None:
        for name, value in event.figures.items():
            curve = VALIDATION_CURVE if name.startswith(VALIDATION) else TRAINING_CURVE
            with self._writer(curve).as_default():
                number = self._tf.constant(value, self._tf.float32)
                tag = f"epoch_{name.removeprefix(VALIDATION)}"
                self._tf.summary.write(tag, number, step=event.epoch, metadata=self._metadata)
        for writer in self._writers.values():
            writer.flush()

    def _writer(self, curve: str) -> Any:
        if curve not in self._writers:
            self._writers[curve] = self._tf.summary.create_file_writer(str(self._folder / curve))
        return self._writers[curve]


def _tensorflow() -> Any:
    import tensorflow as tf

    if keras.backend.backend() != "tensorflow":
        tf.config.set_visible_devices([], "GPU")  # the GPU's memory is the other backend's
    return tf
