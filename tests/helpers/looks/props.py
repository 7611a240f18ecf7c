"""What the pages show: a small sample project with runs as trainings leave them, and files to bring in. No training."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tests.helpers.classifier_runs import classifier_run, every_third_wrong
from tests.helpers.judged_runs import judged_image, shifted
from tests.helpers.videos import write_video
from tests.helpers.written_runs import started_event, write_run
from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.exporting import project_dataset
from training.dataset.project_zip import write_project_zip
from training.dataset.sample import draw_sample
from training.dataset.sample_project import create_sample_project
from training.dataset.store import ProjectStore
from training.run.answers.prediction import PredictedBox
from training.run.catalogue.run_notes import RunNotes, write_notes
from training.run.events import (
    EndedEvent,
    EpochEvent,
    Event,
    ImagePrediction,
    PhaseEvent,
    PredictionsEvent,
    StepEvent,
    WarningEvent,
)
from training.run.model_card import ModelCard
from training.run.report.judged_images import write_judged
from training.run.report.report_reading import read_report
from training.run.run_folder import prepare_run
from training.run.settings import ClassEntry, TrainingSettings

PICTURES, NEW_PICTURES, NEW_SEED = 36, 9, 20_000
EPOCHS, EPOCHS_SO_FAR = 40, 23
CSV = """filename,width,height,class,xmin,ymin,xmax,ymax
{image},344,459,snail,20,30,120,150
nowhere.jpg,344,459,snail,20,30,120,150
{image},344,459,teapot,200,30,120,150
"""
HEADS = ("class", "box", "presence")
SHARES = dict(zip(HEADS, (0.9, 1.4, 0.5), strict=True))  # of the loss
OLD = (datetime(2026, 3, 1, 12, 0), datetime(2026, 3, 2, 9, 30), datetime(2026, 3, 3, 15, 45))


@dataclass(frozen=True)
class Props:
    """Where everything lies below one folder."""

    folder: Path

    @property
    def project(self) -> Path:
        return self.folder / "sample"

    @property
    def theirs(self) -> Path:
        return self.folder / "theirs"

    @property
    def handed_in(self) -> Path:
        return self.folder / "from Ada.zip"

    @property
    def csv(self) -> Path:
        return self.folder / "boxes.csv"

    @property
    def table(self) -> Path:
        """Its columns can be read in two ways."""
        return self.folder / "measured.csv"

    @property
    def new_pictures(self) -> Path:
        return self.folder / "new pictures"

    @property
    def video(self) -> Path:
        return self.folder / "street.avi"


def make_props(folder: Path) -> Props:
    props = Props(folder)
    create_sample_project(props.project, count=PICTURES)
    store = ProjectStore.open(props.project)
    try:
        dataset = project_dataset(store)
        entries = tuple(ClassEntry(one.id, one.name) for one in store.classes())
    finally:
        store.close()
    shutil.copytree(props.project, props.theirs)
    _let_theirs_differ(props.theirs)
    write_project_zip(props.theirs, props.handed_in)
    _write_runs(props.project, dataset, entries)
    draw_sample(props.new_pictures, NEW_PICTURES, NEW_SEED)
    write_video(props.video, width=640, height=480)
    props.csv.write_text(CSV.format(image=dataset.images[0].filename), encoding="utf-8")
    rows = "".join(
        f"{image.filename};{9 + at};{60 + at};{100 + at};{150 + at};snail\n"
        for at, image in enumerate(dataset.images[:9])
    )
    props.table.write_text("a;b;c;d;e;f\n" + rows, encoding="utf-8")
    return props


def _let_theirs_differ(folder: Path) -> None:
    store = ProjectStore.open(folder)
    try:
        drawn = [record for record in store.records() if record.boxes][:5]
        ids = [one.id for one in store.classes()]
        others = [
            replace(record, boxes=(replace(record.boxes[0], class_id=ids[-1 - number % 2]), *record.boxes[1:]))
            for number, record in enumerate(drawn)
        ]
        store.write(others)
    finally:
        store.close()


def _write_runs(project: Path, dataset: Dataset, entries: tuple[ClassEntry, ...]) -> None:
    _failed_run(project, dataset, entries)
    images = [image for image in dataset.images if image.boxes]
    names = [entry.name for entry in entries]
    folder = project / "runs" / f"{OLD[1]:%Y-%m-%d_%H-%M-%S}-classifier"
    classifier_run(folder, images, every_third_wrong(images, names), names, project)
    _localizer_run(project, dataset, entries)


def _settings(project: Path, entries: tuple[ClassEntry, ...]) -> TrainingSettings:
    return TrainingSettings(image_root=str(project), classes=entries, epochs=EPOCHS, model_size="small")


def _failed_run(project: Path, dataset: Dataset, entries: tuple[ClassEntry, ...]) -> None:
    run = prepare_run(project / "runs", _settings(project, entries), dataset, OLD[0])
    reason = "Memory ran out while the model was being built."
    events = [_started(dataset), *_epochs(3), EndedEvent(outcome="failed", code="out_of_memory", reason=reason)]
    write_run(run, events)


def _localizer_run(project: Path, dataset: Dataset, entries: tuple[ClassEntry, ...]) -> None:
    run = prepare_run(project / "runs", _settings(project, entries), dataset, OLD[2])
    seen = [ImagePrediction(image.filename, (_seen(image, entries),)) for image in dataset.images if image.boxes]
    told = PredictionsEvent(epoch=EPOCHS, reason="epoch", images=tuple(seen))
    ended = EndedEvent(outcome="completed", figures=figures_at(EPOCHS - 2))
    halved = WarningEvent(code="batch_halved", text="Memory ran out.", facts={"before": "16", "after": "8"})
    loading = PhaseEvent(name="import", text="Loading")
    write_run(run, [loading, _started(dataset), halved, *_epochs(EPOCHS), told, ended])
    write_judged(run.judged_file, _judged(dataset))
    read_report(run).write(run.report_file)
    run.litert_model.write_bytes(b"a model that is only there to be found")
    ModelCard.of(run.settings(), presence=True, epoch=EPOCHS - 2).write(run.model_card)
    run.log_file.write_text("TensorFlow says something\n" * 40, encoding="utf-8")
    write_notes(run, RunNotes(name="first try", note="Small model, all the toys."))


def _started(dataset: Dataset) -> Event:
    return replace(started_event(EPOCHS), classes=dataset.classes, heads=HEADS, train_images=20, validation_images=8)


def _epochs(count: int) -> list[Event]:
    told: list[Event] = []
    for number in range(1, count + 1):
        told.append(StepEvent(epoch=number, step=5, steps=5, loss=1.0, images_per_second=50.0, eta_seconds=10.0))
        told.append(
            EpochEvent(epoch=number, epochs=EPOCHS, figures=figures_at(number), seconds=3.0, best=number <= EPOCHS - 2)
        )
    return told


def figures_at(epoch: int) -> dict[str, float]:
    """Curves as real ones look: they fall or rise fast, then slowly, with a wobble, and validation lags behind."""
    figures = {}
    for name, behind in (("", 0.0), ("val_", 0.12)):
        wobble = 0.03 * math.sin(epoch * (1.7 if name else 2.9))
        left = math.exp(-epoch / 9)
        figures |= {f"{name}{head}_loss": (0.15 + behind + left) * share for head, share in SHARES.items()}
        figures[f"{name}loss"] = sum(figures[f"{name}{head}_loss"] for head in HEADS) + wobble
        for figure, top in (("mean_iou", 0.86), ("iou50", 0.95), ("iou60", 0.9), ("class_accuracy", 0.97)):
            figures[f"{name}{figure}"] = round(max(0.0, top - behind - 0.8 * left + wobble), 4)
        figures[f"{name}presence_accuracy"] = round(min(1.0, 0.99 - 0.4 * left), 4)
    return figures


def _seen(image: LabelledImage, entries: Sequence[ClassEntry]) -> PredictedBox:
    box = image.boxes[0]
    ids = {entry.name: entry.id for entry in entries}
    near = shifted(box, 0.1).clipped(image.width, image.height)
    return PredictedBox(*near.corners, label=box.label, class_id=ids[box.label], score=0.87)


def _judged(dataset: Dataset) -> list:
    """Most are good; some boxes are badly placed, some classes wrong, and some toys not seen."""
    judged = []
    for number, image in enumerate(one for one in dataset.images if one.boxes):
        truth = image.boxes[0]
        other = dataset.classes[(dataset.classes.index(truth.label) + 1) % len(dataset.classes)]
        seen = [truth, shifted(truth, 0.1), shifted(truth, 0.6), replace(truth, label=other)][number % 4]
        seen = seen.clipped(image.width, image.height)
        one = judged_image(image.filename, truth, seen, 0.2 if number % 7 == 6 else 0.9)
        judged.append(replace(one, width=image.width, height=image.height, epoch=EPOCHS - 2))
    return judged


def doctor_answer(folder: Path) -> str:
    """What `boxwright doctor --json` says on a machine with one card that can't be used."""
    gib = 2**30
    cpu = {"name": "CPU, 4 cores", "memory": None, "is_used": True, "reason": "A training computes here.", "remedy": ""}
    card = {
        "name": "NVIDIA T4",
        "memory": 16 * gib,
        "is_used": False,
        "reason": "This TensorFlow has no support for it.",
    }
    return json.dumps(
        {
            "warnings": ["Little memory is free: a training may have to work with small batches."],
            "machine": {"system": "Linux", "processor": "A processor", "cores": 4, "memory": 8 * gib,
                        "memory_free": 4 * gib},
            "verdicts": [cpu, {**card, "remedy": "Install the program with the extra gpu."}],
            "need": {"memory": gib, "disk": gib // 10},
            "need_for": "a localizer, 36 images",
            "disk_free": 40 * gib,
            "disk_folder": str(folder),
            "versions": {"boxwright": "0.1", "keras": "3.15", "tensorflow": "2.21", "python": "3.11"},
        }
    )  # fmt: skip
