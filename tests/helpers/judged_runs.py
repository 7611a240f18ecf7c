"""Runs whose images are judged, without a training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.helpers.learnable_pictures import CLASSES, HEIGHT, WIDTH, draw_learnable
from tests.helpers.written_runs import epoch_events, started_event, write_run
from training.dataset.box import Box, iou
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.run.events import EndedEvent, PhaseEvent
from training.run.report.judged_images import JudgedImage, write_judged
from training.run.report.report_reading import read_report
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.settings import ClassEntry, TrainingSettings

EPOCH = 2
TRUE = Box(10, 10, 50, 30, "disc")


def judged_image(
    filename: str,
    truth: Box | None = TRUE,
    predicted: Box = TRUE,
    presence: float | None = 0.9,
    split: str = "validation",
) -> JudgedImage:
    return JudgedImage(
        filename=filename,
        split=split,
        width=WIDTH,
        height=HEIGHT,
        truth=truth,
        predicted=predicted,
        score=0.9 if presence is None else presence,
        presence=presence,
        iou=None if truth is None else round(iou(truth, predicted), 6),
        epoch=EPOCH,
    )


def labelled(box: Box, label: str) -> Box:
    return replace(box, label=label)


def shifted(box: Box, share: float) -> Box:
    """Moved to the right by a share of its width: the IoU is (1 - share) / (1 + share)."""
    return box.with_corners(box.xmin + share * box.width, box.ymin, box.xmax + share * box.width, box.ymax)


def judged_run(
    folder: Path, images: Sequence[JudgedImage], image_root: Path, classes: Sequence[str] = CLASSES, ended: bool = True
) -> RunFolder:
    """A run of two epochs that judged these images, and its report."""
    settings = TrainingSettings(
        image_root=str(image_root),
        classes=tuple(ClassEntry(number, name) for number, name in enumerate(classes, start=1)),
        epochs=EPOCH,
        model_size="small",
    )
    dataset = Dataset(tuple(sorted(map(_labelled_image, images), key=lambda image: image.filename)), tuple(classes))
    run = prepare_run_at(folder, settings, dataset)
    epochs = [event for number in range(1, EPOCH + 1) for event in epoch_events(number, EPOCH)]
    ending = [EndedEvent(outcome="completed")] if ended else []
    write_run(run, [PhaseEvent(name="import", text="Loading"), started_event(EPOCH), *epochs, *ending])
    if images and ended:
        write_judged(run.judged_file, images)
        read_report(run).write(run.report_file)
    return run


def _labelled_image(image: JudgedImage) -> LabelledImage:
    boxes = () if image.truth is None else (image.truth,)
    return LabelledImage(image.filename, image.width, image.height, boxes, split=Split(image.split))


def judged_pictures(folder: Path, count: int) -> list[JudgedImage]:
    """Real pictures, every third of them judged badly in another way."""
    images = []
    for number, image in enumerate(draw_learnable(folder, count).images):
        truth = image.largest_box
        assert truth is not None
        other = CLASSES[1 - CLASSES.index(truth.label)]
        seen = [truth, shifted(truth, 0.5), labelled(truth, other)][number % 3]
        presence = 0.2 if number % 6 == 4 else 0.9
        images.append(judged_image(image.filename, truth, seen.clipped(WIDTH, HEIGHT), presence))
    return images
