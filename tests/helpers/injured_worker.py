"""The true worker, hurt on purpose at one place of a training.

    WorkerClient.start(run, injured_worker_command(run, "memory", epoch=2))

Injuries: memory (TensorFlow finds no room for a tensor, once), nan (a weight is no number any more), no_tensorflow (it is
not installed), disk_full (nothing more can be written in the run folder).
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

INJURIES = ("memory", "nan", "no_tensorflow", "disk_full")
STEP = 3  # of the epoch


def injured_worker_command(run, injury: str, epoch: int = 1) -> list[str]:
    assert injury in INJURIES
    return [sys.executable, __file__, str(run.path), injury, str(epoch)]


class NoTensorFlow:
    """First among those who are asked for modules."""

    def find_spec(self, name: str, *_):
        if name.partition(".")[0] == "tensorflow":
            raise ModuleNotFoundError("No module named 'tensorflow'", name=name)


def hurt_steps(injury: str, epoch: int) -> None:
    """From then on TensorFlow is loaded; until then nothing was."""
    from training.run.learning import run_callbacks

    after_step = run_callbacks.StepReporter.on_train_batch_end
    hurt = []

    def hurt_once(reporter, batch, logs=None):
        after_step(reporter, batch, logs)
        if not hurt and (reporter._state.epoch + 1, reporter._state.batch) == (epoch, STEP):
            hurt.append(True)
            _hurt(injury, reporter.model)

    run_callbacks.StepReporter.on_train_batch_end = hurt_once


def _hurt(injury: str, model) -> None:
    import numpy as np
    import tensorflow as tf

    if injury == "memory":
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor with shape[16,64,64,32]")
    weight = model.trainable_weights[0]
    weight.assign(np.full(weight.shape, np.nan))


def fill_disk() -> None:
    from training.run import event_writer

    def no_space(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "events.jsonl")

    event_writer.EventWriter._is_stored = no_space


def main() -> int:
    folder, injury, epoch = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    from training.run import worker

    if injury == "no_tensorflow":
        sys.meta_path.insert(0, NoTensorFlow())
    elif injury == "disk_full":
        fill_disk()
    else:
        from training.run.machine.devices import prepare_backend

        stdout, worker.keep_stdout = worker.keep_stdout(), lambda: stdout  # before TensorFlow prints
        prepare_backend()
        hurt_steps(injury, epoch)
    return worker.work(folder)


if __name__ == "__main__":
    sys.exit(main())
