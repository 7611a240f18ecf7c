"""A worker that trains some epochs at once and then stands still until it is stopped: a picture of it can be compared.

python still_worker.py RUN
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.helpers.looks.props import EPOCHS, EPOCHS_SO_FAR, figures_at
from tests.helpers.written_runs import started_event
from training.run.answers.prediction import PredictedBox
from training.run.event_writer import EventWriter
from training.run.events import (
    EndedEvent,
    EpochEvent,
    ImagePrediction,
    PhaseEvent,
    PredictionsEvent,
    StartedEvent,
    StepEvent,
    to_line,
)
from training.run.private_stdout import keep_stdout
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder
from training.run.run_lock import hold_run
from training.run.settings import TrainingSettings

STEPS, SO_MANY_DONE = 12, 7
LONGEST_LIFE_SECONDS = 300


def main(folder: Path) -> None:
    stdout = keep_stdout()
    run = RunFolder(folder)
    settings = run.settings()

    def send(event) -> None:
        stdout.write(to_line(event))
        stdout.flush()

    control = RunControl()
    control.listen(sys.stdin)
    with hold_run(run):
        writer = EventWriter(run.events_file, send)
        writer.write(PhaseEvent(name="import", text="Loading TensorFlow", backend="TensorFlow"))
        writer.write(_started(settings))
        for epoch in range(1, EPOCHS_SO_FAR + 1):
            figures = figures_at(epoch)
            writer.write(EpochEvent(epoch=epoch, epochs=EPOCHS, figures=figures, seconds=3.0, best=True))
        step = StepEvent(
            epoch=EPOCHS_SO_FAR + 1, step=SO_MANY_DONE, steps=STEPS, loss=0.9, images_per_second=120.0, eta_seconds=51.0
        )
        writer.write(step)
        end = time.monotonic() + LONGEST_LIFE_SECONDS
        while not control.stop_requested and time.monotonic() < end:
            image = control.take_question()
            if image is not None:
                writer.write(_answer(settings, image))
            time.sleep(0.02)
        writer.write(EndedEvent(outcome="stopped", figures=figures_at(EPOCHS_SO_FAR)))


def _started(settings: TrainingSettings) -> StartedEvent:
    like = started_event(EPOCHS)
    return StartedEvent(**{name: getattr(like, name) for name in ("versions", "device", "epochs", "heads")},
                        train_images=20, validation_images=8, parameters=250_000, steps_per_epoch=STEPS,
                        classes=settings.class_names)  # fmt: skip


def _answer(settings: TrainingSettings, image: str) -> PredictionsEvent:
    first = settings.classes[0]
    box = PredictedBox(60, 60, 220, 230, label=first.name, class_id=first.id, score=0.83)
    return PredictionsEvent(epoch=EPOCHS_SO_FAR, reason="watch", images=(ImagePrediction(image, (box,)),))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
