"""A run's report read back; of a run that wrote none, or has gone on since, what its other files tell. No Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from training.dataset.dataset import AnnotationFileError, Split
from training.dataset.formats import boxwright_csv
from training.run.catalogue.foreign_files import ForeignFileError, read_object
from training.run.events import EndedEvent, EpochEvent, Event, StartedEvent
from training.run.learning.phases import phase_names
from training.run.plain_values import PlainValueError, from_plain
from training.run.report.judged_images import read_judged
from training.run.report.report import RunReport, described_dataset, judgement_of
from training.run.run_folder import RunFolder, RunFolderError
from training.run.run_parts import counted_epochs, lasting_events, parts_of, phase_epochs

MOST_BYTES = 8_000_000
NOT_ENDED = "not ended"  # it goes on, or was cut off: only whoever looks for its worker can tell


def read_report(run: RunFolder) -> RunReport:
    """The report of a run as far as it has come. Raises RunFolderError, SettingsError."""
    events = lasting_events(run)
    written = _written(run)
    if written is not None and len(parts_of(events)) <= max(1, len(written.parts)):
        return written
    return report_of_events(run, events)


def report_of_events(run: RunFolder, events: Sequence[Event]) -> RunReport:
    """Without what only a worker knows at its end: layers and machine. Raises RunFolderError, SettingsError."""
    settings = run.settings()
    epochs, parts, phases = counted_epochs(events), parts_of(events), phase_names(settings)
    started = next((event for event in reversed(events) if isinstance(event, StartedEvent)), None)
    ended = events[-1] if events and isinstance(events[-1], EndedEvent) else None
    judgement = judgement_of(read_judged(run.judged_file), settings.class_names)
    return RunReport(
        outcome=ended.outcome if ended else NOT_ENDED,
        reason=ended.reason if ended else "",
        code=ended.code if ended else "",
        recipe=settings.recipe,
        epochs_done=epochs[-1].epoch if epochs else 0,
        best_epoch=_best_of(epochs),
        figures=judgement.figures,
        judged=judgement.splits,
        histogram=judgement.histogram,
        confusion=judgement.confusion,
        dataset=_dataset_of(run),
        parameters=started.parameters if started else 0,
        device=started.device if started else "",
        deterministic=bool(started and started.device.startswith("CPU")),
        seed=settings.seed,
        seconds=sum(part.seconds for part in parts),
        versions=started.versions if started else {},
        settings=settings,
        batch_size=started.batch_size if started else 0,
        monitor=started.monitor if started else "",
        taken=started.taken if started else (),
        parts=parts,
        device_count=started.device_count if started else 1,
        global_batch=started.global_batch if started else 0,
        precision=started.precision if started else "",
        phases=phases,
        phase_epochs=phase_epochs(events, phases),
    )


def split_sizes(run: RunFolder) -> dict[str, int]:
    """Images of each split in dataset.csv; those without one are trained on. Raises RunFolderError."""
    try:
        dataset, _ = boxwright_csv.read(run.dataset_file)
    except AnnotationFileError as error:
        raise RunFolderError(str(error)) from error
    sizes = dict.fromkeys(Split, 0)
    for image in dataset.images:
        sizes[image.split or Split.TRAIN] += 1
    return {split.value: size for split, size in sizes.items() if size}


def _written(run: RunFolder) -> RunReport | None:
    try:
        content = read_object(run.report_file, MOST_BYTES)
        if content is None:
            return None
        report = from_plain(RunReport, content, unknown_allowed=True)
    except (ForeignFileError, PlainValueError) as error:
        raise RunFolderError(f"{run.report_file}: expected the report of a run, got: {error}") from error
    return report if report.judged or not report.figures else replace(report, judged=tuple(report.figures))


def _best_of(epochs: Sequence[EpochEvent]) -> int:
    return next((epoch.epoch for epoch in reversed(epochs) if epoch.best), 0)


def _dataset_of(run: RunFolder) -> dict[str, object]:
    try:
        return described_dataset(run, split_sizes(run), 0)
    except OSError as error:
        raise RunFolderError(f"{run.dataset_file}: expected the run's dataset, got: {error}") from error
