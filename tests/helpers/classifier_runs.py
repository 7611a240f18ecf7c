"""Runs of classifiers whose boxes, or images, are judged, without a training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.helpers.fake_worker import classifier_figures_of
from tests.helpers.written_runs import started_event, write_run
from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.run.events import EndedEvent, EpochEvent
from training.run.report.judged_images import JudgedImage, write_judged
from training.run.report.report_reading import read_report
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.settings import ClassEntry, TrainingSettings

EPOCHS = 4
PHASES = ("head", "fine_tune")


def judged_class(
    image: LabelledImage, truth: Box, seen: str, score: float, others: Sequence[str], split: str = "validation"
) -> JudgedImage:
    """A box of an image, or all of it, taken for a class; the others share the rest."""
    rest = (1.0 - score) / max(1, len(others))
    top = ((seen, score), *((name, rest) for name in others))[:3]
    return JudgedImage(
        filename=image.filename,
        split=split,
        width=image.width,
        height=image.height,
        truth=truth,
        predicted=replace(truth, label=seen),
        score=score,
        presence=None,
        iou=None,
        epoch=EPOCHS,
        top=top,
    )


def every_third_wrong(images: Sequence[LabelledImage], classes: Sequence[str]) -> list[JudgedImage]:
    """Each box judged; every third one is taken for the next class, the surer the later it comes."""
    judged = []
    boxes = [(image, box) for image in images for box in image.boxes]
    for number, (image, box) in enumerate(boxes):
        place = classes.index(box.label)
        seen = classes[(place + 1) % len(classes)] if number % 3 == 2 else box.label
        score = 0.6 + 0.35 * number / len(boxes)
        judged.append(judged_class(image, box, seen, score, [name for name in classes if name != seen]))
    return judged


def epoch_event(number: int, epochs: int = EPOCHS) -> EpochEvent:
    phase = PHASES[number > epochs // 2]
    return EpochEvent(
        epoch=number, epochs=epochs, figures=classifier_figures_of(number), seconds=1.0, best=True, phase=phase
    )


def classifier_run(
    folder: Path, images: Sequence[LabelledImage], judged: Sequence[JudgedImage], classes: Sequence[str], root: Path
) -> RunFolder:
    """A completed run of a head and fine-tuning, with its report; the ids of the classes count from 1."""
    entries = tuple(ClassEntry(number, name) for number, name in enumerate(classes, start=1))
    settings = TrainingSettings.for_recipe(
        "classifier",
        image_root=str(root),
        classes=entries,
        source="boxes",
        architecture="MobileNetV2",
        weights="imagenet",
        epochs=EPOCHS // 2,
        fine_tune_epochs=EPOCHS - EPOCHS // 2,
        presence=False,
    )
    labelled = [replace(image, split=image.split or Split.VALIDATION) for image in images]
    dataset = Dataset(tuple(sorted(labelled, key=lambda image: image.filename)), tuple(classes))
    run = prepare_run_at(folder, settings, dataset)
    begun = replace(started_event(EPOCHS), recipe="classifier", phases=PHASES, heads=("class",), classes=tuple(classes))
    epochs = [epoch_event(number) for number in range(1, EPOCHS + 1)]
    write_run(run, [begun, *epochs, EndedEvent(outcome="completed", figures=classifier_figures_of(EPOCHS))])
    write_judged(run.judged_file, judged)
    read_report(run).write(run.report_file)
    return run
