"""What is said about several runs side by side: figures, data, and the settings in which they differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from desktop_app.runs.figure_words import LOSSES, SHARES, VALIDATION, figure_name, is_loss
from desktop_app.runs.page.setting_words import setting_keys, setting_label, setting_value
from desktop_app.runs.run_words import heading_of
from desktop_app.runs.training_run import TrainingRun
from desktop_app.words import filled
from training.run.catalogue.run_facts import read_data_facts
from training.run.catalogue.run_summary import clock_time
from training.run.events import EpochEvent
from training.run.report.measuring import LEAST_FOR_TOP3
from training.run.run_folder import RunFolder, RunFolderError
from training.run.settings import SettingsError, TrainingSettings

NOTHING = "–"
READING = "…"
MAIN_FIGURES = (*SHARES, "loss")
LENGTH_OF_HASH = 7


@dataclass(frozen=True, slots=True)
class RunBasis:
    """What stands in a run's folder from its beginning. `problem` says why there are no settings."""

    settings: TrainingSettings | None
    problem: str
    dataset_hash: str
    images: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """`basis` is None until it has been read."""

    name: str
    run: TrainingRun
    basis: RunBasis | None


@dataclass(frozen=True, slots=True)
class CompareRow:
    """A cell for each run. `best` are the places of the best ones, `tips` say more where a cell is short."""

    label: str
    cells: tuple[str, ...] = ()
    best: frozenset[int] = frozenset()
    is_heading: bool = False
    tips: tuple[str, ...] = ()


def read_basis(folder: RunFolder) -> RunBasis:
    """Reads files: not for the event loop."""
    facts = read_data_facts(folder)
    try:
        return RunBasis(folder.settings(), "", facts.sha256, facts.images)
    except (RunFolderError, SettingsError) as error:
        return RunBasis(None, str(error), facts.sha256, facts.images)


def compare_rows(runs: Sequence[ComparedRun], *, with_equal_settings: bool) -> list[CompareRow]:
    return [*_figure_rows(runs), *_training_rows(runs), *_data_rows(runs), *_setting_rows(runs, with_equal_settings)]


# --- figures


def judged_epoch(run: TrainingRun) -> EpochEvent | None:
    """The best epoch, or the last one where none was called the best."""
    return run.best_epoch or (run.history[-1] if run.history else None)


def _figure_rows(runs: Sequence[ComparedRun]) -> list[CompareRow]:
    epochs = [judged_epoch(one.run) for one in runs]
    numbers = tuple(NOTHING if epoch is None else str(epoch.epoch) for epoch in epochs)
    rows = [CompareRow(_tr("Figures of the best epoch"), is_heading=True), CompareRow(_tr("Best epoch"), numbers)]
    groups = _comparable(runs, epochs)
    for key in _shown_figures(runs):
        if any(epoch is not None and _figure(epoch, key)[0] is not None for epoch in epochs):
            rows.append(_figure_row(key, epochs, groups))
    return rows


def _shown_figures(runs: Sequence[ComparedRun]) -> list[str]:
    """To be among the best three of fewer than four classes says nothing."""
    counts = [len(one.run.started.classes) for one in runs if one.run.started is not None and one.run.is_classifier]
    says_nothing = bool(counts) and max(counts) < LEAST_FOR_TOP3
    return [key for key in MAIN_FIGURES if key != "top3_accuracy" or not says_nothing]


def _comparable(runs: Sequence[ComparedRun], epochs: Sequence[EpochEvent | None]) -> list[frozenset[int]]:
    """Places of runs that learn the same: of one recipe, and told of by the same figures."""
    groups = dict[object, set[int]]()
    for place, (one, epoch) in enumerate(zip(runs, epochs, strict=True)):
        if epoch is not None:
            told = frozenset(key.removeprefix(VALIDATION) for key in epoch.figures) & {*MAIN_FIGURES, *LOSSES}
            groups.setdefault((one.run.is_classifier, told), set()).add(place)
    return [frozenset(group) for group in groups.values()]


def _figure_row(key: str, epochs: Sequence[EpochEvent | None], groups: Sequence[frozenset[int]]) -> CompareRow:
    found = [(None, True) if epoch is None else _figure(epoch, key) for epoch in epochs]
    cells, tips = [], []
    for value, is_validated in found:
        shown = NOTHING if value is None else _shown(value, key)
        on_training = value is not None and not is_validated
        cells.append(filled(_tr("%1 (training)"), shown) if on_training else shown)
        tips.append(_tr("Of the training images: this run has no validation images.") if on_training else "")
    best = frozenset[int]().union(*(_best_in(group, found, lower=is_loss(key)) for group in groups))
    return CompareRow(figure_name(key), tuple(cells), best, tips=tuple(tips))


def _best_in(group: frozenset[int], found: Sequence[tuple[float | None, bool]], *, lower: bool) -> frozenset[int]:
    """Those of validation images are compared with one another; only without any of them those of training images."""
    of_group = [one if place in group else (None, False) for place, one in enumerate(found)]
    has_validated = any(is_validated and value is not None for value, is_validated in of_group)
    return best_of(
        [value if is_validated or not has_validated else None for value, is_validated in of_group], lower=lower
    )


def _figure(epoch: EpochEvent, key: str) -> tuple[float | None, bool]:
    """Of the validation images, otherwise of the training images; and whether it is of the former."""
    is_validated = any(name.startswith(VALIDATION) for name in epoch.figures)
    value = epoch.figures.get(VALIDATION + key if is_validated else key, math.nan)
    return (value if math.isfinite(value) else None), is_validated


def best_of(values: Sequence[float | None], *, lower: bool) -> frozenset[int]:
    """The places of the best values; none where there is nothing to choose between."""
    known = [value for value in values if value is not None]
    if len(known) < 2 or min(known) == max(known):
        return frozenset()
    wanted = min(known) if lower else max(known)
    return frozenset(place for place, value in enumerate(values) if value == wanted)


def _shown(value: float, key: str) -> str:
    return f"{value:.4g}" if is_loss(key) else filled(_tr("%1 %"), f"{100 * value:.1f}")


# --- training and data


def _training_rows(runs: Sequence[ComparedRun]) -> list[CompareRow]:
    return [
        CompareRow(_tr("Training"), is_heading=True),
        CompareRow(_tr("Outcome"), tuple(heading_of(one.run) for one in runs)),
        CompareRow(_tr("Epochs"), tuple(_epochs(one.run) for one in runs)),
        CompareRow(_tr("Time"), tuple(clock_time(seconds_of(one.run)) for one in runs)),
        CompareRow(_tr("Parameters"), tuple(_started(one.run, "parameters") for one in runs)),
        CompareRow(_tr("Device"), tuple(one.run.started.device if one.run.started else NOTHING for one in runs)),
    ]


def seconds_of(run: TrainingRun) -> float | None:
    """Of all epochs that count."""
    return sum(epoch.seconds for epoch in run.history) if run.history else None


def _epochs(run: TrainingRun) -> str:
    return filled(_tr("%1 of %2"), len(run.history), run.epochs) if run.epochs else NOTHING


def _started(run: TrainingRun, what: str) -> str:
    return NOTHING if run.started is None else QLocale().toString(getattr(run.started, what))


def _data_rows(runs: Sequence[ComparedRun]) -> list[CompareRow]:
    hashes = [one.basis.dataset_hash if one.basis else "" for one in runs]
    cells = tuple(
        READING if one.basis is None else digest[:LENGTH_OF_HASH] or NOTHING
        for one, digest in zip(runs, hashes, strict=True)
    )
    known = {digest for digest in hashes if digest}
    all_known = all(hashes)
    label = _tr("Data")
    if all_known and len(known) == 1:
        label = _tr("Data: the same in all")
    elif len(known) > 1:
        label = _tr("Data: not the same")
    return [
        CompareRow(label, is_heading=True),
        CompareRow(_tr("Images to train on"), tuple(_images(one, "train_images", "train") for one in runs)),
        CompareRow(
            _tr("Images to validate on"), tuple(_images(one, "validation_images", "validation") for one in runs)
        ),
        CompareRow(_tr("Fingerprint"), cells, tips=tuple(hashes)),
    ]


def _images(one: ComparedRun, told: str, split: str) -> str:
    """As many as were really used; of a run that has not begun, as many as there are."""
    if one.run.started is not None:
        return _started(one.run, told)
    count = one.basis.images.get(split) if one.basis else None
    return NOTHING if count is None else QLocale().toString(count)


# --- settings


def _setting_rows(runs: Sequence[ComparedRun], with_equal: bool) -> list[CompareRow]:
    known = [one.basis.settings for one in runs if one.basis is not None and one.basis.settings is not None]
    rows = [_setting_row(key, runs) for key in setting_keys() if with_equal or _differs(key, known)]
    heading = _tr("Settings") if with_equal else _tr("Settings that differ")
    if not rows and len(known) > 1:
        heading = _tr("Settings: the same in all")
    return [CompareRow(heading, is_heading=True), *_problem_rows(runs), *rows]


def _differs(key: str, settings: Sequence[TrainingSettings]) -> bool:
    return any(getattr(one, key) != getattr(settings[0], key) for one in settings[1:])


def _setting_row(key: str, runs: Sequence[ComparedRun]) -> CompareRow:
    cells = [
        READING if one.basis is None
        else NOTHING if one.basis.settings is None
        else setting_value(one.basis.settings, key)
        for one in runs
    ]  # fmt: skip
    tips = [
        str(getattr(one.basis.settings, key)) if key == "start_from" and one.basis and one.basis.settings else ""
        for one in runs
    ]
    return CompareRow(setting_label(key), tuple(cells), tips=tuple(tips))


def _problem_rows(runs: Sequence[ComparedRun]) -> list[CompareRow]:
    problems = tuple(one.basis.problem if one.basis else "" for one in runs)
    if not any(problems):
        return []
    cells = tuple(_tr("can't be read") if problem else _tr("is whole") for problem in problems)
    return [CompareRow("settings.json", cells, tips=problems)]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Compare", text)
