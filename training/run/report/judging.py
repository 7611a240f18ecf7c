"""Judging what a run's end left out: after a stop, or when its images lay elsewhere. No Keras."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from training.dataset.dataset import AnnotationFileError, LabelledImage, Problem, Split
from training.dataset.formats import boxwright_csv
from training.run.answers.prediction import ClassScore, PredictedBox
from training.run.answers.predictor import Predictor
from training.run.model_card import ModelCard
from training.run.recipes.classifier_data import with_something_to_learn
from training.run.report.judged_images import JudgedImage, read_judged, write_judged
from training.run.report.judged_outputs import judged, prepared_to_judge
from training.run.report.report import RunReport, judgement_of
from training.run.report.report_reading import read_report
from training.run.result_files import Seen, write_predictions
from training.run.run_folder import RunFolder, RunFolderError
from training.run.run_lock import hold_run, is_running
from training.run.samples.classifier_images import IMAGES

AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class CompletedJudging:
    report: RunReport
    images: tuple[JudgedImage, ...]
    problems: tuple[Problem, ...]  # images that could not be used


def judge_rest(
    run: RunFolder, predictor: Predictor, image_root: Path, progress: Callable[[int, int], None]
) -> CompletedJudging:
    """Judge each image of the run's dataset that this model has not judged, and write the files of the run anew.

    `progress(done, total)` may raise to stop; then nothing is written. Raises RunFolderError, SettingsError, OSError;
    also when the run was trained further meanwhile.
    """
    told = events_told(run)
    report = read_report(run)
    card = predictor.card
    known = [image for image in read_judged(run.judged_file) if image.epoch == card.epoch]
    todo = _missing(run, {image.filename for image in known}, card)
    problems: list[Problem] = []
    progress(0, len(todo))
    for start in range(0, len(todo), AT_ONCE):
        part = todo[start : start + AT_ONCE]
        prepared = prepared_to_judge(card, part, image_root)
        problems.extend(prepared.problems)
        if len(prepared):
            splits = {image.filename: (image.split or Split.TRAIN).value for image in part}
            found = judged("", prepared, predictor.outputs(prepared.squares), card)
            known.extend(replace(image, split=splits[image.filename]) for image in found)
        progress(min(start + AT_ONCE, len(todo)), len(todo))
    if todo and not known:
        raise RunFolderError(f"{run.path}: none of its {len(todo)} images can be used; the first: {problems[0]}")
    with held_unless_trained(run, told):
        return _written(run, report, predictor, known, problems)


def refuse_while_training(run: RunFolder) -> None:
    """Raises RunFolderError."""
    if is_running(run):
        raise RunFolderError(f"{run.path}: a training is running here; it judges its images itself at its end")


def events_told(run: RunFolder) -> int:
    """How much the run has told so far, in bytes: more means that it was trained further."""
    try:
        return run.events_file.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def held_unless_trained(run: RunFolder, told: int) -> Iterator[None]:
    """Nobody begins to train here while the block runs. Raises RunFolderError when somebody did since `told`, OSError."""
    refuse_while_training(run)
    with hold_run(run):
        if events_told(run) != told:
            raise RunFolderError(
                f"{run.path}: it was trained further meanwhile, so nothing was written; judge it again"
            )
        yield


def _missing(run: RunFolder, known: set[str], card: ModelCard) -> Sequence[LabelledImage]:
    try:
        dataset, _ = boxwright_csv.read(run.dataset_file)
    except AnnotationFileError as error:
        raise RunFolderError(str(error)) from error
    images = with_something_to_learn(dataset.images, card.source) if card.is_classifier else dataset.images
    return [image for image in images if image.filename not in known]


def _written(
    run: RunFolder, report: RunReport, predictor: Predictor, images: list[JudgedImage], problems: list[Problem]
) -> CompletedJudging:
    card = predictor.card
    judgement = judgement_of(images, card.class_names)
    sizes = {split: figures.images for split, figures in judgement.figures.items()}
    report = replace(
        report,
        figures=judgement.figures,
        judged=judgement.splits,
        histogram=judgement.histogram,
        confusion=judgement.confusion,
        dataset={**report.dataset, **sizes, "left_out": len(problems)},
    )
    write_predictions(run.predictions_file, _seen(images, card), card.epoch)
    write_judged(run.judged_file, images)
    report.write(run.report_file)
    return CompletedJudging(report, tuple(images), tuple(problems))


def _seen(images: Iterable[JudgedImage], card: ModelCard) -> Iterator[Seen]:
    in_order = sorted(images, key=lambda image: image.filename)
    for filename, of_image in groupby(in_order, key=lambda image: image.filename):
        yield filename, [_row(image, card) for image in of_image if image.is_seen]


def _row(image: JudgedImage, card: ModelCard) -> PredictedBox | ClassScore:
    seen = image.predicted
    class_id = card.classes[card.class_names.index(seen.label)].id
    if image.is_classified and card.source == IMAGES:
        return ClassScore(seen.label, class_id, image.score)
    return PredictedBox(*seen.corners, label=seen.label, class_id=class_id, score=image.score)
