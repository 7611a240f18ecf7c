"""Runs as a worker would have left them, without one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.helpers.fake_worker import figures_of
from training.run.answers.prediction import PredictedBox
from training.run.events import (
    EndedEvent,
    EpochEvent,
    Event,
    ImagePrediction,
    PredictionsEvent,
    StartedEvent,
    StepEvent,
    to_line,
)
from training.run.run_folder import RunFolder


def started_event(epochs: int, epochs_before: int = 0) -> StartedEvent:
    return StartedEvent(
        versions={"boxwright": "0"},
        device="CPU",
        train_images=7,
        validation_images=2,
        parameters=1000,
        epochs=epochs,
        steps_per_epoch=5,
        classes=("cup", "fork"),
        heads=("class", "box", "presence"),
        epochs_before=epochs_before,
    )


def epoch_events(number: int, epochs: int, images: Iterable[str] = (), steps: int = 1) -> list[Event]:
    """An epoch whose boxes grow with its number, so that a test sees which one answered."""
    stepped = [
        StepEvent(epoch=number, step=1 + step % 5, steps=5, loss=1.0, images_per_second=50.0, eta_seconds=10.0)
        for step in range(steps)
    ]
    over = EpochEvent(epoch=number, epochs=epochs, figures=figures_of(number), seconds=1.0, best=True)
    box = PredictedBox(10, 10, 40 + number, 50, label="cup", class_id=3, score=0.9)
    seen = PredictionsEvent(
        epoch=number, reason="epoch", images=tuple(ImagePrediction(image, (box,)) for image in images)
    )
    return [*stepped, over, *([seen] if seen.images else [])]


def write_run(folder: RunFolder, events: Iterable[Event], more: bool = False) -> RunFolder:
    """Write the events of a run, or add more of them."""
    with folder.events_file.open("a" if more else "w", encoding="utf-8", newline="\n") as file:
        file.writelines(map(to_line, events))
    return folder


def whole_run(
    folder: RunFolder, epochs: int, images: int, steps: int = 1, ended: str | None = "completed"
) -> RunFolder:
    """So many epochs that each predicted so many images."""
    names = [f"images/{number:05}.jpg" for number in range(images)]
    events: list[Event] = [started_event(epochs)]
    for number in range(1, epochs + 1):
        events += epoch_events(number, epochs, names, steps)
    if ended:
        events.append(EndedEvent(outcome=ended, figures=figures_of(epochs)))
    return write_run(folder, events)


def fill_with_steps(path: Path, megabytes: int) -> None:
    """Put so many steps into an events file that it is this large, before its last line."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    step = to_line(StepEvent(epoch=1, step=1, steps=5, loss=1.0, images_per_second=50.0, eta_seconds=10.0))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines[:1])
        file.write(step * (megabytes * 2**20 // len(step)))
        file.writelines(lines[1:])
